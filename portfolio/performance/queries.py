"""The pool's figures and returns, as of a day and as known on a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portfolio.capital_calls import queries as calls
from portfolio.capital_calls.models import ReceiptAllocation
from portfolio.finance import irr, multiples
from portfolio.finance.cashflows import Flow
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.ledger import queries as books
from portfolio.performance.pool import Figures

ZERO = Decimal(0)
RECEIVABLE = ("calls-receivable", "receivables")
OWED = ("suspense", "payables", "distributions-payable")
SPENT = ("management-fees", "expenses")


@dataclass(frozen=True, slots=True)
class Returns:
    """Multiples of paid-in capital and the internal rate of return, each None where undefined, with the status."""

    irr: irr.Irr
    tvpi: float | None
    dpi: float | None
    rvpi: float | None
    pic: float | None


def figures(fund: Fund, *, as_of: date, known_at: datetime) -> Figures:
    """All figures of the pool: balances of the books, commitments, calls, receipts and positions of one point in time."""
    if fund.book is None:
        raise ValueError(f"{fund} has no books")
    balances = books.balances(fund.book, as_of=as_of, known_at=known_at)
    committed = funds.pool(fund, as_of=as_of, known_at=known_at).total.amount
    called = sum(calls.called_inside(fund, as_of=as_of, known_at=known_at).values(), ZERO)
    held = investments.positions(fund, as_of=as_of, known_at=known_at)
    at_cost = _sum(balances, ("investments",))
    return Figures(
        committed=committed,
        called=called,
        paid_in=sum(calls.paid_in(fund, as_of=as_of, known_at=known_at).values(), ZERO),
        unfunded=committed - called,
        invested=sum((one.fund_invested for one in held), ZERO),
        at_cost=at_cost,
        fair_value=at_cost,
        fees=_sum(balances, SPENT),
        cash=_sum(balances, ("cash",)),
        receivables=_sum(balances, RECEIVABLE),
        liabilities=-_sum(balances, OWED),
    )


def pool_returns(fund: Fund, *, as_of: date, known_at: datetime) -> Returns:
    """Net to the limited partners: what they paid in and got back, with the net asset value at the end."""
    shown = figures(fund, as_of=as_of, known_at=known_at)
    return _returns(_paid_in_flows(fund, None, as_of, known_at), shown.nav, as_of, shown.committed)


def partner_returns(commitment: Commitment, *, as_of: date, known_at: datetime) -> Returns:
    """The same for one Ally; its part of the net asset value goes by what it has paid in."""
    shown = figures(commitment.fund, as_of=as_of, known_at=known_at)
    paid = calls.paid_in(commitment.fund, as_of=as_of, known_at=known_at)
    own, everybody = paid.get(commitment.pk, ZERO), sum(paid.values(), ZERO)
    nav = shown.nav * own / everybody if everybody else ZERO
    terms = funds.in_force(funds.terms_of(commitment, known_at=known_at), as_of=as_of)
    flows = _paid_in_flows(commitment.fund, commitment, as_of, known_at)
    return _returns(flows, nav, as_of, terms.amount if terms else ZERO)


def holding_returns(holding: Holding, *, as_of: date, known_at: datetime) -> tuple[irr.Irr, float | None]:
    """Gross: the rate of return and the multiple on what was invested, in the fund's currency, at cost until marked."""
    rows = list(investments.transactions(holding, as_of=as_of, known_at=known_at))
    position = investments.position(holding, rows)
    rate = irr.xirr(list(_flows_of(rows)), terminal=Flow(as_of, float(position.fund_cost)))
    multiple = multiples.moic(
        invested=float(position.fund_invested),
        realised=float(position.fund_received),
        unrealised=float(position.fund_cost),
    )
    return rate, multiple


def _returns(flows: list[Flow], nav: Decimal, as_of: date, committed: Decimal) -> Returns:
    ratios = multiples.fund_multiples(flows, nav=float(nav), committed=float(committed) or None)
    rate = irr.xirr(flows, terminal=Flow(as_of, float(nav)))
    return Returns(rate, ratios.tvpi, ratios.dpi, ratios.rvpi, ratios.pic)


def _paid_in_flows(fund: Fund, commitment: Commitment | None, as_of: date, known_at: datetime) -> list[Flow]:
    rows = ReceiptAllocation.objects.filter(receipt__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
    if commitment is not None:
        rows = rows.filter(receipt__commitment=commitment)
    ordered = rows.order_by("effective_on", "pk").values_list("effective_on", "amount")
    return [Flow(day, -float(amount)) for day, amount in ordered]


def _flows_of(rows: Iterable[Transaction]) -> Iterable[Flow]:
    for row in rows:
        if row.kind in investments.ADDING:
            yield Flow(row.effective_on, -float(row.fund_amount))
        elif row.kind in investments.RECEIVING:
            yield Flow(row.effective_on, float(row.fund_amount))


def _sum(balances: Iterable[books.Balance], codes: tuple[str, ...]) -> Decimal:
    """Debits less credits in fund currency of some lines of the chart."""
    return sum((one.fund_amount for one in balances if one.code in codes), ZERO)
