"""The gate: from which day it judges, who lets something pass it, and that the database asks the same rule."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import Invalid, NotPermitted
from core.ethics import gate, services
from core.ethics.gate import Asked, HeldByEthics
from core.ethics.lifecycle import Money
from core.ethics.models import Condition, GateStart, Override, OverrideApproval, Review
from core.ethics.services.conditions import ReasonMissing
from core.organisations import services as organisations
from core.people import services as people_services
from tests.core.ethics.conftest import SCOPE, TODAY
from tests.factories import people

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def in_force(officer):
    return services.put_in_force(SCOPE, from_day=TODAY, because="The board said so.", by=officer, at=clock.now())


@pytest.fixture
def ask():
    def asking(by, **given):
        usual = {"kind": Money.PURCHASE, "amount": Decimal("500.00"), "expires_on": LATER, "because": "A bridge."}
        return services.ask_override(SCOPE, "thing_1", **(usual | given), by=by, on=TODAY, at=clock.now())

    return asking


def asked(amount="500.00", *, day=TODAY, on=TODAY, kind=Money.PURCHASE, item="", subjects=("thing_1",)):
    return Asked(SCOPE, subjects, kind, Decimal(amount), day=day, on=on, item=item)


def in_database(one):
    """What the gate in the database says of it: nothing, or why it refuses."""
    with connection.cursor() as cursor, transaction.atomic():
        given = [one.scope, list(one.subjects), one.kind, one.item, one.amount, one.day, one.on]
        cursor.execute("SELECT core_ethics_gate(%s, %s, %s, %s, %s, %s, %s)", given)


def approve(override, by, on=TODAY):
    return services.approve_override(override, by=by, on=on, at=clock.now())


def test_nothing_is_judged_before_the_day_from_which_the_gate_is_in_force(in_force):
    gate.require(asked(day=TODAY - timedelta(days=1)))
    in_database(asked(day=TODAY - timedelta(days=1)))

    with pytest.raises(HeldByEthics, match=r"No ethics review stands.*An ethics officer and a manager"):
        gate.require(asked())
    with pytest.raises(DatabaseError, match="the ethics gate holds this money back: missing"):
        in_database(asked())


def test_the_gate_is_brought_forward_and_never_put_off(in_force, officer):
    for day in (date(2030, 1, 1), date(2026, 5, 1)):
        services.put_in_force(SCOPE, from_day=day, because="Again.", by=officer, at=clock.now())

    assert gate.in_force_from(SCOPE) == date(2026, 5, 1)
    assert AuditEvent.objects.filter(kind="ethics.gate_put_in_force").count() == 3


def test_an_officer_puts_it_in_force_and_says_why(officer, manager):
    with pytest.raises(NotPermitted):
        services.put_in_force(SCOPE, from_day=TODAY, because="No.", by=manager, at=clock.now())
    with pytest.raises(ReasonMissing):
        services.put_in_force(SCOPE, from_day=TODAY, because=" ", by=officer, at=clock.now())

    assert not GateStart.objects.exists()


def test_a_clear_review_lets_pass(in_force, answered, officer, found):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())

    gate.require(asked())
    in_database(asked())


def test_two_people_of_both_sides_let_one_thing_pass(in_force, ask, officer, manager):
    override = ask(manager)
    with pytest.raises(HeldByEthics):
        gate.require(asked())

    approve(override, officer)

    gate.require(asked(item="tx_1"))
    in_database(asked(item="tx_1"))
    assert override.use.object == "tx_1"
    assert [one.kind for one in AuditEvent.objects.filter(kind__startswith="ethics.override").order_by("pk")] == [
        "ethics.override_asked",
        "ethics.override_approved",
    ]
    in_database(asked(item="tx_1"))
    with pytest.raises(HeldByEthics):
        gate.require(asked(item="tx_2"))
    with pytest.raises(DatabaseError, match="holds this money back"):
        in_database(asked(item="tx_2"))


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "500.01"},
        {"on": LATER + timedelta(days=1)},
        {"kind": Money.PAYMENT},
        {"subjects": ("thing_2",)},
    ],
)
def test_an_override_covers_what_it_names_alone(in_force, ask, officer, manager, other):
    approve(ask(officer), manager)
    gate.require(asked())

    with pytest.raises(HeldByEthics):
        gate.require(asked(**other))
    with pytest.raises(DatabaseError, match="holds this money back"):
        in_database(asked(**other))


def test_nobody_approves_her_own_or_alone_for_one_side(ask, officer, other_officer, manager, system):
    override = ask(officer)
    own = people.person(role="fund-manager", scope_kind="fund", scope_ref=SCOPE, system=system)
    admin = people.person(role="administrator", system=system)
    people_services.state_same_person(own, officer, reason="One human.", by=admin, at=clock.now())
    own.refresh_from_db()
    analyst = people.person(role="fund-analyst", scope_kind="fund", scope_ref=SCOPE, system=system)

    for person, refusal in (
        (officer, services.OwnOverride),
        (own, services.OwnOverride),
        (other_officer, services.OneSided),
        (analyst, NotPermitted),
    ):
        with pytest.raises(refusal):
            approve(override, person)

    assert not OverrideApproval.objects.exists()
    approve(override, manager)
    with pytest.raises(services.OverrideDecided):
        approve(override, manager)


def test_the_database_too_wants_another_person(ask, officer):
    override = ask(officer)

    with pytest.raises(DatabaseError, match="approved by another person"), transaction.atomic():
        OverrideApproval.objects.create(override=override, by=officer, at=clock.now())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal("1.001")}, "amount"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
        ({"because": ""}, "because"),
    ],
)
def test_an_override_is_asked_whole(ask, manager, given, field):
    with pytest.raises(Invalid) as refused:
        ask(manager, **given)

    assert (refused.value.field, Override.objects.count()) == (field, 0)


def test_a_decision_lets_pass_on_its_authority(in_force, officer, manager):
    made = services.override_by_decision(
        SCOPE, "thing_1", kind=Money.PURCHASE, amount=Decimal("500.00"), expires_on=LATER, because="Adopted.",
        decision="prop_1", asked_by=manager, by=officer, on=TODAY, at=clock.now(),
    )  # fmt: skip

    assert made.decision == "prop_1"
    gate.require(asked())


def test_the_rule_in_sql_is_the_rule_in_python(review, officer, other_officer, system):
    """Two hundred random worlds of reviews, conditions and days."""
    draw = random.Random(20261127)
    company = organisations.register(name="Beech", kind="company", nation=None, by=system, at=clock.now())
    answers = set()
    for number in range(200):
        subjects = [f"s{number}_{one}" for one in range(draw.randint(1, 3))]
        for subject in subjects:
            if draw.random() < 0.25:
                continue
            state = draw.choice(["open", "concluded", "concluded", "concluded", "closed"])
            ended = {"closed_on": TODAY} if state == "closed" else {}
            told = {
                "concluded_on": TODAY - timedelta(days=400),
                "expires_on": TODAY + timedelta(days=draw.randint(-2, 6)),
                "outcome": draw.choice(["clear", "clear", "conditions", "conditions", "not-clear"]),
                "risk": "low",
            }
            row = Review.objects.create(
                subject_kind="test-thing", subject=subject, organisation=company, scope=SCOPE, officer=officer,
                questionnaire=review.questionnaire, second=other_officer, opened_on=TODAY, opened_at=clock.now(),
                opened_by=officer, state=state, **(told if state != "open" else {}), **ended,
            )  # fmt: skip
            for _ in range(draw.randint(0, 2)):
                stands = draw.choice(["open", "waived", "waived"])
                let_go = {"decided_at": clock.now(), "decided_by": officer, "decided_because": "Known"}
                Condition.objects.create(
                    review=row, text="Do", evidence_wanted="Letter", owner=officer, due_on=TODAY, set_on=TODAY,
                    set_at=clock.now(), set_by=officer, is_blocking=draw.random() < 0.6, state=stands,
                    **(let_go if stands == "waived" else {}),
                )  # fmt: skip
        day = TODAY + timedelta(days=draw.randint(-2, 6))
        ours = gate.held({0: subjects}, on=day)[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_ethics_held(%s, %s)", [subjects, day])
            assert cursor.fetchone() == (ours or "",)
        answers.add(ours)

    assert answers == {None, *gate.Held}
