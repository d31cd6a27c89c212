"""Two people commit one Ally at the same moment: one commitment comes of it, and nobody sees a crash."""

import threading

import pytest
from django.db import connections

from core import clock, failpoints
from core.people import services as people_services
from core.people.models import User
from portfolio.funds import services
from portfolio.funds.models import Commitment, CommitmentTerms, Fund
from tests.factories import funds, nations

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def world():
    system = people_services.ensure_system(at=clock.now())
    fund = funds.fund(system=system)
    return fund, funds.closing(fund, system=system), nations.many_allies(2, system=system)


def _commit_at_once(fund, closing, allies):
    """Commit every one of ``allies`` from a thread of its own; both have begun before either goes on."""
    outcomes, begun = [], threading.Barrier(len(allies))

    def work(ally):
        try:
            with clock.standing_at(funds.CLOSED_AT):
                system = User.objects.get(is_system=True)
                begun.wait(timeout=10)
                funds.commitment(Fund.objects.get(pk=fund.pk), ally, at_closing=closing, system=system)
                outcomes.append("committed")
        except services.AlreadyCommitted as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(ally,)) for ally in allies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes)


def test_one_ally_committed_twice_at_once_has_one_commitment(world):
    fund, closing, (ally, _other) = world

    assert _commit_at_once(fund, closing, [ally, ally]) == ["already_committed", "committed"]
    assert (Commitment.objects.count(), CommitmentTerms.objects.count()) == (1, 1)


def test_two_allies_committed_at_once_have_two(world):
    """The control: without a quarrel both go through."""
    fund, closing, allies = world

    assert _commit_at_once(fund, closing, allies) == ["committed", "committed"]
    assert (Commitment.objects.count(), CommitmentTerms.objects.count()) == (2, 2)


def test_the_second_waits_until_the_first_has_written(world):
    """The lock, not luck: the second begins while the first stands between its check and its write."""
    fund, closing, (ally, _other) = world
    checked, go_on, reached = threading.Event(), threading.Event(), []

    def pause():
        reached.append(threading.current_thread().name)
        checked.set()
        go_on.wait(timeout=3)

    outcomes = []
    with failpoints.installed("funds.commit.checked", pause):
        runner = threading.Thread(target=lambda: outcomes.extend(_commit_at_once(fund, closing, [ally])))
        runner.start()
        assert checked.wait(timeout=10)
        second = threading.Thread(target=lambda: outcomes.extend(_commit_at_once(fund, closing, [ally])))
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
        assert len(reached) == 1
        go_on.set()
        runner.join(timeout=20)
        second.join(timeout=20)

    assert sorted(outcomes) == ["already_committed", "committed"]
