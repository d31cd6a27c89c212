"""The states of an import, the steps that join them, and what a dry run says of a row (pure)."""

from enum import StrEnum


class State(StrEnum):
    STAGED = "staged"
    CHECKED = "checked"
    APPLIED = "applied"
    DISCARDED = "discarded"


STEPS: dict[State, frozenset[State]] = {
    State.STAGED: frozenset({State.CHECKED, State.DISCARDED}),
    State.CHECKED: frozenset({State.APPLIED, State.DISCARDED}),
    State.APPLIED: frozenset(),
    State.DISCARDED: frozenset(),
}
"""A further dry run of a checked import leaves it checked."""


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]


class Result(StrEnum):
    """Not there yet; there already; there with other contents; impossible."""

    NEW = "new"
    SAME = "same"
    DIFFERS = "differs"
    REFUSED = "refused"


ORDER = (Result.REFUSED, Result.DIFFERS, Result.NEW, Result.SAME)
"""Of work: what stands in the way comes first."""
