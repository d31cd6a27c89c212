"""The states of a proposal, the steps that join them, and how a circulation ends (pure)."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SILENT = "silent"
    BROKEN = "broken"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


class Ending(StrEnum):
    """What became of one circulation. Each has one, written once."""

    ADOPTED = "adopted"
    BROKEN = "broken"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """Whether an objection counts. ``MISSED`` arrived in time and came before us only after the circulation had ended."""

    HEARD = "heard"
    LATE = "late"
    MISSED = "missed"


STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SILENT, State.WITHDRAWN}),
    State.SILENT: frozenset({State.ADOPTED, State.BROKEN, State.DRAFT, State.WITHDRAWN}),
    State.BROKEN: frozenset({State.DRAFT, State.SILENT, State.WITHDRAWN}),
    State.ADOPTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""A new text makes a draft of it again, under silence too. After consultation the same text may be circulated anew."""


def leads_to(state: str, target: State) -> bool:
    return target in STEPS[State(state)]
