"""The states of a capital call and the steps that join them (pure)."""

from datetime import date
from decimal import Decimal
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
    State.SETTLED: frozenset({State.ISSUED}),
    State.CANCELLED: frozenset(),
}
"""An edit takes a submitted call back to draft; a receipt that covers the last notice settles an issued one,
and taking that receipt back opens it again."""


class Stage(StrEnum):
    """How far a call, or a notice of it, has come for people: the state, and what approvals and payments add."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    PAID_IN_PART = "paid-in-part"
    OVERDUE = "overdue"
    SETTLED = "settled"
    CANCELLED = "cancelled"


def paid_stage(owed: Decimal, paid: Decimal, *, due_on: date, as_of: date) -> Stage:
    """How far what is owed was paid on a day; what is open after its due day is overdue."""
    if paid >= owed:
        return Stage.SETTLED
    if due_on < as_of:
        return Stage.OVERDUE
    return Stage.PAID_IN_PART if paid else Stage.ISSUED


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]
