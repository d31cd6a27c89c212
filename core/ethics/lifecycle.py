"""The states of a review and of a condition, and the steps that join them (pure)."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    ASSESSED = "assessed"
    CONCLUDED = "concluded"
    CLOSED = "closed"


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Outcome(StrEnum):
    CLEAR = "clear"
    CONDITIONS = "conditions"
    NOT_CLEAR = "not-clear"


class ConditionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    MET = "met"
    WAIVED = "waived"


class Money(StrEnum):
    """What the gate judges."""

    PURCHASE = "purchase"
    CALL_LINE = "call-line"
    PAYMENT = "payment"
    OFFER = "offer"


STEPS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ASSESSED, State.CONCLUDED}),
    State.ASSESSED: frozenset({State.OPEN, State.CONCLUDED}),
    State.CONCLUDED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""An assessment of high risk waits for a second officer, who concludes it or sends it back. A renewal closes the former."""

CONDITION_STEPS: dict[ConditionState, frozenset[ConditionState]] = {
    ConditionState.OPEN: frozenset({ConditionState.ANSWERED, ConditionState.WAIVED}),
    ConditionState.ANSWERED: frozenset({ConditionState.OPEN, ConditionState.MET, ConditionState.WAIVED}),
    ConditionState.MET: frozenset(),
    ConditionState.WAIVED: frozenset(),
}
UNMET = frozenset({ConditionState.OPEN, ConditionState.ANSWERED})


def needs_second(risk: str) -> bool:
    """Whether an assessment counts only once a second officer agrees."""
    return risk == Risk.HIGH


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]
