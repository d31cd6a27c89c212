"""The states of an application and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.DRAFT, State.SUBMITTED}),
}
"""Submitting again leaves it submitted: the last submission counts. What was withdrawn is taken up again as it stood."""
