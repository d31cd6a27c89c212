"""The chain of a book: entries with their postings, each joined to the one before by its digest, written in bulk.

For services alone: they check what may be written between ``locked`` and ``append``.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from core import failpoints, identity
from core.audit import digests
from core.people.models import User
from portfolio.ledger import arrays
from portfolio.ledger.models import Book, Entry, Posting

AccountName = tuple[str, str, str]
"""Line of the chart, subject, currency."""


class Moved(NamedTuple):
    """A posting without its entry: ``amount`` of a currency, and the same in the book's, from credit to debit."""

    debit_id: int
    credit_id: int
    currency_id: str
    amount: Decimal
    fund_amount: Decimal
    rate: Decimal
    rate_source: str


class Told(NamedTuple):
    """An entry without its place in the chain, and its postings."""

    key: str
    kind: str
    subject: str
    effective_on: date
    memo: str
    postings: Sequence[Moved]
    adjusts_id: int | None = None
    reverses_id: int | None = None


_OF_BOOK, _OF_ENTRY = ([field.attname for field in model._meta.concrete_fields] for model in (Book, Entry))
_HELD = f"""
SELECT {", ".join(_OF_BOOK)} FROM portfolio_book WHERE id = %(book)s FOR UPDATE;
SELECT NULL, key, '', '' FROM portfolio_entry WHERE book_id = %(book)s AND key = ANY(%(keys)s::varchar[])
UNION ALL
SELECT a.id, a.code, a.subject, a.currency_id
  FROM unnest(%(codes)s::varchar[], %(subjects)s::varchar[], %(currencies)s::varchar[]) AS named (code, subject, currency_id)
  JOIN portfolio_account a USING (code, subject, currency_id)
 WHERE a.book_id = %(book)s
"""  # noqa: S608 -- names of columns
_WRITE = """
WITH entries AS (
    INSERT INTO portfolio_entry (book_id, recorded_at, actor, public_id, number, key, kind, subject, effective_on, reverses_id,
                                 adjusts_id, memo, previous, digest)
    SELECT %s, %s, %s, * FROM unnest(%s::varchar[], %s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[], %s::date[],
                                     %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[])
    RETURNING id, number, book_id, recorded_at, effective_on
), postings AS (
    INSERT INTO portfolio_posting (book_id, recorded_at, effective_on, entry_id, debit_id, credit_id, currency_id, amount,
                                   fund_amount, rate, rate_source)
    SELECT e.book_id, e.recorded_at, e.effective_on, e.id, p.debit_id, p.credit_id, p.currency_id, p.amount, p.fund_amount,
           p.rate, p.rate_source
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::varchar[], %s::numeric[], %s::numeric[], %s::numeric[],
                  %s::varchar[])
           WITH ORDINALITY AS p (number, debit_id, credit_id, currency_id, amount, fund_amount, rate, rate_source, place)
      JOIN entries e USING (number)
     ORDER BY p.place
), head AS (
    UPDATE portfolio_book SET length = %s, head = %s WHERE id = %s
)
SELECT number, id FROM entries
"""
"""Entries, their postings in the order given, and the head of the book: one statement, of which no half can stand."""
AT_ONCE = 5_000
"""Entries a statement: some megabytes, and far beyond where more at once would be faster."""


def locked(
    book: Book, *, keys: Collection[str], accounts: Collection[AccountName]
) -> tuple[Book, set[str], dict[AccountName, int]]:
    """The book, locked; which of the keys have an entry in it; and which of the accounts stand, with their keys.

    Two statements that go over together. The second begins once the lock is held and sees what the first waited for.
    """
    codes, subjects, currencies = arrays.columns(accounts) if accounts else ["{}"] * 3
    parameters: dict[str, int | str] = {
        "book": book.pk,
        "keys": arrays.literal(keys),
        "codes": codes,
        "subjects": subjects,
        "currencies": currencies,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HELD, parameters)
        held = Book.from_db(connection.alias, _OF_BOOK, cursor.fetchone())
        cursor.nextset()
        rows = cursor.fetchall()
    found = {(code, subject, currency): account for account, code, subject, currency in rows if account is not None}
    return held, {key for account, key, _, _ in rows if account is None}, found


def append(book: Book, told: Sequence[Told], *, by: User, at: datetime) -> list[Entry]:
    """Number, join and write entries with their postings, in the order given; the book's head moves to the last."""
    entries = [_joined(book, one, by=by, at=at) for one in told]
    for first in range(0, len(told), AT_ONCE):
        _write(entries[first : first + AT_ONCE], told[first : first + AT_ONCE])
    failpoints.reach("ledger.posted")
    return entries


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
        "adjusts": entry.adjusts_id,
        "memo": entry.memo,
        "previous": entry.previous,
        "postings": [
            [
                *(p.debit_id, p.credit_id, p.currency_id),
                *(f"{p.amount:.2f}", f"{p.fund_amount:.2f}", f"{p.rate:.8f}", p.rate_source),
            ]
            for p in postings
        ],
    }


def _joined(book: Book, told: Told, *, by: User, at: datetime) -> Entry:
    """The next entry of a book, without the key that it gets when it is written: as read, since thousands are made at once."""
    row = {
        "id": None,
        "public_id": identity.new("entry"),
        "book_id": book.pk,
        "number": book.length + 1,
        "key": told.key,
        "kind": told.kind,
        "subject": told.subject,
        "effective_on": told.effective_on,
        "recorded_at": at,
        "actor": by.public_id,
        "reverses_id": told.reverses_id,
        "adjusts_id": told.adjusts_id,
        "memo": told.memo,
        "previous": book.head,
        "digest": "",
    }
    entry = Entry.from_db(connection.alias, _OF_ENTRY, [row[name] for name in _OF_ENTRY])
    entry.digest = digests.digest(link(entry, told.postings))
    book.length, book.head = entry.number, entry.digest
    return entry


def _write(entries: Sequence[Entry], told: Sequence[Told]) -> None:
    last = entries[-1]
    rows = [
        (e.public_id, e.number, e.key, e.kind, e.subject, e.effective_on, e.reverses_id, e.adjusts_id, e.memo, e.previous, e.digest)
        for e in entries
    ]  # fmt: skip
    moved = [(entry.number, *one) for entry, its in zip(entries, told, strict=True) for one in its.postings]
    of_all = last.book_id, last.recorded_at, last.actor
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE, [*of_all, *arrays.columns(rows), *arrays.columns(moved), last.number, last.digest, last.book_id]
        )
        keys = dict(cursor.fetchall())
    for entry in entries:
        entry.pk = keys[entry.number]
