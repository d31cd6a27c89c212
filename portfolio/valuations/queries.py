"""Runs, marks and approvals; what changed since the last quarter; what locked runs say of every holding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Coalesce

from core.audit import digests
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.queries import ADDING
from portfolio.valuations import fair_value, rolling, rules, techniques
from portfolio.valuations.fair_value import Valued
from portfolio.valuations.lifecycle import APPROVALS_NEEDED, FINISHED, State
from portfolio.valuations.models import (
    Mark,
    MarkApproval,
    MarkRecomputation,
    ReportedNav,
    ValuationPolicy,
    ValuationRun,
)
from portfolio.valuations.rules import Act

ZERO = Decimal(0)
EDITION = "edition"
COVERED = ("technique", "local_value", "value", "cost", "level", "inputs", "relevance", "reason", EDITION)
"""What an approval covers of every mark: with its edition, so that a change lapses it even where another takes it back."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A holding's mark beside the one of the quarter before: start + moved + revalued = value of the mark.

    ``before`` is None where there was none: the start is nothing then, and ``moved`` what is held at cost. Else ``moved`` is
    what was bought less what was sold in between at its share of the mark, and what moved between funds.
    ``revalued`` is the rest of the change.
    """

    mark: Mark
    before: Decimal | None
    moved: Decimal

    @property
    def start(self) -> Decimal:
        return ZERO if self.before is None else self.before

    @property
    def held(self) -> Decimal:
        """What is held, before it was revalued."""
        return self.start + self.moved

    @property
    def revalued(self) -> Decimal:
        return self.mark.value - self.held

    @property
    def share(self) -> Decimal | None:
        """The revaluation as a part of what is held; None where that is nothing, or where there was no mark before."""
        return self.revalued / self.held if self.before is not None and self.held else None


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


def policies_of(fund: Fund) -> list[ValuationPolicy]:
    """Every version of how the fund values, the latest first."""
    return list(fund.valuation_policies.select_related("recorded_by").order_by("-first_day", "-recorded_at", "-pk"))


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


def reported_of(holding: Holding, *, known_at: datetime) -> list[ReportedNav]:
    """What the manager of another fund reported of the stake, the latest day first; none of a company."""
    if holding.kind != Holding.Kind.FUND:
        return []
    rows = ReportedNav.objects.filter(holding=holding, reported_at__lte=known_at).select_related("reported_by")
    return list(rows.order_by("-as_of", "-reported_at", "-pk")[:8])


def changes_against_last_quarter(run: ValuationRun) -> list[Changed]:
    """Every mark of a run beside the quarter before as it was locked when the run was opened, the largest revaluation first."""
    marks = marks_of(run)
    before = _values_before(run, marks)
    found = [Changed(mark, *before[mark.holding_id]) for mark in marks]
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
    """What differs between what was signed and what stands now, mark by mark and field by field.

    The edition is named where nothing else differs: a change that another took back.
    """
    found = []
    for holding in sorted({*signed["marks"], *current["marks"]}):
        old, new = signed["marks"].get(holding, {}), current["marks"].get(holding, {})
        differ = [name for name in COVERED if old.get(name) != new.get(name)]
        told = [name for name in differ if name != EDITION] or differ
        found += [FieldChange(holding, name, old.get(name), new.get(name)) for name in told]
    return found


def approvals_of(run: ValuationRun) -> list[Signed]:
    """Every approval, the latest first; those of earlier contents with what changed since."""
    current = content_of(run)
    rows = list(run.approvals.select_related("by").order_by("-at", "-pk"))
    # Nothing of a locked run changes: the last approval stands, by whatever earlier release it was digested.
    now = rows[0].digest if rows and run.state in FINISHED else digests.digest(current)
    return [
        Signed(row, row.digest == now, () if row.digest == now else field_changes(row.signed, current)) for row in rows
    ]


def authors_of(run: ValuationRun) -> list[User]:
    """Everybody who opened or submitted the run, or recorded a mark in it or in a version that it continues."""
    return list(_authors(run).order_by("pk"))


def _authors(run: ValuationRun) -> QuerySet[User]:
    recorded = Mark.objects.filter(
        run__fund=run.fund_id, run__quarter_end=run.quarter_end, run__version__lte=run.version
    )
    named = Q(pk__in=recorded.values("recorded_by")) | Q(pk__in={run.opened_by_id, run.submitted_by_id} - {None})
    return User.objects.filter(named)


def signers_of(run: ValuationRun, digest: str) -> list[User]:
    """Whose approvals of these contents stand. One by somebody who has become an author since counts for nothing."""
    signed = User.objects.filter(pk__in=run.approvals.filter(digest=digest).values("by"))
    human = Coalesce("same_person_as_id", "pk", output_field=BigIntegerField())
    return list(signed.alias(one=human).exclude(one__in=_authors(run).annotate(one=human).values("one")).order_by("pk"))


def namesakes(run: ValuationRun, person: User) -> list[User]:
    """Others under the person's name who opened, changed, submitted or signed what stands: one human with two accounts?"""
    return people_rules.namesakes([*authors_of(run), *signers_of(run, digest(run))], person)


