"""Planning milestones, showing evidence, and what the programme's people say of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers
from accelerator.cohorts import services as cohorts
from accelerator.cohorts.models import Participation, ParticipationStep
from accelerator.cohorts.services.telling import tell
from accelerator.milestones import queries
from accelerator.milestones.lifecycle import ACCEPTANCES, State, Verdict
from accelerator.milestones.models import Evidence, EvidenceFile, Judgement, Milestone
from accelerator.milestones.reading import KIND
from accelerator.milestones.rules import Act, evidence_refusal, handing_refusal, judging_refusal, plan_refusal
from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.documents import services as documents
from core.documents.lifecycle import State as Checked
from core.documents.services import Landed, Readable
from core.errors import Conflict, Invalid
from core.people.models import User

OUT_OF_EVIDENCE = "taken out of evidence that was not given"
OF_AN_OLD_PLAN = "the milestone was planned anew"
MOST, LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 30, 200, 20_000, 1_000
PLANNED = declare("milestones.planned", _("{actor} planned the milestones of {organisation}."))
SUBMITTED = declare("milestone.evidence_given", _("{actor} gave evidence for a milestone of {organisation}."))
HANDED_IN = declare("milestone.file_handed_in", _("{actor} handed in a file for a milestone of {organisation}."))
ACCEPTED_ONCE = declare("milestone.accepted_first", _("{actor} accepted evidence of {organisation}, as the first."))
ACCEPTED = declare("milestone.accepted", _("{actor} accepted evidence of {organisation}, as the second."))
SENT_BACK = declare("milestone.sent_back", _("{actor} sent evidence of {organisation} back: {because}"))


class UnfitPlan(Invalid):
    code = "unfit_plan"
    sentence = _("A phase has 1 to 30 milestones, each with a title in one language at least, a day and an amount.")


class DoesNotAddUp(Invalid):
    code = "does_not_add_up"
    sentence = _("The amounts of the milestones have to add up to the funding of the phase, to the cent.")


class DueTooEarly(Invalid):
    code = "milestone_due_too_early"
    sentence = _("A milestone is due after its phase began. Choose a later day.")


class EvidenceMissing(Invalid):
    code = "evidence_missing"
    sentence = _("Write what shows that the milestone is reached, in at most 20,000 characters.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say what is missing, in at most 1,000 characters.")


class FileRefused(Conflict):
    code = "evidence_file_refused"
    sentence = _("A file was refused when it was checked. Take it out, then send the evidence.")


class FilesUnread(Conflict):
    code = "evidence_files_unread"
    sentence = _(
        "Not every file of this evidence was found clean, so nobody can have read all of it. Wait until they are checked; "
        "where one was refused, send the evidence back and say which."
    )


class OtherEvidence(Conflict):
    code = "other_evidence"
    sentence = _("This is not the evidence that counts any more. Read the last one, then judge it.")


@dataclass(frozen=True, slots=True)
class Line:
    """A milestone of a plan. ``amount`` is in the programme's currency."""

    due_on: date
    amount: Decimal
    title_en: str = ""
    title_fr: str = ""


@transaction.atomic
def plan(phase: ParticipationStep, lines: Sequence[Line], *, by: User, at: datetime) -> list[Milestone]:
    """
    Plan a phase, or plan it anew as long as no evidence was given for it. What is planned releases its whole funding.

    Raises NotPermitted, PhasesOver, WrongState, UnfitPlan, DueTooEarly, DoesNotAddUp.
    """
    row = cohorts.locked(phase.participation)
    held = ParticipationStep.objects.get(pk=phase.pk)
    held.participation = row
    if refused := plan_refusal(by, held):
        raise refused
    _check(held, lines)
    for prepared in EvidenceFile.objects.filter(milestone__phase=held).select_related("document").order_by("pk"):
        _remove(prepared, because=OF_AN_OLD_PLAN, by=by, at=at)
    Milestone.objects.filter(phase=held).delete()
    made = Milestone.objects.bulk_create(
        Milestone(
            phase=held,
            order=order,
            title_en=one.title_en.strip(),
            title_fr=one.title_fr.strip(),
            due_on=one.due_on,
            amount=one.amount,
            planned_by=by,
            planned_at=at,
        )
        for order, one in enumerate(lines, start=1)
    )
    told = {"phase": held.kind, "lines": [f"{one.due_on.isoformat()} {one.amount}" for one in lines]}
    _record(PLANNED, row, by, row.public_id, told)
    return made


