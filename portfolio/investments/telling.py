"""The story of a holding: its published rounds and what the fund did, oldest first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.web import numerals
from portfolio.investments import words
from portfolio.investments.listing import Whole
from portfolio.investments.models import Round, Transaction


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


def story(whole: Whole) -> list[Event]:
    """Rounds come before what the fund did on the same day."""
    events = [_round(one) for one in whole.rounds]
    events += [_transaction(one, whole) for one in whole.transactions]
    return sorted(events, key=lambda event: event.day)


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
