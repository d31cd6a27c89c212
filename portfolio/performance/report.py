"""The fund over many days: its net asset value and what it is made of, in two queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models

from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.ledger import course
from portfolio.valuations import queries as valuations

ZERO = Decimal(0)
RECEIVABLE = frozenset({"calls-receivable", "receivables"})
OWED = frozenset({"suspense", "payables", "distributions-payable"})


@dataclass(frozen=True, slots=True)
class Value:
    """The fund at the end of a day, in its currency, by the books and the approved marks."""

    day: date
    cash: Decimal
    fair_value: Decimal
    receivables: Decimal
    liabilities: Decimal

    @property
    def nav(self) -> Decimal:
        return self.cash + self.fair_value + self.receivables - self.liabilities


def values(fund: Fund, days: Sequence[date], *, known_at: datetime) -> list[Value]:
    """What the fund was worth on each of the days, as known on a moment, the earliest first."""
    lines: dict[date, dict[str, Decimal]] = {day: {} for day in sorted(set(days))}
    for one in course.balances(funds.book_of(fund), days, known_at=known_at):
        lines[one.day][one.code] = one.fund_amount
    for day, gain in _gains(fund, list(lines), known_at=known_at):
        lines[day]["investments"] = lines[day].get("investments", ZERO) + gain
    return [_value(day, by_code) for day, by_code in lines.items()]


def _gains(fund: Fund, days: Sequence[date], *, known_at: datetime) -> Iterator[tuple[date, Decimal]]:
    """Fair value less cost of every marked holding on each of the days."""
    told = [
        valuations.revalued(fund, as_of=day, known_at=known_at)
        .order_by()
        .annotate(day=models.Value(day, models.DateField()))
        .values_list("day", "gain", "pk")
        for day in days
    ]
    if told:
        yield from ((day, gain) for day, gain, _pk in told[0].union(*told[1:], all=True))


def _value(day: date, by_code: dict[str, Decimal]) -> Value:
    return Value(
        day=day,
        cash=by_code.get("cash", ZERO),
        fair_value=by_code.get("investments", ZERO),
        receivables=sum((by_code.get(code, ZERO) for code in RECEIVABLE), ZERO),
        liabilities=-sum((by_code.get(code, ZERO) for code in OWED), ZERO),
    )
