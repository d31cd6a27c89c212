"""Changing a mark, and writing one from its inputs, each with its source and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core.people.models import User
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.queries import ADDING, RECEIVING
from portfolio.valuations import queries, rules, techniques
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.rolling import Roll, in_own_currency, not_written_off, roll
from portfolio.valuations.rules import Act
from portfolio.valuations.services.recording import CHANGED, locked, record
from portfolio.valuations.services.refusals import (
    AdjustedTooFar,
    AmountMissing,
    DatedOutside,
    EditedMeanwhile,
    NoRound,
    NotBelowCost,
    ReasonMissing,
    RelevanceMissing,
    SourceMissing,
    WrongTechnique,
)

ZERO, CENT = Decimal(0), Decimal("0.01")
Technique = Mark.Technique
FRACTION = Decimal("1E-12")
BOOKS = "books of the fund"


@transaction.atomic
def change_mark(
    mark: Mark,
    *,
    technique: str,
    reason: str,
    by: User,
    at: datetime,
    amount: Decimal | None = None,
    source: str = "",
    dated: date | None = None,
    adjustment: Decimal = ZERO,
    relevance: str = "",
) -> Mark:
    """Write a further edition of a mark; a submitted run goes back to review, and its approvals lapse.

    ``amount`` is in the holding's currency: the net asset value reported for the day ``dated``, or what the holding is
    written down to; ``adjustment`` is in per cent of the price of the last round. Raises NotPermitted, WrongState,
    EditedMeanwhile, ReasonMissing, RelevanceMissing, SourceMissing, AmountMissing, NotBelowCost, DatedOutside, NoRound, WrongTechnique.
    """
    run = locked(mark.run)
    rules.require(by, run, Act.CHANGE)
    latest = queries.history_of(mark)[0]
    if latest.pk != mark.pk:
        raise EditedMeanwhile
    if not reason.strip():
        raise ReasonMissing(field="reason")
    said = relevance.strip() or latest.relevance
    if technique == Technique.LAST_ROUND and not said:
        raise RelevanceMissing(field="relevance")
    position = position_of(run, mark.holding)
    inputs = given(run, position, technique, amount=amount, source=source.strip(), dated=dated, adjustment=adjustment)
    fresh = drafted(
        run,
        position,
        technique,
        inputs,
        edition=latest.edition + 1,
        relevance=said,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    fresh.save(force_insert=True)
    if run.state == State.SUBMITTED:
        run.state, run.submitted_at, run.submitted_by = State.IN_REVIEW, None, None
        run.save(update_fields=["state", "submitted_at", "submitted_by"])
    told = {"holding": mark.holding.organisation.name, "value": fresh.value, "reason": fresh.reason}
    record(
        CHANGED,
        run,
        by,
        before={"value": latest.value},
        after=told | {"technique": technique, "edition": fresh.edition},
    )
    return fresh


@dataclass(frozen=True, slots=True)
class Position:
    """A holding as the run sees it: what its transactions by the last day of the quarter come to."""

    holding: Holding
    rows: list[Transaction]
    quantity: Decimal
    cost: Decimal
    fund_cost: Decimal

    @property
    def last_round(self) -> Transaction | None:
        in_rounds = [
            row for row in self.rows if row.kind == Transaction.Kind.PURCHASE and row.round_id and row.quantity
        ]
        return max(in_rounds, key=lambda row: (row.effective_on, row.pk), default=None)

    def not_written_off_since(self, bought: Transaction) -> Decimal:
        """The fraction of the shares that no write-off after a purchase took."""
        after = self.rows.index(bought) + 1
        return not_written_off(map(in_own_currency, self.rows[:after]), map(in_own_currency, self.rows[after:]))

    def flows_after(self, day: date) -> tuple[Decimal, Decimal]:
        """Paid in and received after a day, in the holding's currency."""
        later = [row for row in self.rows if row.effective_on > day]
        paid = sum((row.amount for row in later if row.kind in ADDING), ZERO)
        return paid, sum((row.amount for row in later if row.kind in RECEIVING), ZERO)

    def roll_after(self, day: date) -> Roll:
        """What purchases, sales and write-offs after a day do to a value, in the holding's currency."""
        known = [row for row in self.rows if row.effective_on <= day]
        later = [row for row in self.rows if row.effective_on > day]
        return roll(map(in_own_currency, known), map(in_own_currency, later))


def position_of(run: ValuationRun, holding: Holding) -> Position:
    return positions_of(run, [holding])[0]


