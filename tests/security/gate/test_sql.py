"""Whoever serves sends plain SQL: no row of money comes past the gate, and nothing that it goes by can be changed."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accelerator.cohorts import services as cohorts
from accelerator.cohorts.models import Participation
from core.ethics import gate
from core.ethics import services as ethics
from core.ethics.gate import HeldByEthics
from tests.factories.cohorts import OFFERED_AT
from tests.security.gate import sql
from tests.security.gate.kinds import BEFORE, KINDS, SINCE, TODAY, Ground

pytestmark = pytest.mark.django_db
NO_REFUSAL = re.compile("syntax|does not exist|duplicate key|foreign key")
"""What a statement fails by that asks for nothing that is."""
HELD = "ethics gate holds this money back: missing"
STEPS = [(kind, *step) for kind in KINDS for step in kind.steps]


@pytest.fixture
def ground(system):
    return Ground(system)


def _twins(kind, ground, number=2):
    like = kind.given(ground)
    return like, [sql.fields(like) | kind.anew(ground) for _ in range(number)]


def _sent(way, kind, ground):
    like, rows = _twins(kind, ground)
    way(like._meta.db_table, like, rows)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_row_of_money_comes_in(ground, kind):
    for way in sql.WAYS:  # the control: where the gate is not in force every way leads in
        with transaction.atomic():
            _sent(way, kind, ground)
            transaction.set_rollback(True)

    ground.in_force()

    for way in sql.WAYS:
        with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
            _sent(way, kind, ground)
    with pytest.raises(DatabaseError), transaction.atomic():
        _sent(sql.without_a_path, kind, ground)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_row_that_two_let_pass_comes_in_once(ground, kind):
    ground.in_force()
    like, (row, other) = _twins(kind, ground)
    about = kind.subject(ground)[1] if kind.name not in {"offer", "acceptance"} else row["public_id"]
    if kind.name == "phase 2":
        about = ground.advanced.participation.public_id
    made = ground.override(kind.money, kind.scope(ground), about, like.amount, by=kind.manager(ground))

    sql.values(like._meta.db_table, like, [row])

    made.refresh_from_db()
    assert made.use.object == row.get("public_id", kind.item(row))
    with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
        sql.values(like._meta.db_table, like, [other])


@pytest.mark.parametrize(("kind", "story", "row", "change"), STEPS, ids=[f"{one[0]}, {one[1]}" for one in STEPS])
def test_nothing_that_waits_goes_on(ground, kind, story, row, change):
    waiting = row(ground)
    statement = f"UPDATE {waiting._meta.db_table} SET {change.format(by=ground.managers[1].pk)} WHERE id = %s"
    with transaction.atomic():
        assert sql.run(statement, [waiting.pk]) == 1
        transaction.set_rollback(True)

    ground.in_force()

    for said in (statement, f"WITH done AS ({statement} RETURNING id) SELECT count(*) FROM done"):
        with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
            sql.run(said, [waiting.pk])


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_service_asks_as_well_and_either_is_enough(ground, kind, monkeypatch):
    ground.in_force()
    with pytest.raises(HeldByEthics), transaction.atomic():
        kind.give(ground)
    monkeypatch.setattr(gate, "require", lambda *_asked, **_always: None)
    with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
        kind.give(ground)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name != "purchase"], ids=str)
def test_a_row_that_says_it_is_older_than_the_gate_is_judged_as_of_today(ground, kind):
    like, (row, _other) = _twins(kind, ground)
    long_ago = {name: value - timedelta(days=90) for name, value in row.items() if isinstance(value, datetime)}
    with transaction.atomic():
        sql.values(like._meta.db_table, like, [row | long_ago])
        transaction.set_rollback(True)

    ground.in_force()

    with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
        sql.values(like._meta.db_table, like, [row | long_ago])


def test_a_purchase_recorded_in_the_past_is_judged_by_the_reviews_of_today(ground):
    """Its review has expired since the day on which it says that it was recorded."""
    ground.reviewed("holding", ground.holding.public_id, on=BEFORE, at=at_noon(BEFORE), expires_on=SINCE)
    like, (row, other) = _twins(KINDS[0], ground)
    long_ago = {"recorded_at": at_noon(SINCE)}
    with transaction.atomic():
        sql.values(like._meta.db_table, like, [other | long_ago])
        transaction.set_rollback(True)

    ground.in_force()

    with pytest.raises(DatabaseError, match="holds this money back: expired"), transaction.atomic():
        sql.values(like._meta.db_table, like, [row | long_ago])


def at_noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc)


def test_a_company_is_not_paid_as_a_fund_is(ground):
    stake = ground.hold(ground.company("fund-manager"), "fund")
    like, (row, other) = _twins(KINDS[0], ground)
    called = {"kind": "stake-call", "round_id": None, "quantity": None}
    ground.in_force()

    with pytest.raises(DatabaseError, match=HELD), transaction.atomic():
        sql.values(like._meta.db_table, like, [row | called])

    sql.values(like._meta.db_table, like, [other | called | {"holding_id": stake.pk}])


def test_no_older_snapshot_is_asked(ground):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'core_ethics_gate'")
        (source,) = cursor.fetchone()
    assert source.index("transaction_isolation") < source.index("core_gatestart")


def test_phase_2_begins_by_what_was_approved_alone(ground):
    ground.in_force()
    step = sql.fields(ground.advanced.step) | {
        "public_id": "pstep_0000000000000000", "participation_id": ground.participation.pk,
        "advancement_id": ground.advancement.pk,
    }  # fmt: skip
    tries = (
        lambda: sql.values("accelerator_participationstep", None, [step]),
        lambda: Participation.objects.filter(pk=ground.participation.pk).update(state="phase-2"),
    )
    for one in tries:
        with (
            pytest.raises(DatabaseError, match=r"as it was offered or approved|goes on by a step"),
            transaction.atomic(),
        ):
            one()


@pytest.fixture
def judged(ground):
    """The ground with reviews, a blocking condition, a member and an override, and the gate in force."""
    review = ground.reviewed("holding", ground.holding.public_id)
    ground.reviewed("offer", ground.made.public_id, outcome="not-clear")
    published = {"challenge": None, "highest_phase": 1, "basis": "solid", "source": "https://example.org"}
    cohorts.admit(ground.programme, ground.bidden, **published, by=ground.system, at=OFFERED_AT)
    _blocking(review, ground)
    ground.in_force()
    ground.override(
        KINDS[0].money, ground.fund.public_id, ground.holding.public_id, ground.purchase.amount, by=ground.fund_manager
    )
    return ground


def _blocking(review, ground):
    return review.conditions.create(
        text="Do", evidence_wanted="Letter", owner=ground.owner, due_on=TODAY, set_on=TODAY, set_at=OFFERED_AT,
        set_by=ground.officers[0], is_blocking=True,
    )  # fmt: skip


MOVES = (
    "UPDATE portfolio_holding SET fund_id = fund_id + 1",
    "UPDATE portfolio_holding SET organisation_id = organisation_id + 1",
    "UPDATE portfolio_holding SET kind = 'fund'",
    "UPDATE portfolio_holding SET public_id = 'holding_0000000000000000'",
    "UPDATE portfolio_fund SET public_id = 'fund_0000000000000000'",
    "UPDATE core_organisation SET kind = 'fund-manager'",
    "UPDATE core_organisation SET public_id = 'org_0000000000000000' WHERE id = (SELECT min(id) FROM core_organisation)",
    "UPDATE accelerator_programme SET public_id = 'programme_0000000000000000'",
    "UPDATE accelerator_offer SET organisation_id = organisation_id + 1",
    "UPDATE accelerator_offer SET public_id = concat('offer_000000000000000', id)",
    "UPDATE accelerator_offer SET amount = amount * 10",
    "UPDATE accelerator_participation SET public_id = concat('part_000000000000000', id)",
    "UPDATE accelerator_participation SET organisation_id = organisation_id + 1",
    "UPDATE accelerator_participation SET offer_id = offer_id + 1",
    "UPDATE accelerator_participation SET member_id = (SELECT min(id) FROM accelerator_cohortmember)",
    "UPDATE accelerator_participationstep SET amount = amount * 10",
    "UPDATE accelerator_cohortmember SET organisation_id = organisation_id + 1",
    "UPDATE accelerator_cohortmember SET public_id = 'member_0000000000000000'",
    "DELETE FROM accelerator_cohortmember",
    "UPDATE accelerator_advancement SET participation_id = participation_id + 1",
    "UPDATE accelerator_advancement SET amount = amount + 1",
    "UPDATE accelerator_advancement SET public_id = concat('adv_000000000000000', id)",
    "UPDATE accelerator_milestone SET phase_id = phase_id + 1",
    "UPDATE accelerator_paymentline SET milestone_id = milestone_id + 1",
    "UPDATE accelerator_paymentline SET amount = amount + 1",
    "UPDATE accelerator_paymentline SET public_id = concat('payline_000000000000000', id)",
    "UPDATE portfolio_transaction SET holding_id = holding_id + 1",
    "UPDATE core_review SET subject = concat('holding_000000000000000', id)",
    "UPDATE core_review SET scope = 'fund_0000000000000000'",
    "UPDATE core_review SET public_id = concat('ethics_000000000000000', id)",
    "UPDATE core_review SET outcome = 'conditions'",
    "UPDATE core_review SET outcome = 'clear' WHERE outcome = 'not-clear'",
    "UPDATE core_review SET state = 'open'",
    "DELETE FROM core_condition",
    "DELETE FROM core_review",
    "UPDATE core_condition SET is_blocking = false",
    "UPDATE core_condition SET review_id = review_id + 1",
    "UPDATE core_condition SET state = 'met'",
    "UPDATE core_gatestart SET in_force_from = '2099-01-01'",
    "DELETE FROM core_gatestart",
    "UPDATE core_override SET amount = 100000000",
    "UPDATE core_override SET expires_on = '2099-01-01'",
    "UPDATE core_override SET subject = 'part_0000000000000000'",
    "DELETE FROM core_override",
    "DELETE FROM core_overrideapproval",
    "UPDATE core_overrideapproval SET override_id = override_id + 1",
    "DELETE FROM core_overrideuse",
    "TRUNCATE core_gatestart",
    "TRUNCATE core_review CASCADE",
    "TRUNCATE core_condition",
    "TRUNCATE core_override CASCADE",
    "TRUNCATE core_overrideuse",
    "SET session_replication_role = replica",
    "SET ROLE fund_owner",
    "ALTER TABLE portfolio_transaction DISABLE TRIGGER ALL",
    "ALTER TABLE accelerator_offer DISABLE TRIGGER USER",
    "ALTER TABLE core_review DISABLE TRIGGER ALL",
    "DROP FUNCTION core_ethics_gate(text, text[], text, text, numeric, date, date)",
    "CREATE OR REPLACE FUNCTION core_ethics_held(subjects text[], asked date) RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
    "ALTER FUNCTION core_ethics_held(text[], date) SET search_path = pg_catalog",
    "CREATE TEMPORARY TABLE core_review (id bigint)",
    "CREATE SCHEMA own",
)


def test_nothing_that_the_gate_goes_by_is_changed(judged):
    went_through = []
    for statement in MOVES:
        try:
            with transaction.atomic():
                touched = sql.run(statement.replace("fund_owner", connections["owner"].settings_dict["USER"]))
                went_through.append((statement, touched))
                transaction.set_rollback(True)
        except DatabaseError as refusal:
            if NO_REFUSAL.search(str(refusal)):
                went_through.append((statement, str(refusal)))
    assert went_through == []


def test_control_what_may_change_does(judged):
    """Each statement above is refused for what it changes: others about the same rows go through."""
    for statement in (
        "UPDATE portfolio_holding SET technology = 'Space'",
        "UPDATE core_organisation SET website = 'https://example.org'",
        "UPDATE core_review SET expires_on = expires_on + 1 WHERE state = 'concluded'",
        "UPDATE core_condition SET due_on = due_on + 1",
    ):
        assert sql.run(statement) >= 1


def test_nobody_lets_her_own_wish_pass(ground):
    wish = {"kind": "purchase", "amount": ground.purchase.amount, "expires_on": TODAY, "because": "A bridge."}
    about = (ground.fund.public_id, ground.holding.public_id)
    asked = ethics.ask_override(*about, **wish, by=ground.fund_manager, on=TODAY, at=OFFERED_AT)
    approve = "INSERT INTO core_overrideapproval (override_id, by_id, at) VALUES (%s, %s, now())"

    with pytest.raises(DatabaseError, match="another person"), transaction.atomic():
        sql.run(approve, [asked.pk, ground.fund_manager.pk])

    assert sql.run(approve, [asked.pk, ground.officers[0].pk]) == 1


class TestWithoutTheTrigger:
    """The control of all: the owner takes the trigger away, and what was refused comes in."""

    pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

    @pytest.mark.parametrize("kind", KINDS[:2], ids=str)
    def test_money_comes_in(self, system, kind):
        ground = Ground(system)
        ground.in_force()
        like, rows = _twins(kind, ground)
        table = like._meta.db_table
        try:
            self._owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            sql.values(table, like, rows)
        finally:
            self._owner(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        with pytest.raises(DatabaseError, match=HELD):
            sql.values(table, like, [sql.fields(like) | kind.anew(ground)])

    def _owner(self, statement):
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)
