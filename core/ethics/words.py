"""What states, risks, outcomes and families are called, and how each is tinted."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ethics.lifecycle import ConditionState, Money, Outcome, Risk, State

STATES: dict[str, Promise] = {
    State.OPEN: _("In assessment"),
    State.ASSESSED: _("Waits for the second officer"),
    State.CONCLUDED: _("In force"),
    State.CLOSED: _("Closed"),
}
STANDINGS: dict[str, tuple[str, Promise]] = {
    "expired": ("stop", _("Expired")),
    "blocked": ("stop", _("Holds money back")),
    "soon": ("warn", _("Expires soon")),
    "conditions": ("info", _("Conditions open")),
    "in-work": ("info", _("In assessment")),
    "clear": ("ok", _("Clear")),
    "closed": ("plain", _("Closed")),
}
"""How a review stands today: tone and word."""
RISKS: dict[str, Promise] = {Risk.LOW: _("Low"), Risk.MEDIUM: _("Medium"), Risk.HIGH: _("High")}
OUTCOMES: dict[str, Promise] = {
    Outcome.CLEAR: _("Clear"),
    Outcome.CONDITIONS: _("With conditions"),
    Outcome.NOT_CLEAR: _("Not clear"),
}
MONEY: dict[str, Promise] = {
    Money.PURCHASE: _("A purchase"),
    Money.CALL_LINE: _("A line of a capital call"),
    Money.PAYMENT: _("A milestone payment"),
    Money.OFFER: _("An offer, or phase 2"),
}
"""What an override lets pass."""
CONDITIONS: dict[str, tuple[str, Promise]] = {
    ConditionState.OPEN: ("info", _("Open")),
    ConditionState.ANSWERED: ("info", _("Evidence given")),
    ConditionState.MET: ("ok", _("Met")),
    ConditionState.WAIVED: ("plain", _("Waived")),
}
FAMILIES: dict[str, Promise] = {
    "AI": _("Artificial intelligence"),
    "AUTONOMY": _("Autonomous systems"),
    "BHE": _("Biotechnology and human enhancement"),
    "QUANTUM": _("Quantum technologies"),
}
HAPPENINGS: dict[str, Promise] = {"expiry": _("The review expires"), "condition": _("A condition falls due")}


def family(code: str) -> str:
    return str(FAMILIES.get(code, code))


def state(code: str) -> str:
    return str(STATES.get(code, code))


def condition_state(code: str) -> str:
    return str(CONDITIONS[code][1]) if code in CONDITIONS else code


def risk(code: str) -> str:
    return str(RISKS.get(code, code))


def outcome(code: str) -> str:
    return str(OUTCOMES.get(code, code))
