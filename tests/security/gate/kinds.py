"""Every kind of money that the gate judges: a row given before it was in force, and what still waits to be given.

A further kind is a further line of ``KINDS``, with what its ground holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from accelerator.cohorts import services as cohort_services
from accelerator.grants import services as grants
from core import clock, identity
from core.ethics import services as ethics
from core.ethics.lifecycle import Money
from core.nations.models import Nation
from core.organisations import services as organisations
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from portfolio.investments import services as investments
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg
from tests.factories import accelerator, applications, funds, nations, people
from tests.factories import cohorts as factory
from tests.factories.cohorts import OFFERED_AT

OF_A_FUND = (Money.PURCHASE, Money.CALL_LINE)
START = date(2026, 5, 1)
BEFORE, SINCE = date(2026, 4, 20), date(2026, 5, 4)
TODAY = OFFERED_AT.date()


class Ground:
    """A fund and a programme with money on its way. Nothing was reviewed, and the gate is not in force yet."""

    def __init__(self, system: Any) -> None:
        self.system, self.numbers = system, count(1)
        nations.ally("EE", system=system)
        self.officers = [people.person(role="ethics-officer", system=system) for _ in range(2)]
        self._fund()
        self._programme()

    def in_force(self) -> None:
        for scope in (self.fund.public_id, self.programme.public_id):
            ethics.put_in_force(scope, from_day=START, because="Adopted.", by=self.officers[0], at=clock.now())

    def reviewed(self, kind: str, public_id: str, **found: Any) -> Any:
        first, second = self.officers
        return factory.reviewed(kind, public_id, officer=first, second=second, **found)

    def override(self, kind: Money, scope: str, subject: str, amount: Decimal, *, by: Any) -> Any:
        """Asked by a manager, approved by an officer."""
        day = {"on": TODAY, "at": OFFERED_AT}
        wish = {"kind": kind, "amount": amount, "expires_on": TODAY, "because": "A bridge."}
        row = ethics.ask_override(scope, subject, **wish, **day, by=by)
        ethics.approve_override(row, by=self.officers[0], **day)
        return row

    def entry(self, on: date, amount: str) -> Any:
        """Money that came into the fund's books."""
        legs = [Leg(("cash", ""), ("opening", ""), Decimal(amount), "EUR")]
        key = f"money-{next(self.numbers)}"
        given = {"key": key, "kind": "opening", "effective_on": on, "by": self.system, "at": clock.now()}
        return ledger.post(self.fund.book, legs, **given)

    def call(self, company: str = "") -> Any:
        line = calls.Line("investment", "A ticket", Decimal("1000.00"), company=company)
        return calls.draft(self.fund, due_on=SINCE, lines=[line], by=self.fund_manager, at=clock.now())

    def startup(self) -> Any:
        return applications.startup(f"Ear {next(self.numbers)}", by=self.system)

    def company(self, kind: str = "company") -> Any:
        name = f"Alder {next(self.numbers)}"
        return organisations.register(name=name, kind=kind, nation=None, by=self.system, at=clock.now())

    def hold(self, body: Any, kind: str = "direct") -> Any:
        about = {"technology": "AI" if kind == "direct" else "", "currency": "EUR"}
        return investments.open_holding(self.fund, body, kind=kind, **about, by=self.fund_manager, at=clock.now())

    def buy(self, on: date = SINCE) -> Any:
        return investments.buy(
            self.holding, round=self.round, quantity=Decimal(10), amount=Decimal("1000.00"), effective_on=on,
            key=f"buy-{next(self.numbers)}", by=self.fund_manager, at=clock.now(),
        )  # fmt: skip

    def pay(self) -> Any:
        key = f"key-of-payment-{next(self.numbers)}"
        return grants.propose(self.milestone, amount=Decimal("100.00"), key=key, by=self.managers[0], at=OFFERED_AT)

    def _fund(self) -> None:
        self.fund = funds.fund(system=self.system)
        whole = {"scope_kind": "fund", "scope_ref": self.fund.public_id, "system": self.system}
        self.fund_manager = people.person(role="fund-manager", **whole)
        self.entry(date(2026, 1, 1), "1000000.00")
        self.holding = self.hold(self.company())
        self.round = investments.record_round(
            self.holding.organisation, name="Seed", held_on=date(2026, 4, 1), precision="day", total=None, currency=None,
            role="lead", co_investors="", basis="illustrative", source="", note="", fund=self.fund, by=self.fund_manager,
            at=clock.now(),
        )  # fmt: skip
        self.purchase = self.buy(BEFORE)
        closing = funds.closing(self.fund, system=self.system)
        funds.commitment(self.fund, Nation.objects.get(pk="EE"), at_closing=closing, system=self.system)
        self.named, self.unnamed = self.call(self.holding.public_id), self.call()

    def _programme(self) -> None:
        self.programme = accelerator.programme(by=self.system)
        self.managers = by, second = [people.person(role="programme-manager", system=self.system) for _ in range(2)]
        startup, other = self.startup(), self.startup()
        self.owner = owner = applications.owner(startup, system=self.system)
        whose = {"by": by, "second": second}
        self.participation = factory.participating(self.programme, startup, **whose, owner=owner)
        self.milestone = factory.accepted(self.participation, "40000.00", "60000.00", **whose, owner=owner)
        factory.budget(self.programme, by=by)
        self.line, self.approved = self.pay(), self.pay()
        review = self.reviewed("participation", self.participation.public_id)  # payments always wait for one
        self.approved = grants.approve(self.approved, by=second, on=TODAY, at=OFFERED_AT)
        ethics.close(review, on=TODAY, by=self.officers[0])
        sister = applications.owner(other, system=self.system)
        self.advanced = factory.advanced(
            factory.participating(self.programme, other, **whose, owner=sister), **whose
        ).advancement
        self.advancement = factory.proposed(self.participation, by=by)
        self.bidden = self.startup()
        self.bidden_owner = applications.owner(self.bidden, system=self.system)
        self.released = factory.released(self.programme, self.bidden, **whose)
        self.made = factory.offered(self.programme, self.startup(), by=by)


