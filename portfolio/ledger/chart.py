"""The chart of accounts of a fund (pure). An account is a line of the chart, of one subject where the line has subjects.

Signs: a balance is debits less credits, so assets and expenses are usually positive, liabilities, equity and income negative.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


@dataclass(frozen=True, slots=True)
class Line:
    """``of`` says what the subject of its accounts is: nothing, a commitment, or a holding."""

    code: str
    name: Promise
    kind: Kind
    of: str = ""


LINES: dict[str, Line] = {
    line.code: line
    for line in (
        Line("cash", _("Cash at bank"), Kind.ASSET),
        Line("calls-receivable", _("Capital called and not yet received"), Kind.ASSET, of="commitment"),
        Line("investments", _("Investments at cost"), Kind.ASSET, of="holding"),
        Line("receivables", _("Other receivables"), Kind.ASSET),
        Line("suspense", _("Receipts in suspense"), Kind.LIABILITY, of="commitment"),
        Line("payables", _("Payables and accrued fees"), Kind.LIABILITY),
        Line("distributions-payable", _("Distributions declared and not yet paid"), Kind.LIABILITY, of="commitment"),
        Line("capital", _("Capital called from limited partners"), Kind.EQUITY, of="commitment"),
        Line("distributed", _("Distributed to limited partners"), Kind.EQUITY, of="commitment"),
        Line("realised-gains", _("Realised gains and losses"), Kind.INCOME, of="holding"),
        Line("income", _("Dividends, interest and other income"), Kind.INCOME, of="holding"),
        Line("exchange", _("Exchange gains and losses"), Kind.INCOME),
        Line("write-offs", _("Written off"), Kind.EXPENSE, of="holding"),
        Line("management-fees", _("Management fees"), Kind.EXPENSE),
        Line("expenses", _("Fund expenses"), Kind.EXPENSE),
        Line("opening", _("Opening balances"), Kind.EQUITY),
    )
}


def name(code: str) -> Promise | str:
    """What a line of the chart is called; the code itself where it is none."""
    return LINES[code].name if code in LINES else code
