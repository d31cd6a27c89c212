"""Tells the ledger how receipts are taken back."""

from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.capital_calls import paying, services
from portfolio.capital_calls.models import Receipt
from portfolio.ledger import correcting
from portfolio.ledger.correcting import Way
from portfolio.ledger.models import Entry


def register() -> None:
    follows = _("The fund’s cash and what the Ally paid in fall by it, and what it paid is owed again.")
    correcting.register(("receipt",), Way(_take_back, Permission.INVESTMENT_RECORD, follows, _names))


def _take_back(entry: Entry, *, because: str, by: User, at: datetime) -> Entry:
    return services.take_back_receipt(_receipt(entry), because=because, by=by, at=at).entry


def _names(entry: Entry) -> list[str]:
    """Whose receipt it is, each call that is open again, and what goes from suspense."""
    receipt = _receipt(entry)
    parts = receipt.allocations.select_related("notice__call").order_by("notice__call__number", "pk")
    whose = _now("Ally: %(ally)s. Bank reference: %(reference)s.") % {
        "ally": receipt.commitment.nation.name,
        "reference": receipt.reference,
    }
    opened = [
        _now("Call No. %(number)s is open again by %(amount)s.")
        % {"number": part.notice.call.number, "amount": numerals.plain(part.amount, 2)}
        for part in parts
    ]
    if left := paying.line_of(receipt).suspense:
        opened.append(_now("%(amount)s of it stands in suspense no more.") % {"amount": numerals.plain(left, 2)})
    return [whose, *opened]


def _receipt(entry: Entry) -> Receipt:
    return Receipt.objects.select_related("commitment__nation").get(public_id=entry.subject)
