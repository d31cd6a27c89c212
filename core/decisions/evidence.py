"""The evidence of an outcome: who was entitled, told, read and spoke, and when; pinned by one digest, as data and as PDF."""

import json
from datetime import datetime, timezone
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.audit import digests, sentences
from core.decisions import kinds, queries, words
from core.decisions.models import Circulation, Outcome
from core.exports import pdf
from core.web import numerals

FORMAT = "decision-evidence/1"
LAYOUT = """
#set document(title: sys.inputs.at("title"))
#set page(paper: "a4", margin: 24mm, numbering: "1 / 1")
#set text(lang: sys.inputs.at("language"), size: 10.5pt)
#set par(leading: 0.7em)
#let facts = json(bytes(sys.inputs.at("facts")))
#let parts = json(bytes(sys.inputs.at("parts")))
= #sys.inputs.at("title")
#v(1em)
#for fact in facts [
  *#fact.at(0)* \\
  #fact.at(1)
  #v(0.4em)
]
#for part in parts [
  == #part.at(0)
  #for line in part.at(1) [
    *#line.at(0)* \\
    #line.at(1)
    #v(0.4em)
  ]
]
"""


def content(circulation: Circulation, outcome: Outcome) -> dict[str, Any]:
    """What the digest covers. People stand in it by their public ids, so that an account can be closed."""
    text = circulation.text
    return {
        "format": FORMAT,
        "proposal": circulation.proposal.public_id,
        "kind": circulation.proposal.kind,
        "scope": circulation.proposal.scope,
        "text": {
            "version": text.version,
            "digest": text.digest,
            "title": {"en": text.title_en, "fr": text.title_fr},
            "body": {"en": text.body_en, "fr": text.body_fr},
            "terms": text.terms,
            "written_by": text.written_by.public_id,
            "written_at": _stamp(text.written_at),
        },
        "circulation": {
            "id": circulation.public_id,
            "order": circulation.order,
            "starts_on": circulation.starts_on.isoformat(),
            "working_days": circulation.working_days,
            "hour": circulation.hour.isoformat(),
            "zone": circulation.zone,
            "calendar": circulation.calendar,
            "passed_over": circulation.passed_over,
            "expires_at": _stamp(circulation.expires_at),
            "told_otherwise": circulation.told_otherwise,
            "circulated_by": circulation.circulated_by.public_id,
            "circulated_at": _stamp(circulation.circulated_at),
        },
        "extensions": [
            {
                "expires_at": _stamp(one.expires_at),
                "working_days": one.working_days,
                "passed_over": one.passed_over,
                "because": one.because,
                "extended_by": one.extended_by.public_id,
                "extended_at": _stamp(one.extended_at),
            }
            for one in circulation.extensions.select_related("extended_by").order_by("order")
        ],
        "entitled": [
            {
                "nation": row.addressee.nation_id,
                "told": [{"person": t.person.public_id, "of": t.what, "at": _stamp(t.told_at)} for t in row.told],
                "read": [{"person": r.person.public_id, "at": _stamp(r.read_at)} for r in row.read],
            }
            for row in queries.rows_of(circulation)
        ],
        "objections": _objections(circulation, outcome.objections_by_then),
        "outcome": {
            "ending": outcome.ending,
            "effective_at": _stamp(outcome.effective_at),
            "known_at": _stamp(outcome.known_at),
            "minute": {"en": outcome.minute_en, "fr": outcome.minute_fr},
            "because": outcome.because,
            "ended_by": outcome.ended_by.public_id,
        },
    }


def digest(circulation: Circulation, outcome: Outcome) -> str:
    """SHA-256 of the content as canonical JSON: sorted keys, no blanks."""
    return digests.digest(content(circulation, outcome))


def holds(circulation: Circulation) -> bool:
    """Whether the rows still say what was pinned when the outcome was written."""
    return digest(circulation, circulation.outcome) == circulation.outcome.evidence_digest


def verify(bundle: bytes) -> bool:
    """Whether a bundle that somebody kept is whole: its content has the digest that it names."""
    try:
        told = json.loads(bundle)
        return bool(digests.digest(told["content"]) == told["sha256"])
    except (ValueError, KeyError, TypeError):
        return False


