"""A fund beside the demo's with a thing of every kind in it: what a person of the demo's fund must never meet."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.organisations import services as organisations
from core.people.models import User
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.fees import services as fees
from portfolio.funds.models import Closing, Commitment, Fund
from portfolio.investments import services as investments
from portfolio.investments.models import Holding
from portfolio.ledger import services as ledger
from tests.factories import funds, people

CALLED_ON, PAID_ON, BOUGHT_ON, CLOSED_TO = date(2026, 2, 2), date(2026, 2, 16), date(2026, 3, 2), date(2026, 3, 31)
CALLED, SUSPENSE, TICKET, STAKE, STAKE_PAID, FEE = (
    Decimal(amount) for amount in ("8261937.53", "4173.91", "3916482.77", "1948263.59", "592817.36", "41739.28")
)
"""Amounts that nothing else in the world has."""


@dataclass(frozen=True)
class Furnishing:
    """``word`` is the first of every name; ``at`` the moment at which all of it becomes known."""

    fund: Fund
    word: str
    system: User
    at: datetime

    @property
    def stated(self) -> dict[str, object]:
        return {"by": self.system, "at": self.at}


def furnish(fund: Fund, commitment: Commitment, *, word: str, system: User, at: datetime) -> None:
    """Call, take in, pay a fee, buy, sell, write off, pay into a stake and out of it, close the books, begin a call."""
    given = Furnishing(fund, word, system, at)
    _call(given, commitment)
    fees.pay(fund, line="expenses", amount=FEE, effective_on=BOUGHT_ON, memo=f"{word} audit", key=word, **given.stated)
    _shares(given)
    _stake(given)
    ledger.close(fund.book, through=CLOSED_TO, today=at.date(), **given.stated)
    calls.draft(
        fund, due_on=at.date(), lines=[calls.Line("management-fee", f"{word} fees", FEE)], memo=word, **given.stated
    )


def established(name: str, partner: object, amount: str, *, system: User) -> tuple[Fund, Closing, Commitment]:
    """A fund with one closing and one commitment."""
    fund = funds.fund(system=system, name=name)
    closing = funds.closing(fund, system=system)
    return fund, closing, funds.commitment(fund, partner, amount, at_closing=closing, system=system)


def _call(given: Furnishing, commitment: Commitment) -> None:
    """A call that is issued and overpaid, so that something stands in suspense."""
    second = people.person(
        role="fund-manager", scope_kind="fund", scope_ref=given.fund.public_id, system=given.system,
        email=f"{given.word.lower()}-second@example.org",
    )  # fmt: skip
    lines = [calls.Line("investment", f"{given.word} tickets", CALLED)]
    call = calls.draft(given.fund, due_on=PAID_ON, lines=lines, memo=f"{given.word} call", **given.stated)
    call = calls.submit(call, by=given.system)
    calls.approve(call, digest=call_queries.digest(call, at=given.at), by=second, at=given.at)
    calls.issue(call, by=second, on=CALLED_ON, at=given.at)
    calls.receive(
        commitment, amount=CALLED + SUSPENSE, received_on=PAID_ON, reference=f"{given.word}-CALL-1", **given.stated
    )


def _shares(given: Furnishing) -> None:
    holding = _holding(given, "Photonics", "direct")
    found = investments.record_round(
        holding.organisation, name=f"{given.word} Series A", held_on=BOUGHT_ON, precision="day", total=TICKET,
        currency="EUR", role="lead", co_investors=f"{given.word} Partners", basis="illustrative", source="",
        note=f"{given.word} note", fund=given.fund, **given.stated,
    )  # fmt: skip
    dated = {"effective_on": BOUGHT_ON, "illustrative": True, **given.stated}
    bought = {"round": found, "quantity": Decimal(1000), "amount": TICKET}
    investments.buy(holding, **bought, key=f"{given.word}-buy", **dated)
    investments.sell(holding, quantity=Decimal(10), amount=Decimal("61737.19"), key=f"{given.word}-sell", **dated)
    off = {"cost": Decimal("52813.46"), "reason": f"{given.word} lost a customer"}
    investments.write_off(holding, **off, key=f"{given.word}-off", **dated)


def _stake(given: Furnishing) -> None:
    stake = _holding(given, "Ventures", "fund")
    terms = {"amount": STAKE, "effective_on": BOUGHT_ON, "basis": "illustrative", "source": ""}
    investments.commit_to_stake(stake, **terms, **given.stated)
    dated = {"effective_on": BOUGHT_ON, "illustrative": True, **given.stated}
    investments.pay_stake(stake, amount=STAKE_PAID, key=f"{given.word}-pay", **dated)
    paid_out = {"amount": Decimal("18462.93"), "returned_capital": Decimal("9261.47")}
    investments.receive_from_stake(stake, **paid_out, key=f"{given.word}-out", **dated)


def _holding(given: Furnishing, name: str, kind: str) -> Holding:
    body = {"direct": "company", "fund": "fund-manager"}[kind]
    company = organisations.register(
        name=f"{given.word} {name}", kind=body, nation=None, illustrative=True, **given.stated
    )
    about = {"kind": kind, "technology": "AI" if kind == "direct" else "", "currency": "EUR"}
    return investments.open_holding(given.fund, company, **about, **given.stated)
