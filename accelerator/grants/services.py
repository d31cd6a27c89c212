"""Setting a programme's budget; proposing, approving, refusing and recording payments. Each can be asked twice."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers
from accelerator.challenges.models import Programme
from accelerator.cohorts import queries as cohorts
from accelerator.cohorts.services.telling import tell
from accelerator.grants import queries
from accelerator.grants.lifecycle import State
from accelerator.grants.models import Budget, PaymentLine
from accelerator.grants.rules import Act, refusal
from accelerator.milestones.models import Milestone
from accelerator.milestones.queries import AT_HAND as OF_A_MILESTONE
from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid
from core.ethics import gate
from core.ethics.lifecycle import Money
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals

KEY = re.compile(r"[A-Za-z0-9_-]{8,60}")
LONGEST_REASON, LONGEST_REFERENCE = 500, 80
BUDGET_SET = declare("budget.set", _("{actor} set the budget of a programme to {amount} {currency}."))
PROPOSED = declare("payment.proposed", _("{actor} proposed to pay {amount} {currency} to {organisation}."))
APPROVED = declare("payment.approved", _("{actor} approved to pay {amount} {currency} to {organisation}."))
REFUSED = declare("payment.refused", _("{actor} refused to pay {amount} {currency} to {organisation}: {because}"))
PAID = declare("payment.paid", _("{actor} recorded that {amount} {currency} were paid to {organisation}."))


class UnfitAmount(Invalid):
    code = "unfit_amount"
    sentence = _("Write an amount above zero, in whole cents.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why, in at most 500 characters.")


class BelowWhatIsSpent(Conflict):
    code = "below_what_is_spent"
    sentence = _("Payments of more than that stand already. Refuse some of them first, or set a larger budget.")


class NotAccepted(Conflict):
    code = "milestone_not_accepted"
    sentence = _("Only what two people accepted is paid. Let the milestone be accepted first.")


class OverTheMilestone(Conflict):
    code = "over_the_milestone"
    sentence = _("This is more than the milestone releases beside the payments that stand.")


class OverTheBudget(Conflict):
    code = "over_the_budget"
    sentence = _("The programme’s budget does not cover this payment. Set a larger budget first.")


class KeyUsed(Conflict):
    code = "key_used"
    sentence = _("This form was sent before with something else in it. Open it anew and fill it in again.")


class UnfitKey(Invalid):
    code = "unfit_key"
    sentence = _("This form was changed on its way. Open it anew and fill it in again.")


class ReferenceMissing(Invalid):
    code = "reference_missing"
    sentence = _("Write the reference of the transfer, in at most 80 characters.")


class NotPaidYet(Invalid):
    code = "not_paid_yet"
    sentence = _("A payment is recorded once it was made, from the day of its approval up to today.")


@transaction.atomic
def set_budget(programme: Programme, *, amount: Decimal, reason: str, by: User, at: datetime) -> Budget:
    """
    Say what a programme may spend in all, in its currency, as a further edition. The same amount as the last is no edition.

    Raises NotPermitted, UnfitAmount, ReasonMissing, BelowWhatIsSpent.
    """
    held = locks.in_order(Programme.objects.filter(pk=programme.pk)).get()
    people_rules.require(by, Permission.COHORT_RUN, held.public_id)
    _check_amount(amount)
    said = _because(reason, field="reason")
    last = Budget.objects.filter(programme=held).order_by("-edition").first()
    if last is not None and last.amount == amount:
        return last
    if amount < queries.live_sum(queries.of_programme(held)):
        raise BelowWhatIsSpent(field="amount")
    made = Budget.objects.create(
        programme=held,
        edition=last.edition + 1 if last else 1,
        amount=amount,
        reason=said,
        set_by=by,
        set_at=at,
    )
    told = {"amount": amount, "currency": held.currency_id, "reason": said}
    before = {"amount": last.amount} if last else None
    audit.record(BUDGET_SET, made.public_id, by=by, chain=held.public_id, before=before, after=told)
    return made


@transaction.atomic
def propose(milestone: Milestone, *, amount: Decimal, key: str, by: User, at: datetime) -> PaymentLine:
    """
    Propose to pay something of what an accepted milestone releases, in the programme's currency.

    Never more than the milestone, its phase and the programme's budget have left. Asked again with the same ``key`` it
    answers with the line that stands. Raises NotPermitted, UnfitKey, KeyUsed, UnfitAmount, NotAccepted, OverTheMilestone,
    OverTheBudget, HeldByEthics.
    """
    row = _held_milestone(milestone)
    programme = row.phase.participation.programme
    people_rules.require(by, Permission.COHORT_RUN, programme.public_id)
    if not KEY.fullmatch(key):
        raise UnfitKey(field="key")
    if standing := PaymentLine.objects.filter(key=key).first():
        if (standing.milestone_id, standing.amount, standing.proposed_by_id) != (row.pk, amount, by.pk):
            raise KeyUsed
        return standing
    _check_amount(amount)
    _check_room(row, amount)
    gate.require(_passing(row, amount, day=at.date(), on=at.date()))
    failpoints.reach("grants.before_propose")
    made = PaymentLine.objects.create(milestone=row, amount=amount, key=key, proposed_by=by, proposed_at=at)
    made.milestone = row
    _record(PROPOSED, made, by)
    return made


@transaction.atomic
def approve(line: PaymentLine, *, by: User, on: date, at: datetime) -> PaymentLine:
    """
    Let a payment be made: another person than the one who proposed it, and only while ethics lets money flow on that day.

    Asked again by the same person it answers with the line. Raises NotPermitted, OwnProposal, WrongState, HeldByEthics.
    """
    row = _held(line)
    if row.state == State.APPROVED and row.approved_by_id == by.pk:
        return row
    if refused := refusal(by, row, Act.APPROVE):
        raise refused
    _require_clear(row, on=on)
    row.state, row.approved_by, row.approved_at = State.APPROVED, by, at
    row.save(update_fields=["state", "approved_by", "approved_at"])
    _record(APPROVED, row, by)
    return row


@transaction.atomic
def refuse(line: PaymentLine, *, because: str, by: User, at: datetime) -> PaymentLine:
    """Let a payment not be made, also one that was approved, and say why. Raises NotPermitted, WrongState, ReasonMissing."""
    row = _held(line)
    if refused := refusal(by, row, Act.REFUSE):
        raise refused
    said = _because(because, field="because")
    row.state, row.refused_by, row.refused_at, row.because = State.REFUSED, by, at, said
    row.save(update_fields=["state", "refused_by", "refused_at", "because"])
    _record(REFUSED, row, by, because=said)
    return row


@transaction.atomic
def pay(line: PaymentLine, *, paid_on: date, reference: str, by: User, on: date, at: datetime) -> PaymentLine:
    """
    Record that an approved payment was made, with the day of value and the reference of the transfer, and tell the start-up.

    Ethics is asked anew for the day ``on`` which it is recorded. Asked again with the same day and reference it answers
    with the line. Raises NotPermitted, WrongState, ReferenceMissing, NotPaidYet, HeldByEthics.
    """
    row = _held(line)
    named = answers.cleaned(reference).strip()
    if row.state == State.PAID and (row.paid_on, row.reference, row.paid_by_id) == (paid_on, named, by.pk):
        return row
    if refused := refusal(by, row, Act.PAY):
        raise refused
    if not 1 <= len(named) <= LONGEST_REFERENCE:
        raise ReferenceMissing(field="reference")
    if row.approved_at is None or not row.approved_at.date() <= paid_on <= on:
        raise NotPaidYet(field="paid_on")
    _require_clear(row, on=on)
    row.state, row.paid_on, row.reference, row.paid_by, row.paid_at = State.PAID, paid_on, named, by, at
    row.save(update_fields=["state", "paid_on", "reference", "paid_by", "paid_at"])
    _record(PAID, row, by, paid_on=paid_on, reference=named)
    _tell_paid(row, at=at)
    return row


def _held_milestone(milestone: Milestone) -> Milestone:
    """The milestone as it stands. Its programme is held first, so that no two payments use the same room."""
    locks.in_order(Programme.objects.filter(participations__steps__milestones=milestone.pk)).get()
    found = Milestone.objects.filter(pk=milestone.pk).select_related(*OF_A_MILESTONE)
    return locks.in_order(found).get()


def _held(line: PaymentLine) -> PaymentLine:
    milestone = _held_milestone(line.milestone)
    row = locks.in_order(PaymentLine.objects.filter(pk=line.pk).select_related("proposed_by", "approved_by")).get()
    row.milestone = milestone
    return row


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise UnfitAmount(field="amount")


def _check_room(row: Milestone, amount: Decimal) -> None:
    """The phase needs no sum of its own: its milestones add up to its funding, and each is within its own amount."""
    if row.state != "accepted":
        raise NotAccepted
    if amount + queries.live_sum(PaymentLine.objects.filter(milestone=row)) > row.amount:
        raise OverTheMilestone(field="amount")
    programme = row.phase.participation.programme
    if amount + queries.live_sum(queries.of_programme(programme)) > (queries.budget(programme) or queries.ZERO):
        raise OverTheBudget(field="amount")


def _require_clear(row: PaymentLine, *, on: date) -> None:
    asked = _passing(row.milestone, row.amount, day=on, on=on, item=row.public_id)
    gate.require(asked, always=True)


def _passing(row: Milestone, amount: Decimal, *, day: date, on: date, item: str = "") -> gate.Asked:
    participation = row.phase.participation
    subjects = tuple(cohorts.subjects_of(participation))
    scope = participation.programme.public_id
    return gate.Asked(scope, subjects, Money.PAYMENT, amount, day=day, on=on, item=item)


def _tell_paid(row: PaymentLine, *, at: datetime) -> None:
    participation = row.milestone.phase.participation

    def told() -> dict[str, object]:
        return {
            "amount": numerals.plain(row.amount, 2),
            "currency": participation.programme.currency_id,
            "milestone": row.milestone.title,
            "programme": participation.programme,
            "paid_on": row.paid_on,
            "reference": row.reference,
        }

    tell(
        participation.organisation,
        "milestone_paid",
        title=lambda: _now("%(amount)s %(currency)s were paid to you for “%(milestone)s”.") % told(),
        about=told,
        address=reverse("portal:payments", args=[participation.public_id]),
        at=at,
    )


def _because(text: str, *, field: str) -> str:
    said = answers.cleaned(text).strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise ReasonMissing(field=field)
    return said


def _record(kind: Kind, line: PaymentLine, by: User, **told: object) -> None:
    participation = line.milestone.phase.participation
    after = {
        "organisation": participation.organisation.name,
        "amount": line.amount,
        "currency": participation.programme.currency_id,
        "milestone": line.milestone.public_id,
        **told,
    }
    audit.record(kind, line.public_id, by=by, chain=participation.programme.public_id, after=after)
