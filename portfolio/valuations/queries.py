"""Runs, marks and approvals; what changed since the last quarter; what locked runs say of every holding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest

from core.audit import digests
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.queries import ADDING
from portfolio.valuations import rules, techniques
from portfolio.valuations.lifecycle import APPROVALS_NEEDED, FINISHED, State
from portfolio.valuations.models import Mark, MarkApproval, ValuationPolicy, ValuationRun
from portfolio.valuations.rules import Act

ZERO = Decimal(0)
COVERED = ("technique", "local_value", "value", "level", "inputs", "relevance")
"""What an approval covers of every mark."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A holding's mark beside the one of the quarter before. ``before`` is None where there was none.

    ``moved`` is what was paid in less what came back in between, at cost; ``revalued`` is the rest of the change.
    """

    mark: Mark
    before: Decimal | None
    moved: Decimal

    @property
    def revalued(self) -> Decimal:
        start = self.mark.cost - self.moved if self.before is None else self.before
        return self.mark.value - start - self.moved

    @property
    def share(self) -> Decimal | None:
        """The revaluation as a part of the value before; None where there was none."""
        return self.revalued / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Signed:
    """An approval, whether it still holds, and what changed since where it does not."""

    approval: MarkApproval
    holds: bool
    changes: Sequence["FieldChange"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one holding's mark. ``before`` or ``after`` is None where there was no mark."""

    holding: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Valued:
    """A holding at fair value in the fund's currency: the latest locked mark, rolled for what moved since.

    ``mark`` is None where no locked run holds one: then ``value`` is cost.
    """

    holding_id: int
    mark: str | None
    marked_on: date | None
    value: Decimal


def runs_visible_to(person: User) -> QuerySet[ValuationRun]:
    """The runs of the person's funds, the latest quarter first; every one to an auditor."""
    runs = ValuationRun.objects.select_related("fund").order_by("-quarter_end", "-version", "pk")
    if people_rules.reaches_everywhere(person, Permission.FUND_READ):
        return runs
    return runs.filter(fund__public_id__in=people_rules.scopes_of(person, Permission.FUND_READ))


def run_of(person: User, public_id: str) -> ValuationRun | None:
    """A run that the person reads; None where there is none of that id for her."""
    return runs_visible_to(person).filter(public_id=public_id).first()


def policy_of(fund: Fund, *, quarter_end: date, known_at: datetime) -> ValuationPolicy | None:
    """The policy that governs a quarter."""
    return (
        ValuationPolicy.objects.filter(fund=fund, first_day__lte=quarter_end, recorded_at__lte=known_at)
        .order_by("-first_day", "-recorded_at", "-pk")
        .first()
    )


def marks_visible_to(person: User) -> QuerySet[Mark]:
    """The marks of the runs that the person reads, every edition."""
    return Mark.objects.filter(run__in=runs_visible_to(person).order_by().values("pk"))


def marks_of(run: ValuationRun) -> list[Mark]:
    """The edition in force of every mark, the largest value first."""
    rows = (
        run.marks.select_related("holding__organisation__nation", "holding__currency", "recorded_by")
        .order_by("holding", "-edition")
        .distinct("holding")
    )
    return sorted(rows, key=lambda one: (-one.value, one.holding.organisation.name, one.holding_id))


def history_of(mark: Mark) -> QuerySet[Mark]:
    """Every edition of a mark within its run, the latest first."""
    return (
        Mark.objects.filter(run=mark.run_id, holding=mark.holding_id).select_related("recorded_by").order_by("-edition")
    )


def marks_over_time(holding: Holding, *, known_at: datetime) -> list[Mark]:
    """The locked mark of each quarter as known at a moment, the oldest first."""
    rows = (
        Mark.objects.filter(holding=holding, run__locked_at__lte=known_at)
        .select_related("run")
        .order_by("run__quarter_end", "-run__version", "-edition")
        .distinct("run__quarter_end")
    )
    return list(rows)


def changes_against_last_quarter(run: ValuationRun) -> list[Changed]:
    """Every mark of a run beside the quarter before, the largest revaluation first."""
    before = _values_before(run)
    found = [Changed(mark, *before.get(mark.holding_id, (None, ZERO))) for mark in marks_of(run)]
    return sorted(found, key=lambda one: (-abs(one.revalued), one.mark.holding.organisation.name))


