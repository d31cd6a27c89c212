"""What reviewers say of a conflict, how a review and a screening stand, and the steps that join them (pure)."""

from enum import StrEnum


class Says(StrEnum):
    """What was stated about a person and an application; the last statement counts."""

    NONE = "none"
    CONFLICT = "conflict"
    UNSURE = "unsure"
    CLEARED = "cleared"


HIDING = frozenset({Says.CONFLICT, Says.UNSURE})
"""After either the application is gone for the person, from the next request on."""
OPENING = frozenset({Says.NONE, Says.CLEARED})
"""After either a reviewer reads what was sent."""


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


STEPS: dict[State, frozenset[State]] = {State.DRAFT: frozenset({State.SUBMITTED}), State.SUBMITTED: frozenset()}
"""A review is submitted once and stays as it is."""


class Screened(StrEnum):
    """How an application stands before reviewers see it."""

    WAITS = "waits"
    PASSED = "passed"
    FAILED = "failed"
