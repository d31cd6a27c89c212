"""The pool's figures as one writes them with Django alone: the naive ways that ours is measured beside."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from portfolio.capital_calls.models import CallNotice, ReceiptAllocation
from portfolio.funds.models import CommitmentTerms, Fund
from portfolio.investments.models import Transaction
from portfolio.investments.queries import ADDING, RECEIVING
from portfolio.ledger.models import Posting
from portfolio.performance.pool import MEANINGS, Figures
from portfolio.valuations import queries as valuations
from portfolio.valuations.models import Mark

ZERO = Decimal(0)


def figures_by_aggregates(fund: Fund, *, as_of: date, known_at: datetime) -> Figures:
    """A sum a figure by the database, balances by line of the chart in two, and marks carried forward in Python."""
    known = {"effective_on__lte": as_of, "recorded_at__lte": known_at}
    in_force = _terms(fund, as_of, known_at).values("pk")
    postings = Posting.objects.filter(book=fund.book_id, **known)
    by_code = dict(postings.values_list("debit__code").annotate(total=Sum("fund_amount")).order_by())
    for code, total in postings.values_list("credit__code").annotate(total=Sum("fund_amount")).order_by():
        by_code[code] = by_code.get(code, ZERO) - total
    bought = Transaction.objects.filter(holding__fund=fund, kind__in=ADDING, **known)
    back = Transaction.objects.filter(holding__fund=fund, kind__in=RECEIVING, **known)
    return _figures(
        by_code,
        committed=_sum(CommitmentTerms.objects.filter(pk__in=in_force), "amount"),
        called=_sum(_notices(fund, as_of, known_at), "inside"),
        paid_in=_sum(ReceiptAllocation.objects.filter(receipt__fund=fund, **known), "amount"),
        invested=_sum(bought, "fund_cost"),
        received=_sum(back, "fund_amount"),
        gain=_gain(fund, as_of, known_at),
    )


def figures_in_python(fund: Fund, *, as_of: date, known_at: datetime) -> Figures:
    """Rows fetched and added up."""
    known = {"effective_on__lte": as_of, "recorded_at__lte": known_at}
    by_code: dict[str, Decimal] = {}
    for posting in Posting.objects.filter(book=fund.book_id, **known).select_related("debit", "credit"):
        by_code[posting.debit.code] = by_code.get(posting.debit.code, ZERO) + posting.fund_amount
        by_code[posting.credit.code] = by_code.get(posting.credit.code, ZERO) - posting.fund_amount
    moved = Transaction.objects.filter(holding__fund=fund, **known)
    return _figures(
        by_code,
        committed=_total(one.amount for one in _terms(fund, as_of, known_at)),
        called=_total(one.inside for one in _notices(fund, as_of, known_at)),
        paid_in=_total(one.amount for one in ReceiptAllocation.objects.filter(receipt__fund=fund, **known)),
        invested=_total(one.fund_cost for one in moved if one.kind in ADDING),
        received=_total(one.fund_amount for one in moved if one.kind in RECEIVING),
        gain=_gain(fund, as_of, known_at),
    )


def _figures(
    by_code: dict[str, Decimal],
    *,
    committed: Decimal,
    called: Decimal,
    paid_in: Decimal,
    invested: Decimal,
    received: Decimal,
    gain: Decimal,
) -> Figures:
    def booked(name: str) -> Decimal:
        return _total(by_code.get(code, ZERO) for code in MEANINGS[name].codes)

    return Figures(
        committed=committed,
        called=called,
        paid_in=paid_in,
        invested=invested,
        at_cost=booked("at_cost"),
        fair_value=booked("fair_value") + gain,
        received=received,
        fees=booked("fees"),
        cash=booked("cash"),
        outstanding=booked("outstanding"),
        receivables=booked("receivables"),
        liabilities=-booked("liabilities"),
        distributed=booked("distributed"),
    )


def _terms(fund: Fund, as_of: date, known_at: datetime) -> QuerySet[CommitmentTerms]:
    known = CommitmentTerms.objects.filter(commitment__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
    return known.order_by("commitment", "-effective_on", "-recorded_at", "-pk").distinct("commitment")


def _notices(fund: Fund, as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    issued = CallNotice.objects.filter(call__fund=fund, call__issued_on__lte=as_of, call__issued_at__lte=known_at)
    return issued.exclude(call__cancelled_on__lte=as_of, call__cancelled_at__lte=known_at)


def _gain(fund: Fund, as_of: date, known_at: datetime) -> Decimal:
    """The latest mark of each holding, carried forward for what moved since, less cost."""
    marks = (
        Mark.objects.filter(run__fund=fund, run__quarter_end__lte=as_of, run__locked_at__lte=known_at)
        .order_by("holding", "-run__quarter_end", "-run__version", "-edition")
        .distinct("holding")
        .select_related("run")
    )
    rows: dict[int, list[Transaction]] = {}
    moved = Transaction.objects.filter(holding__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
    for one in moved.order_by("effective_on", "pk"):
        rows.setdefault(one.holding_id, []).append(one)
    gain = ZERO
    for mark in marks:
        its = rows[mark.holding_id]
        value = valuations.carried(mark.value, its, marked_on=mark.run.quarter_end, known_at=mark.known_at)
        gain += value - _total(one.fund_cost if one.kind in ADDING else -one.fund_cost for one in its)
    return gain


def _sum(rows: QuerySet, field: str) -> Decimal:
    return rows.aggregate(total=Sum(field))["total"] or ZERO


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
