"""What the things behind figures, accounts and entries are called and where their pages are.

The ledger, which knows only ids, is told.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from portfolio.capital_calls.models import CapitalCall, Receipt
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding, Transaction
from portfolio.ledger import subjects
from portfolio.ledger.subjects import Subject


def register() -> None:
    """Tell the ledger who knows which ids."""
    subjects.register("commitment", _commitments)
    subjects.register("holding", _holdings)
    subjects.register("tx", _transactions)
    subjects.register("call", _calls)
    subjects.register("receipt", _receipts)


def page_of_call(public_id: str) -> str:
    """The page of a call; empty while calls have none."""
    try:
        return reverse("portfolio:call", args=[public_id])
    except NoReverseMatch:
        return ""


def page_of_figure(name: str, fund: Fund) -> str:
    return f"{reverse('portfolio:figure', args=[name])}?{urlencode({'fund': fund.public_id})}"


def page_of_entries(fund: Fund, **narrowed: str) -> str:
    """The entries of the fund's books, narrowed by account, kind, or the first and last day."""
    return f"{reverse('portfolio:entries')}?{urlencode({'fund': fund.public_id, **narrowed})}"


def _commitments(ids: Iterable[str]) -> dict[str, Subject]:
    rows = Commitment.objects.filter(public_id__in=ids).select_related("nation")
    return {
        row.public_id: Subject(row.nation.name, reverse("portfolio:commitment", args=[row.public_id])) for row in rows
    }


def _holdings(ids: Iterable[str]) -> dict[str, Subject]:
    rows = Holding.objects.filter(public_id__in=ids).values_list("public_id", "organisation__name")
    return {key: Subject(name, reverse("portfolio:holding", args=[key])) for key, name in rows}


def _transactions(ids: Iterable[str]) -> dict[str, Subject]:
    """A transaction leads to its holding, where it stands among the others."""
    rows = Transaction.objects.filter(public_id__in=ids)
    told = rows.values_list("public_id", "holding__public_id", "holding__organisation__name")
    return {key: Subject(name, f"{reverse('portfolio:holding', args=[holding])}#{key}") for key, holding, name in told}


def _calls(ids: Iterable[str]) -> dict[str, Subject]:
    rows = CapitalCall.objects.filter(public_id__in=ids).values_list("public_id", "number")
    return {key: Subject(_("Call No. %(number)s") % {"number": number}, page_of_call(key)) for key, number in rows}


def _receipts(ids: Iterable[str]) -> dict[str, Subject]:
    rows = Receipt.objects.filter(public_id__in=ids).select_related("commitment__nation")
    return {row.public_id: Subject(f"{row.commitment.nation.name}, {row.reference}") for row in rows}