@transaction.atomic
def attach(milestone: Milestone, file: Readable | Landed, *, name: str, by: User, at: datetime) -> EvidenceFile:
    """
    Prepare a file for the next evidence; until that is given the start-up's own people alone read it.

    Raises NotPermitted, PhasesOver, WrongState, and what ``core.documents`` refuses of a file.
    """
    row = _locked(milestone)
    if refused := evidence_refusal(by, row):
        raise refused
    return _received(row, file, name, by, at)


@transaction.atomic
def hand_in(milestone: Milestone, file: Readable, *, name: str, by: User, at: datetime) -> EvidenceFile:
    """
    Prepare a file as a partner system of the start-up's nation, and tell the start-up: it gives the file or takes it out.

    Raises NotPermitted, PhasesOver, WrongState, and what ``core.documents`` refuses of a file.
    """
    row = _locked(milestone)
    if refused := handing_refusal(by, row):
        raise refused
    made = _received(row, file, name, by, at)
    told = {"document": made.document.public_id, "sha256": made.document.sha256}
    _record(HANDED_IN, row.phase.participation, by, row.public_id, told)
    _tell(
        row,
        "evidence_handed_in",
        lambda: _now("A file was handed in for “%(milestone)s”.") % {"milestone": row.title},
        at=at,
        file=name,
    )
    return made


@transaction.atomic
def detach(file: EvidenceFile, *, by: User, at: datetime) -> None:
    """Take a prepared file out, with its bytes; asked again nothing changes. Raises NotPermitted, PhasesOver, WrongState."""
    row = _locked(file.milestone)
    if refused := evidence_refusal(by, row):
        raise refused
    kept = EvidenceFile.objects.filter(pk=file.pk, evidence__isnull=True).select_related("document").first()
    if kept is not None:
        _remove(kept, because=OUT_OF_EVIDENCE, by=by, at=at)


@transaction.atomic
def submit(milestone: Milestone, *, text: str, by: User, at: datetime) -> Evidence:
    """
    Show that a milestone is reached, with the files that were prepared; those that wait for their check go with it.

    Raises NotPermitted, PhasesOver, WrongState, EvidenceMissing, FileRefused.
    """
    row = _locked(milestone)
    if refused := evidence_refusal(by, row):
        raise refused
    given = answers.cleaned(text).strip()
    if not 1 <= len(given) <= LONGEST_TEXT:
        raise EvidenceMissing(field="text")
    prepared = EvidenceFile.objects.filter(milestone=row, evidence__isnull=True)
    if prepared.filter(document__state=Checked.REFUSED).exists():
        raise FileRefused(field="files")
    last = queries.last_evidence(row)
    made = Evidence.objects.create(
        milestone=row, order=last.order + 1 if last else 1, text=given, submitted_by=by, submitted_at=at
    )
    names = list(prepared.order_by("pk").values_list("document__public_id", flat=True))
    prepared.update(evidence=made)
    _move(row, State.SUBMITTED)
    _record(SUBMITTED, row.phase.participation, by, row.public_id, {"evidence": made.public_id, "files": names})
    return made


@transaction.atomic
def accept(milestone: Milestone, *, read: str, by: User, at: datetime) -> Milestone:
    """
    Accept the evidence that was read, by its public id. With the second person the milestone is accepted, and its start-up told.

    Whoever planned it may be one of the two; nobody is both. Asked again, it answers with the milestone as it stands.
    Raises NotPermitted, OwnEvidence, AlreadyJudged, PhasesOver, WrongState, OtherEvidence, FilesUnread.
    """
    row = _locked(milestone)
    last = queries.last_evidence(row)
    if last is not None and _said(last, Verdict.ACCEPTED, by) and read == last.public_id:
        return row
    last = _required(by, row, last, Act.ACCEPT, read)
    if not queries.are_readable(last):
        raise FilesUnread
    Judgement.objects.create(evidence=last, verdict=Verdict.ACCEPTED, by=by, at=at)
    accepted = Judgement.objects.filter(evidence=last, verdict=Verdict.ACCEPTED).count()
    if accepted >= ACCEPTANCES:
        _move(row, State.ACCEPTED)
        _tell(row, "milestone_accepted", lambda: _now("“%(milestone)s” is accepted.") % {"milestone": row.title}, at=at)
    kind = ACCEPTED if accepted >= ACCEPTANCES else ACCEPTED_ONCE
    _record(kind, row.phase.participation, by, row.public_id, {"evidence": read, "amount": row.amount})
    return row


