"""Paying management fees and fund expenses, and taking back what was wrong of them."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Invalid
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import services as investments
from portfolio.ledger import correcting
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, ClosedPeriod, Entry
from portfolio.ledger.services import Leg

PAID = declare("fee.paid", _("{actor} paid {amount} as {line}."))
TAKEN_BACK = declare("fee.taken_back", _("{actor} took {amount} of {line} back: {reason}."))
LINES = ("management-fees", "expenses")


class PeriodIsOpen(Invalid):
    """What is said to be left out of a closed period lies in none."""

    code = "period_is_open"

    def __init__(self, day: date) -> None:
        sentence = _("The books of {day} are open. Leave this empty, and date the fee on that day.")
        super().__init__(str(sentence).format(day=numerals.day(day)), field="left_out_on")


@transaction.atomic
def pay(
    fund: Fund,
    *,
    line: str,
    amount: Decimal,
    effective_on: date,
    memo: str,
    key: str,
    by: User,
    at: datetime,
    left_out_on: date | None = None,
) -> Entry:
    """Pay a fee or an expense out of cash, in the fund's currency.

    ``left_out_on`` is a day of a closed period in which it is missing: the entry, dated on an open day, names that period
    as what it puts right. The same key with the same content returns the entry that stands. Raises NotEnoughCash,
    UnfitAmount, PeriodClosed, PeriodIsOpen, KeyReused.
    """
    if line not in LINES:
        raise ValueError(f"{line} is no line of fees")
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    book = Book.objects.select_for_update().get(pk=funds.book_of(fund).pk)
    is_standing = Entry.objects.filter(book=book, key=f"fee:{key}").exists()
    if not is_standing:
        investments.require_cash(book, amount, effective_on, at)
    entry = ledger.post(
        book,
        [Leg((line, ""), ("cash", ""), amount, fund.currency_id)],
        key=f"fee:{key}",
        kind=line,
        effective_on=effective_on,
        memo=memo,
        adjusts=_period_without(book, left_out_on),
        by=by,
        at=at,
    )
    if not is_standing:
        told = {"amount": amount, "line": line} | ({"left_out_on": left_out_on} if left_out_on else {})
        audit.record(PAID, entry.public_id, by=by, chain=fund.public_id, after=told)
    return entry


def _period_without(book: Book, day: date | None) -> ClosedPeriod | None:
    """The closed period of a day on which something is missing. Raises PeriodIsOpen where that day is open."""
    if day is None:
        return None
    period = books.closed_period_of(book, day)
    if period is None:
        raise PeriodIsOpen(day)
    return period


@transaction.atomic
def take_back_fee(entry: Entry, *, because: str, by: User, at: datetime) -> Entry:
    """Offset a fee or an expense that was wrong, and return what offsets it: known from now on.

    It is dated as the fee, so that the fee was never paid; where that period is closed, on the first open day, naming the
    period that it puts right. Raises NotPermitted, NotTakenBack, NeedsReason, AlreadyReversed, BookStopped.
    """
    fund = locks.in_order(Fund.objects.filter(book=entry.book_id)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    book = Book.objects.select_for_update().get(pk=entry.book_id)
    if entry.kind not in LINES:
        raise correcting.NotTakenBack(entry.kind)
    reason = correcting.reason(because)
    day = books.day_of_correction(book, entry.effective_on)
    reversal = ledger.reverse(entry, effective_on=day, by=by, at=at, memo=reason)
    amount = sum((posting.fund_amount for posting in entry.postings.all()), Decimal(0))
    told = {"amount": amount, "line": entry.kind, "reason": reason, "effective_on": day}
    audit.record(TAKEN_BACK, entry.public_id, by=by, chain=fund.public_id, after=told)
    return reversal
