"""The figures of the pool, each with the words that say what it is (pure).

This is the only place with the words; docs/glossary.md repeats them. Every amount is in the fund's currency, exact to the
cent. Ratios are unrounded.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Opens(StrEnum):
    """What a figure opens into."""

    COMMITMENTS = "commitments"
    NOTICES = "notices"
    ALLOCATIONS = "allocations"
    PURCHASES = "purchases"
    PROCEEDS = "proceeds"
    POSITIONS = "positions"
    ENTRIES = "entries"
    """Entries of the ledger, each with what it adds to the figure."""
    ACCOUNTS = "accounts"
    """Accounts of the ledger with their balances."""
    TERMS = "terms"
    """Other figures, added and taken off."""
    QUOTIENT = "quotient"
    """Other figures, one over another."""
    FLOWS = "flows"
    """Dated flows, with what is left at the end."""


@dataclass(frozen=True, slots=True)
class Term:
    """Another figure that a derived one is made of; ``sign`` is 1 or -1."""

    figure: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """``formula`` and ``remark`` are said to the reader.

    ``codes`` are the lines of the chart behind a figure of the ledger. ``terms`` make a derived figure, and ``over`` is
    what they are divided by.
    """

    name: Promise
    formula: Promise
    opens: Opens
    codes: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    over: str = ""
    remark: Promise | str = ""

    @property
    def is_amount(self) -> bool:
        return self.opens not in (Opens.QUOTIENT, Opens.FLOWS)


MEANINGS: dict[str, Meaning] = {
    "committed": Meaning(_("Committed"), _("Commitments in force on the day."), Opens.COMMITMENTS),
    "called": Meaning(_("Called"), _("Issued calls inside commitment, less cancelled ones."), Opens.NOTICES),
    "paid_in": Meaning(_("Paid in"), _("Receipts matched to calls."), Opens.ALLOCATIONS),
    "unfunded": Meaning(
        _("Unfunded"),
        _("Committed less called inside commitment."),
        Opens.TERMS,
        terms=(Term("committed"), Term("called", -1)),
    ),
    "invested": Meaning(_("Invested"), _("Cost of what was bought, whether still held or not."), Opens.PURCHASES),
    "at_cost": Meaning(_("At cost"), _("Cost of what is still held."), Opens.POSITIONS, codes=("investments",)),
    "fair_value": Meaning(
        _("Fair value"),
        _(
            "The latest approved mark of each holding, at the rates that its valuation pinned, carried forward since: what is bought "
            "is added at cost, what is sold or written off takes its share of the mark, a fund stake moves by what is paid and "
            "received. At cost until there is one."
        ),
        Opens.POSITIONS,
        codes=("investments",),
    ),
    "received": Meaning(
        _("Received from holdings"),
        _("Money that sales and fund stakes brought in, gain and cost alike."),
        Opens.PROCEEDS,
    ),
    "moic": Meaning(
        _("MOIC"),
        _("Received from holdings and fair value, over invested."),
        Opens.QUOTIENT,
        terms=(Term("received"), Term("fair_value")),
        over="invested",
        remark=_("Gross: of all holdings together, before fees, expenses and carried interest."),
    ),
    "fees": Meaning(
        _("Fees and expenses"),
        _("Management fees and fund expenses, paid and accrued."),
        Opens.ENTRIES,
        codes=("management-fees", "expenses"),
    ),
    "cash": Meaning(
        _("Cash"), _("Balance of the cash accounts, at cost of the currency."), Opens.ENTRIES, codes=("cash",)
    ),
    "outstanding": Meaning(
        _("Called and not received"),
        _("Capital called, inside commitment or not, that no receipt has paid yet."),
        Opens.ACCOUNTS,
        codes=("calls-receivable",),
    ),
    "receivables": Meaning(
        _("Receivables"),
        _("Capital called and not yet received, and other receivables."),
        Opens.ACCOUNTS,
        codes=("calls-receivable", "receivables"),
    ),
    "liabilities": Meaning(
        _("Liabilities"),
        _("Receipts in suspense, payables and accrued fees, and distributions declared and not yet paid."),
        Opens.ACCOUNTS,
        codes=("suspense", "payables", "distributions-payable"),
    ),
    "nav": Meaning(
        _("Net asset value"),
        _("Cash and fair value and receivables, less liabilities."),
        Opens.TERMS,
        terms=(Term("cash"), Term("fair_value"), Term("receivables"), Term("liabilities", -1)),
    ),
    "available": Meaning(
        _("Available"),
        _("Unfunded and cash, less what is due to others."),
        Opens.TERMS,
        terms=(Term("unfunded"), Term("cash"), Term("liabilities", -1)),
        remark=_(
            "Capital called and not yet received counts once it is received. All that is unfunded may still be called. "
            "Nothing else is taken off: no payment is approved ahead of the day on which it is made, no reserve is kept, "
            "and what is promised to other funds is theirs to call."
        ),
    ),
    "distributed": Meaning(
        _("Distributed"), _("What the limited partners got back."), Opens.ENTRIES, codes=("distributed",)
    ),
    "residual": Meaning(
        _("Residual value"),
        _("Net asset value less capital called and not yet received."),
        Opens.TERMS,
        terms=(Term("nav"), Term("outstanding", -1)),
        remark=_("What is left for the capital that was paid in; capital that is still to come is no return on it."),
    ),
    "irr": Meaning(
        _("IRR"),
        _(
            "The yearly rate at which the present values of what was paid in, what was distributed and the residual "
            "value add up to zero."
        ),
        Opens.FLOWS,
        remark=_(
            "Net to the limited partners, since the first receipt, on the days of the receipts, with years of 365 days."
        ),
    ),
    "tvpi": Meaning(
        _("TVPI"),
        _("Distributed and residual value, over paid in."),
        Opens.QUOTIENT,
        terms=(Term("distributed"), Term("residual")),
        over="paid_in",
    ),
    "dpi": Meaning(
        _("DPI"), _("Distributed over paid in."), Opens.QUOTIENT, terms=(Term("distributed"),), over="paid_in"
    ),
    "rvpi": Meaning(
        _("RVPI"), _("Residual value over paid in."), Opens.QUOTIENT, terms=(Term("residual"),), over="paid_in"
    ),
    "pic": Meaning(_("PIC"), _("Paid in over committed."), Opens.QUOTIENT, terms=(Term("paid_in"),), over="committed"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The pool on one day, as known on one moment."""

    committed: Decimal
    called: Decimal
    paid_in: Decimal
    invested: Decimal
    at_cost: Decimal
    fair_value: Decimal
    received: Decimal
    fees: Decimal
    cash: Decimal
    outstanding: Decimal
    receivables: Decimal
    liabilities: Decimal
    distributed: Decimal

    @property
    def unfunded(self) -> Decimal:
        return self.committed - self.called

    @property
    def nav(self) -> Decimal:
        return self.cash + self.fair_value + self.receivables - self.liabilities

    @property
    def available(self) -> Decimal:
        return self.unfunded + self.cash - self.liabilities

    @property
    def residual(self) -> Decimal:
        return self.nav - self.outstanding

    def amount(self, name: str) -> Decimal:
        """The amount of that name. Raises KeyError for a name that is none of an amount."""
        if not MEANINGS[name].is_amount:
            raise KeyError(name)
        amount: Decimal = getattr(self, name)
        return amount
