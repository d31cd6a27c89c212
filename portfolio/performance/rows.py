"""The rows that make a figure: what it opens into, summing to it to the cent, each leading on to its own page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.nations.models import Basis
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, CommitmentTerms, Fund
from portfolio.investments import words as investment_words
from portfolio.ledger import chart, subjects
from portfolio.ledger import words as ledger_words
from portfolio.ledger.models import Entry, Posting
from portfolio.ledger.subjects import Subject
from portfolio.performance import breakdowns, diary, naming
from portfolio.performance.diary import What
from portfolio.performance.pool import MEANINGS, Opens
from portfolio.performance.queries import Standing

ZERO = Decimal(0)
NOTHING = Subject("")
TOTAL = _("Total")


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of the columns; an empty one leaves its column out."""

    what: Promise
    about: Promise | str
    day: Promise | str = ""
    has_entry: bool = False
    total: Promise = TOTAL


@dataclass(frozen=True, slots=True)
class Row:
    """``what`` names the row and ``about`` says more of it, each with its page; ``amount`` is what it adds."""

    what: Subject
    about: Subject
    amount: Decimal
    day: date | None = None
    entry: Subject = NOTHING
    is_illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """``found`` is what to show in pages, ``tell`` turns a page of it into rows. ``total`` is the sum of all of it."""

    heads: Heads
    found: QuerySet[Any, Any] | Sequence[Any]
    tell: Callable[[Sequence[Any]], list[Row]]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is opened: a figure of a fund at a point in time, with where the fund stands."""

    name: str
    fund: Fund
    standing: Standing
    as_of: date
    known_at: datetime

    @property
    def codes(self) -> tuple[str, ...]:
        return MEANINGS[self.name].codes

    @property
    def point(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "known_at": self.known_at}


def opened(asked: Asked) -> Opened:
    """The rows of a figure. Raises KeyError for one that is made of other figures."""
    return _OPENS[MEANINGS[asked.name].opens](asked)


def _commitments(asked: Asked) -> Opened:
    in_force = funds.rows_in_force(asked.fund, **asked.point)
    found = sorted(in_force, key=lambda row: (-row.amount, row.commitment.nation.name_en))
    total = sum((row.amount for row in found), ZERO)
    return Opened(Heads(_("Ally"), _("Held by"), _("In force from")), found, _tell_terms, total)


def _tell_terms(found: Sequence[CommitmentTerms]) -> list[Row]:
    return [
        Row(
            _ally(one.commitment),
            Subject(one.commitment.holder.name if one.commitment.holder else ""),
            one.amount,
            one.effective_on,
            is_illustrative=one.basis == Basis.ILLUSTRATIVE,
        )
        for one in found
    ]


def _notices(asked: Asked) -> Opened:
    found = (
        diary.notices(asked.fund, **asked.point)
        .filter(inside__gt=0)
        .select_related("call", "commitment__nation")
        .order_by("-call__issued_on", "-call__number", "-inside", "pk")
    )

    def tell(page: Sequence[Any]) -> list[Row]:
        entries = _entries_of(asked, {one.call.public_id for one in page}, "capital-call")
        return [
            Row(
                _ally(one.commitment),
                _call(one.call),
                one.inside,
                one.call.issued_on,
                entries.get(one.call.public_id, NOTHING),
                is_illustrative=one.call.is_illustrative,
            )
            for one in page
        ]

    return Opened(Heads(_("Ally"), _("Call"), _("Issued on"), has_entry=True), found, tell, _sum(found, "inside"))


def _allocations(asked: Asked) -> Opened:
    found = (
        diary.allocations(asked.fund, **asked.point)
        .select_related("receipt__commitment__nation", "notice__call")
        .order_by("-effective_on", "-pk")
    )

    def tell(page: Sequence[Any]) -> list[Row]:
        entries = _entries_of(asked, {one.receipt.public_id for one in page}, "receipt")
        return [
            Row(
                _ally(one.receipt.commitment),
                _call(one.notice.call),
                one.amount,
                one.effective_on,
                entries.get(one.receipt.public_id, NOTHING),
                is_illustrative=one.notice.call.is_illustrative,
            )
            for one in page
        ]

    return Opened(Heads(_("Ally"), _("For call"), _("Received on"), has_entry=True), found, tell, _sum(found, "amount"))


def _purchases(asked: Asked) -> Opened:
    return _transactions(diary.purchases(asked.fund, **asked.point), "fund_cost")


def _proceeds(asked: Asked) -> Opened:
    return _transactions(diary.proceeds(asked.fund, **asked.point), "fund_amount")


def _transactions(rows: QuerySet[Any, Any], amount: str) -> Opened:
    """Transactions of holdings, the latest first; ``amount`` names the field that each adds."""
    found = rows.select_related("holding__organisation", "round", "entry").order_by("-effective_on", "-pk")

    def tell(page: Sequence[Any]) -> list[Row]:
        return [
            Row(
                Subject(one.holding.organisation.name, f"{_holding_page(one.holding.public_id)}#{one.public_id}"),
                Subject(_with(str(investment_words.TRANSACTIONS[one.kind]), one.round.name if one.round else "")),
                getattr(one, amount),
                one.effective_on,
                _entry(one.entry),
                is_illustrative=one.is_illustrative,
            )
            for one in page
        ]

    return Opened(Heads(_("Company or fund"), _("Kind"), _("Day"), has_entry=True), found, tell, _sum(found, amount))


def _positions(asked: Asked) -> Opened:
    """What is held, at cost or at fair value by the name of the figure, the largest first."""
    every = breakdowns.held(asked.fund, asked.standing.balances, asked.standing.diary.gains, **asked.point)
    amounts = [(one, getattr(one, asked.name)) for one in every]
    found = sorted(((one, amount) for one, amount in amounts if amount), key=lambda pair: (-pair[1], pair[0].name))
    total = sum((amount for _one, amount in found), ZERO)
    return Opened(Heads(_("Company or fund"), _("Nation"), _("First investment")), found, _tell_positions, total)


def _tell_positions(found: Sequence[tuple[breakdowns.Held, Decimal]]) -> list[Row]:
    return [
        Row(
            Subject(one.name, _holding_page(one.public_id) if one.kind else ""),
            Subject(str(one.nation_name)),
            amount,
            one.first_on,
            is_illustrative=one.is_illustrative,
        )
        for one, amount in found
    ]


def _entries(asked: Asked) -> Opened:
    """Entries of the ledger with what their postings add to some lines of the chart: debits less credits."""
    codes = asked.codes
    net = Case(When(debit__code__in=codes, then=F("fund_amount")), default=Value(ZERO)) - Case(
        When(credit__code__in=codes, then=F("fund_amount")), default=Value(ZERO)
    )
    found = (
        Posting.objects.filter(
            Q(debit__code__in=codes) | Q(credit__code__in=codes),
            book=asked.fund.book_id,
            effective_on__lte=asked.as_of,
            recorded_at__lte=asked.known_at,
        )
        .values("entry", "effective_on", "entry__number")
        .annotate(net=Sum(net))
        .exclude(net=0)
        .order_by("-effective_on", "-entry__number")
    )
    # What is not a fact of its own is as invented as what it comes from.
    is_illustrative = asked.fund.is_illustrative or asked.standing.diary.is_illustrative

    def tell(page: Sequence[Any]) -> list[Row]:
        entries = Entry.objects.in_bulk([one["entry"] for one in page])
        names = subjects.names({one.subject for one in entries.values() if one.subject})
        return [
            Row(
                Subject(ledger_words.kind(entry.kind), _entry(entry).address),
                names.get(entry.subject, Subject(entry.memo)),
                one["net"],
                entry.effective_on,
                _entry(entry),
                is_illustrative=is_illustrative,
            )
            for one in page
            if (entry := entries[one["entry"]])
        ]

    return Opened(Heads(_("Kind"), _("Cause"), _("Effective on"), has_entry=True), found, tell, _sum(found, "net"))


def _accounts(asked: Asked) -> Opened:
    """Accounts of the ledger that are not empty, the largest first; what is owed to others counts as positive."""
    sign = -1 if chart.LINES[asked.codes[0]].kind is chart.Kind.LIABILITY else 1
    found = [one for one in asked.standing.balances if one.code in asked.codes and one.fund_amount]
    found.sort(key=lambda one: (-abs(one.fund_amount), one.code, one.subject))
    is_illustrative = asked.fund.is_illustrative or asked.standing.diary.is_illustrative

    def tell(page: Sequence[Any]) -> list[Row]:
        names = subjects.names({one.subject for one in page if one.subject})
        return [
            Row(
                names.get(one.subject, Subject(one.subject)),
                Subject(str(chart.LINES[one.code].name), naming.page_of_entries(asked.fund, account=one.code)),
                sign * one.fund_amount,
                is_illustrative=is_illustrative,
            )
            for one in page
        ]

    total = sign * sum((one.fund_amount for one in found), ZERO)
    return Opened(Heads(_("Whose"), _("Account")), found, tell, total)


def _flows(asked: Asked) -> Opened:
    """What was paid in (negative) and distributed, by day, and the residual value at the end, oldest first."""
    told = asked.standing.diary
    dated = [(line, -line.amount, "receipt") for line in told.of(What.PAID_IN)]
    dated += [(line, line.amount, "") for line in told.of(What.DISTRIBUTED)]
    found = [
        Row(
            Subject(str(MEANINGS[line.what].name), _entries_of_day(asked.fund, line.day, kind)),
            NOTHING,
            amount,
            line.day,
            is_illustrative=line.is_illustrative,
        )
        for line, amount, kind in sorted(dated, key=lambda one: (one[0].day, one[0].what))
    ]
    residual = Subject(str(MEANINGS["residual"].name), naming.page_of_figure("residual", asked.fund))
    left = asked.standing.figures.residual
    found.append(Row(residual, NOTHING, left, asked.as_of, is_illustrative=told.is_illustrative))
    total = sum((row.amount for row in found), ZERO)
    return Opened(Heads(_("Flow"), "", _("Day"), total=_("Gain or loss so far")), found, list, total)


_OPENS: dict[Opens, Callable[[Asked], Opened]] = {
    Opens.COMMITMENTS: _commitments,
    Opens.NOTICES: _notices,
    Opens.ALLOCATIONS: _allocations,
    Opens.PURCHASES: _purchases,
    Opens.PROCEEDS: _proceeds,
    Opens.POSITIONS: _positions,
    Opens.ENTRIES: _entries,
    Opens.ACCOUNTS: _accounts,
    Opens.FLOWS: _flows,
}


def _sum(found: QuerySet[Any, Any], amount: str) -> Decimal:
    total: Decimal | None = found.aggregate(total=Sum(amount))["total"]
    return total or ZERO


def _ally(commitment: Commitment) -> Subject:
    return Subject(commitment.nation.name, reverse("portfolio:commitment", args=[commitment.public_id]))


def _call(call: Any) -> Subject:
    return Subject(_now("Call No. %(number)s") % {"number": call.number}, naming.page_of_call(call.public_id))


def _holding_page(public_id: str) -> str:
    return reverse("portfolio:holding", args=[public_id])


def _entry(entry: Entry) -> Subject:
    return Subject(str(entry.number), reverse("portfolio:entry", args=[entry.public_id]))


def _entries_of(asked: Asked, subject_ids: set[str], kind: str) -> dict[str, Subject]:
    """The ledger entries that calls or receipts caused, by the public id of each."""
    rows = Entry.objects.filter(book=asked.fund.book_id, subject__in=subject_ids, kind=kind)
    return {row.subject: _entry(row) for row in rows}


def _entries_of_day(fund: Fund, day: date, kind: str) -> str:
    narrowed = {"kind": kind} if kind else {"account": diary.RETURNED}
    return naming.page_of_entries(fund, **narrowed, first_day=day.isoformat(), last_day=day.isoformat())


def _with(kind: str, more: str) -> str:
    return f"{kind}, {more}" if more else kind
