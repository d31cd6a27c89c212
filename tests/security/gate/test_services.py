"""The ethics gate cannot be passed: services, plain SQL of the serving role, and its own tables; each with its control."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import services as cohort_services
from accelerator.cohorts.models import Advancement, Offer
from accelerator.grants import services as grants
from accelerator.grants.models import PaymentLine
from core import clock
from core.ethics import services as ethics
from core.ethics.gate import HeldByEthics
from core.ethics.lifecycle import Money
from core.organisations import services as organisations
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from tests.accelerator.cohorts.conftest import milestone, offer, officers, owner, participation, startup
from tests.accelerator.conftest import allies, manager, programme, second
from tests.factories import cohorts as factory
from tests.factories import people
from tests.factories.cohorts import OFFERED_AT
from tests.portfolio.investments import conftest as investing

__all__ = (
    "allies",
    "manager",
    "milestone",
    "offer",
    "officers",
    "owner",
    "participation",
    "programme",
    "second",
    "startup",
)
pytestmark = pytest.mark.django_db
fund, money = investing.fund, investing.money
START = date(2026, 5, 1)


@pytest.fixture
def fund_manager(fund, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


@pytest.fixture
def robotics(fund, system, fund_manager):
    company = organisations.register(
        name="Alder Robotics", kind="company", nation=None, by=system, at=clock.now(), illustrative=True
    )
    return investments.open_holding(
        fund, company, kind="direct", technology="AI", currency="EUR", by=fund_manager, at=clock.now()
    )


@pytest.fixture
def buy(robotics, fund, fund_manager, money):
    money()
    round_ = investments.record_round(
        robotics.organisation, name="Seed", held_on=date(2026, 4, 1), precision="day", total=None, currency=None, role="lead",
        co_investors="", basis="illustrative", source="", note="", fund=fund, by=fund_manager, at=clock.now(),
    )  # fmt: skip

    def buying(amount="110000.00", *, on=date(2026, 5, 4), key="b1"):
        return investments.buy(
            robotics, round=round_, quantity=Decimal(1000), amount=Decimal(amount), effective_on=on, key=key,
            by=fund_manager, at=clock.now(),
        )  # fmt: skip

    return buying


def in_force(scope, officer, *, day=START):
    ethics.put_in_force(scope, from_day=day, because="Adopted.", by=officer, at=clock.now())


def cleared(kind, public_id, officers):
    return factory.reviewed(kind, public_id, officer=officers[0], second=officers[1])


def twin(row, **given):
    """The row once more, as the serving role writes it past every service."""
    fields = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
    fields |= {"public_id": f"{row.public_id[:-1]}0", **given}
    names = ", ".join(f'"{one}"' for one in fields)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})",
            list(fields.values()),
        )


def test_a_purchase_waits_for_a_clear_review(buy, fund, robotics, officers):
    in_force(fund.public_id, officers[0])
    with pytest.raises(HeldByEthics, match="No ethics review stands"):
        buy()
    assert not Transaction.objects.exists()

    cleared("holding", robotics.public_id, officers)

    assert buy().amount == Decimal("110000.00")


def test_a_purchase_of_a_day_before_the_gate_is_history(buy, fund, officers):
    in_force(fund.public_id, officers[0], day=date(2026, 5, 5))

    assert buy(on=date(2026, 5, 4)).pk
    with pytest.raises(HeldByEthics):
        buy(on=date(2026, 5, 5), key="b2")


def test_plain_sql_buys_nothing_past_the_gate(buy, fund, robotics, officers):
    before = buy(on=date(2026, 4, 20))
    in_force(fund.public_id, officers[0])
    spare = Transaction.objects.get(pk=before.pk)

    with pytest.raises(DatabaseError, match="ethics gate holds this money back: missing"):
        twin(spare, key="sql", effective_on=date(2026, 5, 4))

    cleared("holding", robotics.public_id, officers)
    with pytest.raises(IntegrityError, match="duplicate key"):  # past the gate, an entry is no two transactions’
        twin(spare, key="sql", effective_on=date(2026, 5, 4))


def test_what_leaves_a_holding_is_never_held(buy, fund, robotics, officers, fund_manager):
    buy(on=date(2026, 4, 20))
    in_force(fund.public_id, officers[0])
    day = {"effective_on": date(2026, 5, 4), "by": fund_manager, "at": clock.now()}

    sold = investments.sell(robotics, quantity=Decimal(10), amount=Decimal("2000.00"), key="s1", **day)
    gone = investments.write_off(robotics, cost=Decimal("1000.00"), reason="Lost", key="w1", **day)

    assert (sold.kind, gone.kind) == ("sale", "write-off")


def test_an_override_lets_one_purchase_pass(buy, fund, robotics, officers, fund_manager):
    in_force(fund.public_id, officers[0])
    today = clock.today()
    override = ethics.ask_override(
        fund.public_id, robotics.public_id, kind=Money.PURCHASE, amount=Decimal("110000.00"), expires_on=today,
        because="A bridge.", by=fund_manager, on=today, at=clock.now(),
    )  # fmt: skip
    with pytest.raises(HeldByEthics):
        buy()
    ethics.approve_override(override, by=officers[0], on=today, at=clock.now())

    made = buy()

    override.refresh_from_db()
    assert override.use.object == made.public_id
    with pytest.raises(HeldByEthics):
        buy(key="b2")


def test_an_offer_waits_to_be_released_and_accepted(programme, startup, owner, manager, second, officers):
    in_force(programme.public_id, officers[0])
    made = factory.offered(programme, startup, by=manager)
    with pytest.raises(HeldByEthics):
        factory.release(made, by=second)
    with pytest.raises(DatabaseError, match="ethics gate"), transaction.atomic():
        Offer.objects.filter(pk=made.pk).update(
            state="released", released_by=second, released_at=OFFERED_AT, digest=cohorts.digest(made)
        )

    review = cleared("offer", made.public_id, officers)
    released = factory.release(made, by=second)
    ethics.close(review, on=date(2026, 6, 1), by=officers[0])
    with pytest.raises(HeldByEthics):
        factory.accept(released, by=owner)
    cleared("offer", made.public_id, officers)

    assert factory.accept(released, by=owner).state == "phase-1"


def test_phase_2_waits(programme, participation, manager, second, officers):
    waiting = factory.proposed(participation, by=manager)
    in_force(programme.public_id, officers[0])
    on = date(2026, 12, 1)
    with pytest.raises(HeldByEthics):
        cohort_services.approve_advancement(waiting, by=second, on=on, at=OFFERED_AT)
    with pytest.raises(DatabaseError, match="ethics gate"), transaction.atomic():
        Advancement.objects.filter(pk=waiting.pk).update(state="approved", decided_by=second, decided_at=OFFERED_AT)

    cleared("participation", participation.public_id, officers)

    assert cohort_services.approve_advancement(waiting, by=second, on=on, at=OFFERED_AT).kind == "phase-2"


def test_a_payment_waits_to_be_proposed_and_approved(programme, participation, milestone, manager, second, officers):
    grants.set_budget(programme, amount=Decimal(900000), reason="Council", by=manager, at=OFFERED_AT)
    line = grants.propose(milestone, amount=Decimal(100), key="before-it", by=manager, at=OFFERED_AT)
    in_force(programme.public_id, officers[0])

    with pytest.raises(HeldByEthics):
        grants.propose(milestone, amount=Decimal(100), key="after-it", by=manager, at=OFFERED_AT)
    with pytest.raises(DatabaseError, match="ethics gate"):
        twin(line, key="in-sql-too")
    with pytest.raises(DatabaseError, match="ethics gate"), transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).update(state="approved", approved_by=second, approved_at=OFFERED_AT)

    cleared("participation", participation.public_id, officers)
    twin(line, key="in-sql-too")
    assert grants.approve(line, by=second, on=OFFERED_AT.date(), at=OFFERED_AT).state == "approved"


@pytest.mark.parametrize(
    "table", ["portfolio_transaction", "accelerator_offer", "accelerator_paymentline", "accelerator_advancement"]
)
def test_the_serving_role_cannot_take_the_gate_away(table):
    tries = (
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table}",
        "DROP FUNCTION core_ethics_gate(text, text[], text, text, numeric, date, date)",
        "CREATE OR REPLACE FUNCTION core_ethics_held(subjects text[], asked date) RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
        "SET session_replication_role = replica",
        "DELETE FROM core_gatestart",
        "UPDATE core_override SET amount = 1",
    )
    for statement in tries:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
            [table, "%passes_the_ethics_gate%"],
        )
        assert cursor.fetchall() == [("O",)]


def test_the_state_stands_where_money_is_decided(client, fund, robotics, officers, fund_manager):
    pages = [f"/manage/holdings/{robotics.public_id}{act}" for act in ("", "/buy")]
    people.signed_in(client, fund_manager)
    assert not any("ethics gate" in client.get(page).content.decode() for page in pages)

    in_force(fund.public_id, officers[0])
    assert all("No ethics review stands" in client.get(page).content.decode() for page in pages)

    today = clock.today()
    override = ethics.ask_override(
        fund.public_id, robotics.public_id, kind=Money.PURCHASE, amount=Decimal("1000.00"), expires_on=today,
        because="A bridge.", by=fund_manager, on=today, at=clock.now(),
    )  # fmt: skip
    ethics.approve_override(override, by=officers[0], on=today, at=clock.now())
    assert all("A bridge." in client.get(page).content.decode() for page in pages)

    cleared("holding", robotics.public_id, officers)
    assert all("The ethics gate is open" in client.get(page).content.decode() for page in pages)
