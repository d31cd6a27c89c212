"""The quarter's valuation is prepared by real workers that are killed: each mark once, and the bytes of an undisturbed run.

Passes small in every run; FULL=1 takes 200 holdings and 20 kills, then 1,000 and 50, at the product's own waits.
"""

import json
import random
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import transaction

from core import clock
from core.audit.models import AuditEvent
from core.jobs.models import Job
from core.money import ecb
from core.money import services as money
from portfolio.performance import queries as performance
from portfolio.valuations import queries, services
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.services.recording import PREPARED
from tests.chaos.conftest import FULL
from tests.chaos.ground import answers, kill, kill_child
from tests.emptying import empty_tables
from tests.factories import funds, investments, people, valuations

JUNE = date(2026, 6, 30)
JULY_1 = datetime(2026, 7, 1, 9, tzinfo=timezone.utc)
NEXT_DAY = JULY_1 + timedelta(days=1)
LOCKED_AT = datetime(2026, 7, 3, 9, tzinfo=timezone.utc)
SEED = 14
SIZES = [(200, 20, 5), (1000, 50, 10)] if FULL else [(40, 2, 5)]
"""Holdings, kills, and holdings a chunk."""
PORT = 27_851
SECONDS_A_MARK = "0.1"
MARKS = "portfolio_mark"
BYTES = (
    "holding_id", "edition", "technique", "local_value", "value", "cost", "level", "inputs", "relevance",
    "sensitivity", "reason", "known_at",
)  # fmt: skip
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


class Quarter:
    """A fund whose quarter is due: companies of which every other is held in dollars."""

    def __init__(self, holdings, system):
        self.system, self.fund = system, funds.fund(system=system)
        investments.money(self.fund, "100000000.00", system=system)
        money.record_known_currencies(by=system)
        self.publish("1.10", investments.BOUGHT_ON, at=clock.now())
        self.publish("1.12", JUNE, at=JULY_1)
        for number in range(holdings):
            self.hold(number)
        scope = {"scope_kind": "fund", "scope_ref": self.fund.public_id, "system": system}
        self.analyst = people.person(role="fund-analyst", **scope)
        self.committee = [people.person(role="valuation-committee", **scope) for _member in range(2)]
        valuations.policy(self.fund, system=system, at=JULY_1)
        self.run = services.open_run(self.fund, quarter_end=JUNE, by=system, at=JULY_1)

    def hold(self, number):
        currency = "USD" if number % 2 else "EUR"
        of = investments.holding(self.fund, f"Example {number:04}", currency=currency, system=self.system)
        investments.purchase(of, amount=f"{1000 + number}.{number % 100:02}", system=self.system)

    def publish(self, units, *days, at):
        rows = [ecb.Row("USD", day, Decimal(units)) for day in days]
        money.publish_rates(rows, source="ECB", by=self.system, at=at)

    def outcome(self):
        """The bytes of the run's marks, and the NAV once two people locked it."""
        rows = self.rows()
        run = services.submit_run(ValuationRun.objects.get(pk=self.run.pk), by=self.analyst, at=LOCKED_AT)
        for one in self.committee:
            run = services.approve_run(run, digest=queries.digest(run), by=one, at=LOCKED_AT)
        nav = performance.figures(self.fund, as_of=JUNE, known_at=LOCKED_AT).nav
        return rows, queries.digest(run), nav

    def rows(self):
        rows = Mark.objects.filter(run=self.run).order_by("holding", "edition", "pk").values(*BYTES)
        return json.dumps(list(rows), default=str)

    def values(self):
        """The distinct values of each holding in dollars."""
        rows = Mark.objects.filter(run=self.run, holding__currency="USD").values_list("holding", "value")
        return {holding: {value for of, value in rows if of == holding} for holding, _value in rows}

    def undisturbed(self):
        """What one process comes to that nobody disturbs; nothing of it is kept."""
        with transaction.atomic():
            valuations.prepared(self.fund, JUNE, system=self.system, at=JULY_1)
            found = self.outcome()
            transaction.set_rollback(True)
        return found

    def job(self):
        return Job.objects.get(name=services.PREPARE, key=services.job_key(self.run))

    def is_over(self):
        return ValuationRun.objects.get(pk=self.run.pk).state == State.IN_REVIEW and self.job().state == "done"

    def times(self):
        """How often each holding has a mark."""
        return Counter(Mark.objects.filter(run=self.run).values_list("holding", flat=True))