def positions_of(run: ValuationRun, holdings: Iterable[Holding]) -> list[Position]:
    """Each holding as the run sees it, in their order, in one query."""
    rows: dict[int, list[Transaction]] = {one.pk: [] for one in holdings}
    for row in investments.transactions_of(rows, as_of=run.quarter_end, known_at=run.opened_at):
        rows[row.holding_id].append(row)
    return [_position(one, rows[one.pk]) for one in holdings]


def _position(holding: Holding, rows: list[Transaction]) -> Position:
    found = investments.position(holding, rows)
    return Position(holding, rows, found.quantity, found.cost, found.fund_cost)


def given(
    run: ValuationRun,
    position: Position,
    technique: str,
    *,
    amount: Decimal | None = None,
    source: str = "",
    dated: date | None = None,
    adjustment: Decimal = ZERO,
) -> list[dict[str, str]]:
    """The inputs of a technique, each with its source and day. Raises what ``change_mark`` raises of them."""
    end = run.quarter_end
    if technique == Technique.COST:
        return [stated("cost", position.cost, BOOKS, end)]
    if technique == Technique.LAST_ROUND:
        return _of_round(position, end, adjustment, source)
    if amount is None or amount < ZERO or amount != amount.quantize(CENT):
        raise AmountMissing(field="amount")
    if not source:
        raise SourceMissing(field="source")
    day = dated or end
    if day > end:
        raise DatedOutside(end)
    if technique == Technique.WRITE_DOWN:
        if amount >= position.cost:
            raise NotBelowCost(position.cost)
        return _rolled("written_down_to", amount, source, end, position, end)
    if position.holding.kind != Holding.Kind.FUND:
        raise WrongTechnique(field="technique")
    return _rolled("nav", amount, source, day, position, end)


def _of_round(position: Position, end: date, adjustment: Decimal, source: str) -> list[dict[str, str]]:
    bought = position.last_round
    if bought is None or bought.round is None:
        raise (
            WrongTechnique(field="technique")
            if position.holding.kind == Holding.Kind.FUND
            else NoRound(field="technique")
        )
    if abs(adjustment) > techniques.HUNDRED:
        raise AdjustedTooFar(field="adjustment")
    if adjustment and not source:
        raise SourceMissing(field="source")
    of_round = f"{bought.round.name}, {bought.round.source}"[:400]
    left = position.not_written_off_since(bought).quantize(FRACTION)
    written_off = [] if left == 1 else [stated("not_written_off", left, BOOKS, end)]
    return [
        stated("quantity", position.quantity, BOOKS, end),
        stated("round_amount", bought.amount, of_round, bought.effective_on),
        stated("round_quantity", bought.quantity or ZERO, of_round, bought.effective_on),
        stated("adjustment", adjustment, source or BOOKS, end),
        *written_off,
    ]


def _rolled(name: str, amount: Decimal, source: str, day: date, position: Position, end: date) -> list[dict[str, str]]:
    """A figure with what moved since: the money of a stake in a fund; of a company, the share of it that is still held."""
    stands = stated(name, amount, source, day)
    if position.holding.kind == Holding.Kind.FUND:
        paid, received = position.flows_after(day)
        return [stands, stated("paid_since", paid, BOOKS, end), stated("received_since", received, BOOKS, end)]
    since = position.roll_after(day)
    return [
        stands,
        stated("kept", since.kept.quantize(FRACTION), BOOKS, end),
        stated("paid_since", since.added.quantize(CENT), BOOKS, end),
    ]


def carried(before: Mark, position: Position, end: date) -> list[dict[str, str]]:
    """The figure of an earlier quarter, rolled to this one."""
    main = next(one for one in before.inputs if one["name"] == techniques.MAIN[before.technique])
    return _rolled(
        main["name"], Decimal(main["value"]), main["source"], date.fromisoformat(main["date"]), position, end
    )


def stated(name: str, value: Decimal, source: str, day: date) -> dict[str, str]:
    return {"name": name, "value": f"{value.normalize():f}", "source": source, "date": day.isoformat()}


def drafted(
    run: ValuationRun,
    position: Position,
    technique: str,
    inputs: list[dict[str, str]],
    *,
    edition: int,
    relevance: str,
    reason: str,
    by: User,
    at: datetime,
) -> Mark:
    """A mark with what follows from its inputs, not yet kept."""
    given = queries.amounts(inputs)
    local = techniques.value(technique, given)
    return Mark(
        run=run,
        holding=position.holding,
        edition=edition,
        technique=technique,
        local_value=local,
        value=queries.in_fund_currency(run, position.holding, local),
        cost=position.fund_cost,
        known_at=run.opened_at,
        inputs=inputs,
        relevance=relevance,
        sensitivity=techniques.sensitivity(technique, given),
        reason=reason,
        recorded_at=at,
        recorded_by=by,
    )
