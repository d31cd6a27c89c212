"""What leaves a holding on a past day is still there on that day and on every later one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from portfolio.investments import queries
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg
from tests.portfolio.investments.conftest import MAY

MAY_10, MAY_20 = date(2026, 5, 10), date(2026, 5, 20)
SOON = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sold(held, manager, quantity, *, on, amount="1.00", key="s"):
    given = {"quantity": Decimal(quantity), "amount": Decimal(amount), "effective_on": on}
    return investments.sell(held, **given, key=f"{key}-{on}", by=manager, at=clock.now())


def written_off(held, manager, cost, *, on, key="w"):
    return investments.write_off(
        held, cost=Decimal(cost), reason="closed", effective_on=on, key=f"{key}-{on}", by=manager, at=clock.now()
    )


@pytest.fixture
def held(money, holding, bought):
    """1,000 shares at a cost of 1,000.00 since May 4."""
    money()
    made = holding()
    bought(made, "1000.00", "1000")
    return made


@pytest.fixture
def stake(money, holding, manager):
    """1,000.00 paid to another fund on May 4."""
    money()
    made = holding(kind="fund", name="Example Ventures")
    told = {"amount": Decimal("1000.00"), "effective_on": MAY, "by": manager, "at": clock.now()}
    investments.commit_to_stake(made, basis="illustrative", source="", **told)
    investments.pay_stake(made, key="p", **told)
    return made


def test_shares_that_were_sold_later_are_not_sold_before(held, manager, fund):
    sold(held, manager, "1000", on=MAY_20)

    with pytest.raises(investments.TooLittleLater, match=r"20\u00a0May\u00a02026.*500 shares"):
        sold(held, manager, "500", on=MAY_10)

    assert Transaction.objects.count() == 2
    assert invariants.broken(fund.book) == []


def test_what_is_left_of_later_sales_may_be_sold_before(held, manager, fund):
    sold(held, manager, "600", on=MAY_20)
    sold(held, manager, "400", on=MAY_10)

    left = queries.position(held, queries.transactions(held, as_of=MAY_20, known_at=clock.now()))
    assert (left.quantity, left.cost) == (0, 0)
    assert invariants.broken(fund.book) == []


def test_shares_bought_after_a_later_sale_do_not_cover_it(held, manager, bought):
    sold(held, manager, "1000", on=MAY_20)
    bought(held, "500.00", "1000", key="b2", on=date(2026, 5, 21))

    with pytest.raises(investments.TooLittleLater, match=r"20\u00a0May\u00a02026"):
        sold(held, manager, "1", on=MAY_10)


def test_cost_that_was_written_off_later_does_not_leave_with_a_sale_before(held, manager):
    written_off(held, manager, "900.00", on=MAY_20)

    with pytest.raises(investments.TooLittleLater, match=r"20\u00a0May\u00a02026.*400\.00 EUR"):
        sold(held, manager, "500", on=MAY_10)


def test_cost_that_left_with_a_later_sale_is_not_written_off_before(held, manager):
    sold(held, manager, "800", on=MAY_20)

    with pytest.raises(investments.TooLittleLater, match=r"20\u00a0May\u00a02026.*0\.01 EUR"):
        written_off(held, manager, "200.01", on=MAY_10)

    written_off(held, manager, "200.00", on=MAY_10)


def test_capital_that_a_fund_returned_later_is_not_returned_before(stake, manager, fund):
    def receive(returned, on):
        told = {"amount": Decimal("2000.00"), "effective_on": on, "key": f"d-{on}", "by": manager, "at": clock.now()}
        investments.receive_from_stake(stake, returned_capital=Decimal(returned), **told)

    receive("700.00", MAY_20)

    with pytest.raises(investments.TooLittleLater, match=r"20\u00a0May\u00a02026.*0\.01 EUR"):
        receive("300.01", MAY_10)

    receive("300.00", MAY_10)
    assert invariants.broken(fund.book) == []


def test_a_cent_of_rounding_stays_with_the_sale_that_took_it(money, holding, bought, manager, fund):
    """Half of 1,000.03 is rounded up; the half sold on an earlier day takes what is left."""
    money()
    held = holding()
    bought(held, "1000.03", "1000")
    later, before = sold(held, manager, "500", on=MAY_20), sold(held, manager, "500", on=MAY_10)

    assert (later.cost, before.cost) == (Decimal("500.02"), Decimal("500.01"))
    assert invariants.broken(fund.book) == []


def test_the_database_refuses_what_is_not_held_on_a_later_day(held, manager):
    sold(held, manager, "1000", on=MAY_20)
    legs = [Leg(("cash", ""), ("realised-gains", held.public_id), Decimal(1), "EUR")]
    entry = ledger.post(held.fund.book, legs, key="past", kind="sale", effective_on=MAY_10, by=manager, at=clock.now())

    with pytest.raises(IntegrityError, match="no more leaves a holding than is held"), transaction.atomic():
        Transaction.objects.create(
            holding=held, kind="sale", effective_on=MAY_10, quantity=1, amount=1, fund_amount=1, cost=0, fund_cost=0,
            key="past", entry=entry, recorded_at=clock.now(), recorded_by=manager,
        )  # fmt: skip

    assert Transaction.objects.count() == 2


ACTS = st.lists(
    st.tuples(st.sampled_from(["sell", "write off"]), st.integers(0, 30), st.integers(1, 1000)), min_size=1, max_size=7
)


@SOON
@given(acts=ACTS, cost=st.integers(1, 200_000))
def test_nothing_that_is_recorded_in_any_order_leaves_less_than_nothing(
    acts, cost, fund, money, holding, bought, manager
):
    with transaction.atomic():
        money()
        held = holding()
        bought(held, str(Decimal(cost) / 100), "1000")
        for number, (act, day, part) in enumerate(acts):
            on = MAY + timedelta(days=day)
            try:
                with transaction.atomic():
                    if act == "sell":
                        sold(held, manager, part, on=on, key=str(number))
                    else:
                        written_off(held, manager, (Decimal(cost * part) / 100_000).quantize(Decimal("0.01")), on=on,
                                    key=str(number))  # fmt: skip
            except (investments.MoreThanIsHeld, investments.TooLittleLater, ledger.UnfitAmount):
                continue
        for day in range(32):
            rows = queries.transactions(held, as_of=MAY + timedelta(days=day), known_at=clock.now())
            found = queries.position(held, rows)
            assert min(found.quantity, found.cost, found.fund_cost) >= 0
        assert invariants.broken(fund.book) == []
        transaction.set_rollback(True)
