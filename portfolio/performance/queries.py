"""The pool's figures and returns, as of a day and as known on a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from core.people.models import User
from portfolio.finance import irr, multiples
from portfolio.finance.cashflows import Flow
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.ledger import queries as books
from portfolio.performance import diary
from portfolio.performance.diary import Diary, What
from portfolio.performance.pool import MEANINGS, Figures

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Returns:
    """Multiples of paid-in capital and the internal rate of return, each None where undefined, with the status.

    ``moic`` is that of the holdings, gross: it is told of the pool, and of no Ally.
    """

    irr: irr.Irr
    tvpi: float | None
    dpi: float | None
    rvpi: float | None
    pic: float | None
    moic: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a fund stands at a point in time: what happened by day, every account's balance, and what both come to."""

    diary: Diary
    balances: Sequence[books.Balance]
    figures: Figures


def standing(fund: Fund, *, as_of: date, known_at: datetime, waiting_for: User | None = None) -> Standing:
    """All sums of the pool, in two queries. Raises ValueError for a fund without books."""
    book = funds.book_of(fund)
    told = diary.read(fund, as_of=as_of, known_at=known_at, waiting_for=waiting_for)
    balances = books.balances_since(told.closing, book, as_of=as_of, known_at=known_at)
    return Standing(told, balances, _figures(told, balances))


def figures(fund: Fund, *, as_of: date, known_at: datetime) -> Figures:
    """All figures of the pool: commitments, calls, receipts, purchases and marks, and balances of the books."""
    return standing(fund, as_of=as_of, known_at=known_at).figures


def returns(found: Standing, *, as_of: date) -> Returns:
    """Net to the limited partners: what they paid in and got back, with the residual value at the end; and MOIC, gross."""
    shown = found.figures
    net = returns_of(
        flows(found.diary),
        paid_in=shown.paid_in,
        distributed=shown.distributed,
        residual=shown.residual,
        committed=shown.committed,
        as_of=as_of,
    )
    return replace(net, moic=_ratio(shown.received + shown.fair_value, shown.invested))


def pool_returns(fund: Fund, *, as_of: date, known_at: datetime) -> Returns:
    """The returns of the pool, for a caller that needs nothing else of it."""
    return returns(standing(fund, as_of=as_of, known_at=known_at), as_of=as_of)


def returns_of(
    dated: Sequence[Flow],
    *,
    paid_in: Decimal,
    distributed: Decimal,
    residual: Decimal,
    committed: Decimal,
    as_of: date,
) -> Returns:
    """The ratios of GIPS 2020, and the rate of the flows with the residual value at the end."""
    return Returns(
        irr.xirr(dated, terminal=Flow(as_of, float(residual))),
        tvpi=_ratio(distributed + residual, paid_in),
        dpi=_ratio(distributed, paid_in),
        rvpi=_ratio(residual, paid_in),
        pic=_ratio(paid_in, committed),
    )


def flows(told: Diary) -> list[Flow]:
    """What the limited partners paid in (negative) and got back, by day."""
    paid = [Flow(line.day, -float(line.amount)) for line in told.of(What.PAID_IN)]
    return paid + [Flow(line.day, float(line.amount)) for line in told.of(What.DISTRIBUTED)]


def _ratio(part: Decimal, whole: Decimal) -> float | None:
    return multiples.ratio(float(part), float(whole))


def _figures(told: Diary, balances: Iterable[books.Balance]) -> Figures:
    by_code: dict[str, Decimal] = {}
    for one in balances:
        by_code[one.code] = by_code.get(one.code, ZERO) + one.fund_amount

    def booked(name: str) -> Decimal:
        """Debits less credits in fund currency of the lines of the chart behind a figure."""
        return sum((by_code.get(code, ZERO) for code in MEANINGS[name].codes), ZERO)

    return Figures(
        committed=told.total(What.COMMITTED),
        called=told.total(What.CALLED),
        paid_in=told.total(What.PAID_IN),
        invested=told.total(What.INVESTED),
        at_cost=booked("at_cost"),
        fair_value=booked("fair_value") + told.total(What.REVALUED),
        received=told.total(What.RECEIVED),
        fees=booked("fees"),
        cash=booked("cash"),
        outstanding=booked("outstanding"),
        receivables=booked("receivables"),
        liabilities=-booked("liabilities"),
        distributed=booked("distributed"),
    )
