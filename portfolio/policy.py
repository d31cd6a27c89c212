"""Who may open the pages of this package."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.api import scopes as api_scopes
from core.api.scopes import Domain
from core.organisations import sharing
from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import NO_PERSON, READ, READ_WRITE, WRITE, Row, admin_rows, of
from portfolio.capital_calls import queries as calls
from portfolio.funds.models import Fund
from portfolio.history import naming as history_naming
from portfolio.investments import sharing as holdings
from portfolio.performance import naming

FUND_READERS = of(roles.FUND_MANAGER, roles.FUND_ANALYST, roles.VALUATION_COMMITTEE, roles.AUDITOR)
OWN_FUNDS = "funds visible to the person"
OWN_COMMITMENTS = "commitments visible to the person"
ALLIES = of(roles.ALLY_REPRESENTATIVE)
OWN_NATION = "the nations for which the person speaks"


def _funds() -> list[scopes.Choice]:
    return list(Fund.objects.order_by("name", "pk").values_list("public_id", "name"))


scopes.register(roles.Scope.FUND, _("One fund"), _funds)

sharing.register(holdings.organisations)
naming.register()
history_naming.register()

RECORDERS = of(roles.FUND_MANAGER)
OWN_HOLDINGS = "holdings of funds visible to the person"
OWN_BOOKS = "books of funds visible to the person"
BRINGERS = of(roles.FUND_MANAGER, roles.FUND_ANALYST)
OWN_IMPORTS = "imports of funds visible to the person"


def _scope(code: str, label: Promise) -> str:
    return api_scopes.declare(code, label, Domain.FUND)


FUNDS_READ = _scope("funds:read", _("Funds within reach"))
POOL_READ = _scope("pool:read", _("The pool of funds within reach"))
NAVS_READ = _scope("navs:read", _("Published net asset values of funds within reach"))
COMMITMENTS_READ = _scope("commitments:read", _("Commitments of own nations"))
CALLS_READ = _scope("calls:read", _("Issued capital calls"))
NOTICES_READ = _scope("notices:read", _("Notices of own nations"))
RECEIPTS_READ = _scope("receipts:read", _("Payments announced for own nations"))
RECEIPTS_WRITE = _scope("receipts:write", _("Announce payments of own nations"))
HOLDINGS_READ = _scope("holdings:read", _("Holdings of funds within reach"))
REPORTED_READ = _scope("reported-navs:read", _("Net asset values that the own organisation reported"))
REPORTED_WRITE = _scope("reported-navs:write", _("Report net asset values of the own fund"))

LOOK = ("GET", "HEAD")
REACHED = "funds that the client reaches"
OF_NATIONS = "what concerns the client's own nations"
OF_MANAGER = "stakes in the fund that the client's organisation manages"
API_ROWS: list[Row] = [
    Row("portfolio_api:funds", NO_PERSON, LOOK, objects=REACHED, scope=FUNDS_READ),
    Row("portfolio_api:fund", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=FUNDS_READ),
    Row("portfolio_api:pool", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=POOL_READ),
    Row("portfolio_api:net-asset-values", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=NAVS_READ),
    Row("portfolio_api:commitments", NO_PERSON, LOOK, objects=OF_NATIONS, scope=COMMITMENTS_READ),
    Row("portfolio_api:commitment", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=COMMITMENTS_READ),
    Row("portfolio_api:calls", NO_PERSON, LOOK, objects=OF_NATIONS, scope=CALLS_READ),
    Row("portfolio_api:call", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=CALLS_READ),
    Row("portfolio_api:notices", NO_PERSON, LOOK, objects=OF_NATIONS, scope=NOTICES_READ),
    Row("portfolio_api:notice", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=NOTICES_READ),
    Row("portfolio_api:receipt-notices", NO_PERSON, LOOK, objects=OF_NATIONS, scope=RECEIPTS_READ),
    Row("portfolio_api:receipt-notices", NO_PERSON, WRITE, objects=OF_NATIONS, scope=RECEIPTS_WRITE),
    Row("portfolio_api:holdings", NO_PERSON, LOOK, objects=REACHED, scope=HOLDINGS_READ),
    Row("portfolio_api:holding", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=HOLDINGS_READ),
    Row("portfolio_api:reported-navs", NO_PERSON, LOOK, objects=OF_MANAGER, scope=REPORTED_READ),
    Row("portfolio_api:reported-navs", NO_PERSON, WRITE, objects=OF_MANAGER, scope=REPORTED_WRITE),
]
HISTORY_ROWS: list[Row] = [
    Row("portfolio:imports", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:imports-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:import-template", FUND_READERS, READ),
    Row("portfolio:import-upload", BRINGERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:import", FUND_READERS, READ, objects=OWN_IMPORTS, hidden=True),
    Row("portfolio:import-xlsx", FUND_READERS, READ, objects=OWN_IMPORTS, hidden=True),
    Row("portfolio:import-progress", FUND_READERS, READ, objects=OWN_IMPORTS, hidden=True),
    Row("portfolio:import-check", BRINGERS, WRITE, objects=OWN_IMPORTS),
    Row("portfolio:import-discard", BRINGERS, READ_WRITE, objects=OWN_IMPORTS),
    Row("portfolio:import-apply", RECORDERS, READ_WRITE, objects=OWN_IMPORTS, fresh=True),
]
MONEY_ROWS: list[Row] = [
    Row("portfolio:holdings", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:holdings-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:holding", FUND_READERS, READ, objects=OWN_HOLDINGS, hidden=True),
    Row("portfolio:holding-xlsx", FUND_READERS, READ, objects=OWN_HOLDINGS, hidden=True),
    Row("portfolio:open-holding", RECORDERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:record-round", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:buy", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:sell", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:write-off", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:commit-to-stake", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:pay-stake", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:receive-from-stake", RECORDERS, READ_WRITE, objects=OWN_HOLDINGS),
    Row("portfolio:ledger", FUND_READERS, READ, objects=OWN_BOOKS),
    Row("portfolio:ledger-xlsx", FUND_READERS, READ, objects=OWN_BOOKS),
    Row("portfolio:pay-fee", RECORDERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:ledger-check", FUND_READERS, WRITE, objects=OWN_BOOKS),
    Row("portfolio:ledger-release", RECORDERS, WRITE, objects=OWN_BOOKS, fresh=True),
    Row("portfolio:ledger-close", RECORDERS, READ_WRITE, objects=OWN_BOOKS, fresh=True),
    Row("portfolio:periods-xlsx", FUND_READERS, READ, objects=OWN_BOOKS),
    Row("portfolio:entries", FUND_READERS, READ, objects=OWN_BOOKS),
    Row("portfolio:entries-xlsx", FUND_READERS, READ, objects=OWN_BOOKS),
    Row("portfolio:entry", FUND_READERS, READ, objects=OWN_BOOKS, hidden=True),
    Row("portfolio:take-back", RECORDERS, READ_WRITE, objects=OWN_BOOKS, fresh=True),
    *(
        row
        for model in (
            "book",
            "account",
            "entry",
            "posting",
            "closedperiod",
            "holding",
            "round",
            "staketerms",
            "transaction",
        )
        for row in admin_rows(f"portfolio_{model}", FUND_READERS)
    ),
]

PREPARERS = of(roles.FUND_MANAGER, roles.FUND_ANALYST)
OWN_CALLS = "calls of funds visible to the person"
CALL_ROWS: list[Row] = [
    Row("portfolio:calls", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:calls-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:call", FUND_READERS, READ, objects=OWN_CALLS, hidden=True),
    Row("portfolio:call-xlsx", FUND_READERS, READ, objects=OWN_CALLS, hidden=True),
    Row("portfolio:receipts", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:receipts-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:record-receipt", PREPARERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:apply-suspense", PREPARERS, READ_WRITE, objects=OWN_COMMITMENTS),
    Row("portfolio:draft-call", PREPARERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:edit-call", PREPARERS, READ_WRITE, objects=OWN_CALLS),
    Row("portfolio:submit-call", PREPARERS, WRITE, objects=OWN_CALLS),
    Row("portfolio:approve-call", RECORDERS, READ_WRITE, objects=OWN_CALLS, fresh=True),
    Row("portfolio:issue-call", RECORDERS, READ_WRITE, objects=OWN_CALLS, fresh=True),
    Row("portfolio:cancel-call", RECORDERS, READ_WRITE, objects=OWN_CALLS, fresh=True),
    *(
        row
        for model in ("capitalcall", "callapproval", "callnotice", "receipt", "receiptallocation")
        for row in admin_rows(f"portfolio_{model}", FUND_READERS)
    ),
]

APPROVERS = of(roles.VALUATION_COMMITTEE)
OWN_RUNS = "valuations of funds visible to the person"
VALUATION_ROWS: list[Row] = [
    Row("portfolio:valuations", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:valuations-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:open-valuation", PREPARERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:valuation-policy", PREPARERS, READ_WRITE, objects=OWN_FUNDS),
    Row("portfolio:valuation", FUND_READERS, READ, objects=OWN_RUNS, hidden=True),
    Row("portfolio:valuation-xlsx", FUND_READERS, READ, objects=OWN_RUNS, hidden=True),
    Row("portfolio:submit-valuation", PREPARERS, READ_WRITE, objects=OWN_RUNS),
    Row("portfolio:approve-valuation", APPROVERS, READ_WRITE, objects=OWN_RUNS, fresh=True),
    Row("portfolio:reopen-valuation", PREPARERS, READ_WRITE, objects=OWN_RUNS, fresh=True),
    Row("portfolio:valuation-mark", FUND_READERS, READ, objects=OWN_RUNS, hidden=True),
    Row("portfolio:change-mark", PREPARERS, READ_WRITE, objects=OWN_RUNS),
    Row("portfolio:recompute-mark", PREPARERS | APPROVERS, WRITE, objects=OWN_RUNS),
    Row("portfolio:holding-marks", FUND_READERS, READ, objects=OWN_HOLDINGS, hidden=True),
    Row("portfolio:holding-marks-xlsx", FUND_READERS, READ, objects=OWN_HOLDINGS, hidden=True),
    *admin_rows("portfolio_valuationrun", FUND_READERS),
    *admin_rows("portfolio_mark", FUND_READERS),
    *admin_rows("portfolio_markapproval", FUND_READERS),
    *admin_rows("portfolio_markrecomputation", FUND_READERS),
    *admin_rows("portfolio_valuationpolicy", FUND_READERS),
]

ROWS: list[Row] = [
    *API_ROWS,
    *MONEY_ROWS,
    *CALL_ROWS,
    *VALUATION_ROWS,
    *HISTORY_ROWS,
    Row("portfolio:home", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:pool", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:pool-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:burden-sharing", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:burden-sharing-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:figure", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:figure-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:pool-over-time", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:pool-returns", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:commitments", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:commitments-xlsx", FUND_READERS, READ, objects=OWN_FUNDS),
    Row("portfolio:commitment", FUND_READERS, READ, objects=OWN_COMMITMENTS, hidden=True),
    Row("portfolio:commitment-xlsx", FUND_READERS, READ, objects=OWN_COMMITMENTS, hidden=True),
    Row("ally:account", ALLIES, READ, objects=OWN_NATION),
    Row("ally:account-xlsx", ALLIES, READ, objects=OWN_NATION),
    Row("ally:notice", ALLIES, READ, objects="notices of the nations for which the person speaks", hidden=True),
    *admin_rows("portfolio_fund", FUND_READERS),
    *admin_rows("portfolio_closing", FUND_READERS),
    *admin_rows("portfolio_commitment", FUND_READERS),
    *admin_rows("portfolio_commitmentterms", FUND_READERS),
]

CALL_PAGES = ("portfolio:call", *(f"portfolio:{act}-call" for act in ("draft", "edit", "approve", "issue", "cancel")))
SEEN_AS = ("figure", "pool-over-time", "pool-returns", "burden-sharing")
navigation.add(
    Item("fund", _("Home"), "portfolio:home", order=5),
    Item("fund", _("Pool"), "portfolio:pool", order=10, also=tuple(f"portfolio:{page}" for page in SEEN_AS)),
    Item("fund", _("Commitments"), "portfolio:commitments", order=11, also=("portfolio:commitment",)),
    Item(
        "fund",
        _("Capital calls"),
        "portfolio:calls",
        order=12,
        also=CALL_PAGES,
        waiting=calls.count_waiting,
    ),
    Item(
        "fund",
        _("Receipts"),
        "portfolio:receipts",
        order=13,
        also=("portfolio:record-receipt", "portfolio:apply-suspense"),
    ),
    Item("fund", _("Your account"), "ally:account", order=12, also=("ally:notice",)),
)

VALUING = (
    *("valuation", "valuation-policy", "open-valuation", "submit-valuation", "approve-valuation", "reopen-valuation"),
    *("valuation-mark", "change-mark", "recompute-mark"),
)
RECORDING = (
    "open-holding",
    "record-round",
    "buy",
    "sell",
    "write-off",
    "commit-to-stake",
    "pay-stake",
    "receive-from-stake",
)
navigation.add(
    Item(
        "fund",
        _("Holdings"),
        "portfolio:holdings",
        order=14,
        also=("portfolio:holding", "portfolio:holding-marks", *(f"portfolio:{act}" for act in RECORDING)),
    ),
    Item(
        "fund",
        _("Valuations"),
        "portfolio:valuations",
        order=14,
        also=tuple(f"portfolio:{page}" for page in VALUING),
    ),
    Item(
        "fund",
        _("Ledger"),
        "portfolio:ledger",
        order=15,
        also=("portfolio:pay-fee", "portfolio:ledger-close", "portfolio:ledger-check", "portfolio:ledger-release"),
    ),
    Item("fund", _("Entries"), "portfolio:entries", order=16, also=("portfolio:entry", "portfolio:take-back")),
)

IMPORTING = ("import", "import-upload", "import-apply", "import-discard")
navigation.add(
    Item("fund", _("Imports"), "portfolio:imports", order=18, also=tuple(f"portfolio:{page}" for page in IMPORTING)),
)
