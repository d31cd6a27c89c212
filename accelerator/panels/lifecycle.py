"""The states of a selection and the steps that join them; what becomes of an application (pure)."""

from enum import StrEnum


class State(StrEnum):
    PROPOSED = "proposed"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    RELEASED = "released"


STEPS: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.SENT_BACK, State.APPROVED}),
    State.SENT_BACK: frozenset(),
    State.APPROVED: frozenset({State.RELEASED}),
    State.RELEASED: frozenset(),
}
"""What was sent back is proposed anew, as another row. Applicants are told when it is released."""


class Outcome(StrEnum):
    SELECTED = "selected"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"
    SCREENED_OUT = "screened_out"