def steps_open_to(run: ValuationRun, person: User) -> frozenset[Act]:
    """What the person may do to the run now."""
    authors = authors_of(run)
    found = {act for act in Act if rules.refusal(person, run, act, authors=authors) is None}
    if Act.APPROVE in found and people_rules.is_same_human(person, *signers_of(run, digest(run))):
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
    return max(APPROVALS_NEEDED - len({one.human for one in signers_of(run, now)}), 0)


def fair_value_rows(fund: Fund, *, as_of: date, known_at: datetime) -> list[Valued]:
    """What every holding is worth by the latest marks locked by then, carried forward by ``rolling``.

    What was sold since takes its share of the mark with it. Without a mark a holding stands at cost.
    """
    return fair_value.rows(fund, [as_of], known_at=known_at)


def recomputed(mark: Mark) -> tuple[Decimal, Decimal]:
    """The value in the holding's and in the fund's currency, from the pinned inputs and rates alone."""
    local = techniques.value(mark.technique, amounts(mark.inputs))
    return local, in_fund_currency(mark.run, mark.holding, local)


def recomputations_of(mark: Mark) -> list[MarkRecomputation]:
    """Every time that the mark was computed again and the outcome kept, the latest first."""
    return list(mark.recomputations.select_related("by", "mark").order_by("-at", "-pk"))


def last_recomputation(mark: Mark) -> MarkRecomputation | None:
    """What was kept the last time that the mark was computed again."""
    return mark.recomputations.order_by("-pk").first()


def last_recomputations() -> dict[int, MarkRecomputation]:
    """By mark, what was kept the last time that it was computed again."""
    return {one.mark_id: one for one in MarkRecomputation.objects.order_by("mark", "-pk").distinct("mark")}


def amounts(inputs: Sequence[Mapping[str, str]]) -> dict[str, Fraction]:
    """The inputs of a mark by name, exactly."""
    return {one["name"]: Fraction(one["value"]) for one in inputs}


def in_fund_currency(run: ValuationRun, holding: Holding, local: Decimal) -> Decimal:
    """An amount in the holding's currency in the fund's, by the rates that the run pinned."""
    if holding.currency_id == run.fund.currency_id:
        return local
    units = {one["currency"]: Decimal(one["units_per_euro"]) for one in run.rates}
    return techniques.converted(local, from_units=units[holding.currency_id], to_units=units[run.fund.currency_id])


def _covered(mark: Mark) -> dict[str, Any]:
    found = {name: getattr(mark, name) for name in COVERED}
    return found | {name: str(getattr(mark, name)) for name in ("local_value", "value", "cost")}


def _values_before(run: ValuationRun, marks: Sequence[Mark]) -> dict[int, tuple[Decimal | None, Decimal]]:
    """By holding: the value locked for the quarter before, and what moved it since, of what its mark knows.

    Without a mark before, what is at cost.
    """
    earlier = (
        Mark.objects.filter(
            run__fund=run.fund_id, run__quarter_end__lt=run.quarter_end, run__locked_at__lte=run.opened_at
        )
        .order_by("holding", "-run__quarter_end", "-run__version", "-edition")
        .distinct("holding")
        .values_list("holding", "value", "run__quarter_end", "known_at")
    )
    before = {holding: (value, day, known_at) for holding, value, day, known_at in earlier}
    known_at = {one.holding_id: one.known_at for one in marks}
    by_holding: dict[int, list[Transaction]] = {holding: [] for holding in known_at}
    for row in investments.valued_transactions(known_at, quarter_end=run.quarter_end, known_at=run.opened_at):
        if row.recorded_at <= known_at[row.holding_id]:
            by_holding[row.holding_id].append(row)
    return {holding: _moved(rows, before.get(holding)) for holding, rows in by_holding.items()}


def _moved(
    rows: Sequence[Transaction], marked: tuple[Decimal, date, datetime] | None
) -> tuple[Decimal | None, Decimal]:
    if marked is None:
        return None, sum((row.fund_cost if row.kind in ADDING else -row.fund_cost for row in rows), ZERO)
    value, day, known_at = marked
    return value, carried(value, rows, marked_on=day, known_at=known_at) - value


def carried(value: Decimal, rows: Iterable[Transaction], *, marked_on: date, known_at: datetime) -> Decimal:
    """A mark in the fund's currency after those of the rows that it did not know, in their order."""
    known, since = rolling.known_and_since(rows, marked_on=marked_on, known_at=known_at)
    return rolling.roll(map(rolling.in_fund_currency, known), map(rolling.in_fund_currency, since)).of(value)
