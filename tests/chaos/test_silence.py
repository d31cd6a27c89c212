"""The end of a silence: one outcome, on the second, whoever sweeps and is killed, through the nights of clock change.

Breaks are sent around the very second of the expiry and judged by their arrival; adoptions are swept by two beats and real
workers that are killed, with expiries in the nights of Brussels' clock changes. FULL=1 takes ten times as many.
"""

import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from datetime import time as hour

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client

from core import clock
from core.decisions import evidence, kinds, periods, queries, services
from core.decisions.models import Circulation, Effect, Objection, Outcome, Proposal
from core.decisions.services import rows
from core.jobs import worker
from core.notifications import calendars
from tests.chaos.conftest import FULL
from tests.chaos.ground import kill, kill_child
from tests.chaos.working import DECIDED, TABLE
from tests.factories import decisions, people
from tests.factories.decisions import ENDS_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

COUNT = 200 if FULL else 20
A_NIGHT = 10 if FULL else 1
AT_ONCE = 20
WITHIN = timedelta(seconds=1)
WAIT_SECONDS = 0.3
"""For so long a break waits for its turn, so that many are judged after the expiry that they arrived before."""
BEAT = "beat"
SEED = 20270328
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Sent:
    proposal: Proposal
    arrived_at: datetime
    broke: bool


@pytest.fixture
def stage(system, monkeypatch):
    """Two people of the secretariat and three Allies; the only thing to decide has an effect that is counted."""
    given = Counter()

    def take(decision):
        given[decision.public_id] += 1
        return decision.public_id

    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(decisions.kind(DECIDED, take_effect=take))
    return given, decisions.manager(system), decisions.manager(system), decisions.allies(system)


def circulated(stage, count, **given):
    _given, writer, secretary, _allies = stage
    made = [decisions.drafted(writer, of=DECIDED) for _number in range(count)]
    return [decisions.circulated(one, secretary, **given).proposal for one in made]


# The very second of the expiry ---------------------------------------------------------------------


@pytest.fixture
def rush(stage, monkeypatch):
    """Silences that end at once, of each of which one Ally's browser is ready to break it."""
    proposals = circulated(stage, COUNT)
    with clock.standing_at(ENDS_AT - timedelta(minutes=1)):
        ready = [(one, people.signed_in(Client(), stage[3]["EE"])) for one in proposals]
    waits = rows.locked

    def locked_later(proposal):
        if threading.current_thread().name != BEAT:
            time.sleep(WAIT_SECONDS)
        return waits(proposal)

    monkeypatch.setattr(rows, "locked", locked_later)
    return ready


def broken_around_the_end(ready, system, monkeypatch, *, on_its_way, until=1_000_000):
    """Everybody breaks at a moment of her own from a second before the expiry on, while two beats sweep without a pause."""
    monkeypatch.setattr(queries, "ANSWERED_WITHIN", on_its_way)
    moments = random.Random(SEED).choices(range(-1_000_000, until), k=len(ready))
    starts_at = datetime.now(timezone.utc) + timedelta(seconds=1)
    monkeypatch.setattr(settings, "CLOCK_OFFSET", ENDS_AT - WITHIN - starts_at)
    over = threading.Event()
    beats = [threading.Thread(target=_sweep, args=(system, over), name=BEAT) for _beat in range(2)]
    for beat in beats:
        beat.start()
    tasks = sorted(zip(moments, ready, strict=True), key=lambda one: one[0])
    with ThreadPoolExecutor(AT_ONCE) as browsers:
        given = [browsers.submit(_break, ENDS_AT + moment * MICROSECOND, *one) for moment, one in tasks]
        sent = [one.result() for one in given]
    deadline = time.monotonic() + 60
    while Proposal.objects.filter(state="silent").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    over.set()
    for beat in beats:
        beat.join()
    return sent


def _sweep(system, over):
    while not over.is_set():
        services.close_due(by=system, at=clock.now())
        time.sleep(0.02)
    connection.close()


