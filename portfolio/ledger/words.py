"""What kinds of entries, and the invariants of the books, are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "opening": _("Opening balance"),
    "capital-call": _("Capital call"),
    "receipt": _("Receipt"),
    "purchase": _("Purchase"),
    "sale": _("Sale"),
    "write-off": _("Write-off"),
    "stake-call": _("Paid to a fund"),
    "stake-distribution": _("Received from a fund"),
    "management-fees": _("Management fees"),
    "expenses": _("Fund expenses"),
    "reversal": _("Reversal"),
}
INVARIANTS: dict[str, Promise] = {
    "a posting stays within its book, day and moment": _("A posting stays within its book, day and moment."),
    "an amount is above zero and between two accounts": _("An amount is above zero and between two accounts."),
    "in the book's own currency both amounts agree": _("In the book’s own currency both amounts agree."),
    "an entry has postings": _("An entry has postings."),
    "entries are numbered without a gap": _("Entries are numbered without a gap."),
    "each entry is joined to the one before": _("Each entry is joined to the one before."),
    "no entry was recorded into a period after its close": _("No entry was recorded into a period after its close."),
    "closing balances equal the sum of their rows": _("Closing balances equal the sum of their rows."),
    "an entry is reversed at most once and by its mirror": _("An entry is reversed at most once and by its mirror."),
}


def kind(code: str) -> str:
    """The words for a kind of entry; its code where nobody said them."""
    return str(KINDS.get(code, code))


def invariant(name: str) -> str:
    return str(INVARIANTS.get(name, name))
