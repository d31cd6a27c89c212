"""Who may open the pages of this package."""

from django.utils.translation import gettext_lazy as _

from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import READ, Row, admin_rows, of
from portfolio.funds.models import Fund

FUND_READERS = of(roles.FUND_MANAGER, roles.FUND_ANALYST, roles.VALUATION_COMMITTEE, roles.AUDITOR)
OWN_FUNDS = "funds visible to the person"
ALLIES = of(roles.ALLY_REPRESENTATIVE)
OWN_NATION = "the nations for which the person speaks"


def _funds() -> list[scopes.Choice]:
    return list(Fund.objects.order_by("name", "pk").values_list("public_id", "name"))


scopes.register(roles.Scope.FUND, _("One fund"), _funds)

ROWS: list[Row] = [
    Row("portfolio:pool", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:pool-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:commitments", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:commitment", FUND_READERS, READ, objects="commitments visible to the person", hidden=True),
    Row("ally:account", ALLIES, READ, objects=OWN_NATION),
    Row("ally:account-xlsx", ALLIES, READ, objects=OWN_NATION),
    *admin_rows("portfolio_fund", FUND_READERS),
    *admin_rows("portfolio_closing", FUND_READERS),
    *admin_rows("portfolio_commitment", FUND_READERS),
    *admin_rows("portfolio_commitmentterms", FUND_READERS),
]

navigation.add(
    Item("fund", _("Pool"), "portfolio:pool", order=10),
    Item("fund", _("Commitments"), "portfolio:commitments", order=11, also=("portfolio:commitment",)),
    Item("fund", _("Your account"), "ally:account", order=12),
)
