"""The states of a client and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


STEPS: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.REFUSED}),
    State.APPROVED: frozenset({State.REVOKED}),
    State.REFUSED: frozenset(),
    State.REVOKED: frozenset(),
}


def leads_to(state: State | str, wanted: State) -> bool:
    return wanted in STEPS[State(state)]
