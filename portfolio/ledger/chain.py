"""The chain of a book: entries with their postings, each joined to the one before by its digest, written in bulk.

For services alone: they hold the lock on the book and have checked what may be written.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from core import failpoints
from core.audit import digests
from core.people.models import User
from portfolio.ledger.models import Book, Entry, Posting


class Moved(NamedTuple):
    """A posting without its entry: ``amount`` of a currency, and the same in the book's, from credit to debit."""

    debit_id: int
    credit_id: int
    currency_id: str
    amount: Decimal
    fund_amount: Decimal
    rate: Decimal
    rate_source: str


_WRITE_ENTRIES = """
INSERT INTO portfolio_entry (book_id, recorded_at, actor, public_id, number, key, kind, subject, effective_on,
                             reverses_id, adjusts_id, memo, previous, digest)
SELECT %s, %s, %s, * FROM unnest(%s::varchar[], %s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[], %s::date[],
                                 %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[])
RETURNING number, id
"""
_WRITE_POSTINGS = """
INSERT INTO portfolio_posting (book_id, recorded_at, entry_id, effective_on, debit_id, credit_id, currency_id, amount,
                               fund_amount, rate, rate_source)
SELECT %s, %s, * FROM unnest(%s::bigint[], %s::date[], %s::bigint[], %s::bigint[], %s::varchar[], %s::numeric[],
                             %s::numeric[], %s::numeric[], %s::varchar[])
"""
AT_ONCE = 5_000
"""Entries a statement: some megabytes, and far beyond where more at once would be faster."""


def append(book: Book, pairs: Sequence[tuple[Entry, Sequence[Moved]]], *, by: User, at: datetime) -> None:
    """Number, join and write entries with their postings, in the order given; the book's head moves to the last."""
    for entry, moved in pairs:
        entry.number, entry.previous = book.length + 1, book.head
        entry.recorded_at, entry.actor = at, by.public_id
        entry.digest = digests.digest(link(entry, moved))
        book.length, book.head = entry.number, entry.digest
    for first in range(0, len(pairs), AT_ONCE):
        _write(book, pairs[first : first + AT_ONCE], by=by, at=at)
    if pairs:
        book.save(update_fields=["length", "head"])
    failpoints.reach("ledger.posted")


def link(entry: Entry, postings: Sequence[Moved | Posting]) -> dict[str, object]:
    """What the digest of an entry covers: itself and its postings, and the digest before it."""
    return {
        "book": entry.book_id,
        "number": entry.number,
        "key": entry.key,
        "kind": entry.kind,
        "subject": entry.subject,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "reverses": entry.reverses_id,
        "memo": entry.memo,
        "previous": entry.previous,
        "postings": [
            [p.debit_id, p.credit_id, p.currency_id, f"{p.amount:.2f}", f"{p.fund_amount:.2f}", f"{p.rate:.8f}"]
            for p in postings
        ],
    }


def _write(book: Book, pairs: Sequence[tuple[Entry, Sequence[Moved]]], *, by: User, at: datetime) -> None:
    entries = [
        (e.public_id, e.number, e.key, e.kind, e.subject, e.effective_on, e.reverses_id, e.adjusts_id, e.memo, e.previous, e.digest)
        for e, _ in pairs
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_ENTRIES, [book.pk, at, by.public_id, *_columns(entries)])
        keys = dict(cursor.fetchall())
        failpoints.reach("ledger.entry_written")
        for entry, _ in pairs:
            entry.pk = keys[entry.number]
            entry._state.adding, entry._state.db = False, connection.alias
        postings = [(entry.pk, entry.effective_on, *one) for entry, moved in pairs for one in moved]
        cursor.execute(_WRITE_POSTINGS, [book.pk, at, *_columns(postings)])


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