def content_of(run: ValuationRun) -> dict[str, Any]:
    """Exactly what an approval covers, as plain values."""
    return {
        "quarter_end": run.quarter_end.isoformat(),
        "version": run.version,
        "rates": run.rates,
        "marks": {mark.holding.public_id: _covered(mark) for mark in marks_of(run)},
    }


def digest(run: ValuationRun) -> str:
    return digests.digest(content_of(run))


def field_changes(signed: Mapping[str, Any], current: Mapping[str, Any]) -> list[FieldChange]:
    """What differs between what was signed and what stands now, mark by mark and field by field."""
    found = []
    for holding in sorted({*signed["marks"], *current["marks"]}):
        old, new = signed["marks"].get(holding, {}), current["marks"].get(holding, {})
        found += [
            FieldChange(holding, name, old.get(name), new.get(name))
            for name in COVERED
            if old.get(name) != new.get(name)
        ]
    return found


def approvals_of(run: ValuationRun) -> list[Signed]:
    """Every approval, the latest first; those of earlier contents with what changed since."""
    current = content_of(run)
    now = digests.digest(current)
    return [
        Signed(row, row.digest == now, () if row.digest == now else field_changes(row.signed, current))
        for row in run.approvals.select_related("by").order_by("-at", "-pk")
    ]


def authors_of(run: ValuationRun) -> list[User]:
    """Everybody who opened or submitted the run, or recorded a mark in it or in a version that it continues."""
    recorded = Mark.objects.filter(
        run__fund=run.fund_id, run__quarter_end=run.quarter_end, run__version__lte=run.version
    )
    named = Q(pk__in=recorded.values("recorded_by")) | Q(pk__in={run.opened_by_id, run.submitted_by_id} - {None})
    return list(User.objects.filter(named).order_by("pk"))


def signers_of(run: ValuationRun, digest: str) -> list[User]:
    """Whose approvals of these contents stand."""
    return list(User.objects.filter(pk__in=run.approvals.filter(digest=digest).values("by")).order_by("pk"))


def steps_open_to(run: ValuationRun, person: User) -> frozenset[Act]:
    """What the person may do to the run now."""
    authors = authors_of(run)
    found = {act for act in Act if rules.refusal(person, run, act, authors=authors) is None}
    if Act.APPROVE in found and rules.one_person(person) in map(rules.one_person, signers_of(run, digest(run))):
        found.discard(Act.APPROVE)
    if Act.REOPEN in found and not is_latest(run):
        found.discard(Act.REOPEN)
    return frozenset(found)


def is_latest(run: ValuationRun) -> bool:
    """Whether no later version of the quarter was opened."""
    return not ValuationRun.objects.filter(
        fund=run.fund_id, quarter_end=run.quarter_end, version__gt=run.version
    ).exists()


def waiting_for(person: User) -> list[ValuationRun]:
    """Runs that wait for a step of the person, the oldest quarter first."""
    open_runs = runs_visible_to(person).exclude(state__in=FINISHED).order_by("quarter_end", "pk")
    wanted = {State.IN_REVIEW: Act.SUBMIT, State.SUBMITTED: Act.APPROVE}
    return [run for run in open_runs if wanted.get(State(run.state)) in steps_open_to(run, person)]


def approvals_missing(run: ValuationRun) -> int:
    """How many more people have to approve what stands."""
    now = digest(run)
    return max(APPROVALS_NEEDED - len({rules.one_person(one) for one in signers_of(run, now)}), 0)


def fair_value_rows(fund: Fund, *, as_of: date, known_at: datetime) -> list[Valued]:
    """What every holding is worth by the latest marks locked by then, rolled for what was paid and received since.

    A write-off since takes its cost off. Values are never below zero. Without a mark a holding stands at cost.
    """
    rows = _valued(fund, as_of=as_of, known_at=known_at).order_by("pk")
    return [Valued(*row) for row in rows.values_list("pk", "mark", "marked_on", "fair_value")]


