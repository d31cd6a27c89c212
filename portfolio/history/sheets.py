"""What may be brought in: the kinds of import, the sheets of each, and their columns with what stands in a template."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.imports.sheets import Column, Kind, Sheet
from core.nations.models import Basis
from core.organisations.technologies import TECHNOLOGIES
from core.web import sources
from portfolio.capital_calls.models import CallLine
from portfolio.ledger import chart

WHOLE_HISTORY = "history"
BASES: dict[str, Promise | str] = {
    **{code.lower(): name for code, name in sources.WORDS.items()},
    Basis.ILLUSTRATIVE.value: _("illustrative"),
}
PURPOSES: dict[str, Promise | str] = {
    CallLine.Purpose.INVESTMENT.value: _("Investment"),
    CallLine.Purpose.FUND_STAKE.value: _("Fund stake"),
    CallLine.Purpose.MANAGEMENT_FEE.value: _("Management fee"),
    CallLine.Purpose.EXPENSES.value: _("Fund expenses"),
}
ACCOUNTS: Mapping[str, Promise | str] = {code: line.name for code, line in chart.LINES.items() if code != "opening"}
TRANSACTIONS: dict[str, Promise | str] = {
    "purchase": _("Purchase"),
    "follow-on": _("Follow-on"),
    "sale": _("Sale"),
    "write-off": _("Write-off"),
    "stake-commitment": _("Commitment to a fund"),
    "stake-call": _("Paid to the fund"),
    "stake-distribution": _("Received from the fund"),
    "management-fee": _("Management fee"),
    "expense": _("Fund expense"),
}

REMARK = Column(
    "remark",
    _("Remark"),
    _("Anything. A row that begins with # is not read."),
    "",
    required=False,
    longest=1000,
)
ALLY = Column("ally", _("Ally"), _("Name or two-letter code."), "EE")
BASIS = Column(
    "basis",
    _("How sure"),
    format_lazy(_("One of: {kinds}."), kinds=", ".join(BASES)),
    "illustrative",
    Kind.CHOICE,
    choices=BASES,
)
SOURCE = Column(
    "source",
    _("Source"),
    _("Where it was published. Empty only for illustrative figures."),
    "",
    required=False,
    longest=300,
)
ILLUSTRATIVE = Column(
    "illustrative",
    _("Illustrative"),
    _("“yes” for invented figures; empty means no."),
    "yes",
    Kind.YES_NO,
    required=False,
)


def _amount(code: str, label: Promise, help_text: Promise, example: str, *, required: bool = True) -> Column:
    return Column(code, label, help_text, example, Kind.NUMBER, required=required)


def _day(
    code: str, label: Promise, help_text: Promise, example: str, *, required: bool = True, ahead: bool = False
) -> Column:
    return Column(code, label, help_text, example, Kind.DAY, required=required, may_lie_ahead=ahead)


OPENING = Sheet(
    "opening-balances",
    _("Opening balances"),
    (
        REMARK,
        Column(
            "account",
            _("Account"),
            _("A line of the chart of accounts that no other sheet explains, such as cash."),
            "cash",
            Kind.CHOICE,
            choices=ACCOUNTS,
        ),
        Column("company", _("Company or fund"), _("For income alone: of which holding."), "", required=False),
        _day("day", _("Day"), _("The day at whose end the balance stood."), "2024-04-30"),
        _amount("debit", _("Debit"), _("In the fund’s currency; debit or credit."), "250000.00", required=False),
        _amount("credit", _("Credit"), _("In the fund’s currency; debit or credit."), "", required=False),
    ),
)
COMMITMENTS = Sheet(
    "commitments",
    _("Commitments"),
    (
        REMARK,
        ALLY,
        _day("closing", _("Closing"), _("The day on which the Ally was admitted."), "2023-08-01"),
        _day("effective_on", _("In force from"), _("Empty: from the closing on."), "", required=False),
        _amount("amount", _("Amount"), _("In the fund’s currency, to the cent."), "30000000.00"),
        Column("holder", _("Holder"), _("Ministry or state investor, where published."), "", required=False),
        BASIS,
        SOURCE,
        Column("note", _("Note on the amount"), _("Shown beside the amount."), "", required=False, longest=300),
    ),
)
CALLS = Sheet(
    "calls",
    _("Capital calls"),
    (
        REMARK,
        Column(
            "number",
            _("Number"),
            _("The call’s number. Rows of one number make one call, one a purpose."),
            "1",
            Kind.WHOLE,
        ),
        _day("issued_on", _("Issued on"), _("The day of the notices."), "2024-05-02"),
        _day("due_on", _("Due on"), _("The day by which Allies were to pay."), "2024-05-16", ahead=True),
        Column("purpose", _("Purpose"), _("What the money was for."), "investment", Kind.CHOICE, choices=PURPOSES),
        Column("text", _("Purpose in words"), _("As the notices had it."), _("First investments")),
        _amount("amount", _("Amount"), _("Of this row, in the fund’s currency, to the cent."), "1000000.00"),
        Column(
            "inside",
            _("Inside commitment"),
            _("“no” where it does not use up commitment; empty means yes."),
            "yes",
            Kind.YES_NO,
            required=False,
        ),
        Column(
            "ally",
            _("Ally"),
            _("Empty: split by commitment. Filled in every row of a call: what that Ally was asked for."),
            "",
            required=False,
        ),
        Column("memo", _("Memo"), _("A word to all Allies."), "", required=False, longest=300),
        ILLUSTRATIVE,
    ),
)
RECEIPTS = Sheet(
    "receipts",
    _("Receipts"),
    (
        REMARK,
        Column(
            "reference",
            _("Bank reference"),
            _("The bank’s own, once in the fund: nothing is booked twice."),
            "CALL-1-EE",
            longest=100,
        ),
        ALLY,
        _amount("amount", _("Amount"), _("In the fund’s currency, to the cent."), "1000000.00"),
        _day("received_on", _("Received on"), _("The day on which the money was there."), "2024-05-16"),
    ),
)
TRANSACTIONS_SHEET = Sheet(
    "transactions",
    _("Transactions"),
    (
        REMARK,
        Column(
            "reference", _("Reference"), _("Your own, once in the fund: nothing is booked twice."), "T-1", longest=60
        ),
        Column(
            "kind",
            _("Kind"),
            format_lazy(_("One of: {kinds}."), kinds=", ".join(TRANSACTIONS)),
            "purchase",
            Kind.CHOICE,
            choices=TRANSACTIONS,
        ),
        _day("effective_on", _("Day"), _("The day on which it took effect."), "2024-06-18"),
        Column(
            "company",
            _("Company or fund"),
            _("By its name; made known where it is not."),
            _("Example Robotics"),
            required=False,
        ),
        Column("nation", _("Nation"), _("Of the head office of a new company."), "EE", required=False),
        Column(
            "technology",
            _("Technology"),
            _("Of a new holding."),
            "AI",
            Kind.CHOICE,
            required=False,
            choices={code: one.name for code, one in TECHNOLOGIES.items()},
        ),
        Column("currency", _("Currency"), _("Of the holding. Empty: the fund’s."), "EUR", required=False, longest=3),
        Column("round", _("Round"), _("The name of the round that was bought."), _("Seed"), required=False, longest=80),
        _day("round_held_on", _("Round held on"), _("Of a round not known yet."), "2024-06-18", required=False),
        _amount("round_total", _("Round in all"), _("Everybody’s money, where published."), "", required=False),
        Column(
            "round_currency", _("Currency of the round"), _("With the amount in all."), "", required=False, longest=3
        ),
        Column(
            "basis",
            _("How sure"),
            _("Of a round or commitment not known yet."),
            "illustrative",
            Kind.CHOICE,
            required=False,
            choices=BASES,
        ),
        SOURCE,
        Column("tranche", _("Tranche"), _("1 unless the round was paid in parts."), "", Kind.WHOLE, required=False),
        _amount("quantity", _("Shares"), _("Bought or sold, at most six decimal places."), "20000", required=False),
        _amount("amount", _("Amount"), _("Paid or received, in the holding’s currency."), "200000.00", required=False),
        _amount("cost", _("Cost"), _("Written off, or the capital in what a fund paid back."), "", required=False),
        Column("reason", _("Reason"), _("Of a write-off; what a fee was for."), "", required=False),
        ILLUSTRATIVE,
    ),
)

IN_ORDER = (OPENING, COMMITMENTS, CALLS, RECEIPTS, TRANSACTIONS_SHEET)
"""The order in which sheets are applied: money is there before it is called, called before it is received, and so on."""
KINDS: dict[str, Promise] = {
    WHOLE_HISTORY: _("Whole history, several sheets"),
    **{sheet.code: sheet.label for sheet in IN_ORDER},
}
OUR_HEADS: tuple[Promise, ...] = (_("Result"), _("Explanation"))
"""Columns that the export of results adds, so that it can be corrected and uploaded again."""
OUR_TABS: tuple[Promise, ...] = (_("About"),)


def of_kind(kind: str) -> tuple[Sheet, ...]:
    """The sheets that a kind of import reads."""
    return IN_ORDER if kind == WHOLE_HISTORY else tuple(sheet for sheet in IN_ORDER if sheet.code == kind)


def sheet(code: str) -> Sheet:
    return next(one for one in IN_ORDER if one.code == code)


def label_of(sheet_code: str, column: str) -> str:
    """The head of a column, for people; the code where the sheet has none of it."""
    found = sheet(sheet_code).column(column)
    return str(found.label) if found else column
