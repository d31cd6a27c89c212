"""Payments proposed and approved at once, on real connections: the room is used once, and the database says so too."""

import threading

import pytest
from django.db import connections

from accelerator.grants import invariants, rules, services
from accelerator.grants import queries as payments
from accelerator.grants.models import PaymentLine
from core import clock, locks
from tests.chaos.grants import Ground
from tests.factories import applications
from tests.factories import cohorts as factory
from tests.factories.cohorts import BEGAN_ON, OFFERED_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT_ONCE = 8


@pytest.fixture
def ground(system):
    return Ground(system)


def together(work, count=AT_ONCE):
    """Run one piece of work in many connections at once; return what each gave back or raised."""
    start, results = threading.Barrier(count), []

    def one(number):
        with clock.standing_at(OFFERED_AT):
            try:
                start.wait()
                results.append(work(number))
            except Exception as error:  # noqa: BLE001 -- the outcome that the test looks at
                results.append(error)
            finally:
                connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def refusals(results):
    return {type(one) for one in results if isinstance(one, Exception)}


def test_the_milestone_is_never_paid_twice(ground):
    milestone = ground.milestones[0]

    results = together(lambda number: ground.propose(milestone, "40000.00", f"line-of-{number}"))

    assert PaymentLine.objects.count() == 1
    assert refusals(results) == {services.OverTheMilestone}
    assert invariants.broken() == []


def test_the_budget_is_never_passed_by_two_start_ups(ground):
    results = together(lambda number: ground.propose(ground.milestones[number % 2], "60000.00", f"line-of-{number}"))

    assert PaymentLine.objects.count() == 1
    assert refusals(results) <= {services.OverTheBudget, services.OverTheMilestone}
    assert invariants.broken() == []


def test_control_without_the_services_lock_the_database_still_refuses(ground, monkeypatch):
    monkeypatch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))
    milestone = ground.milestones[0]

    together(lambda number: ground.propose(milestone, "40000.00", f"line-of-{number}"))

    assert PaymentLine.objects.count() == 1
    assert invariants.broken() == []


def test_one_key_makes_one_line(ground):
    results = together(lambda _: ground.propose(ground.milestones[0], "1.00", "one-and-the-same"))

    assert len({one.pk for one in results}) == 1
    assert PaymentLine.objects.count() == 1


def test_a_payment_is_approved_or_refused_but_not_both(ground):
    line = ground.propose(ground.milestones[0], "1.00", "one-and-the-same")

    def decide(number):
        if number % 2:
            return services.approve(line, by=ground.second, on=BEGAN_ON, at=OFFERED_AT)
        return services.refuse(line, because="Wrong", by=ground.second, at=OFFERED_AT)

    together(decide)

    line.refresh_from_db()
    assert line.state == "refused"
    assert payments.live_sum(PaymentLine.objects.all()) == 0


def test_one_payment_is_recorded_once(ground):
    line = ground.propose(ground.milestones[0], "1.00", "one-and-the-same")
    services.approve(line, by=ground.second, on=BEGAN_ON, at=OFFERED_AT)

    results = together(
        lambda number: services.pay(
            line, paid_on=BEGAN_ON, reference=f"SEPA-{number}", by=ground.manager, on=BEGAN_ON, at=OFFERED_AT
        )
    )

    assert len([one for one in results if isinstance(one, PaymentLine)]) == 1
    assert refusals(results) == {rules.WrongState}


def test_an_offer_is_accepted_once_by_two_owners(ground, system):
    startup = applications.startup("Third Ear", by=system)
    owners = [applications.owner(startup, system=system) for _ in range(2)]
    offer = factory.released(ground.programme, startup, by=ground.manager, second=ground.second)

    results = together(lambda number: factory.accept(offer, by=owners[number % 2]))

    assert len({one.pk for one in results if not isinstance(one, Exception)}) == 1
    assert invariants.broken() == []