def revalued(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[Any, Any]:
    """Holdings with a mark locked by then; ``gain`` is fair value less cost, in the fund's currency."""
    rows = _valued(fund, as_of=as_of, known_at=known_at).filter(mark__isnull=False)
    return rows.annotate(gain=F("fair_value") - F("fund_cost"))


def _valued(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[Any, Any]:
    latest = Mark.objects.filter(
        holding=OuterRef("pk"), run__quarter_end__lte=as_of, run__locked_at__lte=known_at
    ).order_by("-run__quarter_end", "-run__version", "-edition")
    known = Q(transactions__effective_on__lte=as_of, transactions__recorded_at__lte=known_at)
    since = known & (
        Q(marked_on__isnull=True)
        | Q(transactions__effective_on__gt=F("marked_on"))
        | Q(transactions__recorded_at__gt=F("marked_as_known"))
    )
    return (
        Holding.objects.filter(fund=fund)
        .annotate(
            mark=Subquery(latest.values("public_id")[:1]),
            marked_on=Subquery(latest.values("run__quarter_end")[:1]),
            marked_as_known=Subquery(latest.values("known_at")[:1]),
            mark_is_illustrative=Subquery(latest.values("run__is_illustrative")[:1]),
            start=Coalesce(Subquery(latest.values("value")[:1]), ZERO, output_field=AMOUNT),
        )
        .annotate(
            moved=Coalesce(Sum(_MOVED, filter=since), ZERO, output_field=AMOUNT),
            fund_cost=Sum(_COST, filter=known, output_field=AMOUNT),
        )
        .filter(fund_cost__isnull=False)
        .annotate(fair_value=Greatest(F("start") + F("moved"), ZERO, output_field=AMOUNT))
    )


AMOUNT = DecimalField(max_digits=20, decimal_places=2)
_COST = Case(
    When(transactions__kind__in=sorted(ADDING), then=F("transactions__fund_cost")),
    default=-F("transactions__fund_cost"),
)
_MOVED = Case(
    When(transactions__kind__in=sorted(ADDING), then=F("transactions__fund_amount")),
    When(transactions__kind="write-off", then=-F("transactions__fund_cost")),
    default=Case(
        When(marked_on__isnull=True, then=-F("transactions__fund_cost")), default=-F("transactions__fund_amount")
    ),
)
"""What a transaction adds to a value since its mark: money, and cost where there is no mark yet."""


def recomputed(mark: Mark) -> tuple[Decimal, Decimal]:
    """The value in the holding's and in the fund's currency, from the pinned inputs and rates alone."""
    local = techniques.value(mark.technique, amounts(mark.inputs))
    return local, in_fund_currency(mark.run, mark.holding, local)


def amounts(inputs: Sequence[Mapping[str, str]]) -> dict[str, Decimal]:
    """The inputs of a mark by name."""
    return {one["name"]: Decimal(one["value"]) for one in inputs}


def in_fund_currency(run: ValuationRun, holding: Holding, local: Decimal) -> Decimal:
    """An amount in the holding's currency in the fund's, by the rates that the run pinned."""
    if holding.currency_id == run.fund.currency_id:
        return local
    units = {one["currency"]: Decimal(one["units_per_euro"]) for one in run.rates}
    return techniques.converted(local, from_units=units[holding.currency_id], to_units=units[run.fund.currency_id])


def _covered(mark: Mark) -> dict[str, Any]:
    found = {name: getattr(mark, name) for name in COVERED}
    return found | {"local_value": str(mark.local_value), "value": str(mark.value)}


def _values_before(run: ValuationRun) -> dict[int, tuple[Decimal | None, Decimal]]:
    """By holding: the value locked for the quarter before, and what was paid in less what came back since."""
    earlier = (
        Mark.objects.filter(run__fund=run.fund_id, run__quarter_end__lt=run.quarter_end, run__locked_at__isnull=False)
        .order_by("holding", "-run__quarter_end", "-run__version", "-edition")
        .distinct("holding")
        .values_list("holding", "value", "run__quarter_end")
    )
    found: dict[int, tuple[Decimal | None, Decimal]] = {}
    since = {holding: (value, day) for holding, value, day in earlier}
    moved = Transaction.objects.filter(
        holding__fund=run.fund_id, effective_on__lte=run.quarter_end, recorded_at__lte=run.opened_at
    ).values_list("holding", "kind", "effective_on", "fund_amount", "fund_cost")
    for holding, kind, day, paid, cost in moved:
        value, marked_on = since.get(holding, (None, None))
        if marked_on is not None and day <= marked_on:
            continue
        sign_and_amount = paid if kind in ADDING else -(cost if kind == "write-off" or value is None else paid)
        before, total = found.get(holding, (value, ZERO))
        found[holding] = before, total + sign_and_amount
    return {holding: found.get(holding, (value, ZERO)) for holding, (value, _day) in since.items()} | found