def _break(moment, proposal, browser):
    time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
    written = {"nation": "EE", "reason": "We object.", "read": queries.last_text(proposal).digest}
    answer = browser.post(f"/decisions/{proposal.public_id}/break", written)
    assert answer.status_code in {302, 409}
    connection.close()
    return Sent(proposal, answer.wsgi_request.arrived_at, answer.status_code == 302)


def misjudged(sent):
    """Those whose outcome does not follow from when the break arrived, to the microsecond."""
    wrong = []
    for one in sent:
        in_time = one.arrived_at < ENDS_AT
        endings = list(Outcome.objects.filter(circulation__proposal=one.proposal).values_list("ending", flat=True))
        verdict = Objection.objects.get(circulation__proposal=one.proposal).verdict
        if (
            endings != ["broken" if in_time else "adopted"]
            or verdict != ("heard" if in_time else "late")
            or one.broke != in_time
        ):
            wrong.append(one)
    return wrong


def test_a_break_in_the_very_second_of_the_end_is_judged_by_its_arrival(rush, stage, system, monkeypatch):
    sent = broken_around_the_end(rush, system, monkeypatch, on_its_way=timedelta(seconds=15))

    assert len(sent) == COUNT
    assert misjudged(sent) == []
    assert {one.broke for one in sent} == {True, False}
    adopted = Outcome.objects.filter(ending="adopted")
    assert set(adopted.values_list("effective_at", flat=True)) == {ENDS_AT}
    with clock.standing_at(ENDS_AT + timedelta(minutes=5)):
        worker.drain()
    assert stage[0] == Counter(one.proposal.public_id for one in sent if not one.broke)
    assert all(evidence.holds(one) for one in Circulation.objects.select_related("outcome", "text", "proposal"))


def test_control_swept_at_once_somebody_who_was_in_time_is_not_heard(rush, system, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "WAIT_SECONDS", 3)
    sent = broken_around_the_end(rush, system, monkeypatch, on_its_way=timedelta(), until=-10_000)

    assert misjudged(sent) != []


def test_eight_sweeps_at_once_adopt_once_and_eight_workers_let_it_take_effect_once(stage, system, together):
    circulated(stage, 3)
    settled = ENDS_AT + queries.ANSWERED_WITHIN

    found = together(8, lambda _: services.close_due(by=system, at=settled))
    assert sum(found) == 3
    outcome = Outcome.objects.order_by("pk")[0]
    effects = together(8, lambda _: services.take_effect(outcome, by=system, at=settled))

    assert len({one.pk for one in effects}) == 1
    assert stage[0] == {outcome.circulation.proposal.public_id: 1}


def test_control_without_the_row_held_sweeps_run_into_each_other(stage, system, together, monkeypatch):
    circulated(stage, 1)
    monkeypatch.setattr(rows, "locked", lambda proposal: Proposal.objects.get(pk=proposal.pk))

    found = together(8, lambda _: services.close_due(by=system, at=ENDS_AT + queries.ANSWERED_WITHIN))

    assert any(isinstance(one, IntegrityError) for one in found)
    assert Outcome.objects.count() == 1


# Real workers, two beats, kills, and the nights of clock change -----------------------------------


NIGHTS = [
    *((date(2027, 3, 28), at) for at in (hour(0, 30), hour(1, 59, 59), hour(3), hour(4))),
    (date(2027, 3, 29), hour(0)),
    *((date(2027, 10, 31), at) for at in (hour(1, 59, 59), hour(2, 30), hour(3), hour(4))),
    (date(2027, 11, 1), hour(0)),
]
"""On the clocks of Brussels: 02:00 to 03:00 is skipped in spring and shown twice in autumn, where the first is meant."""
IN_UTC = [
    *(
        "2027-03-27T23:30:00",
        "2027-03-28T00:59:59",
        "2027-03-28T01:00:00",
        "2027-03-28T02:00:00",
        "2027-03-28T22:00:00",
    ),
    *(
        "2027-10-30T23:59:59",
        "2027-10-31T00:30:00",
        "2027-10-31T02:00:00",
        "2027-10-31T03:00:00",
        "2027-10-31T23:00:00",
    ),
]


