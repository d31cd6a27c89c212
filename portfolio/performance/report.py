"""The fund over many days: its net asset value and what it is made of, in two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.ledger import course
from portfolio.valuations import fair_value

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
    for valued in fair_value.rows(fund, list(lines), known_at=known_at):
        lines[valued.day]["investments"] = lines[valued.day].get("investments", ZERO) + valued.gain
    return [_value(day, by_code) for day, by_code in lines.items()]


def _value(day: date, by_code: dict[str, Decimal]) -> Value:
    return Value(
        day=day,
        cash=by_code.get("cash", ZERO),
        fair_value=by_code.get("investments", ZERO),
        receivables=sum((by_code.get(code, ZERO) for code in RECEIVABLE), ZERO),
        liabilities=-sum((by_code.get(code, ZERO) for code in OWED), ZERO),
    )
