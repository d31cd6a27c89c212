"""The states of endpoints and deliveries, and the steps that join them."""

from enum import StrEnum


class Standing(StrEnum):
    """Of an endpoint: a paused one lets its messages wait, a disabled one gets none until somebody resumes it."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class State(StrEnum):
    """Of a delivery. What was delivered or given up can be sent again, under the same id."""

    PENDING = "pending"
    FAILED = "failed"
    DELIVERED = "delivered"
    DEAD = "dead"


OPEN = (State.PENDING, State.FAILED)
STEPS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.DELIVERED, State.FAILED, State.DEAD}),
    State.FAILED: frozenset({State.DELIVERED, State.PENDING, State.DEAD}),
    State.DELIVERED: frozenset({State.PENDING}),
    State.DEAD: frozenset({State.PENDING}),
}


class Reason(StrEnum):
    """Why a delivery was given up, or an endpoint disabled."""

    GONE = "gone"
    """The receiver answered 410: it wants nothing more."""
    EXHAUSTED = "exhausted"
    """Every attempt of the schedule failed."""
    FAILING = "failing"
    """Said of an endpoint: a whole schedule went by without one success."""
    DISABLED = "disabled"
    """The endpoint was disabled while the message waited."""
    NOT_VISIBLE = "not-visible"
    """The owner may no longer know of what happened."""
    STOPPED = "stopped"
    """Workers stopped at it again and again."""
    UNSIGNED = "unsigned"
    """The key of the product under which its secret was kept is gone."""
    BY_HAND = "by-hand"
    """A person disabled the endpoint."""
