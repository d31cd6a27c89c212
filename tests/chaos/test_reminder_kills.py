"""Reminders by real workers that are killed, two beats, a provider of mail that fails, and a week in which nothing runs.

Every step is booked once. A mail is taken once by the provider, but where a worker was killed between the provider's
answer and the commit: it is marked as uncertain, and there are no more such than kills. Passes small in every run; FULL=1 takes 1,000 reminders.
"""

import random
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from core.jobs.models import Job
from core.notifications import planning
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.notifications.planning import Due
from core.notifications.services.mail import UNCERTAIN
from core.notifications.services.reminders import REMIND
from core.people.models import User
from tests.chaos import due
from tests.chaos.conftest import FULL
from tests.chaos.ground import kill, kill_child
from tests.emptying import empty_tables
from tests.factories import people

# The hourly beat would be waited for: the waits are short here whatever is asked for.
READERS, THINGS = (10, 7) if FULL else (4, 2)
SEED = 29
STEPS = "core_reminderstep"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def at(year, month, day, hour=9, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=timezone.utc)


SPRING = [
    *(at(2027, 2, 26), at(2027, 3, 14), at(2027, 3, 21)),
    *(at(2027, 3, 27, 22), at(2027, 3, 28, 0, 30), at(2027, 3, 28, 1, 30), at(2027, 3, 28, 5), at(2027, 3, 30)),
]
AUTUMN = [
    *(at(2027, 10, 1), at(2027, 10, 17), at(2027, 10, 24), at(2027, 10, 30, 4, 30)),
    *(at(2027, 10, 31, 0, 30), at(2027, 10, 31, 1, 30), at(2027, 10, 31, 5, 30), at(2027, 11, 2), at(2027, 11, 3)),
]
LEAP = [at(2028, 1, 30), at(2028, 2, 15), at(2028, 2, 29), at(2028, 3, 1)]
"""Between the second and the third everything stands still for a fortnight: two steps are missed, the later is sent."""
AFTER_AN_OUTAGE = {LEAP[2]} | ({SPRING[2], AUTUMN[1]} if FULL else set())
"""Worker and beats were stopped since the moment before: for a week, and for a fortnight."""
OUTAGE_OF_MAIL = at(2028, 2, 15)
MOMENTS = [*SPRING, *AUTUMN, *LEAP] if FULL else [*SPRING[3:6], *LEAP]
KILLED_AT = frozenset(MOMENTS) if FULL else frozenset({SPRING[3], LEAP[0]})


class Books:
    """What must stand in the books after each moment, told from the plan alone."""

    def __init__(self, readers):
        self.readers, self.rows = readers, {}

    def reach(self, moment):
        day = planning.day_at(moment)
        for reader in self.readers:
            for one in due.things(day + due.LOOKED_AHEAD, [reader.pk], THINGS):
                keys = [
                    (reader.pk, one.subject, one.due_on, step.code)
                    for step in planning.planned(Due(one, is_behind=False), reader, until=day)
                ]
                missing = [key for key in keys if key not in self.rows]
                self.rows |= dict.fromkeys(missing, "superseded") | dict.fromkeys(missing[-1:], "sent")


@pytest.fixture
def readers(system):
    made = [
        people.person(email=f"{due.READER}{number}@example.org", language=("en", "fr")[number % 2], system=system)
        for number in range(READERS)
    ]
    User.objects.filter(pk__in=[one.pk for one in made[::3]]).update(wants_digest=True)
    return list(User.objects.filter(pk__in=[one.pk for one in made]).order_by("pk"))


def steps_booked():
    return Counter(ReminderStep.objects.values_list("reader_id", "subject", "due_on", "code", "state"))


def swept(moment):
    return Job.objects.filter(name=REMIND, key=f"{moment:%Y-%m-%dT%H}", state="done").exists()


def taken(ground):
    """How often the provider took each mail."""
    log = ground.folder / "mails"
    return Counter(log.read_text().split()) if log.exists() else Counter()


def mail_waits():
    return OutboundMail.objects.filter(state="waiting").exists()


