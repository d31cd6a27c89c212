"""Real workers and beats are killed and Redis is emptied: each item is written once, and a poisoned one holds up nobody.

Fewer jobs and shorter waits pass in seconds; FULL=1 takes the counts and the waits of the product.
"""

import random
import sys
import time
from collections import Counter

import pytest
from django.db import transaction

from core import clock
from core.jobs import doorbell, services
from core.jobs.models import Job
from tests.chaos.conftest import FULL
from tests.chaos.ground import Ground, kill, kill_child
from tests.chaos.working import COUNTED, HANGING, ITEMS, NIGHTLY, POISONED, TABLE, TICK, UNHELD

JOBS = 500 if FULL else 16
KILLS = 20 if FULL else 2
SEED = 4
ONLY_IN_FULL = [
    pytest.mark.full,
    pytest.mark.skipif(not FULL, reason="with FULL=1: limits that Celery keeps only on a machine with time for them"),
]
pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"]), pytest.mark.real_clock]


class Counting(Ground):
    """With the table into which each item of work writes one row."""

    def prepare(self):
        self.owner(f"CREATE TABLE {TABLE} (key text, number int)")
        self.owner(f"GRANT INSERT ON {TABLE} TO PUBLIC")

    def rows(self):
        return Counter(self.owner(f"SELECT key, number FROM {TABLE}"))

    def states(self, name):
        return Counter(state for (state,) in self.owner(f"SELECT state FROM core_job WHERE name = '{name}'"))

    def end(self):
        super().end()
        self.owner(f"DROP TABLE IF EXISTS {TABLE}")


@pytest.fixture
def start(system, monkeypatch):
    """Start jobs as the product does; the bell rings for the workers of the ground."""

    def started(ground, *jobs):
        monkeypatch.setattr(doorbell, "ring", ground.ring)
        with transaction.atomic():
            for name, key in jobs:
                services.start(name, key=key, by=system, on=clock.today())

    return started


@pytest.fixture
def begin(ground_of):
    def begun(**given):
        made = ground_of(Counting, **given)
        made.prepare()
        return made

    return begun


def test_nothing_is_lost_or_done_twice_by_workers_that_are_killed(begin, start):
    """Of the same kills the control comes out twice: it writes without a chunk."""
    ground, chance = begin(), random.Random(SEED)
    jobs = [(COUNTED, f"job-{number}") for number in range(JOBS)]
    start(ground, (UNHELD, "unheld"), (POISONED, "poisoned"), *jobs, *jobs)
    ground.empty_redis()
    worker = ground.worker(children=2)
    ground.wait_for(worker)
    time.sleep(1)
    assert ground.rows().total() == 0, "without a sweep the emptied Redis has lost every job"

    for _beat in range(2):
        ground.beat()
    begun = time.monotonic()
    ground.wait(lambda: ground.rows()["unheld", ITEMS] == 1, "nothing is worked on")
    for turn in range(KILLS):
        if turn % 2:
            assert kill_child(worker, chance)
        else:
            kill(worker)
            worker = ground.worker(children=2)
        before = ground.rows().total()
        ground.wait(lambda before=before: ground.rows().total() > before, "nothing is worked on")
        time.sleep(chance.uniform(0.0, 0.3))
    ground.wait(lambda: ground.states(COUNTED) == {"done": JOBS}, "not every job is done")
    ground.wait(lambda: ground.states(UNHELD).keys() <= {"done", "dead"}, "the control does not end")

    sys.stdout.write(f"{JOBS} jobs, {KILLS} kills, {time.monotonic() - begun:.0f} s\n")
    rows = ground.rows()
    assert [rows.pop(("unheld", number)) > 1 for number in range(1, ITEMS + 1)] == [True] * ITEMS
    assert rows == Counter((key, number) for _name, key in jobs for number in range(1, ITEMS + 1))
    ground.wait(lambda: ground.states(POISONED).keys() <= {"failed", "dead"}, "the poisoned job is never let go of")


def test_the_same_delivery_twice_is_worked_on_once(begin, start):
    """Redis gives a bell that nobody answered in time to the next worker, while the first is still at it."""
    ground = begin(CHAOS_PACE="hurried")
    ground.hold()
    start(ground, (COUNTED, "long"))
    for _worker in range(2):
        ground.worker()
    ground.wait(lambda: ground.bells() > 1, "no bell was delivered twice, so that nothing is proved")
    assert ground.states(COUNTED) == {"running": 1}
    time.sleep(1)
    ground.let_go()

    ground.wait(lambda: ground.states(COUNTED) == {"done": 1}, "the job is not done")
    assert ground.rows() == Counter(("long", number) for number in range(1, ITEMS + 1))