class Killer:
    """Kills one process after the other at seeded moments, and starts it again."""

    def __init__(self, ground, quarter):
        self.ground, self.quarter, self.chance = ground, quarter, random.Random(SEED)
        self.done = Counter()
        self._start()

    def kill(self, victim):
        """Once a further chunk stands, somewhere within the next."""
        before = self.quarter.job().done
        self.ground.wait(lambda: (job := self.quarter.job()).done > before or job.finished_at, "the run stands still")
        time.sleep(self.chance.uniform(0.0, 0.3))
        assert self.quarter.job().state in ("running", "queued"), f"the run ended before the kills: {self.done}"
        getattr(self, f"_{victim}")()
        self.done[victim] += 1

    def stop_all_at_a_third(self, holdings):
        """A third is done, everything stops; the rates are others the day after, when it is started again."""
        self.ground.wait(lambda: self.quarter.job().done >= holdings // 3, "the run stands still")
        for process in (self.worker, *self.beats, *filter(None, [self.web])):
            kill(process)
        assert holdings // 3 <= self.quarter.times().total() < holdings
        self.quarter.publish("1.37", JUNE, at=NEXT_DAY)
        self.ground.stand_at(NEXT_DAY)
        self._start()

    def _start(self):
        self.worker, self.beats = self.ground.worker(), [self.ground.beat() for _beat in range(2 if FULL else 1)]
        self.web = self.ground.web(PORT) if FULL else None

    def _child(self):
        self.ground.wait(lambda: kill_child(self.worker, self.chance), "the worker has no child")

    def _worker(self):
        kill(self.worker)
        self.worker = self.ground.worker()

    def _beat(self):
        kill(self.beats.pop(0))
        self.beats.append(self.ground.beat())

    def _web(self):
        kill(self.web)
        self.web = self.ground.web(PORT)

    def _redis(self):
        self.ground.kill_redis()


@pytest.mark.parametrize(("holdings", "kills", "chunk"), SIZES)
def test_a_run_whose_workers_are_killed_comes_to_the_same_bytes(ground_of, system, holdings, kills, chunk):
    quarter = Quarter(holdings, system)
    expected = quarter.undisturbed()
    assert not Mark.objects.exists()
    ground = ground_of(CHAOS_CHUNK=str(chunk), CHAOS_SECONDS_A_MARK=SECONDS_A_MARK)
    ground.stand_at(JULY_1)
    begun = time.monotonic()
    killer = Killer(ground, quarter)
    victims = ["child", "worker", *(["web", "beat", "redis"] if FULL else [])]

    for turn in range(kills):
        if turn == kills // 3:
            killer.stop_all_at_a_third(holdings)
        killer.kill(victims[turn % len(victims)])
    ground.wait(quarter.is_over, "the run does not end")

    sys.stdout.write(f"{holdings} holdings, kills {dict(killer.done)}, {time.monotonic() - begun:.0f} s\n")
    assert killer.done.total() == kills
    assert set(quarter.times().values()) == {1}
    assert len(quarter.times()) == holdings
    assert quarter.outcome() == expected
    assert AuditEvent.objects.filter(kind=PREPARED.code).count() == 1
    assert killer.web is None or wait_for_answer(ground)


def wait_for_answer(ground):
    ground.wait(lambda: answers(PORT), "the web server does not come back")
    return True


@pytest.fixture
def marks_may_repeat(ground_of):
    """The last wall is taken down with the rest: the table itself refuses a second mark of a holding."""
    ground = ground_of(CHAOS_CHUNK="5", CHAOS_SECONDS_A_MARK=SECONDS_A_MARK, CHAOS_WITHOUT="checkpoint pins")
    ground.owner(f"ALTER TABLE {MARKS} DROP CONSTRAINT mark_edition_once")
    yield ground
    ground.end()
    empty_tables()
    ground.owner(f"ALTER TABLE {MARKS} ADD CONSTRAINT mark_edition_once UNIQUE (run_id, holding_id, edition)")


def test_control_without_checkpoint_and_pins_a_kill_writes_twice_and_at_two_rates(marks_may_repeat, system):
    quarter, ground = Quarter(20, system), marks_may_repeat
    ground.stand_at(JULY_1)
    worker = ground.worker()
    ground.beat()

    ground.wait(lambda: quarter.job().done >= 5, "the run does not begin")
    quarter.publish("1.37", JUNE, at=NEXT_DAY)
    ground.stand_at(NEXT_DAY)
    kill_child(worker, random.Random(SEED))
    ground.wait(quarter.is_over, "the run does not end")

    assert set(quarter.times().values()) == {1, 2}
    assert {len(found) for found in quarter.values().values()} == {1, 2}