@pytest.fixture
def nights(stage, monkeypatch):
    """Silences that end in those nights, in the order of their ends: some work on a Sunday in this test."""
    monkeypatch.setattr(calendars, "is_working", lambda _day, _nation: True)
    made = []
    for day, at in NIGHTS:
        begun = datetime(day.year, day.month, day.day, 9, tzinfo=timezone.utc) - timedelta(days=3)
        made += circulated(stage, 2 * A_NIGHT, days=3, hour=at, at=begun)
    return made


def test_the_ends_of_those_nights_are_the_moments_of_brussels_clocks(nights):
    ends = sorted(set(Circulation.objects.values_list("expires_at", flat=True)))

    assert [f"{one:%Y-%m-%dT%H:%M:%S}" for one in ends] == IN_UTC
    hours_ahead = [periods.there(one, "Europe/Brussels").utcoffset() // timedelta(hours=1) for one in ends]
    assert hours_ahead == [1, 1, 2, 2, 2, 2, 2, 1, 1, 1]


def test_two_beats_and_kills_give_one_outcome_each_on_the_second(nights, ground_of, stage):
    ground, chance, killed, begun = ground_of(CHAOS_DECISIONS="1"), random.Random(SEED), Counter(), time.monotonic()
    ground.owner(f"CREATE TABLE {TABLE} (key text, number int)")
    ground.owner(f"GRANT INSERT ON {TABLE} TO PUBLIC")
    try:
        ends = sorted(set(Proposal.objects.values_list("expires_at", flat=True)))
        ground.stand_at(ends[0] - timedelta(minutes=5))
        working, beats = ground.worker(children=2), [ground.beat() for _beat in range(2)]
        ground.wait_for(working)
        for turn, end in enumerate(ends):
            mine = list(Proposal.objects.filter(expires_at=end).order_by("pk"))
            ground.stand_at(end + queries.ANSWERED_WITHIN - timedelta(seconds=2))
            broken = mine[: len(mine) // 2]
            for one in broken:
                services.break_silence(one, "SE", reason="We object.", by=stage[3]["SE"], at=end - MICROSECOND)
            assert not Outcome.objects.filter(circulation__proposal__in=mine, ending="adopted").exists()
            time.sleep(2 + chance.uniform(0.0, 0.5))
            if turn % 3 == 2:
                kill(beats.pop(0))
                beats.append(ground.beat())
                killed["beat"] += 1
            elif ground.wait(lambda: kill_child(working, chance), "the worker has no child") is None:
                killed["child"] += 1
            ground.wait(
                lambda mine=mine: not Proposal.objects.filter(pk__in=[one.pk for one in mine], state="silent").exists(),
                f"what ends at {end} is not decided",
            )
            later = Outcome.objects.filter(circulation__expires_at__gt=end)
            assert not later.exists()
        wanted = Outcome.objects.filter(ending="adopted").count()
        ground.wait(lambda: Effect.objects.count() == wanted, "not everything took effect")
        taken = Counter(key for key, _number in ground.owner(f"SELECT key, number FROM {TABLE}"))
    finally:
        ground.end()
        ground.owner(f"DROP TABLE IF EXISTS {TABLE}")

    outcomes = Outcome.objects.select_related("circulation__proposal")
    sys.stdout.write(f"{len(outcomes)} outcomes, kills {dict(killed)}, {time.monotonic() - begun:.0f} s\n")
    assert Counter(one.ending for one in outcomes) == {"adopted": len(nights) // 2, "broken": len(nights) // 2}
    assert all(one.effective_at == one.circulation.expires_at for one in outcomes if one.ending == "adopted")
    assert all(one.known_at >= one.effective_at for one in outcomes)
    assert taken == Counter(one.circulation.proposal.public_id for one in outcomes if one.ending == "adopted")