def test_control_without_the_lease_a_second_delivery_is_worked_on_again(begin, start):
    ground = begin(CHAOS_PACE="hurried", CHAOS_WITHOUT="lease")
    ground.hold()
    start(ground, (UNHELD, "long"))
    for _worker in range(2):
        ground.worker()
    ground.wait(lambda: max(ground.rows().values(), default=0) > 1, "nothing is written twice")


def test_control_without_a_last_attempt_a_poisoned_job_is_tried_for_ever(begin, start):
    ground = begin(CHAOS_PACE="hurried", CHAOS_WITHOUT="patience")
    start(ground, (POISONED, "poisoned"))
    ground.worker()
    ground.beat()

    ground.wait(lambda: Job.objects.get(name=POISONED).attempts > 3 * services.ATTEMPTS_AT_MOST, "it is let go of")


def two_beats(begin, **given):
    ground = begin(CHAOS_PACE="hurried", CHAOS_EACH_TICK=TICK, **given)
    ground.worker()
    for _beat in range(2):
        ground.beat()
    return ground


def test_two_beats_that_ask_for_the_same_work_start_it_once(begin, system):
    ground = two_beats(begin)

    ground.wait(lambda: ground.states(COUNTED) == {"done": 1}, "the job is not done")
    before = ground.bells(TICK)
    ground.wait(lambda: ground.bells(TICK) > before + 4, "the beats do not tick")
    assert before
    assert ground.rows() == Counter((NIGHTLY, number) for number in range(1, ITEMS + 1))


def test_control_without_the_key_two_beats_start_the_same_work_again(begin, system):
    ground = two_beats(begin, CHAOS_WITHOUT="key")

    ground.wait(lambda: ground.states(COUNTED)["done"] > 1, "it is done once")
    assert ground.rows().total() > ITEMS


LIMITS = {"celery": {"CHAOS_LIMITS": "2 3", "CHAOS_DEAF_SECONDS": "20"}, "itself": {"CHAOS_DEAF_SECONDS": "2"}}
"""Who kills: Celery at its hard limit, as in the product before the child itself; or that alone, where Celery's kill never comes,
as it sometimes does not on a machine with much else to do."""


@pytest.mark.parametrize("killer", ["itself", pytest.param("celery", marks=ONLY_IN_FULL)])
def test_work_over_its_time_is_stopped_and_holds_up_nobody(begin, start, killer):
    """One job that is deaf to being asked is killed with its child, thrice; what came after it is long done."""
    ground = begin(CHAOS_PACE="hurried", CHAOS_SECONDS_AN_ITEM="0.01", CHAOS_LEASE_SECONDS="1.5", **LIMITS[killer])
    jobs = [(COUNTED, f"job-{number}") for number in range(6)]
    start(ground, (HANGING, "deaf"), *jobs)
    ground.worker()
    ground.beat()

    ground.wait(lambda: ground.states(COUNTED) == {"done": len(jobs)}, "the others are held up")
    assert ground.states(HANGING) == {"running": 1}
    ground.wait(lambda: ground.states(HANGING) == {"dead": 1}, "the job is not put aside")

    assert Job.objects.get(name=HANGING).reason == services.STOPPED
    assert ground.rows() == Counter((key, number) for _name, key in jobs for number in range(1, ITEMS + 1))


def test_control_without_limits_work_that_is_deaf_keeps_its_worker_for_ever(begin, start):
    """Twice as long as it takes with them."""
    ground = begin(CHAOS_PACE="hurried", CHAOS_SECONDS_AN_ITEM="0.01", CHAOS_LEASE_SECONDS="1.5")
    start(ground, (HANGING, "deaf"), (COUNTED, "behind it"))
    ground.worker()
    ground.beat()

    ground.wait(lambda: ground.states(HANGING) == {"running": 1}, "nothing is worked on")
    time.sleep(2 * float(LIMITS["itself"]["CHAOS_DEAF_SECONDS"]) + 4)
    assert ground.states(COUNTED) == {"queued": 1}
    assert Job.objects.get(name=HANGING).attempts == 1
