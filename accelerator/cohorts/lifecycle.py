"""The states of an offer and of a participation, and the steps that join them (pure)."""

from enum import StrEnum


class OfferState(StrEnum):
    MADE = "made"
    RELEASED = "released"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


class Standing(StrEnum):
    """Where a participation stands. The first two are its phases."""

    PHASE_1 = "phase-1"
    PHASE_2 = "phase-2"
    LEFT = "left"
    ALUMNI = "alumni"


class AdvancementState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


OFFER_STEPS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.MADE: frozenset({OfferState.RELEASED, OfferState.TAKEN_BACK}),
    OfferState.RELEASED: frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.TAKEN_BACK}),
    OfferState.ACCEPTED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.TAKEN_BACK: frozenset(),
}
"""An offer that nobody answered in time stays released until it is taken back: then another can be made."""
LIVE_OFFERS = frozenset({OfferState.MADE, OfferState.RELEASED, OfferState.ACCEPTED})

STEPS: dict[Standing, frozenset[Standing]] = {
    Standing.PHASE_1: frozenset({Standing.PHASE_2, Standing.LEFT, Standing.ALUMNI}),
    Standing.PHASE_2: frozenset({Standing.LEFT, Standing.ALUMNI}),
    Standing.LEFT: frozenset(),
    Standing.ALUMNI: frozenset(),
}
PHASES = frozenset({Standing.PHASE_1, Standing.PHASE_2})
"""In which work is done and evidence accepted."""

ADVANCEMENT_STEPS: dict[AdvancementState, frozenset[AdvancementState]] = {
    AdvancementState.PROPOSED: frozenset({AdvancementState.APPROVED, AdvancementState.REFUSED}),
    AdvancementState.APPROVED: frozenset(),
    AdvancementState.REFUSED: frozenset(),
}
