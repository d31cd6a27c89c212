"""The books as workbooks: exact amounts in both currencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from portfolio.ledger import chart, reading, words
from portfolio.ledger.models import Account, Book, Entry, Posting
from portfolio.ledger.subjects import Subject


@dataclass(frozen=True, slots=True)
class Said:
    """One side of a posting in words."""

    name: str
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class PostingInWords:
    posting: Posting
    debit: Said
    credit: Said


def posting_in_words(posting: Posting, names: dict[str, Subject]) -> PostingInWords:
    return PostingInWords(posting, _said(posting.debit, names), _said(posting.credit, names))


def trial(book: Book, found: reading.Trial, *, as_of: date, known_at: datetime) -> bytes:
    """The trial balance; the last row says the sums."""
    rows = [cells for line in found.lines for cells in _balances(line)]
    rows.append([_("Total"), "", "", None, found.debit, found.credit])
    return workbook(
        _about(_("Trial balance"), book, as_of, known_at), [Sheet(_("Trial balance"), _balance_columns(book), rows)]
    )


def periods(book: Book, found: Sequence[reading.Closed], *, as_of: date, known_at: datetime) -> bytes:
    """The closed periods, the latest first, and on a second sheet the balance of every account that each left."""
    about = _about(_("Closed periods"), book, as_of, known_at)
    return workbook(about, [_periods(book, found), _left(book, found)])


def entries(book: Book, found: QuerySet[Entry], *, limit: int, as_of: date, known_at: datetime) -> bytes:
    """One row a posting, so that the sums of a column mean something."""
    told = reading.tell(found)
    every = [posting for one in told for posting in one.entry.postings.all()]
    names = reading.names_of(every)
    rows = [_row(one, posting, names) for one in told for posting in one.entry.postings.all()]
    remark = [_("There are more. Narrow the days to export the rest.")] if len(told) == limit else []
    about = _about(_("Entries"), book, as_of, known_at, remark)
    return workbook(about, [Sheet(_("Postings"), _entry_columns(book), rows)])


def _periods(book: Book, found: Sequence[reading.Closed]) -> Sheet:
    columns = [
        Column(_("Starts on"), Kind.DAY),
        Column(_("Ended before"), Kind.DAY),
        Column(_("Closed, UTC"), width=20),
        Column(_("Closed by")),
        Column(_("Last entry"), Kind.WHOLE),
        Column(_("Debit, %(currency)s") % {"currency": book.currency_id}, Kind.MONEY),
        Column(_("Credit, %(currency)s") % {"currency": book.currency_id}, Kind.MONEY),
    ]
    rows: list[list[Cell]] = [
        [
            one.period.starts_on,
            one.period.ends_before,
            one.period.closed_at.strftime("%Y-%m-%d %H:%M:%S"),
            one.closed_by,
            one.period.last_number,
            one.trial.debit,
            one.trial.credit,
        ]
        for one in found
    ]
    return Sheet(_("Closed periods"), columns, rows)


def _left(book: Book, found: Sequence[reading.Closed]) -> Sheet:
    rows: list[list[Cell]] = [
        [one.period.ends_before, *cells] for one in found for line in one.trial.lines for cells in _balances(line)
    ]
    return Sheet(_("Balances"), [Column(_("Ended before"), Kind.DAY), *_balance_columns(book)], rows)


def _balance_columns(book: Book) -> list[Column]:
    return [
        Column(_("Line of the chart")),
        Column(_("Account of")),
        Column(_("Currency"), width=10),
        Column(_("Balance in its currency"), Kind.MONEY),
        Column(_("Debit, %(currency)s") % {"currency": book.currency_id}, Kind.MONEY),
        Column(_("Credit, %(currency)s") % {"currency": book.currency_id}, Kind.MONEY),
    ]


def _balances(line: reading.Line) -> list[list[Cell]]:
    return [
        [str(line.line.name), one.subject.name if one.subject else "", one.currency, one.amount, one.debit, one.credit]
        for one in line.accounts
    ]


def _entry_columns(book: Book) -> list[Column]:
    return [
        Column(_("Number"), Kind.WHOLE),
        Column(_("Effective on"), Kind.DAY),
        Column(_("Recorded, UTC"), width=20),
        Column(_("Kind")),
        Column(_("Cause")),
        Column(_("Debit")),
        Column(_("Debit of")),
        Column(_("Credit")),
        Column(_("Credit of")),
        Column(_("Currency"), width=10),
        Column(_("Amount"), Kind.MONEY),
        Column(_("Amount, %(currency)s") % {"currency": book.currency_id}, Kind.MONEY),
        Column(_("Rate"), Kind.NUMBER),
        Column(_("Source of the rate")),
        Column(_("Note")),
        Column(_("Id")),
        Column(_("Digest"), width=70),
    ]


def _row(one: reading.Told, posting: Posting, names: dict[str, Subject]) -> list[Cell]:
    entry, debit, credit = one.entry, _said(posting.debit, names), _said(posting.credit, names)
    return [
        entry.number,
        entry.effective_on,
        entry.recorded_at.strftime("%Y-%m-%d %H:%M:%S"),
        words.kind(entry.kind),
        one.subject.name if one.subject else entry.subject,
        debit.name,
        debit.subject.name if debit.subject else "",
        credit.name,
        credit.subject.name if credit.subject else "",
        posting.currency_id,
        posting.amount,
        posting.fund_amount,
        posting.rate,
        posting.rate_source,
        entry.memo,
        entry.public_id,
        entry.digest,
    ]


def _said(account: Account, names: dict[str, Subject]) -> Said:
    subject = names.get(account.subject, Subject(account.subject)) if account.subject else None
    return Said(str(chart.LINES[account.code].name), subject)


def _about(title: str, book: Book, as_of: date, known_at: datetime, remarks: Sequence[str] = ()) -> About:
    return About(
        title=f"{book.name}: {title}",
        as_of=as_of,
        known_at=known_at,
        source=_("The fund’s own books."),
        illustrative=book.is_illustrative,
        remarks=[_("Amounts are exact, in the currency that the column names."), *remarks],
    )
