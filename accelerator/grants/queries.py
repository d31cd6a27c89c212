"""Budgets, payment lines, and what they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries as cohorts
from accelerator.cohorts.lifecycle import PHASES, Standing
from accelerator.cohorts.models import Participation, ParticipationStep
from accelerator.grants.lifecycle import LIVE, State
from accelerator.grants.models import Budget, PaymentLine
from accelerator.milestones.models import Milestone
from accelerator.milestones.queries import AT_HAND as OF_A_MILESTONE
from core.errors import NotFound
from core.people.models import User

ZERO = Decimal("0.00")
TO_PROGRAMME = "milestone__phase__participation__programme"
AT_HAND = ("milestone", *(f"milestone__{one}" for one in OF_A_MILESTONE), "proposed_by", "approved_by", "paid_by")


@dataclass(frozen=True, slots=True)
class Funds:
    """In the programme's currency. ``committed`` is what was agreed: the funding of the phases that began, and of those
    who left only what their accepted milestones release. ``approved`` waits for its payment; ``paid`` is paid.
    """

    committed: Decimal = ZERO
    proposed: Decimal = ZERO
    approved: Decimal = ZERO
    paid: Decimal = ZERO

    def __add__(self, other: "Funds") -> "Funds":
        return Funds(
            self.committed + other.committed,
            self.proposed + other.proposed,
            self.approved + other.approved,
            self.paid + other.paid,
        )

    @property
    def live(self) -> Decimal:
        """What counts against the budget."""
        return self.proposed + self.approved + self.paid


def budgets(programme: Programme) -> list[Budget]:
    """Every edition of a programme's budget, the one that counts first."""
    return list(Budget.objects.filter(programme=programme).select_related("set_by").order_by("-edition"))


def budget(programme: Programme) -> Decimal | None:
    """What the programme may spend in all; None where nobody said so yet."""
    return Budget.objects.filter(programme=programme).order_by("-edition").values_list("amount", flat=True).first()


def live_sum(rows: QuerySet[PaymentLine]) -> Decimal:
    """What the lines that count add up to."""
    return rows.filter(state__in=list(LIVE)).aggregate(sum=Sum("amount"))["sum"] or ZERO


def of_programme(programme: Programme) -> QuerySet[PaymentLine]:
    return PaymentLine.objects.filter(**{TO_PROGRAMME: programme})


def lines(participation: Participation) -> list[PaymentLine]:
    """The payments of a participation, the latest first."""
    rows = PaymentLine.objects.filter(milestone__phase__participation=participation).select_related(*AT_HAND)
    return list(rows.order_by("-proposed_at", "-pk"))


def open_lines(programme: Programme) -> list[PaymentLine]:
    """The payments of a programme that wait for somebody, the oldest first."""
    rows = of_programme(programme).filter(state__in=[State.PROPOSED, State.APPROVED]).select_related(*AT_HAND)
    return list(rows.order_by("proposed_at", "pk"))


def visible_to(person: User) -> QuerySet[PaymentLine]:
    """The payments in programmes whose cohorts the person reads."""
    read = cohorts.programmes_read_by(person).order_by().values("pk")
    return PaymentLine.objects.filter(**{f"{TO_PROGRAMME}__in": read}).select_related(*AT_HAND)


def get_line(person: User, public_id: str) -> PaymentLine:
    """A payment in a programme whose cohort the person reads. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def to_pay(participation: Participation) -> list[tuple[Milestone, Decimal]]:
    """The accepted milestones of which something is neither paid nor on its way, with how much."""
    spent = Sum("payment_lines__amount", filter=Q(payment_lines__state__in=list(LIVE)))
    rows = Milestone.objects.filter(phase__participation=participation, state="accepted").annotate(spent=spent)
    open_ones = [(one, one.amount - (one.spent or ZERO)) for one in rows.order_by("phase__kind", "order")]
    return [(one, rest) for one, rest in open_ones if rest > ZERO]


def funds(participations: Iterable[Participation]) -> dict[int, Funds]:
    """What was agreed with each participation and what became of it, by its key, in three queries."""
    rows = {one.pk: one for one in participations}
    agreed = dict.fromkeys(rows, ZERO)
    phases = ParticipationStep.objects.filter(participation__in=rows, kind__in=list(PHASES))
    for key, amount in phases.values_list("participation").annotate(sum=Sum("amount")).order_by():
        agreed[key] = amount
    accepted = Milestone.objects.filter(phase__participation__in=rows, state="accepted")
    earned = dict(accepted.values_list("phase__participation").annotate(sum=Sum("amount")).order_by())
    paid: dict[tuple[int, str], Decimal] = {
        (key, state): amount
        for key, state, amount in PaymentLine.objects.filter(milestone__phase__participation__in=rows)
        .values_list("milestone__phase__participation", "state")
        .annotate(sum=Sum("amount"))
        .order_by()
    }
    return {
        key: Funds(
            committed=earned.get(key, ZERO) if row.state == Standing.LEFT else agreed[key],
            proposed=paid.get((key, State.PROPOSED), ZERO),
            approved=paid.get((key, State.APPROVED), ZERO),
            paid=paid.get((key, State.PAID), ZERO),
        )
        for key, row in rows.items()
    }
