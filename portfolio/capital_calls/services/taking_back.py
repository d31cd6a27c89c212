"""Taking back a receipt that was wrong: of another Ally, of another amount, or entered twice."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CapitalCall, Receipt, ReceiptTakenBack
from portfolio.capital_calls.services.calls import record
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.ledger import correcting
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, Entry

TAKEN_BACK = declare("receipt.taken_back", _("{actor} took a receipt of {amount} back: {reason}."))
OPENED_AGAIN = declare("capital_call.opened_again", _("Capital call {number} is open again: a receipt was taken back."))


class SpentSince(Conflict):
    """The money that came in is gone, on the day of the receipt or on a later one."""

    code = "spent_since"

    def __init__(self, amount: Decimal, cash: Decimal, day: date) -> None:
        sentence = _(
            "The receipt brought {amount}, and on {day} the fund holds {cash} in cash. Record first what really came in, "
            "or take back what was paid with it."
        )
        told = {"amount": numerals.plain(amount, 2), "cash": numerals.plain(cash, 2), "day": numerals.day(day)}
        super().__init__(str(sentence).format(**told))


@transaction.atomic
def take_back_receipt(receipt: Receipt, *, because: str, by: User, at: datetime) -> ReceiptTakenBack:
    """Let a receipt count as nothing from its own day on, known from now on, and offset its entry.

    What it pays is open again, also what was paid of its suspense since, and a call that it settled is issued again. Where
    its period is closed it counts until the last closed day. Raises NotPermitted, NeedsReason, AlreadyReversed,
    SpentSince, BookStopped.
    """
    fund = locks.in_order(Fund.objects.filter(pk=receipt.fund_id)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    calls = _paid_by(receipt)
    book = locks.in_order(Book.objects.filter(pk=funds.book_of(fund).pk)).get()
    reason = correcting.reason(because)
    if ReceiptTakenBack.objects.filter(receipt=receipt).exists():
        raise ledger.AlreadyReversed
    day = books.day_of_correction(book, receipt.received_on)
    _require_unspent(receipt, book, day, at)
    entry = Entry.objects.get(book=book, key=f"receipt:{receipt.public_id}")
    reversal = ledger.reverse(entry, effective_on=day, by=by, at=at, memo=reason)
    failpoints.reach("capital_calls.receipt_reversed")
    _release(receipt, book, reason, by=by, at=at)
    taken = ReceiptTakenBack.objects.create(
        receipt=receipt, entry=reversal, effective_on=day, reason=reason, recorded_at=at, recorded_by=by
    )
    told = {"amount": receipt.amount, "commitment": receipt.commitment.public_id, "reason": reason}
    audit.record(TAKEN_BACK, receipt.public_id, by=by, chain=fund.public_id, after=told | {"effective_on": day})
    _open_again(calls, by=by)
    return taken


def _paid_by(receipt: Receipt) -> list[CapitalCall]:
    """The calls to which its money went, held."""
    keys = set(receipt.allocations.values_list("notice__call_id", flat=True))
    return list(locks.in_order(CapitalCall.objects.filter(pk__in=keys).select_related("fund")))


def _require_unspent(receipt: Receipt, book: Book, day: date, at: datetime) -> None:
    """The money is there on that day and later. Raises SpentSince, which names the day on which it would be missing."""
    least_on, cash = books.least_balance(book, "cash", since=day, known_at=at)
    if receipt.amount > cash:
        raise SpentSince(receipt.amount, cash, least_on)


def _release(receipt: Receipt, book: Book, reason: str, *, by: User, at: datetime) -> None:
    """Offset what was paid of its suspense, each on its own day or the first open one."""
    for used in Entry.objects.filter(book=book, kind="suspense", subject=receipt.public_id).order_by("number"):
        day = books.day_of_correction(book, used.effective_on)
        ledger.reverse(used, effective_on=day, by=by, at=at, memo=reason)


def _open_again(calls: list[CapitalCall], *, by: User) -> None:
    """A call of which a notice is open again is not settled any more."""
    for call in calls:
        if call.state == State.SETTLED:
            call.state = State.ISSUED
            call.save(update_fields=["state"])
            record(OPENED_AGAIN, call, by=by)
