"""The states of a milestone and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"


STEPS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.PLANNED, State.ACCEPTED}),
    State.ACCEPTED: frozenset(),
}
"""Evidence that is sent back makes the milestone a planned one again. What two people accepted stays accepted."""
ACCEPTANCES = 2
"""How many people accept the same evidence."""
