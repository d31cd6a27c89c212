"""The states of a job and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    DISCARDED = "discarded"


STEPS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.DISCARDED}),
    State.RUNNING: frozenset({State.RUNNING, State.QUEUED, State.DONE, State.FAILED, State.DEAD}),
    State.FAILED: frozenset({State.RUNNING, State.QUEUED, State.DISCARDED}),
    State.DEAD: frozenset({State.QUEUED, State.DISCARDED}),
    State.DONE: frozenset(),
    State.DISCARDED: frozenset(),
}
"""A failed job is tried again by itself; a dead one waits for a person. A running one whose worker died runs again."""

OPEN = frozenset({State.QUEUED, State.RUNNING, State.FAILED})
"""States in which work will still happen without a person."""
ATTEMPTS_AT_MOST = 3
"""Attempts without progress between them; progress begins the count anew."""


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]
