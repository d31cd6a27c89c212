"""Posting, reversing, closing. Callers have checked who may; the ledger checks what can be true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.ledger import alarm, chain, chart, invariants, queries
from portfolio.ledger.chain import AccountName, Moved, Told
from portfolio.ledger.models import Account, Book, ClosedPeriod, ClosingBalance, Entry

CLOSED = declare("ledger.period_closed", _("{actor} closed the books to {ends_before}."))
STOPPED = declare("ledger.stopped", _("Posting to the books {subject} was stopped: {because}."))
RELEASED = declare("ledger.released", _("{actor} let posting to the books {subject} go on."))
REVERSED = declare("ledger.reversed", _("{actor} reversed entry {number}."))

CENT = Decimal("0.01")
LARGEST = Decimal("999999999999999999.99")


class PeriodClosed(Conflict):
    """The day lies in a closed period; a correction is posted into the open one."""

    code = "period_closed"

    def __init__(self, closed_through: date) -> None:
        sentence = _(
            "The books are closed to {day}. Date it {first}, the first open day, or later. What is wrong in a closed period "
            "is taken back from its entry, and what was right is recorded anew."
        )
        told = {"day": numerals.day(closed_through), "first": numerals.day(closed_through + timedelta(days=1))}
        super().__init__(str(sentence).format(**told), field="effective_on")


class BookStopped(Conflict):
    code = "book_stopped"
    sentence = _("Posting is stopped because a check of the books failed. The operations page names the rows.")


class NotStopped(Conflict):
    code = "not_stopped"
    sentence = _("Posting to these books is not stopped.")


class KeyReused(Conflict):
    code = "key_reused"
    sentence = _("Something else was already posted under this key.")


class AlreadyReversed(Conflict):
    code = "already_reversed"
    sentence = _("This entry was already reversed. Post anew instead.")


class NotAReversibleEntry(Conflict):
    code = "not_reversible"
    sentence = _("A reversal is not itself reversed. Post anew instead.")


class UnfitAmount(Invalid):
    code = "unfit_amount"
    sentence = _("An amount is above zero, in whole cents, and below a million million million.")


class AlreadyClosed(Conflict):
    code = "already_closed"
    sentence = _("The books are already closed to that day or beyond.")


class NotOver(Invalid):
    code = "period_not_over"
    sentence = _("A period can be closed once its last day is over.")


@dataclass(frozen=True, slots=True)
class Leg:
    """``amount`` of ``currency`` moves to the debit from the credit account; each is (line of the chart, subject).

    ``fund_amount`` is the amount in the book's currency, given where the currency is another; ``rate`` then says how
    many units of ``currency`` one unit of the book's bought, and ``rate_source`` who says so.
    """

    debit: tuple[str, str]
    credit: tuple[str, str]
    amount: Decimal
    currency: str
    fund_amount: Decimal | None = None
    rate: Decimal = Decimal(1)
    rate_source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted. ``key`` is what makes it post once; ``adjusts`` names the closed period that it puts right."""

    legs: Sequence[Leg]
    key: str
    kind: str
    effective_on: date
    subject: str = ""
    memo: str = ""
    adjusts: ClosedPeriod | None = None


@transaction.atomic
def open_book(*, name: str, currency: str, at: datetime, illustrative: bool = False) -> Book:
    """The empty books of a fund; ``illustrative`` where amounts in them will be invented."""
    return Book.objects.create(name=name, currency_id=currency, is_illustrative=illustrative, created_at=at)


def post(
    book: Book,
    legs: Sequence[Leg],
    *,
    key: str,
    kind: str,
    effective_on: date,
    by: User,
    at: datetime,
    subject: str = "",
    memo: str = "",
    adjusts: ClosedPeriod | None = None,
) -> Entry:
    """Append one entry. The same key with the same content returns the entry that stands already.

    Raises PeriodClosed, BookStopped, KeyReused, UnfitAmount.
    """
    draft = Draft(legs, key, kind, effective_on, subject, memo, adjusts)
    return _post([draft], book, by=by, at=at)[0]


def post_many(book: Book, drafts: Sequence[Draft], *, by: User, at: datetime) -> list[Entry]:
    """Append entries in the order given, all or none, and return one a draft.

    The same as posting one by one, under one lock and with one step of the chain: a key that stands already, in the
    books or earlier among the drafts, with the same content gives that entry and posts nothing. Raises for the first
    draft that cannot be posted, as ``post`` does, with its key as a note.
    """
    return _post(drafts, book, by=by, at=at)


