"""Positions: what was paid is cost, what leaves takes its share of cost with it, both currencies agree with the books."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.money.queries import RateMissing
from portfolio.fees import services as fees
from portfolio.investments import queries
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from tests.factories import investments as factories
from tests.factories import people
from tests.portfolio.investments.conftest import MAY

LATER = date(2026, 5, 20)


def balances(fund):
    rows = books.balances(fund.book, as_of=date.max, known_at=clock.now())
    return {(row.code, row.currency): (row.amount, row.fund_amount) for row in rows if row.amount or row.fund_amount}


def position(holding):
    return queries.position(holding, queries.transactions(holding, as_of=date.max, known_at=clock.now()))


def sell(holding, manager, quantity, amount, *, key="s1", on=LATER):
    return investments.sell(
        holding,
        quantity=Decimal(quantity),
        amount=Decimal(amount),
        effective_on=on,
        key=key,
        by=manager,
        at=clock.now(),
    )


def test_a_purchase_in_dollars_is_cost_in_both_currencies(fund, money, holding, bought):
    money()
    bought(holding("USD"))

    assert balances(fund) == {
        ("cash", "EUR"): (Decimal("900000.00"), Decimal("900000.00")),
        ("exchange", "EUR"): (Decimal("100000.00"), Decimal("100000.00")),
        ("exchange", "USD"): (Decimal("-110000.00"), Decimal("-100000.00")),
        ("investments", "USD"): (Decimal("110000.00"), Decimal("100000.00")),
        ("opening", "EUR"): (Decimal("-1000000.00"), Decimal("-1000000.00")),
    }
    assert invariants.broken(fund.book) == []


def test_a_partial_sale_takes_its_part_of_the_cost_and_the_rest_is_gain(fund, money, holding, bought, manager):
    money()
    held = holding("USD")
    bought(held)
    sell(held, manager, "400", "60000.00")

    left = position(held)
    assert (left.quantity, left.cost, left.fund_cost) == (Decimal(600), Decimal("66000.00"), Decimal("60000.00"))
    assert balances(fund)["investments", "USD"] == (Decimal("66000.00"), Decimal("60000.00"))
    assert balances(fund)["realised-gains", "USD"] == (Decimal("-16000.00"), Decimal("-10000.00"))
    assert balances(fund)["cash", "EUR"][0] == Decimal("950000.00")


def test_with_the_last_share_all_of_the_cost_leaves(money, holding, bought, manager):
    money()
    held = holding()
    bought(held, "100.00", "3")
    for number in range(3):
        sell(held, manager, "1", "40.00", key=f"s{number}")

    assert (position(held).quantity, position(held).cost) == (0, 0)


def test_a_follow_on_and_a_second_tranche_add_up(money, holding, bought):
    money()
    held = holding()
    bought(held, "100.00", "10")
    bought(held, "300.00", "10", key="b2", tranche=2)

    assert (position(held).invested, position(held).quantity) == (Decimal("400.00"), Decimal(20))


def test_a_write_off_moves_no_money_and_needs_a_reason(fund, money, holding, bought, manager):
    money()
    held = holding()
    bought(held, "100.00", "10")

    with pytest.raises(investments.NeedsReason):
        investments.write_off(
            held, cost=Decimal("40.00"), reason=" ", effective_on=LATER, key="w0", by=manager, at=clock.now()
        )
    investments.write_off(
        held, cost=Decimal("40.00"), reason="closed", effective_on=LATER, key="w1", by=manager, at=clock.now()
    )

    assert position(held).cost == Decimal("60.00")
    assert balances(fund)["write-offs", "EUR"][0] == Decimal("40.00")
    assert balances(fund)["cash", "EUR"][0] == Decimal("999900.00")


@pytest.mark.parametrize(
    ("story", "quantity"), [("one share more than is held", "1001"), ("a millionth more", "1000.000001")]
)
def test_no_more_is_sold_than_is_held(money, holding, bought, manager, story, quantity):
    money()
    held = holding()
    bought(held)

    with pytest.raises(investments.MoreThanIsHeld, match=r"1\u00a0000"):
        sell(held, manager, quantity, "1.00")

    assert Transaction.objects.count() == 1, story


def test_a_purchase_before_its_round_is_refused(money, holding, bought):
    money()

    with pytest.raises(investments.BeforeItsRound, match=r"4\u00a0May\u00a02026"):
        bought(holding(), on=date(2026, 5, 3))

    assert not Transaction.objects.exists()


def test_a_purchase_without_a_rate_is_refused_and_nothing_is_invented(money, holding, bought):
    money()

    with pytest.raises(RateMissing):
        bought(holding("USD"), on=date(2026, 5, 12))

    assert not Transaction.objects.exists()
    assert Entry.objects.count() == 1


def test_what_is_spent_later_is_not_spent_before_though_more_comes_after(money, holding, bought, fund, manager, system):
    """All is spent on May 20 and as much comes in on May 25: a purchase of May 4 would leave nothing in between."""
    money("100.00")
    spent = {
        "line": "expenses",
        "amount": Decimal("60.00"),
        "effective_on": date(2026, 5, 20),
        "memo": "",
        "key": "fee",
    }
    fees.pay(fund, **spent, by=manager, at=clock.now())
    factories.money(fund, "100.01", system=system, on=date(2026, 5, 25))

    with pytest.raises(investments.NotEnoughCash, match=r"only 40\.00 is left on 20\u00a0May\u00a02026"):
        bought(holding(), "40.01")
    bought(holding(name="Another"), "40.00", key="b2")

    assert Transaction.objects.count() == 1


def test_what_is_not_there_cannot_be_spent(money, holding, bought):
    money("100.00")

    with pytest.raises(investments.NotEnoughCash, match=r"100\.01.*100\.00"):
        bought(holding(), "100.01")

    assert not Transaction.objects.exists()


def test_the_same_key_buys_once(money, holding, bought, fund, manager):
    money()
    held = holding()
    first = bought(held)
    again = investments.buy(
        held, round=first.round, quantity=first.quantity, amount=first.amount, effective_on=MAY, key="b1", by=manager,
        at=clock.now(),
    )  # fmt: skip

    assert first == again
    assert Transaction.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1" * 30, "NaN"])
def test_an_unfit_amount_is_refused(money, holding, bought, amount):
    money()

    with pytest.raises(ledger.UnfitAmount):
        bought(holding(), amount)


def test_an_analyst_may_not_invest(fund, holding, bought, money, system, manager):
    money()
    held = holding()
    analyst = people.person(role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, system=system)

    with pytest.raises(NotPermitted):
        sell(held, analyst, "1", "1.00")


class TestStakes:
    @pytest.fixture
    def stake(self, holding, manager):
        held = holding(kind="fund", name="Example Ventures")
        investments.commit_to_stake(
            held,
            amount=Decimal("1000.00"),
            effective_on=MAY,
            basis="illustrative",
            source="",
            by=manager,
            at=clock.now(),
        )
        return held

    def pay(self, stake, manager, amount, key="p1"):
        return investments.pay_stake(
            stake, amount=Decimal(amount), effective_on=MAY, key=key, by=manager, at=clock.now()
        )

    def test_calls_stay_within_what_was_committed(self, stake, money, manager):
        money()
        self.pay(stake, manager, "600.00")

        with pytest.raises(investments.OverStake, match=r"400\.01.*400\.00"):
            self.pay(stake, manager, "400.01", key="p2")

    def test_a_distribution_returns_capital_first_and_the_rest_is_gain(self, stake, money, manager, fund):
        money()
        self.pay(stake, manager, "600.00")
        investments.receive_from_stake(
            stake, amount=Decimal("250.00"), returned_capital=Decimal("200.00"), effective_on=LATER, key="d1", by=manager,
            at=clock.now(),
        )  # fmt: skip

        assert position(stake).cost == Decimal("400.00")
        assert position(stake).received == Decimal("250.00")
        assert balances(fund)["realised-gains", "EUR"][0] == Decimal("-50.00")

    def test_shares_of_a_stake_are_not_sold(self, stake, money, manager):
        with pytest.raises(investments.WrongKind):
            sell(stake, manager, "1", "1.00")


def test_every_transaction_leaves_one_audit_row_in_the_fund_s_chain(fund, money, holding, bought, manager):
    money()
    held = holding()
    bought(held)
    sell(held, manager, "1", "1.00")

    kinds = AuditEvent.objects.filter(chain=fund.public_id, kind__startswith="investment.").order_by("position")
    assert list(kinds.values_list("kind", flat=True)) == ["investment.bought", "investment.sold"]


def test_what_the_database_adds_up_is_what_the_transactions_come_to(fund, money, holding, bought, manager):
    """All positions at once, and each one from its own rows, on days before, between and after."""
    money()
    company, stake = holding(), holding(kind="fund", name="Fund I", currency="USD")
    bought(company)
    bought(company, amount="20000.00", quantity="100", key="b2", on=date(2026, 5, 20))
    investments.commit_to_stake(
        stake, amount=Decimal(50_000), effective_on=MAY, basis="illustrative", source="", by=manager, at=clock.now()
    )
    investments.pay_stake(stake, amount=Decimal(40_000), effective_on=MAY, key="p", by=manager, at=clock.now())
    late = {"effective_on": date(2026, 5, 21), "by": manager, "at": clock.now()}
    investments.sell(company, quantity=Decimal("33.5"), amount=Decimal(9_000), key="s", **late)
    investments.write_off(company, cost=Decimal("77.77"), reason="gone", key="w", **late)
    investments.receive_from_stake(stake, amount=Decimal(700), returned_capital=Decimal(300), key="r", **late)

    for day in (date(2026, 5, 3), MAY, date(2026, 5, 20), date(2026, 6, 1)):
        every = queries.positions(fund, as_of=day, known_at=clock.now())
        rows = {one: list(queries.transactions(one, as_of=day, known_at=clock.now())) for one in (company, stake)}
        assert {one.holding: one for one in every} == {
            one: queries.position(one, found) for one, found in rows.items() if found
        }
