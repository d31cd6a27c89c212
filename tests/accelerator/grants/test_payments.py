"""Payments: within the milestone and the budget, approved by another, only while ethics lets money flow, recorded once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accelerator.cohorts import services as cohorts
from accelerator.grants import invariants, queries, rules, services
from accelerator.grants.models import Budget, PaymentLine
from accelerator.milestones import queries as milestones
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.ethics import services as ethics
from core.ethics.gate import HeldByEthics
from core.people import services as people_services
from tests.factories import accelerator, people
from tests.factories import cohorts as factory
from tests.factories.cohorts import BEGAN_ON, OFFERED_AT

pytestmark = pytest.mark.django_db
LATER = OFFERED_AT + timedelta(days=1)


@pytest.fixture
def budget(programme, manager):
    return factory.budget(programme, "150000.00", by=manager)


@pytest.fixture
def clear(participation, officers):
    return factory.cleared(participation, officer=officers[0], second=officers[1])


@pytest.fixture
def line(budget, milestone, manager):
    return factory.payment(milestone, "40000.00", by=manager)


def approve(line, *, by, on=BEGAN_ON):
    return services.approve(line, by=by, on=on, at=OFFERED_AT)


def pay(line, *, by, paid_on=BEGAN_ON, reference="SEPA-1", on=BEGAN_ON):
    return services.pay(line, paid_on=paid_on, reference=reference, by=by, on=on, at=OFFERED_AT)


def stands(line):
    return PaymentLine.objects.filter(pk=line.pk).values().get()


def test_from_the_proposal_to_the_payment(line, clear, participation, manager, second):
    approve(line, by=second)
    paid = pay(line, by=manager)

    assert (paid.state, paid.paid_on, paid.reference) == ("paid", BEGAN_ON, "SEPA-1")
    assert queries.funds([participation])[participation.pk] == queries.Funds(
        committed=Decimal("100000.00"), paid=Decimal("40000.00")
    )
    assert AuditEvent.objects.get(kind="payment.paid").after["amount"] == "40000.00"
    assert invariants.broken() == []


def test_only_accepted_milestones_are_paid(budget, participation, manager):
    phase = milestones.get_phase(participation, "phase-1")
    (waiting,) = factory.planned(phase, by=manager)

    with pytest.raises(services.NotAccepted):
        factory.payment(waiting, "1.00", by=manager)
    with pytest.raises(DatabaseError, match="within an accepted milestone"), transaction.atomic():
        PaymentLine.objects.create(
            milestone=waiting, amount=1, key="past-the-service", proposed_by=manager, proposed_at=OFFERED_AT
        )


def test_never_more_than_the_milestone_releases(line, milestone, manager):
    with pytest.raises(services.OverTheMilestone):
        factory.payment(milestone, "0.01", key="another-key", by=manager)
    with pytest.raises(DatabaseError, match="within an accepted milestone"), transaction.atomic():
        PaymentLine.objects.create(
            milestone=milestone, amount="0.01", key="past-the-service", proposed_by=manager, proposed_at=OFFERED_AT
        )
    services.refuse(line, because="Wrong account", by=manager, at=OFFERED_AT)

    assert factory.payment(milestone, "40000.00", key="another-key", by=manager).state == "proposed"
    assert queries.to_pay(milestone.phase.participation) == []


def test_a_milestone_is_paid_in_parts(budget, milestone, manager):
    factory.payment(milestone, "39999.99", by=manager)

    assert queries.to_pay(milestone.phase.participation) == [(milestone, Decimal("0.01"))]


def test_never_more_than_the_budget(programme, milestone, manager):
    with pytest.raises(services.OverTheBudget):
        factory.payment(milestone, "0.01", by=manager)
    factory.budget(programme, "30000.00", by=manager)
    with pytest.raises(services.OverTheBudget):
        factory.payment(milestone, "30000.01", by=manager)

    factory.payment(milestone, "30000.00", by=manager)

    with pytest.raises(services.BelowWhatIsSpent):
        factory.budget(programme, "29999.99", by=manager)
    with pytest.raises(DatabaseError, match="covers the payments"), transaction.atomic():
        Budget.objects.create(programme=programme, edition=2, amount=1, reason="x", set_by=manager, set_at=OFFERED_AT)
    assert invariants.broken() == []


def test_a_budget_has_editions_and_the_last_counts(programme, manager):
    factory.budget(programme, "100.00", by=manager)
    again = factory.budget(programme, "100.00", by=manager)
    last = factory.budget(programme, "200.00", by=manager)

    assert (again.edition, last.edition, queries.budget(programme)) == (1, 2, Decimal("200.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Budget.objects.update(amount=1)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN"])
def test_an_amount_is_above_zero_in_whole_cents(budget, milestone, manager, amount):
    with pytest.raises(services.UnfitAmount):
        factory.payment(milestone, amount, by=manager)
    assert not PaymentLine.objects.exists()


def test_nobody_approves_her_own_proposal(line, clear, manager, system):
    further = people.person(role="programme-manager", system=system)
    administrator = people.person(role="administrator", system=system)
    people_services.state_same_person(further, manager, reason="She told us", by=administrator, at=OFFERED_AT)
    further.refresh_from_db()
    before = stands(line)

    for herself in (manager, further):
        with pytest.raises(rules.OwnProposal):
            approve(line, by=herself)
    assert stands(line) == before
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).update(state="approved", approved_by=manager, approved_at=OFFERED_AT)


def test_no_money_without_an_ethics_review(line, second):
    before = stands(line)

    with pytest.raises(HeldByEthics, match="No ethics review stands"):
        approve(line, by=second)

    assert stands(line) == before


def test_no_money_after_the_review_expired(line, clear, second):
    approve(line, by=second, on=date(2027, 5, 31))

    with pytest.raises(HeldByEthics):
        pay(line, by=second, on=date(2027, 6, 1))


def test_no_money_while_a_condition_blocks(line, participation, officers, manager, second):
    wanted = ethics.NewCondition("Name who answers", "Letter", manager, date(2026, 7, 1), is_blocking=True)
    review = factory.cleared(
        participation, officer=officers[0], second=officers[1], outcome="conditions", conditions=[wanted]
    )

    with pytest.raises(HeldByEthics):
        approve(line, by=second)
    ethics.waive(review.conditions.get(), because="Known", by=officers[0], at=OFFERED_AT)

    assert approve(line, by=second).state == "approved"


def test_no_money_where_the_review_did_not_clear(line, participation, officers, second):
    factory.cleared(participation, officer=officers[0], second=officers[1], outcome="not-clear")

    with pytest.raises(HeldByEthics):
        approve(line, by=second)


def test_the_review_of_the_published_member_counts(programme, startup, owner, manager, second, officers, system):
    accelerator.cohorts.admit(
        programme,
        startup,
        challenge=None,
        highest_phase=1,
        basis="solid",
        source="https://example.org",
        by=system,
        at=OFFERED_AT,
    )
    participation = factory.participating(programme, startup, by=manager, second=second, owner=owner)
    factory.cleared(participation, officer=officers[0], second=officers[1])
    paid = factory.accepted(participation, by=manager, second=second, owner=owner)
    factory.budget(programme, by=manager)

    assert approve(factory.payment(paid, by=manager), by=second).state == "approved"


def test_asking_again_changes_nothing(line, milestone, clear, manager, second):
    assert factory.payment(milestone, "40000.00", by=manager) == line
    with pytest.raises(services.KeyUsed):
        factory.payment(milestone, "39999.00", by=manager)
    approve(line, by=second)
    approve(line, by=second)
    pay(line, by=manager)
    pay(line, by=manager)
    with pytest.raises(rules.WrongState):
        pay(line, by=manager, reference="SEPA-2")

    assert PaymentLine.objects.count() == 1
    assert AuditEvent.objects.filter(kind__startswith="payment.").count() == 3


def test_what_is_paid_stays_paid(line, clear, manager, second):
    approve(line, by=second)
    pay(line, by=manager)

    with pytest.raises(rules.WrongState):
        services.refuse(line, because="Too late", by=second, at=OFFERED_AT)
    with pytest.raises(DatabaseError, match="stays paid"), transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).update(reference="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).delete()


def test_a_payment_is_recorded_once_it_was_made(line, clear, manager, second):
    approve(line, by=second)

    for paid_on in (BEGAN_ON - timedelta(days=1), BEGAN_ON + timedelta(days=1)):
        with pytest.raises(services.NotPaidYet):
            pay(line, by=manager, paid_on=paid_on)
    with pytest.raises(services.ReferenceMissing):
        pay(line, by=manager, reference=" ")


def test_whoever_left_is_paid_what_was_accepted(line, clear, participation, manager, second):
    cohorts.leave(participation, reason="Sold", by=manager, on=date(2026, 7, 1), at=OFFERED_AT)
    participation.refresh_from_db()

    approve(line, by=second)

    assert queries.funds([participation])[participation.pk] == queries.Funds(
        committed=Decimal("40000.00"), approved=Decimal("40000.00")
    )


def test_others_move_no_money(line, programme, milestone, owner, reader, system):
    other = accelerator.programme("2027", by=system)
    elsewhere = people.person(
        role="programme-manager", scope_kind="programme", scope_ref=other.public_id, system=system
    )
    fund = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_1", system=system)
    before = stands(line)

    steps = (
        lambda one: approve(line, by=one),
        lambda one: services.refuse(line, because="x", by=one, at=OFFERED_AT),
        lambda one: pay(line, by=one),
        lambda one: factory.payment(milestone, "1.00", key="another-key", by=one),
        lambda one: factory.budget(programme, by=one),
    )

    for one in (owner, reader, elsewhere, fund):
        for step in steps:
            with pytest.raises(NotPermitted):
                step(one)
    assert stands(line) == before
