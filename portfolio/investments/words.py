"""What kinds of holdings and transactions are called, and how a round's day is said."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.web import numerals, published
from portfolio.investments.models import Holding, Transaction

Kind = Transaction.Kind
HOLDINGS: dict[str, Promise] = {Holding.Kind.DIRECT: _("Direct"), Holding.Kind.FUND: _("Fund stake")}
TRANSACTIONS: dict[str, Promise] = {
    Kind.PURCHASE: _("Purchase"),
    Kind.SALE: _("Sale"),
    Kind.WRITE_OFF: _("Write-off"),
    Kind.STAKE_CALL: _("Paid to the fund"),
    Kind.STAKE_DISTRIBUTION: _("Received from the fund"),
}
STATUSES: dict[str, Promise] = {
    "ok": _("one rate"),
    "multiple_roots": _("several rates fit, so none is shown"),
    "out_of_range": _("outside the range that is searched"),
    "no_root": _("no rate fits"),
    "total_loss": _("everything was lost"),
    "single_date": _("everything happened on one day"),
    "no_sign_change": _("nothing came in, or nothing went out"),
}
"""Why there is or is not a rate of return."""


def period(day: date, precision: str) -> str:
    """A day no more exactly than it is known."""
    return numerals.quarter(day) if precision == "quarter" else published.period(day, precision)
