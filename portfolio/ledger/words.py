"""What kinds of entries are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "opening": _("Opening balance"),
    "capital-call": _("Capital call"),
    "receipt": _("Receipt"),
    "suspense": _("Used from suspense"),
    "purchase": _("Purchase"),
    "sale": _("Sale"),
    "write-off": _("Write-off"),
    "stake-call": _("Paid to a fund"),
    "stake-distribution": _("Received from a fund"),
    "management-fees": _("Management fees"),
    "expenses": _("Fund expenses"),
    "reversal": _("Reversal"),
}


def kind(code: str) -> str:
    """The words for a kind of entry; its code where nobody said them."""
    return str(KINDS.get(code, code))
