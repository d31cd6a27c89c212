"""How offers, participations and what holds money back read."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.lifecycle import AdvancementState, OfferState, Standing
from core.ethics.gate import WORDS as HELD_BACK
from core.ethics.gate import Held

Chip = tuple[str, Promise]
"""A tone, and the word."""

OFFERS: dict[str, Chip] = {
    OfferState.MADE: ("warn", _("Waits for release")),
    OfferState.RELEASED: ("info", _("Waits for the start-up")),
    OfferState.ACCEPTED: ("ok", _("Accepted")),
    OfferState.DECLINED: ("none", _("Declined")),
    OfferState.TAKEN_BACK: ("none", _("Taken back")),
}
EXPIRED: Chip = ("none", _("Ended without an answer"))
TO_ANSWER: Chip = ("warn", _("Waits for your answer"))
STANDINGS: dict[str, Chip] = {
    Standing.PHASE_1: ("info", _("Phase 1")),
    Standing.PHASE_2: ("info", _("Phase 2")),
    Standing.LEFT: ("none", _("Left")),
    Standing.ALUMNI: ("ok", _("Alumni")),
}
STEPS: dict[str, Promise] = {
    Standing.PHASE_1: _("Phase 1 began"),
    Standing.PHASE_2: _("Phase 2 began"),
    Standing.LEFT: _("Left the programme"),
    Standing.ALUMNI: _("Became one of the alumni"),
}
ADVANCEMENTS: dict[str, Chip] = {
    AdvancementState.PROPOSED: ("warn", _("Waits for a decision")),
    AdvancementState.APPROVED: ("ok", _("Approved")),
    AdvancementState.REFUSED: ("none", _("Refused")),
}
AGREEMENTS: dict[str, Promise] = {"grant": _("Grant"), "contract": _("Contract")}
CLEAR: Chip = ("ok", _("Clear"))
ETHICS: dict[Held, Chip] = {
    Held.MISSING: ("warn", _("No review")),
    Held.EXPIRED: ("stop", _("Expired")),
    Held.NOT_CLEAR: ("stop", _("Not clear")),
    Held.BLOCKED: ("stop", _("Blocking condition")),
}


def ethics(held: Held | None) -> Chip:
    """A chip of whether money may flow, as far as ethics decides it."""
    return ETHICS[held] if held else CLEAR


def held_back(held: Held | None) -> Promise | str:
    """Why money waits, in a sentence; empty where it does not."""
    return HELD_BACK[held] if held else ""


def of(table: Mapping[str, Chip | Promise]) -> Callable[[object], object]:
    """How the web admin reads a code by a table of words; a filter's other choices stay as they are."""

    def word(code: object) -> object:
        found = table.get(str(code), code)
        return found[1] if isinstance(found, tuple) else found

    return word