@transaction.atomic
def reverse(entry: Entry, *, effective_on: date, by: User, at: datetime, memo: str = "") -> Entry:
    """Offset an entry by one with its sides exchanged: the only correction. Raises AlreadyReversed, PeriodClosed."""
    locked = _lock(entry.book)
    if entry.reverses_id:
        raise NotAReversibleEntry
    if Entry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed
    _check_open(locked, effective_on)
    period = queries.closed_period_of(locked, entry.effective_on)
    mirrored = Told(
        key=f"reverse:{entry.public_id}",
        kind="reversal",
        subject=entry.subject,
        effective_on=effective_on,
        memo=memo,
        postings=[
            Moved(p.credit_id, p.debit_id, p.currency_id, p.amount, p.fund_amount, p.rate, p.rate_source)
            for p in entry.postings.order_by("pk")
        ],
        adjusts_id=period.pk if period else None,
        reverses_id=entry.pk,
    )
    (reversal,) = chain.append(locked, [mirrored], by=by, at=at)
    audit.record(
        REVERSED, reversal.public_id, by=by, chain=locked.public_id, after={"number": entry.number, "memo": memo}
    )
    return reversal


@transaction.atomic
def close(book: Book, *, through: date, today: date, by: User, at: datetime) -> ClosedPeriod:
    """Make every entry to ``through``, inclusive, final, and keep the balances. Raises NotOver, AlreadyClosed."""
    locked = _lock(book)
    if through >= today:
        raise NotOver(field="through")
    if locked.closed_through and through <= locked.closed_through:
        raise AlreadyClosed(field="through")
    period = ClosedPeriod.objects.create(
        book=locked,
        starts_on=locked.closed_through + timedelta(days=1) if locked.closed_through else None,
        ends_before=through + timedelta(days=1),
        closed_at=at,
        closed_by=by.public_id,
        last_number=locked.length,
    )
    ClosingBalance.objects.bulk_create(
        ClosingBalance(period=period, account_id=one.account_id, amount=one.amount, fund_amount=one.fund_amount)
        for one in queries.balances(locked, as_of=through, known_at=at, from_closings=False)
    )
    locked.closed_through = through
    locked.save(update_fields=["closed_through"])
    audit.record(CLOSED, locked.public_id, by=by, chain=locked.public_id, after={"ends_before": period.ends_before})
    return period


@transaction.atomic
def check(book: Book, *, by: User, at: datetime) -> list[invariants.Broken]:
    """Ask every invariant. The first that returns a row stops posting to this book, until people let it go on.

    Whoever may close the books is told by mail which rows they are.
    """
    locked = _lock(book)
    broken = invariants.broken(locked)
    if broken and locked.stopped_at is None:
        locked.stopped_at = at
        locked.stopped_because = "; ".join(str(one) for one in broken)[:2000]
        locked.save(update_fields=["stopped_at", "stopped_because"])
        audit.record(
            STOPPED, locked.public_id, by=by, chain=locked.public_id, after={"because": locked.stopped_because}
        )
        alarm.tell(locked, broken, at=at)
    return broken


def check_every(*, by: User, at: datetime) -> list[tuple[Book, list[invariants.Broken]]]:
    """Check every book, each in its own transaction, so that one that is busy or broken holds up no other."""
    return [(book, check(book, by=by, at=at)) for book in Book.objects.order_by("pk")]


@transaction.atomic
def release(book: Book, *, by: User) -> None:
    """Let posting go on after people have looked. Raises NotPermitted, NotStopped, BookStopped while a check fails."""
    locked = _lock(book)
    people_rules.require(by, Permission.LEDGER_CLOSE, alarm.scope_of(locked))
    if locked.stopped_at is None:
        raise NotStopped
    if invariants.broken(locked):
        raise BookStopped
    before = locked.stopped_because
    locked.stopped_at, locked.stopped_because = None, ""
    locked.save(update_fields=["stopped_at", "stopped_because"])
    audit.record(RELEASED, locked.public_id, by=by, chain=locked.public_id, before={"because": before})


def _post(drafts: Sequence[Draft], book: Book, *, by: User, at: datetime) -> list[Entry]:
    """Post or refuse. A refusal is found before anything is written, and needs no savepoint to take anything back."""
    names = {(*line, leg.currency) for draft in drafts for leg in draft.legs for line in (leg.debit, leg.credit)}
    with transaction.atomic(savepoint=False):
        locked, keys, accounts = chain.locked(book, keys={draft.key for draft in drafts}, accounts=names)
        standing = {entry.key: entry for entry in Entry.objects.filter(book=locked, key__in=keys)} if keys else {}
        fresh, refusal = _fresh(drafts, locked, standing)
        if refusal is None:
            if lacking := names.difference(accounts):
                accounts |= _opened(locked, lacking)
            posted = chain.append(locked, [_told(draft, accounts) for draft in fresh.values()], by=by, at=at)
            by_key = standing | {entry.key: entry for entry in posted}
            return [by_key[draft.key] for draft in drafts]
    raise refusal


