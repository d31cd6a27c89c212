"""Taking back a transaction that was wrong: a purchase, a sale, a write-off, what was paid to a fund or received from one."""

from datetime import date, datetime

from django.db import transaction

from core import failpoints
from core.audit import services as audit
from core.people.models import User
from portfolio.investments.models import TakenBack, Transaction
from portfolio.investments.queries import ADDING, RECEIVING
from portfolio.investments.services import paying, recording
from portfolio.investments.services.refusals import NotEnoughCash, RestsOnIt, SpentSince, Valued
from portfolio.ledger import correcting
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book


@transaction.atomic
def take_back_transaction(row: Transaction, *, because: str, by: User, at: datetime) -> TakenBack:
    """Let a transaction count as nothing from its own day on, known from now on, and offset its entry.

    Where its period is closed it counts until the last closed day. What left the holding since with a share of its cost,
    and the valuations that count it, stand against it: the last is taken back first. Raises NotPermitted, NeedsReason,
    AlreadyReversed, Valued, ValuedMeanwhile, RestsOnIt, SpentSince, BookStopped.
    """
    book = recording.ready(row.holding, by, None, at)
    reason = correcting.reason(because)
    if TakenBack.objects.filter(transaction=row).exists():
        raise ledger.AlreadyReversed
    if valued_on := recording.valued_on(row):
        raise Valued(valued_on)
    _require_nothing_rests_on(row)
    day = books.day_of_correction(book, row.effective_on)
    _require_unspent(row, book, day, at)
    reversal = ledger.reverse(row.entry, effective_on=day, by=by, at=at, memo=reason)
    failpoints.reach("investments.reversed")
    taken = TakenBack.objects.create(
        transaction=row, entry=reversal, effective_on=day, reason=reason, recorded_at=at, recorded_by=by
    )
    told = {"transaction": row.public_id, "amount": row.amount or row.cost, "currency": row.holding.currency_id}
    audit.record(
        recording.TAKEN_BACK,
        row.holding.public_id,
        by=by,
        chain=row.holding.fund.public_id,
        after=told | {"kind": row.kind, "effective_on": day, "reason": reason},
    )
    return taken


def _require_nothing_rests_on(row: Transaction) -> None:
    """No cost was taken off since that was reckoned with it. Raises RestsOnIt, which names the last."""
    since = Transaction.objects.filter(
        holding=row.holding_id, pk__gt=row.pk, effective_on__gte=row.effective_on, taken_back__isnull=True
    )
    if last := since.exclude(kind__in=ADDING).order_by("pk").last():
        raise RestsOnIt(last.get_kind_display(), last.effective_on)


def _require_unspent(row: Transaction, book: Book, day: date, at: datetime) -> None:
    """The money that it brought is there on that day and later. Raises SpentSince."""
    if row.kind not in RECEIVING:
        return
    try:
        paying.require_cash(book, row.fund_amount, day, at)
    except NotEnoughCash as short:
        raise SpentSince(row.fund_amount, short.cash) from None
