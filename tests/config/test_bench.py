"""The measurements can be started, compare results before times, and never tell an absent peer as passed."""

import json
import pkgutil
import re
import sys
from importlib import import_module

import pytest

import bench.rows
from bench import harness, peering, phases
from bench.harness import Beside, Operation, Timed, Unequal, Verdict

HALF_A_SECOND = 0.5


def test_every_row_of_the_bench_can_be_imported():
    names = [found.name for found in pkgutil.iter_modules(bench.rows.__path__)]

    assert {
        "books",
        "fund",
        "interface",
        "lists",
        "pages",
        "reminders",
        "uploads",
        "valuations",
        "webhooks",
        "xirr",
    } <= set(names)
    assert [import_module(f"bench.rows.{name}").__name__ for name in names]


@pytest.mark.parametrize(
    ("seconds", "goal", "verdict"),
    [
        ([5.0, 5.0, 5.0], {"at_least": 10}, Verdict.REACHED),
        ([4.0, 4.0, 4.0], {"at_least": 10}, Verdict.BELOW),
        ([2.0, 2.0, 2.0], {"at_least": 10}, Verdict.FAR_BELOW),
        ([2.0, 2.0, 3.5], {"at_least": 10}, Verdict.NOISY),
        ([5.0, 5.0, 9.0], {"at_least": 10}, Verdict.REACHED),
        ([0.25, 0.25, 0.25], {"at_most": 2}, Verdict.REACHED),
        ([0.2, 0.2, 0.2], {"at_most": 2}, Verdict.BELOW),
        ([5.0, 5.0, 5.0], {}, Verdict.NO_GOAL),
    ],
)
def test_a_ratio_is_judged_by_its_goal(seconds, goal, verdict):
    [line] = harness.measure(_operation(_arm(seconds, result=1), **goal), rounds=3)

    assert line.verdict is verdict


@pytest.mark.parametrize(("first", "times", "ratio"), [(1.0, 1, 2.0), (0.9, 3, 6.0)])
def test_of_a_slow_arm_the_asking_that_compares_stands(first, times, ratio):
    told = iter([first, 2.0, 3.0, 4.0])

    [line] = harness.measure(_operation(lambda: Timed(next(told), 1)), rounds=3, once_from=1.0)

    assert (line.times, line.ratio) == (times, ratio)


def test_ours_is_asked_once_before_it_is_timed_however_many_stand_beside_it():
    asked = []
    ours = _arm([HALF_A_SECOND], result=1, asked=asked)
    beside = [Beside("peer", _arm([1.0], result=1)), Beside("another", _arm([1.0], result=1))]

    list(harness.measure(harness.Operation(7, "work", ours, beside, lambda its, own: its == own), rounds=3))

    assert len(asked) == 1 + 3


def test_goals_of_a_larger_size_are_told_and_not_judged():
    [line] = harness.measure(_operation(_arm([1.0], result=1), at_least=10), rounds=1, judge=False)

    assert (line.goal, line.verdict) == (">= 10", Verdict.NO_GOAL)


def test_another_result_ends_the_run_before_anything_is_timed():
    asked = []
    arm = _arm([1.0], result=2, asked=asked)

    with pytest.raises(Unequal, match="peer gives another result than ours"):
        list(harness.measure(_operation(arm), rounds=3))

    assert len(asked) == 1


def test_a_peer_that_is_not_there_is_skipped_and_not_passed():
    [line] = harness.measure(_operation(lambda: None, at_least=1), rounds=3)

    assert (line.verdict, line.ratio, line.ours_ms) == (Verdict.SKIPPED, None, HALF_A_SECOND * 1000)


def test_the_table_tells_every_line_and_each_note_once():
    operation = _operation(_arm([1.0], result=1), note="smaller than the goal")
    lines = list(harness.measure(operation, rounds=1)) * 2

    told = list(harness.table(lines))

    assert len(told) == 4
    assert told[1].split() == ["7", "work", "peer", "1000.00", "500.00", "1", "2", "–"]
    assert told[-1] == "row 7: smaller than the goal"
    assert json.loads(json.dumps([line.as_json() for line in lines]))[0]["ratio"] == 2


def test_without_an_environment_no_peer_is_there(tmp_path):
    peers = peering.Peers(tmp_path / "python")

    assert peers.ask("pyxirr", series=1, first=1) is None


def test_a_peer_that_cannot_do_what_is_asked_says_so(tmp_path):
    peers = peering.Peers(_python_that_answers(tmp_path))

    try:
        assert peers.ask("something") == Timed(0.25, "something")
        with pytest.raises(peering.PeerFailed, match="nothing: no such thing"):
            peers.ask("nothing")
    finally:
        peers.stop()


def test_what_was_begun_is_done_before_anything_else_is_asked(tmp_path):
    peers = peering.Peers(_python_that_answers(tmp_path))

    try:
        peers.begin("first")
        peers.begin("second")
        assert peers.ask("something") == Timed(0.25, "something")
        peers.begin("nothing")
        with pytest.raises(peering.PeerFailed, match="nothing: no such thing"):
            peers.wait()
    finally:
        peers.stop()


def test_phases_are_added_up_and_told_in_one_line():
    clock = phases.Phases()

    for name in ("rows", "pages", "rows"):
        with clock.phase(name) as spent:
            spent.seconds += 1

    assert re.search(r"rows 2\.0 s \(0\.\d\), pages 1\.0 s \(0\.\d\); together 3\.0 s", clock.told())


def _python_that_answers(folder):
    """Stands where the peers' Python would: answers everything but ``nothing``."""
    script, python = folder / "answers.py", folder / "python"
    script.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    what = json.loads(line)['what']\n"
        "    answer = {'error': 'no such thing'} if what == 'nothing' else {'seconds': 0.25, 'result': what}\n"
        "    print(json.dumps(answer), flush=True)\n",
        encoding="utf-8",
    )
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{script}'\n", encoding="utf-8")
    python.chmod(0o755)
    return python


def _operation(arm, *, note="", **goal):
    """Ours takes half a second each time and gives 1."""
    ours = _arm([HALF_A_SECOND], result=1)
    return Operation(7, "work", ours, [Beside("peer", arm, **goal)], lambda its, own: its == own, note)


def _arm(seconds, *, result, asked=None):
    """An arm that claims these times, one after the other, after one that warms up."""
    times = iter([seconds[0], *seconds])
    last = seconds[-1]

    def arm():
        if asked is not None:
            asked.append(result)
        return Timed(next(times, last), result)

    return arm