def _fresh(
    drafts: Sequence[Draft], book: Book, standing: dict[str, Entry]
) -> tuple[dict[str, Draft], Conflict | Invalid | None]:
    """What is to be posted, by key, until the first draft that cannot be; and why that one is refused."""
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        try:
            _check(draft, book, standing, fresh)
        except (Conflict, Invalid) as refusal:
            refusal.add_note(draft.key)
            return fresh, refusal
    return fresh, None


def _lock(book: Book) -> Book:
    return Book.objects.select_for_update().get(pk=book.pk)


def _check(draft: Draft, book: Book, standing: dict[str, Entry], fresh: dict[str, Draft]) -> None:
    """Put what can be posted among the fresh, and refuse what cannot be."""
    if draft.key in standing:
        _same(standing[draft.key], draft)
        return
    if draft.key in fresh:
        if _content(draft) != _content(fresh[draft.key]):
            raise KeyReused
        return
    _check_open(book, draft.effective_on)
    for leg in draft.legs:
        _check_leg(leg, book)
    if not draft.legs:
        raise UnfitAmount
    fresh[draft.key] = draft


def _check_open(book: Book, effective_on: date) -> None:
    if book.stopped_at:
        raise BookStopped
    if book.closed_through and effective_on <= book.closed_through:
        raise PeriodClosed(book.closed_through)


def _check_leg(leg: Leg, book: Book) -> None:
    fund_amount = leg.amount if leg.fund_amount is None else leg.fund_amount
    for amount in {leg.amount, fund_amount}:
        if not amount.is_finite() or abs(amount) > LARGEST or amount != amount.quantize(CENT):
            raise UnfitAmount(field="amount")
    if leg.amount <= 0 or fund_amount < 0 or leg.rate <= 0:
        raise UnfitAmount(field="amount")
    if leg.currency == book.currency_id and leg.fund_amount not in (None, leg.amount):
        raise UnfitAmount(field="amount")
    if leg.currency != book.currency_id and leg.fund_amount is None:
        raise UnfitAmount(field="amount")


def _told(draft: Draft, accounts: dict[AccountName, int]) -> Told:
    return Told(
        draft.key,
        draft.kind,
        draft.subject,
        draft.effective_on,
        draft.memo,
        [_moved(leg, accounts) for leg in draft.legs],
        draft.adjusts.pk if draft.adjusts else None,
    )


def _moved(leg: Leg, accounts: dict[AccountName, int]) -> Moved:
    return Moved(
        accounts[*leg.debit, leg.currency],
        accounts[*leg.credit, leg.currency],
        leg.currency,
        leg.amount,
        leg.amount if leg.fund_amount is None else leg.fund_amount,
        leg.rate,
        leg.rate_source,
    )


def _opened(book: Book, lacking: Iterable[AccountName]) -> dict[AccountName, int]:
    """The keys of accounts that did not stand yet."""
    accounts = [
        Account(book=book, code=code, subject=subject, currency_id=currency)
        for code, subject, currency in sorted(lacking)
    ]
    for account in accounts:
        of = chart.LINES[account.code].of
        if bool(of) != bool(account.subject):
            raise ValueError(f"an account of {account.code} {'needs' if of else 'has no'} subject")
    opened = Account.objects.bulk_create(accounts)
    return {(account.code, account.subject, account.currency_id): account.pk for account in opened}


def _same(standing: Entry, draft: Draft) -> None:
    posted = [
        Leg(
            (p.debit.code, p.debit.subject),
            (p.credit.code, p.credit.subject),
            p.amount,
            p.currency_id,
            p.fund_amount,
            p.rate,
        )
        for p in standing.postings.select_related("debit", "credit").order_by("pk")
    ]
    told = standing.kind, standing.effective_on, standing.subject, standing.adjusts_id, *map(_moves, posted)
    if told != _content(draft):
        raise KeyReused


def _content(draft: Draft) -> tuple[object, ...]:
    """What must be the same where a key comes again: all but what is said of it to people, memo and source of a rate."""
    adjusts = draft.adjusts.pk if draft.adjusts else None
    return draft.kind, draft.effective_on, draft.subject, adjusts, *map(_moves, draft.legs)


def _moves(leg: Leg) -> tuple[object, ...]:
    """The leg as it stands once it is posted, its rate to eight decimals."""
    fund_amount = leg.amount if leg.fund_amount is None else leg.fund_amount
    return *leg.debit, *leg.credit, leg.currency, leg.amount, fund_amount, f"{leg.rate:.8f}"
