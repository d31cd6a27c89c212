"""Arms of one operation, side by side: equal results first, then times in turn, and ratios pair by pair (pure).

Every arm returns its result with its seconds, so that a peer may stand in a process of its own. An arm that is not there
is told as skipped, never as passed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any, NamedTuple

NOISY = 1.5
"""The longest of an arm's times over the shortest from which its ratio is not relied on."""
FAR_BELOW = 0.5
"""The part of a goal below which a run fails."""


class Timed(NamedTuple):
    seconds: float
    result: Any


Arm = Callable[[], Timed | None]
"""None where the arm is not installed."""
Same = Callable[[Any, Any], bool]


class Verdict(StrEnum):
    REACHED = "PASS"
    BELOW = "BELOW"
    FAR_BELOW = "FAR BELOW"
    NOISY = "NOISY"
    SKIPPED = "skipped"
    NO_GOAL = "–"


@dataclass(frozen=True, slots=True)
class Beside:
    """An arm beside ours. ``at_least`` is the goal of its time over ours, ``at_most`` that of ours over its."""

    name: str
    arm: Arm
    at_least: float | None = None
    at_most: float | None = None
    has_result: bool = True
    """False for a limit that does less than the whole work."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What is measured. ``same`` compares an arm's result with ours and may raise to say what differs."""

    row: int
    name: str
    ours: Arm
    beside: Sequence[Beside]
    same: Same
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One arm beside ours, in milliseconds in the middle; ``ratio`` is its time over ours."""

    row: int
    operation: str
    arm: str
    arm_ms: float | None
    ours_ms: float
    times: int
    """How often the arm was timed: once where it is slow."""
    ratio: float | None
    goal: str
    verdict: Verdict
    note: str

    def as_json(self) -> Mapping[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Unequal(AssertionError):
    """An arm gives another result than ours: its time says nothing."""


def measure(operation: Operation, *, rounds: int, judge: bool = True, once_from: float | None = None) -> Iterator[Line]:
    """
    Compare results, then time ours and every other arm in turn. ``judge=False`` states goals of a larger size.

    Of an arm that took ``once_from`` seconds or more while results were compared that time stands, beside the middle of ours,
    and it is not asked again.
    """
    first = _agreed(operation)
    slow = {name: seconds for name, seconds in first.items() if once_from is not None and seconds >= once_from}
    quick = [one for one in operation.beside if one.name in first.keys() - slow.keys()]
    ours: list[float] = []
    others: dict[str, list[float]] = {name: [slow[name]] if name in slow else [] for name in first}
    for _round in range(rounds):
        ours.append(_seconds(operation.ours))
        for one in quick:
            others[one.name].append(_seconds(one.arm))
    for one in operation.beside:
        yield _line(operation, one, ours, others.get(one.name, ()), judge=judge)


def table(lines: Sequence[Line]) -> Iterator[str]:
    """The lines in columns, below their names."""
    head = ("row", "operation", "beside", "its ms", "our ms", "times", "ratio", "goal", "verdict")
    rows = [head, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from dict.fromkeys(f"row {line.row}: {line.note}" for line in lines if line.note)


def _agreed(operation: Operation) -> dict[str, float]:
    """The seconds of each arm that is there, asked once, as ours is, which warms all up. Raises Unequal."""
    ours = operation.ours()
    asked: dict[str, float] = {}
    for beside in operation.beside:
        found = beside.arm()
        if found is None or ours is None:
            continue
        if beside.has_result and not operation.same(found.result, ours.result):
            raise Unequal(f"row {operation.row}, {operation.name}: {beside.name} gives another result than ours")
        asked[beside.name] = found.seconds
    return asked


def _line(operation: Operation, beside: Beside, ours: list[float], its: Sequence[float], *, judge: bool) -> Line:
    beside_each = ours if len(its) == len(ours) else [median(ours)] * len(its)
    ratio = median(other / own for other, own in zip(its, beside_each, strict=True)) if its else None
    return Line(
        row=operation.row,
        operation=operation.name,
        arm=beside.name,
        arm_ms=median(its) * 1000 if its else None,
        ours_ms=median(ours) * 1000,
        times=len(its),
        ratio=ratio,
        goal=_goal(beside),
        verdict=_verdict(beside, ratio, [ours, its], judge=judge),
        note=operation.note,
    )


def _verdict(beside: Beside, ratio: float | None, times: Sequence[Sequence[float]], *, judge: bool) -> Verdict:
    if ratio is None:
        return Verdict.SKIPPED
    if not judge or (beside.at_least is None and beside.at_most is None):
        return Verdict.NO_GOAL
    reached = ratio / beside.at_least if beside.at_least else ratio * (beside.at_most or 0)
    if reached >= 1:
        return Verdict.REACHED
    if any(max(one) / min(one) > NOISY for one in times):
        return Verdict.NOISY
    return Verdict.BELOW if reached >= FAR_BELOW else Verdict.FAR_BELOW


def _goal(beside: Beside) -> str:
    if beside.at_least is not None:
        return f">= {beside.at_least:g}"
    return f">= {1 / beside.at_most:.3g}" if beside.at_most else ""


def _cells(line: Line) -> tuple[str, ...]:
    its = "" if line.arm_ms is None else f"{line.arm_ms:.2f}"
    ratio = "" if line.ratio is None else f"{line.ratio:.3g}"
    ours, times = f"{line.ours_ms:.2f}", str(line.times or "")
    return (str(line.row), line.operation, line.arm, its, ours, times, ratio, line.goal, str(line.verdict))


def _seconds(arm: Arm) -> float:
    timed = arm()
    if timed is None:
        raise LookupError("an arm that was there has gone")
    return timed.seconds
