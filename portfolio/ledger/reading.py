"""The books as people read them: the trial balance, the list of entries, and one entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.audit import digests
from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.ledger import chain, chart, queries, subjects
from portfolio.ledger.models import Book, ClosedPeriod, ClosingBalance, Entry, Posting
from portfolio.ledger.subjects import Subject

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the trial balance: ``amount`` in its own currency, debit or credit in the book's."""

    code: str
    subject: Subject | None
    currency: str
    amount: Decimal
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chart with its accounts; ``debit`` and ``credit`` are sums in the book's currency."""

    line: chart.Line
    accounts: tuple[Account, ...]
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Trial:
    """Every account that is not empty. The books are balanced where ``debit`` equals ``credit``."""

    lines: tuple[Line, ...]
    debit: Decimal
    credit: Decimal

    @property
    def is_balanced(self) -> bool:
        return self.debit == self.credit


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed period with the balances that its close left."""

    period: ClosedPeriod
    closed_by: str
    trial: Trial


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list of entries; empty where nothing does. Both days are inclusive."""

    account: str = ""
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the list. ``amount`` is the sum of its postings in the book's currency."""

    entry: Entry
    subject: Subject | None
    amount: Decimal


def visible_to(person: User) -> QuerySet[Book]:
    """The books of the funds that the person reads as a whole."""
    books = Book.objects.filter(fund__isnull=False).select_related("fund").order_by("fund__name", "pk")
    if people_rules.reaches_everywhere(person, Permission.FUND_READ):
        return books
    return books.filter(fund__public_id__in=people_rules.scopes_of(person, Permission.FUND_READ))


def choose(person: User, fund: str = "") -> tuple[Book | None, list[Book]]:
    """The books of the fund asked for, the first without a wish, and all to choose from. Raises NotFound."""
    books = list(visible_to(person))
    if not fund:
        return next(iter(books), None), books
    for book in books:
        if book.fund.public_id == fund:
            return book, books
    raise NotFound


def trial(book: Book, *, as_of: date, known_at: datetime) -> Trial:
    """The trial balance of a day as known on a moment, in the order of the chart."""
    balances = [one for one in queries.balances(book, as_of=as_of, known_at=known_at) if one.amount or one.fund_amount]
    return _trial(balances, subjects.names({one.subject for one in balances if one.subject}))


def closed(book: Book, *, as_of: date, known_at: datetime) -> list[Closed]:
    """The periods that had ended by a day and were closed by a moment, the latest first, each with its balances."""
    periods = list(queries.usable_closings(book, as_of=as_of, known_at=known_at))
    left = _balances_left(periods)
    names = subjects.names({one.subject for balances in left.values() for one in balances if one.subject})
    people = dict(
        User.objects.filter(public_id__in={one.closed_by for one in periods}).values_list("public_id", "name")
    )
    return [
        Closed(one, people.get(one.closed_by, one.closed_by), _trial(left.get(one.pk, []), names)) for one in periods
    ]


def search(book: Book, wanted: Wanted, *, as_of: date, known_at: datetime) -> QuerySet[Entry]:
    """The entries asked for, newest first."""
    entries = queries.entries(book, as_of=as_of, known_at=known_at)
    if wanted.kind:
        entries = entries.filter(kind=wanted.kind)
    if wanted.first_day:
        entries = entries.filter(effective_on__gte=wanted.first_day)
    if wanted.last_day:
        entries = entries.filter(effective_on__lte=wanted.last_day)
    if wanted.account:
        touching = Posting.objects.filter(
            Q(debit__code=wanted.account) | Q(credit__code=wanted.account), book=book
        ).values("entry")
        entries = entries.filter(pk__in=touching)
    return entries


def tell(entries: Iterable[Entry]) -> list[Told]:
    """Entries with the names of what caused them and their amounts; their postings are at hand."""
    rows = list(entries)
    names = subjects.names({row.subject for row in rows if row.subject})
    return [Told(row, names.get(row.subject), _sum(row.postings.all())) for row in rows]


def get_entry(person: User, public_id: str) -> Entry:
    """One entry of the books that the person reads. Raises NotFound."""
    entry = (
        Entry.objects.filter(public_id=public_id, book__in=visible_to(person).values("pk"))
        .select_related("book__fund", "reverses", "reversed_by", "adjusts")
        .first()
    )
    if entry is None:
        raise NotFound
    return entry


def postings(entry: Entry) -> list[Posting]:
    """The postings of an entry in the order written."""
    return list(entry.postings.select_related("debit", "credit").order_by("pk"))


def digest_holds(entry: Entry, rows: list[Posting]) -> bool:
    """Whether the entry and its postings still give the digest that was written with them."""
    return entry.digest == digests.digest(chain.link(entry, rows))


def kinds(book: Book) -> list[str]:
    """The kinds of entries that a book has."""
    return list(book.entries.order_by("kind").values_list("kind", flat=True).distinct())


def names_of(rows: Iterable[Posting], *also: str) -> dict[str, Subject]:
    """The names of the subjects on either side of some postings, and of others."""
    ids = {account.subject for row in rows for account in (row.debit, row.credit) if account.subject}
    return subjects.names(ids | {one for one in also if one})


def _balances_left(periods: list[ClosedPeriod]) -> dict[int, list[queries.Balance]]:
    """By period, the balances that are not empty."""
    rows = ClosingBalance.objects.filter(period__in=periods).exclude(amount=0, fund_amount=0).select_related("account")
    found: dict[int, list[queries.Balance]] = {}
    for row in rows.order_by("pk"):
        of = row.account
        balance = queries.Balance(of.pk, of.code, of.subject, of.currency_id, row.amount, row.fund_amount)
        found.setdefault(row.period_id, []).append(balance)
    return found


def _trial(balances: list[queries.Balance], names: dict[str, Subject]) -> Trial:
    lines = tuple(line for known in chart.LINES.values() if (line := _line(known, balances, names)) is not None)
    return Trial(lines, sum((line.debit for line in lines), ZERO), sum((line.credit for line in lines), ZERO))


def _line(line: chart.Line, balances: list[queries.Balance], names: dict[str, Subject]) -> Line | None:
    accounts = [_account(one, names) for one in balances if one.code == line.code]
    if not accounts:
        return None
    ordered = sorted(accounts, key=lambda one: (one.subject.name if one.subject else "", one.currency))
    debit = sum((one.debit for one in accounts), ZERO)
    return Line(line, tuple(ordered), debit, sum((one.credit for one in accounts), ZERO))


def _account(one: queries.Balance, names: dict[str, Subject]) -> Account:
    subject = names.get(one.subject, Subject(one.subject)) if one.subject else None
    return Account(one.code, subject, one.currency, one.amount, max(one.fund_amount, ZERO), max(-one.fund_amount, ZERO))


def _sum(rows: Any) -> Decimal:
    return sum((row.fund_amount for row in rows), ZERO)
