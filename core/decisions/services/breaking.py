"""Breaking silence: a written word of an entitled Ally, judged by the moment of its arrival; and who read the text."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import failpoints
from core.audit.kinds import Kind, declare
from core.decisions import queries, rules, words
from core.decisions.lifecycle import Ending, State, Verdict
from core.decisions.models import Addressee, Circulation, Objection, Proposal, Reading
from core.decisions.rules import Act
from core.decisions.services import ending, rows
from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.people.models import User
from core.web import numerals

BROKEN = declare("decision.silence_broken", _("{actor} broke silence on “{title}” for {nation}."))
TOO_LATE = declare(
    "decision.objection_refused", _("{actor} objected to “{title}” for {nation}, too late: it was refused.")
)
MISSED = declare(
    "decision.objection_missed",
    _("{actor} objected to “{title}” for {nation} in time, but it came before us only after the end."),
)
KINDS: dict[Verdict, Kind] = {Verdict.HEARD: BROKEN, Verdict.LATE: TOO_LATE, Verdict.MISSED: MISSED}
LONGEST = 5_000


class NotEntitled(NotPermitted):
    code = "not_entitled"
    sentence = _("Only somebody who speaks for an entitled Ally breaks silence, and for that Ally alone.")


class ObjectionMissing(Invalid):
    code = "objection_missing"
    sentence = _("Write what the Ally objects to, in at most 5,000 characters. Silence is broken in writing.")


class AlreadyObjected(Conflict):
    code = "already_objected"
    sentence = _("This Ally has broken silence already.")


class AnotherText(Conflict):
    code = "another_text"
    sentence = _(
        "The text was replaced while you wrote: silence runs on another one. Read it, and send your word again if it stands."
    )


class TooLate(Conflict):
    """It arrived at or after the end. The sentence says when both were; the word is kept, and counts for nothing."""

    code = "objection_too_late"


class MissedTheEnd(Conflict):
    code = "objection_missed_the_end"
    sentence = _(
        "Your word was sent in time, but silence was over when it reached us. It is kept; tell the secretariat."
    )


def break_silence(
    proposal: Proposal,
    nation: str,
    *,
    reason: str,
    amendment: str = "",
    read: str | None = None,
    by: User,
    at: datetime,
) -> Objection:
    """
    Break silence for an Ally, in writing. ``at`` is when the request arrived: the expiry is judged by it, to the microsecond.

    ``read`` is the digest of the text that was before whoever writes, where a page can tell. What comes late is refused and
    kept. Raises NotFound, NotEntitled, AnotherText, ObjectionMissing, AlreadyObjected, TooLate, MissedTheEnd.
    """
    if nation not in rules.nations_of(by):
        raise NotEntitled
    return _object(proposal, nation, reason=reason, amendment=amendment, letter="", read=read, by=by, at=at)


def enter_letter(
    proposal: Proposal, nation: str, *, letter: str, reason: str, amendment: str = "", by: User, at: datetime
) -> Objection:
    """
    Enter an Ally's written objection that reached the secretariat otherwise, with its reference. It counts from its entry.

    Raises NotPermitted, WrongState, and as ``break_silence``.
    """
    if refused := rules.refusal(by, proposal, Act.LETTER, at=at):
        raise refused
    if not letter.strip():
        raise ObjectionMissing(field="letter")
    return _object(proposal, nation, reason=reason, amendment=amendment, letter=letter.strip(), by=by, at=at)


@transaction.atomic
def note_reading(proposal: Proposal, *, by: User, at: datetime) -> int:
    """Note that a person reads the text for her Allies, the first time that she does while it runs; how often it was new."""
    row = rows.locked(proposal)
    circulation = rows.running(row)
    if row.state != State.SILENT or circulation is None:
        return 0
    mine = queries.of_nation(circulation, rules.nations_of(by))
    known = set(Reading.objects.filter(addressee__in=mine, person=by).values_list("addressee", flat=True))
    fresh = [Reading(addressee=one, person=by, read_at=at) for one in mine if one.pk not in known]
    return len(Reading.objects.bulk_create(fresh))


def _object(
    proposal: Proposal,
    nation: str,
    *,
    reason: str,
    amendment: str,
    letter: str,
    read: str | None = None,
    by: User,
    at: datetime,
) -> Objection:
    """What is refused for its time is kept all the same: so the refusal is raised once that is written."""
    with transaction.atomic():
        row = rows.locked(proposal)
        failpoints.reach("decisions.object.locked")
        circulation = rows.running(row)
        if circulation is None:
            raise NotFound
        if read is not None and read != circulation.text.digest:
            raise AnotherText
        addressee = _addressee(circulation, nation)
        said = reason.replace("\r\n", "\n").strip()
        if not 1 <= len(said) <= LONGEST or len(amendment) > LONGEST:
            raise ObjectionMissing(field="reason")
        verdict = _verdict(row, circulation, at)
        if verdict is Verdict.HEARD and addressee.objections.filter(verdict=Verdict.HEARD).exists():
            raise AlreadyObjected
        made = Objection.objects.create(
            circulation=circulation,
            addressee=addressee,
            reason=said,
            amendment=amendment.replace("\r\n", "\n").strip(),
            letter=letter,
            verdict=verdict,
            arrived_at=at,
            given_by=by,
        )
        if verdict is Verdict.HEARD and row.state == State.SILENT:
            ending.write(circulation, Ending.BROKEN, effective_at=at, by=by, at=at)
            row.state, row.expires_at = State.BROKEN, None
            row.save(update_fields=["state", "expires_at"])
        facts = {"nation": nation, "objection": made.public_id, "letter": letter, "arrived_at": at}
        rows.record(KINDS[verdict], row, by, facts)
    if verdict is Verdict.LATE:
        told = _now("Silence ended on %(end)s, and this arrived at %(arrived)s. It is kept, and counts for nothing.")
        end = words.moment_there(queries.expiry(circulation), circulation.zone)
        raise TooLate(told % {"end": end, "arrived": numerals.to_the_second(at)})
    if verdict is Verdict.MISSED:
        raise MissedTheEnd
    return made


def _verdict(row: Proposal, circulation: Circulation, at: datetime) -> Verdict:
    if at >= queries.expiry(circulation):
        return Verdict.LATE
    ended = queries.outcome_of(circulation)
    return Verdict.HEARD if ended is None or ended.ending == Ending.BROKEN else Verdict.MISSED


def _addressee(circulation: Circulation, nation: str) -> Addressee:
    found = circulation.addressees.filter(nation=nation).select_related("nation").first()
    if found is None:
        raise NotEntitled
    return found
