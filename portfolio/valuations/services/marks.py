"""Changing a mark, and writing one from its inputs, each with its source and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from core.people.models import User
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.valuations import queries, rolling, rules, techniques
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.rolling import Roll, Step, in_own_currency
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

    def not_written_off_since(self, day: date) -> Fraction:
        """The fraction of the shares that no write-off from a day on took, of those held by then or bought since."""
        if not self.quantity:
            return Fraction(1)
        known = [row for row in self.rows if row.effective_on < day]
        return rolling.shares(*_steps(known, self.rows[len(known) :])) / Fraction(self.quantity)

    def written_off_before(self, day: date) -> list[Transaction]:
        return [row for row in self.rows if row.kind == Transaction.Kind.WRITE_OFF and row.effective_on < day]

    def roll_after(self, day: date) -> Roll:
        """What happened after a day does to a value of that day, in the holding's currency."""
        known = [row for row in self.rows if row.effective_on <= day]
        return rolling.roll(*_steps(known, self.rows[len(known) :]))

    def roll_from(self, before: Mark) -> Roll:
        """What a mark of an earlier quarter did not know does to its value, as the pool has it meanwhile."""
        return rolling.roll(
            *_steps(*rolling.known_and_since(self.rows, marked_on=before.run.quarter_end, known_at=before.known_at))
        )


def _steps(known: list[Transaction], since: list[Transaction]) -> tuple[list[Step], list[Step]]:
    return [in_own_currency(row) for row in known], [in_own_currency(row) for row in since]


def position_of(run: ValuationRun, holding: Holding) -> Position:
    return positions_of(run, [holding])[0]


def positions_of(run: ValuationRun, holdings: Iterable[Holding]) -> list[Position]:
    """Each holding as the run sees it, in their order, in one query."""
    rows: dict[int, list[Transaction]] = {one.pk: [] for one in holdings}
    for row in investments.valued_transactions(rows, quarter_end=run.quarter_end, known_at=run.opened_at):
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
        return [stated("cost", position.cost, techniques.BOOKS, end)]
    if technique == Technique.LAST_ROUND:
        if dated and dated > end:
            raise DatedOutside(end)
        return _of_round(position, end, adjustment, source, dated or end)
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
        return [stated("written_down_to", amount, source, end), *_since(position, position.roll_after(end), end)]
    if position.holding.kind != Holding.Kind.FUND:
        raise WrongTechnique(field="technique")
    return [stated("nav", amount, source, day), *_since(position, position.roll_after(day), end)]


def _of_round(
    position: Position, end: date, adjustment: Decimal, source: str, adjusted_on: date
) -> list[dict[str, str]]:
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
    left = position.not_written_off_since(bought.round.held_on)
    written_off = [] if left == 1 else [stated("not_written_off", left, techniques.BOOKS, end)]
    return [
        stated("quantity", position.quantity, techniques.BOOKS, end),
        stated("round_amount", bought.amount, of_round, bought.effective_on),
        stated("round_quantity", bought.quantity or ZERO, of_round, bought.effective_on),
        stated("adjustment", adjustment, source or techniques.BOOKS, adjusted_on),
        *written_off,
    ]


def _since(position: Position, moved: Roll, end: date) -> list[dict[str, str]]:
    """What moved since a figure was stated: the share of it that is still held, and the money besides."""
    found = [stated("kept", moved.kept, techniques.BOOKS, end), stated("paid_since", moved.paid, techniques.BOOKS, end)]
    if position.holding.kind == Holding.Kind.FUND:
        found.append(stated("received_since", moved.received, techniques.BOOKS, end))
    return found


def carried(before: Mark, position: Position, end: date) -> list[dict[str, str]]:
    """The figure of an earlier quarter as it was stated, the mark that was locked, and what that one did not know."""
    return [
        next(one for one in before.inputs if one["name"] == techniques.MAIN[before.technique]),
        stated(techniques.CARRIED, before.local_value, f"{techniques.OF_A_RUN}{before.run}", before.run.quarter_end),
        *_since(position, position.roll_from(before), end),
    ]


def adjusted_before(before: Mark | None, position: Position) -> dict[str, str] | None:
    """What a person took off the price of a round, or put on it, in an earlier quarter: while that round is the last one."""
    bought = position.last_round
    if before is None or bought is None:
        return None
    by_name = {one["name"]: one for one in before.inputs}
    adjusted, of_round = by_name.get("adjustment"), by_name.get("round_amount")
    if not adjusted or not Decimal(adjusted["value"]) or not of_round:
        return None
    is_same = (of_round["date"], Decimal(of_round["value"])) == (bought.effective_on.isoformat(), bought.amount)
    return adjusted if is_same else None


def stated(name: str, value: Decimal | Fraction, source: str, day: date) -> dict[str, str]:
    return {"name": name, "value": techniques.written(value), "source": source, "date": day.isoformat()}


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
