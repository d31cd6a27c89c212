"""Drafting a proposal, and writing a new text of it: under silence too, which ends that circulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.audit import digests
from core.audit.kinds import declare
from core.decisions import kinds, rules
from core.decisions.lifecycle import Ending, State
from core.decisions.models import Proposal, ProposalText
from core.decisions.rules import Act
from core.decisions.services import ending, rows
from core.errors import Invalid
from core.people import rules as people_rules
from core.people.models import User

DRAFTED = declare("decision.drafted", _("{actor} drafted the proposal “{title}”."))
WRITTEN = declare("decision.text_written", _("{actor} wrote version {version} of the text of “{title}”."))


class UnknownKind(Invalid):
    code = "unknown_kind_of_decision"
    sentence = _("Nothing of this kind can be decided here. Choose one from the list.")


class TextMissing(Invalid):
    code = "decision_text_missing"
    sentence = _("Write the title and the text in English and in French: Allies decide about both.")


@dataclass(frozen=True, slots=True)
class NewText:
    """The text as it is written, in both languages, with the terms of its effect."""

    title_en: str
    title_fr: str
    body_en: str
    body_fr: str
    terms: Mapping[str, str]


@transaction.atomic
def draft(kind: str, scope: str, text: NewText, *, by: User, at: datetime, illustrative: bool = False) -> Proposal:
    """Begin a proposal about a fund or programme. Raises UnknownKind, NotPermitted, TextMissing, and what its kind refuses."""
    found = kinds.find(kind)
    if found is None or scope not in dict(found.scopes()):
        raise UnknownKind
    people_rules.require(by, found.circulate, scope)
    found.check(scope, text.terms, clock.day_of(at))
    made = Proposal.objects.create(kind=kind, scope=scope, drafted_by=by, drafted_at=at, is_illustrative=illustrative)
    _write(made, text, by=by, at=at)
    rows.record(DRAFTED, made, by, {"kind": kind})
    return made


@transaction.atomic
def amend(proposal: Proposal, text: NewText, *, by: User, at: datetime) -> ProposalText:
    """
    Write a new text. Where silence runs, that circulation is over and everybody is told: the new text starts anew.

    Raises NotPermitted, WrongState, SilenceEnded, TextMissing, and what its kind refuses.
    """
    row = rows.locked(proposal)
    if refused := rules.refusal(by, row, Act.WRITE, at=at):
        raise refused
    found = kinds.find(row.kind)
    if found is None:
        raise UnknownKind
    found.check(row.scope, text.terms, clock.day_of(at))
    circulation = rows.running(row)
    if row.state == State.SILENT and circulation is not None:
        ending.write(circulation, Ending.REPLACED, effective_at=at, by=by, at=at)
    if row.state != State.DRAFT:
        row.state, row.expires_at = State.DRAFT, None
        row.save(update_fields=["state", "expires_at"])
    made = _write(row, text, by=by, at=at)
    rows.record(WRITTEN, row, by, {"version": made.version, "digest": made.digest})
    return made


def _write(row: Proposal, text: NewText, *, by: User, at: datetime) -> ProposalText:
    words = {
        name: getattr(text, name).replace("\r\n", "\n").strip()
        for name in ("title_en", "title_fr", "body_en", "body_fr")
    }
    for name, said in words.items():
        if not said:
            raise TextMissing(field=name)
    last = row.texts.order_by("-version").values_list("version", flat=True).first() or 0
    terms = dict(text.terms)
    pinned = {
        "proposal": row.public_id,
        "kind": row.kind,
        "scope": row.scope,
        "version": last + 1,
        "terms": terms,
        **words,
    }
    return ProposalText.objects.create(
        proposal=row,
        version=last + 1,
        terms=terms,
        digest=digests.digest(pinned),
        written_by=by,
        written_at=at,
        **words,
    )
