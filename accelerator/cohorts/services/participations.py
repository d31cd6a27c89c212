"""The way of a participation: on to phase 2, decided by two; leaving; becoming one of the alumni."""

from datetime import date, datetime, timezone
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers
from accelerator.cohorts import queries
from accelerator.cohorts.lifecycle import AdvancementState, Standing
from accelerator.cohorts.models import Advancement, CohortMember, Participation, ParticipationStep
from accelerator.cohorts.rules import Act, decision_refusal, refusal
from accelerator.cohorts.services import rows
from core import locks
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid
from core.ethics import gate
from core.ethics.lifecycle import Money
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

LONGEST_REASON, LONGEST_BECAUSE = 1_000, 500
PROPOSED = declare("participation.advancement_proposed", _("{actor} proposed {organisation} for phase 2."))
ADVANCED = declare("participation.advanced", _("{actor} decided that {organisation} goes on to phase 2."))
NOT_ADVANCED = declare(
    "participation.not_advanced", _("{actor} decided that {organisation} stays in phase 1: {because}")
)
LEFT = declare("participation.left", _("{actor} recorded that {organisation} left the programme."))
GRADUATED = declare("participation.graduated", _("{actor} recorded that {organisation} is one of the alumni."))
LINKED = declare("participation.linked", _("{actor} joined {organisation} to what is published of it."))


class OverTheLimit(Invalid):
    code = "over_the_limit"
    sentence = _("Phase 2 is funded with more than zero and at most the programme’s limit, in whole cents.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why, in at most 1,000 characters.")


class ProposalWaits(Conflict):
    code = "proposal_waits"
    sentence = _("A proposal for phase 2 waits for its decision already. Let it be decided first.")


class BeforeItBegan(Invalid):
    code = "before_it_began"
    sentence = _("This day is before the last step of the participation. Choose a later one.")


class MemberOfAnother(Invalid):
    code = "member_of_another"
    sentence = _("Choose the member of the same programme and start-up.")


@transaction.atomic
def propose_advancement(
    participation: Participation, *, amount: Decimal, reason: str, by: User, at: datetime
) -> Advancement:
    """
    Propose phase 2 with its funding, in the programme's currency and within its limit; the months are the programme's.

    Raises NotPermitted, WrongState, OverTheLimit, ReasonMissing, ProposalWaits.
    """
    row = locked(participation)
    if refused := refusal(by, row, Act.PROPOSE):
        raise refused
    if not _is_within(amount, row.programme.phase_2_amount_at_most):
        raise OverTheLimit(field="amount")
    said = _said(reason, LONGEST_REASON)
    if row.advancements.filter(state=AdvancementState.PROPOSED).exists():
        raise ProposalWaits
    made = Advancement.objects.create(
        participation=row,
        amount=amount,
        months=row.programme.phase_2_months,
        reason=said,
        proposed_by=by,
        proposed_at=at,
    )
    _record(PROPOSED, row, by, amount=amount, currency=row.programme.currency_id, reason=said)
    return made


@transaction.atomic
def approve_advancement(advancement: Advancement, *, by: User, on: date, at: datetime) -> ParticipationStep:
    """
    Let a start-up go on to phase 2, from a day. Another person than the one who proposed it.

    Asked again by the same person it answers with the step that stands. Raises NotPermitted, OwnProposal, WrongState,
    BeforeItBegan, HeldByEthics.
    """
    row = locked(advancement.participation)
    held = _held(advancement, row)
    if held.state == AdvancementState.APPROVED and held.decided_by_id == by.pk:
        return ParticipationStep.objects.get(advancement=held)
    if refused := decision_refusal(by, held, Act.APPROVE) or refusal(by, row, Act.PROPOSE):
        raise refused
    _check_day(row, on)
    _require_clear(held, row, at=at)
    _decide(held, AdvancementState.APPROVED, by=by, at=at)
    step = ParticipationStep.objects.create(
        participation=row,
        kind=Standing.PHASE_2,
        amount=held.amount,
        months=held.months,
        advancement=held,
        effective_on=on,
        by=by,
        recorded_at=at,
    )
    row.state = Standing.PHASE_2
    row.save(update_fields=["state"])
    _record(ADVANCED, row, by, amount=held.amount, currency=row.programme.currency_id, effective_on=on)
    return step


