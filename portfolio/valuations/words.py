"""What inputs, levels and the covered fields of marks are called, and how each state of a run is tinted."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.money.queries import BY_DEFINITION
from core.money.services import ECB_SOURCE
from portfolio.valuations import techniques
from portfolio.valuations.lifecycle import State

STATES: dict[str, tuple[str, Promise]] = {
    State.PREPARING: ("info", _("Preparing")),
    State.IN_REVIEW: ("plain", _("In review")),
    State.SUBMITTED: ("info", _("Submitted")),
    State.LOCKED: ("ok", _("Locked")),
    State.SUPERSEDED: ("none", _("Superseded")),
}
"""Tone and word of a run's state."""
INPUTS: dict[str, Promise] = {
    "quantity": _("Shares held"),
    "round_amount": _("Paid in the last round"),
    "round_quantity": _("Shares bought in the last round"),
    "adjustment": _("Adjustment, per cent"),
    "nav": _("Net asset value reported"),
    "mark_before": _("Mark of the quarter before"),
    "paid_since": _("Paid in since"),
    "received_since": _("Received since"),
    "kept": _("Share still held"),
    "not_written_off": _("Share not written off"),
    "cost": _("Cost of what is held"),
    "written_down_to": _("Written down to"),
}
SOURCES: dict[str, Promise] = {
    techniques.BOOKS: _("books of the fund"),
    BY_DEFINITION: _("by definition"),
    ECB_SOURCE: _("European Central Bank, euro foreign exchange reference rates"),
}
"""Sources that the product writes itself."""
LEVELS: dict[int, Promise] = {
    1: _("Level 1: quoted price"),
    2: _("Level 2: observable inputs"),
    3: _("Level 3: inputs that are not observable"),
}
"""Of the fair-value hierarchy of IFRS 13."""
FIELDS: dict[str, Promise] = {
    "technique": _("Technique"),
    "local_value": _("Value in the currency of the holding"),
    "value": _("Value in the fund’s currency"),
    "level": _("Level"),
    "inputs": _("Inputs"),
    "relevance": _("Relevance"),
    "cost": _("Cost"),
    "reason": _("Reason"),
    "edition": _("Edition"),
}
COUNTS = frozenset({"quantity", "round_quantity", "adjustment", "kept", "not_written_off"})
"""Inputs that are no amounts of money."""


def state(code: str) -> tuple[str, Promise]:
    return STATES[code]


def source(text: str) -> str:
    """The source of an input or a rate for who reads it; what a person wrote stays as it was written."""
    if text.startswith(techniques.OF_A_RUN):
        return gettext("valuation %(run)s") % {"run": text.removeprefix(techniques.OF_A_RUN)}
    return str(SOURCES.get(text, text))


def is_as_written(text: str) -> bool:
    return text not in SOURCES and not text.startswith(techniques.OF_A_RUN)


def input_name(code: str) -> str:
    return str(INPUTS.get(code, code))


def field_name(code: str) -> str:
    return str(FIELDS.get(code, code))
