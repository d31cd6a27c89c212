"""The states of a payment line and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


STEPS: dict[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.APPROVED, State.REFUSED}),
    State.APPROVED: frozenset({State.PAID, State.REFUSED}),
    State.PAID: frozenset(),
    State.REFUSED: frozenset(),
}
LIVE = frozenset({State.PROPOSED, State.APPROVED, State.PAID})
"""Lines that count against the milestone and the budget."""