def data(circulation: Circulation) -> bytes:
    """The bundle as JSON. Names stand beside the content, as they are now."""
    told = content(circulation, circulation.outcome)
    bundle = {"content": told, "sha256": digests.digest(told), "names": _names(circulation)}
    return json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True).encode()


def document(circulation: Circulation) -> bytes:
    """The same as a PDF in the reader's language."""
    outcome, text = circulation.outcome, circulation.text
    facts = [
        (_("Proposal"), f"{text.title} ({circulation.proposal.public_id})"),
        (_("About"), kinds.scope_name(circulation.proposal.kind, circulation.proposal.scope)),
        (_("Minute"), outcome.minute),
        (_("In effect from"), numerals.to_the_second(outcome.effective_at)),
        (_("Written on"), numerals.to_the_second(outcome.known_at)),
        (_("Digest of the text (SHA-256)"), sentences.in_groups(text.digest)),
        (_("Digest of this evidence (SHA-256)"), sentences.in_groups(outcome.evidence_digest)),
    ]
    if circulation.proposal.is_illustrative:
        facts.append((_("Note"), _("Illustrative: the matter is invented.")))
    parts = [
        (_("Text"), [(f"{text.title_en}", text.body_en), (f"{text.title_fr}", text.body_fr), *_terms(circulation)]),
        (_("Circulation"), _circulated(circulation)),
        (_("Entitled Allies"), [(str(row.addressee.nation), _of_ally(row)) for row in queries.rows_of(circulation)]),
    ]
    if spoken := queries.objections(circulation):
        lines = [
            (f"{one.addressee.nation}, {numerals.to_the_second(one.arrived_at)}", _of_objection(one)) for one in spoken
        ]
        parts.append((_("Objections"), lines))
    return pdf.write(
        LAYOUT,
        title=_("Evidence of the outcome of %(proposal)s") % {"proposal": circulation.proposal.public_id},
        language=translation.get_language() or "en",
        values={"facts": json.dumps(facts), "parts": json.dumps(parts)},
    )


def _objections(circulation: Circulation, count: int) -> list[dict[str, str]]:
    rows = circulation.objections.select_related("addressee", "given_by").order_by("pk")[:count]
    return [
        {
            "id": one.public_id,
            "nation": one.addressee.nation_id,
            "verdict": one.verdict,
            "arrived_at": _stamp(one.arrived_at),
            "given_by": one.given_by.public_id,
            "letter": one.letter,
            "reason": one.reason,
            "amendment": one.amendment,
        }
        for one in rows
    ]


def _terms(circulation: Circulation) -> list[tuple[str, str]]:
    kind = kinds.find(circulation.proposal.kind)
    return kind.told(circulation.proposal.scope, circulation.text.terms) if kind else []


def _circulated(circulation: Circulation) -> list[tuple[str, str]]:
    lines = [
        (
            _("Circulated"),
            f"{circulation.circulated_by.name}, {numerals.to_the_second(circulation.circulated_at)}",
        ),
        (_("Silence was to end"), words.moment_there(circulation.expires_at, circulation.zone)),
    ]
    if circulation.told_otherwise:
        lines.append((_("Allies without an account here were told"), circulation.told_otherwise))
    lines.extend(
        (_("Extended"), f"{words.moment_there(one.expires_at, circulation.zone)}: {one.because}")
        for one in circulation.extensions.order_by("order")
    )
    return lines


def _of_ally(row: queries.Row) -> str:
    said = [f"{words.TOLD[t.what]}: {t.person.name}, {numerals.to_the_second(t.told_at)}" for t in row.told]
    said += [f"{_('read the text')}: {r.person.name}, {numerals.to_the_second(r.read_at)}" for r in row.read]
    return "; ".join(said) or _("nobody had an account")


def _of_objection(one: Any) -> str:
    return f"{words.VERDICTS[one.verdict][1]}. {one.reason}"


def _names(circulation: Circulation) -> dict[str, str]:
    people = {circulation.circulated_by, circulation.text.written_by, circulation.outcome.ended_by}
    for row in queries.rows_of(circulation):
        people |= {one.person for one in row.told} | {one.person for one in row.read}
    people |= {one.given_by for one in queries.objections(circulation)}
    return {one.public_id: one.name for one in people}


def _stamp(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="microseconds")
