"""The states of a document and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    QUARANTINED = "quarantined"
    SCANNING = "scanning"
    CLEAN = "clean"
    REFUSED = "refused"


STEPS: dict[State, frozenset[State]] = {
    State.QUARANTINED: frozenset({State.SCANNING}),
    State.SCANNING: frozenset({State.CLEAN, State.REFUSED, State.QUARANTINED}),
    State.CLEAN: frozenset(),
    State.REFUSED: frozenset(),
}
"""A check that could not be made puts the document back into quarantine."""

WAITING = (State.QUARANTINED, State.SCANNING)