@transaction.atomic
def refuse_advancement(advancement: Advancement, *, because: str, by: User, at: datetime) -> Advancement:
    """Let a start-up stay in phase 1, and say why. Raises NotPermitted, OwnProposal, WrongState, ReasonMissing."""
    row = locked(advancement.participation)
    held = _held(advancement, row)
    if refused := decision_refusal(by, held, Act.REFUSE):
        raise refused
    held.because = _said(because, LONGEST_BECAUSE, field="because")
    _decide(held, AdvancementState.REFUSED, by=by, at=at)
    _record(NOT_ADVANCED, row, by, because=held.because)
    return held


@transaction.atomic
def leave(participation: Participation, *, reason: str, by: User, on: date, at: datetime) -> ParticipationStep:
    """Record that a start-up left, from a day, and why. Raises NotPermitted, WrongState, ReasonMissing, BeforeItBegan."""
    row = locked(participation)
    if refused := refusal(by, row, Act.LEAVE):
        raise refused
    said = _said(reason, LONGEST_REASON)
    return _end(row, Standing.LEFT, said, by=by, on=on, at=at)


@transaction.atomic
def graduate(participation: Participation, *, by: User, on: date, at: datetime) -> ParticipationStep:
    """Make a start-up one of the alumni, from a day. Raises NotPermitted, WrongState, BeforeItBegan."""
    row = locked(participation)
    if refused := refusal(by, row, Act.GRADUATE):
        raise refused
    return _end(row, Standing.ALUMNI, "", by=by, on=on, at=at)


@transaction.atomic
def link_member(participation: Participation, member: CohortMember, *, by: User) -> Participation:
    """Join a participation to what was published of it later. Raises NotPermitted, MemberOfAnother."""
    row = locked(participation)
    people_rules.require(by, Permission.COHORT_RUN, row.programme.public_id)
    if (member.programme_id, member.organisation_id) != (row.programme_id, row.organisation_id):
        raise MemberOfAnother(field="member")
    if row.member_id != member.pk:
        row.member = member
        row.save(update_fields=["member"])
        _record(LINKED, row, by, member=member.public_id)
    return row


def locked(participation: Participation) -> Participation:
    """The participation as it stands, its row held until the transaction ends."""
    found = Participation.objects.filter(pk=participation.pk).select_related(*queries.AT_HAND)
    return locks.in_order(found).get()


def _held(advancement: Advancement, row: Participation) -> Advancement:
    held = locks.in_order(Advancement.objects.filter(pk=advancement.pk).select_related("proposed_by")).get()
    held.participation = row
    return held


def _require_clear(held: Advancement, row: Participation, *, at: datetime) -> None:
    on, scope = at.astimezone(timezone.utc).date(), row.programme.public_id
    subjects = tuple(queries.subjects_of(row))
    gate.require(gate.Asked(scope, subjects, Money.OFFER, held.amount, day=on, on=on, item=held.public_id))


def _decide(held: Advancement, state: AdvancementState, *, by: User, at: datetime) -> None:
    held.state, held.decided_by, held.decided_at = state, by, at
    held.save(update_fields=["state", "decided_by", "decided_at", "because"])


def _end(row: Participation, standing: Standing, reason: str, *, by: User, on: date, at: datetime) -> ParticipationStep:
    _check_day(row, on)
    if row.advancements.filter(state=AdvancementState.PROPOSED).exists():
        raise ProposalWaits
    step = ParticipationStep.objects.create(
        participation=row, kind=standing, reason=reason, effective_on=on, by=by, recorded_at=at
    )
    row.state = standing
    row.save(update_fields=["state"])
    _record(LEFT if standing is Standing.LEFT else GRADUATED, row, by, reason=reason, effective_on=on)
    return step


def _check_day(row: Participation, on: date) -> None:
    if row.steps.filter(effective_on__gt=on).exists():
        raise BeforeItBegan(field="on")


def _said(text: str, longest: int, *, field: str = "reason") -> str:
    said = answers.cleaned(text).strip()
    if not 1 <= len(said) <= longest:
        raise ReasonMissing(field=field)
    return said


def _is_within(amount: Decimal, limit: Decimal) -> bool:
    return amount.is_finite() and 0 < amount <= limit and amount == round(amount, 2)


def _record(kind: Kind, row: Participation, by: User, **told: object) -> None:
    rows.record(kind, row.public_id, row.programme, by, {"organisation": row.organisation.name, **told})