@transaction.atomic
def send_back(milestone: Milestone, *, read: str, because: str, by: User, at: datetime) -> Milestone:
    """
    Send the evidence that was read back and tell the start-up what is missing: an acceptance of it counts no more.

    Raises NotPermitted, OwnEvidence, AlreadyJudged, PhasesOver, WrongState, OtherEvidence, ReasonMissing.
    """
    row = _locked(milestone)
    last = _required(by, row, queries.last_evidence(row), Act.SEND_BACK, read)
    said = answers.cleaned(because).strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise ReasonMissing(field="because")
    Judgement.objects.create(evidence=last, verdict=Verdict.SENT_BACK, reason=said, by=by, at=at)
    _move(row, State.PLANNED)
    _record(SENT_BACK, row.phase.participation, by, row.public_id, {"evidence": read, "because": said})
    _tell(
        row,
        "evidence_sent_back",
        lambda: _now("Something is missing for “%(milestone)s”.") % {"milestone": row.title},
        because=said,
        at=at,
    )
    return row


def _check(phase: ParticipationStep, lines: Sequence[Line]) -> None:
    if not 1 <= len(lines) <= MOST or not all(_fits(one) for one in lines):
        raise UnfitPlan
    if any(one.due_on < phase.effective_on for one in lines):
        raise DueTooEarly
    if sum(one.amount for one in lines) != phase.amount:
        raise DoesNotAddUp


def _fits(line: Line) -> bool:
    titles = (line.title_en.strip(), line.title_fr.strip())
    is_amount = line.amount.is_finite() and line.amount > 0 and line.amount == round(line.amount, 2)
    return is_amount and any(titles) and all(len(one) <= LONGEST_TITLE for one in titles)


def _locked(milestone: Milestone) -> Milestone:
    """The milestone as it stands; its participation is held first, then its own row."""
    participation = cohorts.locked(milestone.phase.participation)
    row = locks.in_order(Milestone.objects.filter(pk=milestone.pk).select_related("phase")).get()
    row.phase.participation = participation
    return row


def _required(by: User, row: Milestone, last: Evidence | None, act: Act, read: str) -> Evidence:
    """The evidence that counts, if the person may judge it and read that one."""
    if refused := judging_refusal(by, row, last, act):
        raise refused
    if last is None or read != last.public_id:
        raise OtherEvidence
    return last


def _said(evidence: Evidence, verdict: Verdict, by: User) -> bool:
    return evidence.judgements.filter(verdict=verdict, by=by).exists()


def _received(row: Milestone, file: Readable | Landed, name: str, by: User, at: datetime) -> EvidenceFile:
    organisation = row.phase.participation.organisation
    scope = organisation.public_id
    document = documents.receive(
        file, name=name, kind=KIND, subject=row.public_id, scope=scope, organisation=organisation, by=by, at=at
    )
    return EvidenceFile.objects.create(milestone=row, document=document)


def _remove(prepared: EvidenceFile, *, because: str, by: User, at: datetime) -> None:
    document = prepared.document
    prepared.delete()
    if document.removed_at is None:
        documents.remove(document, because=because, by=by, at=at)


def _move(row: Milestone, state: State) -> None:
    row.state = state
    row.save(update_fields=["state"])


def _tell(row: Milestone, template: str, title: Callable[[], str], *, at: datetime, **more: str) -> None:
    tell(
        row.phase.participation.organisation,
        template,
        title=title,
        about=lambda: {"milestone": row.title, "programme": row.phase.participation.programme} | more,
        address=reverse("portal:milestone", args=[row.public_id]),
        at=at,
    )


def _record(kind: Kind, row: Participation, by: User, subject: str, told: Mapping[str, object]) -> None:
    after = {"organisation": row.organisation.name, **told}
    audit.record(kind, subject, by=by, chain=row.programme.public_id, after=after)
