"""The story of a holding: its published rounds, what the fund committed and what it did, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.nations.models import Basis
from core.web import numerals
from portfolio.investments import words
from portfolio.investments.listing import Whole
from portfolio.investments.models import Round, StakeTerms, Transaction


@dataclass(frozen=True, slots=True)
class Event:
    """One line. ``when`` is no more exact than known; ``day`` only orders and is empty in the page where it is inexact."""

    day: date
    when: str
    is_exact: bool
    act: str
    sentence: str
    note: str = ""
    source: str = ""
    is_illustrative: bool = False


def story(whole: Whole, *, as_of: date) -> list[Event]:
    """Rounds come before what the fund did on the same day, and what it committed before what it paid.

    Of a day whose terms were corrected the latest are told; terms of a later day have not happened yet.
    """
    events = [_round(one) for one in whole.rounds]
    events += [_committed(one, whole) for one in _latest(whole.terms) if one.effective_on <= as_of]
    events += [_transaction(one, whole) for one in whole.transactions]
    return sorted(events, key=lambda event: event.day)


def terms(whole: Whole) -> list[tuple[StakeTerms, str]]:
    """What is committed to another fund, with the day of each no more exactly than it is known."""
    return [(one, words.period(one.effective_on, one.precision)) for one in whole.terms]


def _round(one: Round) -> Event:
    told = numerals.plain(one.total, 2) if one.total is not None else ""
    sentence = _("%(total)s %(currency)s in all") % {"total": told, "currency": one.currency_id} if told else ""
    when = words.period(one.held_on, one.precision)
    return Event(
        one.held_on,
        when,
        is_exact=one.precision == "day",
        act=one.name,
        sentence=sentence,
        note=one.note,
        source=one.source,
    )


def _latest(rows: Iterable[StakeTerms]) -> list[StakeTerms]:
    """The last row of each day, of rows in the order in which they became known."""
    return list({one.effective_on: one for one in rows}.values())


def _committed(one: StakeTerms, whole: Whole) -> Event:
    told = {"total": numerals.plain(one.amount, 2), "currency": whole.holding.currency_id}
    return Event(
        one.effective_on,
        words.period(one.effective_on, one.precision),
        is_exact=one.precision == "day",
        act=_("Committed to the fund"),
        sentence=_("%(total)s %(currency)s in all") % told,
        note=one.note,
        source=one.source,
        is_illustrative=one.basis == Basis.ILLUSTRATIVE,
    )


def _transaction(one: Transaction, whole: Whole) -> Event:
    amount: Decimal = one.cost if one.kind == Transaction.Kind.WRITE_OFF else one.amount
    sentence = f"{numerals.plain(amount, 2)} {whole.holding.currency_id}"
    when, act = numerals.day(one.effective_on), str(words.TRANSACTIONS[one.kind])
    return Event(
        one.effective_on,
        when,
        is_exact=True,
        act=act,
        sentence=sentence,
        note=one.reason,
        is_illustrative=one.is_illustrative,
    )
