"""The figures of the pool, each with the words that say what it is (pure).

The words stand in docs/glossary.md as well. Every amount is in the fund's currency, exact to the cent.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Meaning:
    """``rows`` names what a figure opens into; ``formula`` is said to the reader."""

    name: Promise
    formula: Promise
    rows: str


MEANINGS: dict[str, Meaning] = {
    "committed": Meaning(_("Committed"), _("Commitments in force on the day."), "commitments"),
    "called": Meaning(_("Called"), _("Issued calls inside commitment, less cancelled ones."), "notices"),
    "paid_in": Meaning(_("Paid in"), _("Receipts matched to calls."), "allocations"),
    "unfunded": Meaning(_("Unfunded"), _("Committed less called inside commitment."), "unfunded"),
    "invested": Meaning(_("Invested"), _("Cost of what was bought, whether still held or not."), "purchases"),
    "at_cost": Meaning(_("At cost"), _("Cost of what is still held."), "positions"),
    "fair_value": Meaning(_("Fair value"), _("At cost until marks are approved."), "positions"),
    "fees": Meaning(_("Fees and expenses"), _("Management fees and fund expenses, paid and accrued."), "fees"),
    "cash": Meaning(_("Cash"), _("Balance of the cash accounts, at cost of the currency."), "cash"),
    "nav": Meaning(_("Net asset value"), _("Cash and fair value and receivables, less liabilities."), "nav"),
    "available": Meaning(_("Available"), _("Unfunded and cash, less what is due to others."), "available"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The pool on one day, as known on one moment."""

    committed: Decimal
    called: Decimal
    paid_in: Decimal
    unfunded: Decimal
    invested: Decimal
    at_cost: Decimal
    fair_value: Decimal
    fees: Decimal
    cash: Decimal
    receivables: Decimal
    liabilities: Decimal

    @property
    def nav(self) -> Decimal:
        return self.cash + self.fair_value + self.receivables - self.liabilities

    @property
    def available(self) -> Decimal:
        return self.unfunded + self.cash - self.liabilities
