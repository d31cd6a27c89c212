"""A fund beside the demo's with a thing of every kind in it: what a person of the demo's fund must never meet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.ethics import queries as reviews
from core.ethics import services as ethics
from core.jobs import services as jobs
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
CALLED_AGAIN_ON, DUE_SOON_ON = date(2026, 11, 16), date(2026, 11, 30)
CALLED, CALLED_AGAIN, SUSPENSE, TICKET, STAKE, STAKE_PAID, FEE = (
    Decimal(amount)
    for amount in ("8261937.53", "6184729.35", "4173.91", "3916482.77", "1948263.59", "592817.36", "41739.28")
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
    """Call, take in, pay a fee, buy, sell, write off, pay into a stake and out of it, close the books, call again.

    What was bought is reviewed, with a condition that waits for an officer's word; the second call is due soon and
    unpaid, a third is drafted; something of a kind that this fund alone has is done in the background.
    """
    given = Furnishing(fund, word, system, at)
    manager = _colleague(given, "fund-manager", "second")
    _call(given, manager)
    calls.receive(commitment, amount=CALLED + SUSPENSE, received_on=PAID_ON, reference=f"{word}-CALL-1", **given.stated)
    fees.pay(fund, line="expenses", amount=FEE, effective_on=BOUGHT_ON, memo=f"{word} audit", key=word, **given.stated)
    _review(given, _shares(given), owner=manager)
    _stake(given)
    ledger.close(fund.book, through=CLOSED_TO, today=at.date(), **given.stated)
    _call(given, manager, CALLED_AGAIN, issued_on=CALLED_AGAIN_ON, due_on=DUE_SOON_ON)
    calls.draft(
        fund, due_on=at.date(), lines=[calls.Line("management-fee", f"{word} fees", FEE)], memo=word, **given.stated
    )
    jobs.start(f"tests.{word.lower()}", key="one", by=system, on=at.date(), scope=fund.public_id)


def established(name: str, partner: object, amount: str, *, system: User) -> tuple[Fund, Closing, Commitment]:
    """A fund with one closing and one commitment."""
    fund = funds.fund(system=system, name=name)
    closing = funds.closing(fund, system=system)
    return fund, closing, funds.commitment(fund, partner, amount, at_closing=closing, system=system)


def _call(
    given: Furnishing, manager: User, amount: Decimal = CALLED, *, issued_on: date = CALLED_ON, due_on: date = PAID_ON
) -> None:
    """A call that is issued."""
    lines = [calls.Line("investment", f"{given.word} tickets", amount)]
    call = calls.draft(given.fund, due_on=due_on, lines=lines, memo=f"{given.word} call", **given.stated)
    call = calls.submit(call, by=given.system)
    calls.approve(call, digest=call_queries.digest(call, at=given.at), by=manager, at=given.at)
    calls.issue(call, by=manager, on=issued_on, at=given.at)


def _colleague(given: Furnishing, role: str, name: str) -> User:
    address = f"{given.word.lower()}-{name}@example.org"
    scope = {"scope_kind": "fund", "scope_ref": given.fund.public_id}
    return people.person(role=role, **scope, email=address, system=given.system)


def _review(given: Furnishing, holding: Holding, *, owner: User) -> None:
    """A review by officers of this fund alone, with a condition for whose evidence none of them has a word yet."""
    officer, second = (_colleague(given, "ethics-officer", name) for name in ("officer", "officer-too"))
    dated = {"by": officer, "at": given.at}
    today = given.at.date()
    subject = reviews.subject_of("holding", holding.public_id)
    review = ethics.open_review(subject, officer=officer, second=second, on=today, illustrative=True, **dated)
    answers = [ethics.Given(one.question, f"{given.word} answer") for one in reviews.asked(review)]
    ethics.give_answers(review, answers, **dated)
    wanted = ethics.NewCondition(f"{given.word} condition", f"{given.word} letter", owner, today + timedelta(days=7))
    found = {"risk": "medium", "outcome": "conditions", "summary": f"{given.word} reasons", "conditions": [wanted]}
    ethics.assess(review, ethics.Assessment(**found, expires_on=today + timedelta(days=365)), on=today, **dated)
    ethics.answer(review.conditions.get(), evidence=f"{given.word} evidence", by=owner, at=given.at)


def _shares(given: Furnishing) -> Holding:
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
    return holding


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