@dataclass(frozen=True)
class Kind:
    """``given`` is a row that was given; ``anew`` says what another such row has of its own; ``give`` is the service."""

    name: str
    money: Money
    given: Callable[[Ground], Any]
    anew: Callable[[Ground], dict[str, Any]]
    waits: Callable[[Ground], Any]
    """What a review stands for, and what an override names."""
    subject: Callable[[Ground], tuple[str, str]]
    give: Callable[[Ground], Any]
    steps: tuple[tuple[str, Callable[[Ground], Any], str], ...] = ()
    """Of rows that wait: what happens to them, the row, and how plain SQL would do it. ``{by}`` is a second person."""

    def __str__(self) -> str:
        return self.name

    def scope(self, ground: Ground) -> str:
        return ground.fund.public_id if self.money in OF_A_FUND else ground.programme.public_id

    def item(self, row: dict[str, Any]) -> str:
        """By what an override knows a row that has no public id of its own."""
        return str(CapitalCall.objects.get(pk=row["call_id"]).public_id) if "call_id" in row else ""

    def manager(self, ground: Ground) -> Any:
        return ground.fund_manager if self.money in OF_A_FUND else ground.managers[0]


def _anew(prefix: str) -> Callable[[Ground], dict[str, Any]]:
    return lambda _ground: {"public_id": identity.new(prefix)}


def _bought(ground: Ground) -> dict[str, Any]:
    own = {"key": f"sql-{next(ground.numbers)}", "entry_id": ground.entry(SINCE, "1.00").pk, "effective_on": SINCE}
    return {"public_id": identity.new("tx"), **own}


AS_SECOND = "released_by_id = {by}, released_at = '2026-06-01 12:00+00', digest = repeat('a', 64)"
KINDS = (
    Kind(
        "purchase",
        Money.PURCHASE,
        lambda ground: ground.purchase,
        _bought,
        lambda ground: ground.holding,
        lambda ground: ("holding", ground.holding.public_id),
        lambda ground: ground.buy(),
    ),
    Kind(
        "line of a call",
        Money.CALL_LINE,
        lambda ground: ground.named.lines.get(),
        lambda ground: {"call_id": ground.call().pk, "order": 2},
        lambda ground: ground.holding,
        lambda ground: ("holding", ground.holding.public_id),
        lambda ground: ground.call(ground.holding.public_id),
        (
            (
                "named",
                lambda ground: ground.unnamed.lines.get(),
                "holding_id = (SELECT min(public_id) FROM portfolio_holding)",
            ),
        ),
    ),
    Kind(
        "offer",
        Money.OFFER,
        lambda ground: ground.released,
        lambda ground: {"public_id": identity.new("offer"), "organisation_id": ground.startup().pk},
        lambda ground: ground.made,
        lambda ground: ("offer", ground.made.public_id),
        lambda ground: factory.release(ground.made, by=ground.managers[1]),
        (
            ("released", lambda ground: ground.made, f"state = 'released', {AS_SECOND}"),
            (
                "accepted",
                lambda ground: ground.released,
                "state = 'accepted', answered_by_id = {by}, answered_at = '2026-06-01 12:00+00'",
            ),
        ),
    ),
    Kind(
        "acceptance",
        Money.OFFER,
        lambda ground: ground.participation.offer,
        lambda ground: {"public_id": identity.new("offer"), "organisation_id": ground.startup().pk},
        lambda ground: ground.released,
        lambda ground: ("offer", ground.released.public_id),
        lambda ground: factory.accept(ground.released, by=ground.bidden_owner),
    ),
    Kind(
        "phase 2",
        Money.OFFER,
        lambda ground: ground.advanced,
        _anew("adv"),
        lambda ground: ground.advancement,
        lambda ground: ("participation", ground.participation.public_id),
        lambda ground: cohort_services.approve_advancement(
            ground.advancement, by=ground.managers[1], on=date(2026, 12, 1), at=OFFERED_AT
        ),
        (
            (
                "approved",
                lambda ground: ground.advancement,
                "state = 'approved', decided_by_id = {by}, decided_at = '2026-06-01 12:00+00'",
            ),
        ),
    ),
    Kind(
        "payment proposed",
        Money.PAYMENT,
        lambda ground: ground.line,
        lambda ground: {"public_id": identity.new("payline"), "key": f"sql-{next(ground.numbers)}"},
        lambda ground: ground.participation,
        lambda ground: ("participation", ground.participation.public_id),
        lambda ground: ground.pay(),
    ),
    Kind(
        "payment approved",
        Money.PAYMENT,
        lambda ground: ground.approved,
        lambda ground: {"public_id": identity.new("payline"), "key": f"sql-{next(ground.numbers)}"},
        lambda ground: ground.line,
        lambda ground: ("participation", ground.participation.public_id),
        lambda ground: grants.approve(ground.line, by=ground.managers[1], on=TODAY, at=OFFERED_AT),
        (
            (
                "approved",
                lambda ground: ground.line,
                "state = 'approved', approved_by_id = {by}, approved_at = '2026-06-01 12:00+00'",
            ),
            (
                "paid",
                lambda ground: ground.approved,
                "state = 'paid', paid_by_id = {by}, paid_at = '2026-06-01 12:00+00', paid_on = '2026-06-01', reference = 'R'",
            ),
        ),
    ),
)
