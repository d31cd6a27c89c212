"""The states of a capital call and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    SETTLED = "settled"
    CANCELLED = "cancelled"


STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.CANCELLED}),
    State.SUBMITTED: frozenset({State.DRAFT, State.ISSUED, State.CANCELLED}),
    State.ISSUED: frozenset({State.SETTLED, State.CANCELLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""An edit takes a submitted call back to draft; a receipt that covers the last notice settles an issued one."""


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]
