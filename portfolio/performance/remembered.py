"""Answers about a fund that are worked out once, and kept until something more is recorded of it.

An answer belongs to a fund, a day, and what was known: the head of its books and of its audit chain, to which every
change of its calls, receipts, commitments and holdings adds in its own transaction. So nothing is ever invalidated: what
is recorded later has another key. Permission is asked before; no answer depends on who asks.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

from portfolio.funds.models import Fund

Answer = TypeVar("Answer")

ENGINE = 2
"""Raised when the way of working something out changes, so that no older answer is given."""
KEPT_SECONDS = 7 * 24 * 3600
_HEADS = """
SELECT b.head, c.head, GREATEST(
    (SELECT recorded_at FROM portfolio_entry WHERE book_id = b.id AND number = b.length),
    (SELECT occurred_at FROM core_auditevent WHERE chain = c.name AND position = c.length))
  FROM portfolio_fund f LEFT JOIN portfolio_book b ON b.id = f.book_id
  LEFT JOIN core_auditchain c ON c.name = f.public_id WHERE f.id = %s
"""


def answer(name: str, fund: Fund, work_out: Callable[[], Answer], *, as_of: date, known_at: datetime) -> Answer:
    """What ``work_out`` gives, from memory where nothing was recorded of the fund since it was last asked.

    ``name`` tells one kind of answer from another and names all that it depends on besides fund, day and moment.
    """
    key = f"remembered:{ENGINE}:{name}:{fund.public_id}:{as_of.isoformat()}:{_known(fund, known_at)}"
    kept: tuple[Answer] | None = cache.get(key)
    if kept is None:
        kept = (work_out(),)
        cache.set(key, kept, timeout=KEPT_SECONDS)
    return kept[0]


def _known(fund: Fund, known_at: datetime) -> str:
    """What is known of a fund on a moment: the heads of its chains and, where they went on since, the moment itself."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [fund.pk])
        book, chain, last = cursor.fetchone() or ("", "", None)
    before = f":{known_at.timestamp():.6f}" if last is not None and known_at < last else ""
    return f"{book}:{chain}{before}"