def test_every_step_is_booked_once_and_its_mail_taken_once_for_want_of_a_kill(ground_of, readers):
    ground, chance, books = (
        ground_of(CHAOS_THINGS=str(THINGS), CHAOS_PACE="hurried"),
        random.Random(SEED),
        Books(readers),
    )
    down, killed, begun = ground.folder / "mail-is-down", Counter(), time.monotonic()
    ground.stand_at(MOMENTS[0])
    running = begun_at(ground)

    for moment in MOMENTS:
        if moment in AFTER_AN_OUTAGE:
            for process in (running.worker, *running.beats):
                kill(process)
            killed["worker"] += 1
        ground.stand_at(moment)
        if moment in AFTER_AN_OUTAGE:
            running = begun_at(ground)
        books.reach(moment)
        if moment == OUTAGE_OF_MAIL:
            down.touch()
        if moment in KILLED_AT:
            time.sleep(chance.uniform(0.2, 0.9))
            killed[stopped(ground, running, chance, killed.total())] += 1
        ground.wait(lambda moment=moment: swept(moment), f"the sweep of {moment} is not done")
        down.unlink(missing_ok=True)
    for hours in range(1, 40):
        ground.stand_at(MOMENTS[-1] + timedelta(hours=hours / 4))
        time.sleep(0.5)
        if not mail_waits():
            break

    mails = taken(ground)
    uncertain = set(OutboundMail.objects.filter(failure=UNCERTAIN).values_list("public_id", flat=True))
    twice = sum(mails.values()) - len(mails)
    sys.stdout.write(
        f"{len(books.rows)} reminders, {len(mails)} mails, kills {dict(killed)}, {twice} mails twice, {len(uncertain)} uncertain, "
        f"{time.monotonic() - begun:.0f} s\n"
    )
    assert steps_booked() == Counter((*key, state) for key, state in books.rows.items())
    assert Message.objects.count() == sum(state == "sent" for state in books.rows.values())
    assert set(mails) == set(OutboundMail.objects.filter(state="sent").values_list("public_id", flat=True))
    assert not OutboundMail.objects.exclude(state="sent").exists()
    assert max(mails.values()) <= 2
    assert {mail for mail, times in mails.items() if times > 1} <= uncertain
    assert len(uncertain) <= killed["child"] + 2 * killed["worker"] + killed["redis"]


def begun_at(ground):
    """A worker that listens, and two beats."""
    running = SimpleNamespace(worker=ground.worker(children=2), beats=[ground.beat() for _beat in range(2)])
    ground.wait_for(running.worker)
    return running


def stopped(ground, running, chance, turn):
    victim = ("child", "worker", "beat", "redis")[turn % 4]
    if victim == "child":
        ground.wait(lambda: kill_child(running.worker, chance), "the worker has no child")
    elif victim == "worker":
        kill(running.worker)
        running.worker = ground.worker(children=2)
    elif victim == "beat":
        kill(running.beats.pop(0))
        running.beats.append(ground.beat())
    else:
        ground.kill_redis()
    return victim


@pytest.fixture
def steps_may_repeat(ground_of, readers):
    """The last wall is taken down with the rest: the table itself refuses the same step twice."""
    ground = ground_of(
        CHAOS_THINGS=str(THINGS), CHAOS_PACE="hurried", CHAOS_SECONDS_A_MAIL="0.3", CHAOS_WITHOUT="books outbox"
    )
    ground.owner(f"ALTER TABLE {STEPS} DROP CONSTRAINT reminder_once_a_step")
    yield ground
    ground.end()
    empty_tables()
    ground.owner(
        f"ALTER TABLE {STEPS} ADD CONSTRAINT reminder_once_a_step UNIQUE (kind, subject, due_on, reader_id, code)"
    )


def test_control_without_books_and_locks_steps_and_mails_come_twice(steps_may_repeat):
    ground, moment = steps_may_repeat, LEAP[0]
    ground.stand_at(moment)
    worker = ground.worker(children=3)
    for _beat in range(2):
        ground.beat()

    ground.wait(ReminderStep.objects.exists, "nobody is reminded")
    kill_child(worker, random.Random(SEED))
    ground.stand_at(moment + timedelta(hours=1))
    ground.wait(lambda: swept(moment + timedelta(hours=1)), "the sweep is not done")
    ground.wait(lambda: not mail_waits(), "mail is left")

    assert max(steps_booked().values()) > 1
    assert max(taken(ground).values()) > 1
