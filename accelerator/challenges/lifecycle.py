"""The states of a call for applications and the steps that join them; how its window stands (pure)."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.DRAFT, State.PUBLISHED}),
    State.PUBLISHED: frozenset(),
}
"""A change, or anybody of the programme who hands it back, makes a submitted call a draft again; what is published is fixed."""


class Window(StrEnum):
    """How a published call stands at a moment."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def window(opens_at: datetime, closes_at: datetime, *, at: datetime) -> Window:
    """Open from ``opens_at`` on and before ``closes_at``: what arrives at the moment of closing is late."""
    if at < opens_at:
        return Window.COMING
    return Window.OPEN if at < closes_at else Window.CLOSED
