"""A selection: proposed by one programme manager, decided by another, told to applicants on its day or later."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import queries as applications
from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.challenges.models import Call, Challenge
from accelerator.panels import queries
from accelerator.panels.lifecycle import Outcome, State
from accelerator.panels.models import Selection, SelectionLine
from accelerator.panels.rules import Act, refusal, refusal_to_propose
from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.notifications import services as notifications
from core.people.models import User

PROPOSED = declare("selection.proposed", _("{actor} proposed the selection {subject}."))
APPROVED = declare("selection.approved", _("{actor} approved the selection {subject}."))
SENT_BACK = declare("selection.sent_back", _("{actor} sent the selection {subject} back."))
RELEASED = declare("selection.released", _("{actor} released the selection {subject}: applicants are told."))
RELEASE = "accelerator.panels.release"
LONGEST = 2_000
Named: TypeAlias = Application | queries.Applicant
"""An application by its public id."""
OF_A_LINE = ("application__call", "application__organisation")


class AlreadyProposed(Conflict):
    code = "already_proposed"
    sentence = _("A selection for this challenge is proposed or decided already.")


class NotAllRanked(Conflict):
    code = "not_all_ranked"
    sentence = _("Screen every application of this challenge first, and let each that passed have a review.")


class NothingSelected(Invalid):
    code = "nothing_selected"
    sentence = _("Choose at least one application to select or to keep in reserve.")


class UnknownApplication(Invalid):
    code = "unknown_application"
    sentence = _("Choose among the applications of the ranking, each once.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why these, in at most 2,000 characters.")


class BecauseMissing(Invalid):
    code = "because_missing"
    sentence = _("Say what should be changed, in at most 2,000 characters.")


class ReleaseTooSoon(Invalid):
    code = "release_too_soon"
    sentence = _("Applicants cannot be told before tomorrow: somebody else decides first.")


class ChangedSince(Conflict):
    code = "selection_changed_since"
    sentence = _(
        "Scores, screenings or applications changed since this was proposed. Send it back, so that it is proposed anew."
    )


@transaction.atomic
def propose(
    call: Call,
    challenge: Challenge | None,
    *,
    selected: Sequence[Named],
    reserve: Sequence[Named],
    reason: str,
    release_on: date,
    by: User,
    at: datetime,
) -> Selection:
    """
    Propose what becomes of every application to a challenge: ``reserve`` in its order, whoever is in neither is not selected.

    Raises NotPermitted, ReviewedThem, InConflict, AlreadyProposed, NotAllRanked, NothingSelected, UnknownApplication, ReasonMissing,
    ReleaseTooSoon.
    """
    _hold(call, challenge)
    everyone = queries.applicants(call, challenge)
    if refused := refusal_to_propose(by, call, [one.key for one in everyone]):
        raise refused
    if queries.standing_selection(call, challenge) is not None:
        raise AlreadyProposed
    table = queries.ranking(call, challenge, everyone)
    outcomes = _outcomes(table, selected, reserve)
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST:
        raise ReasonMissing(field="reason")
    if release_on <= at.date():
        raise ReleaseTooSoon(field="release_on")
    by_id = {one.public_id: one.key for one in everyone}
    means = {one.application.public_id: one.mean for one in table.places}
    made = Selection.objects.create(
        call=call,
        challenge=challenge,
        reason=said,
        release_on=release_on,
        digest=queries.digest(call, challenge, table, outcomes, said, release_on.isoformat()),
        proposed_by=by,
        proposed_at=at,
    )
    SelectionLine.objects.bulk_create(
        SelectionLine(selection=made, application_id=by_id[key], outcome=outcome, place=place, mean=means.get(key))
        for key, (outcome, place) in outcomes.items()
    )
    _record(PROPOSED, made, by, {"digest": made.digest, "count": len(selected)})
    return made


@transaction.atomic
def approve(selection: Selection, *, digest: str, by: User, at: datetime) -> Selection:
    """
    Approve exactly what ``digest`` covers, as scores stand now. Raises NotPermitted, OwnProposal, ReviewedThem, InConflict, WrongState,
    ChangedSince.
    """
    _hold(selection.call, selection.challenge)
    row = _locked(selection)
    _require(by, row, Act.APPROVE, at=at)
    if digest != row.digest or queries.digest_now(row) != row.digest:
        raise ChangedSince
    row.state, row.decided_by, row.decided_at = State.APPROVED, by, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _record(APPROVED, row, by, {"digest": digest})
    return row


@transaction.atomic
def send_back(selection: Selection, *, because: str, by: User, at: datetime) -> Selection:
    """Say what should be changed; it is proposed anew then. Raises NotPermitted, ReviewedThem, InConflict, WrongState, BecauseMissing."""
    row = _locked(selection)
    _require(by, row, Act.SEND_BACK, at=at)
    if not 1 <= len(because.strip()) <= LONGEST:
        raise BecauseMissing(field="because")
    row.state, row.decided_by, row.decided_at, row.decided_because = State.SENT_BACK, by, at, because.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_because"])
    _record(SENT_BACK, row, by, {"because": because.strip()[:300]})
    return row


@transaction.atomic
def release(selection: Selection, *, by: User, at: datetime) -> Selection:
    """Tell every start-up what became of its application. Raises NotPermitted, WrongState, TooEarly."""
    row = _locked(selection)
    _require(by, row, Act.RELEASE, at=at)
    row.state, row.released_by, row.released_at = State.RELEASED, by, at
    row.save(update_fields=["state", "released_by", "released_at"])
    for line in row.lines.filter(application__state=Sent.SUBMITTED).select_related(*OF_A_LINE).order_by("pk"):
        _tell(line.application, at=at)
    _record(RELEASED, row, by, {"count": row.lines.count()})
    return row


def start_releases(*, by: User, at: datetime) -> list[Job]:
    """Put each approved selection whose day has come on the list; asked again, or by two at once, it is the same job."""
    return [
        jobs.start(
            RELEASE,
            key=one.public_id,
            by=by,
            on=at.date(),
            scope=one.call.programme.public_id,
            selection=one.pk,
        )
        for one in queries.to_release(at=at)
    ]


@transaction.atomic
def release_on_its_day(job: Running, *, by: User, at: datetime) -> None:
    """Release what a job is about; what somebody released meanwhile stays as it is. Raises NotPermitted, WrongState, TooEarly."""
    selection = _locked(Selection.objects.get(pk=job.ids["selection"]))
    if selection.state != State.RELEASED:
        release(selection, by=by, at=at)
    job.hold()


def _outcomes(
    table: queries.Ranking, selected: Sequence[Named], reserve: Sequence[Named]
) -> dict[str, tuple[str, int | None]]:
    """What becomes of each application, by its public id."""
    if not table.is_whole:
        raise NotAllRanked
    named = [one.public_id for one in (*selected, *reserve)]
    ranked = [one.application.public_id for one in table.places]
    if ranked and not named:
        raise NothingSelected(field="selected")
    if len(set(named)) != len(named) or not set(named) <= set(ranked):
        raise UnknownApplication(field="selected")
    found: dict[str, tuple[str, int | None]] = dict.fromkeys(ranked, (Outcome.NOT_SELECTED.value, None))
    found |= {one.public_id: (Outcome.SELECTED.value, None) for one in selected}
    found |= {one.public_id: (Outcome.RESERVE.value, place) for place, one in enumerate(reserve, start=1)}
    return found | {one.public_id: (Outcome.SCREENED_OUT.value, None) for one in table.screened_out}


def _hold(call: Call, challenge: Challenge | None) -> None:
    """
    The call's row, so that two proposals come one after the other; then the applications' rows: nobody screens, scores, declares
    or withdraws between what is read here and what is written.
    """
    locks.in_order(Call.objects.filter(pk=call.pk)).get()
    list(locks.in_order(Application.objects.filter(call=call, challenge=challenge)).only("pk"))


def _locked(selection: Selection) -> Selection:
    """The selection as it stands, its row held until the transaction ends."""
    rows = Selection.objects.filter(pk=selection.pk).select_related("call__programme", "challenge", "proposed_by")
    return locks.in_order(rows).get()


def _require(by: User, selection: Selection, act: Act, *, at: datetime) -> None:
    if refused := refusal(by, selection, act, at=at):
        raise refused


def _tell(application: Application, *, at: datetime) -> None:
    """In the product and by mail, to everybody who writes for the start-up. Neither says what was decided: the page does."""
    address = reverse("portal:feedback", args=[application.public_id])
    for reader in applications.readers_of(application.organisation, at=at):
        with translation.override(reader.language):
            said = _now("The decision on your application to %(call)s is there.") % {"call": application.call}
        notifications.tell(reader, title=said, address=address, at=at)
        notifications.write_from_template(
            "application_decided",
            recipient=reader.email,
            language=reader.language,
            context={
                "name": reader.name,
                "call": application.call,
                "organisation": application.organisation.name,
                "link": f"{settings.SITE_URL}{address}",
            },
            at=at,
        )


def _record(kind: Kind, row: Selection, by: User, told: dict[str, object]) -> None:
    audit.record(kind, row.public_id, by=by, chain=row.call.programme.public_id, after=told)
