"""Registering organisations, describing one's own, consents, and which two are one company."""

from core.organisations.services.consents import UnknownConsent, give_consent, withdraw_consent
from core.organisations.services.joining import (
    HowMissing,
    StatedAlready,
    UnfitPair,
    agree_one,
    state_one,
    state_two,
)
from core.organisations.services.registering import (
    MOST_A_PERSON,
    AlreadyRegistered,
    KeptByTheFund,
    NationOutOfReach,
    NotFoundedYet,
    RegisteredAlready,
    ToldOtherwise,
    TooMany,
    UnfitWebsite,
    bring,
    change_details,
    found,
    register,
)

__all__ = (
    "MOST_A_PERSON",
    "AlreadyRegistered",
    "HowMissing",
    "KeptByTheFund",
    "NationOutOfReach",
    "NotFoundedYet",
    "RegisteredAlready",
    "StatedAlready",
    "ToldOtherwise",
    "TooMany",
    "UnfitPair",
    "UnfitWebsite",
    "UnknownConsent",
    "agree_one",
    "bring",
    "change_details",
    "found",
    "give_consent",
    "register",
    "state_one",
    "state_two",
    "withdraw_consent",
)
