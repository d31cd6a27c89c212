"""Registering organisations, describing one's own, and consents."""

from core.organisations.services.consents import UnknownConsent, give_consent, withdraw_consent
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
    "KeptByTheFund",
    "NationOutOfReach",
    "NotFoundedYet",
    "RegisteredAlready",
    "ToldOtherwise",
    "TooMany",
    "UnfitWebsite",
    "UnknownConsent",
    "bring",
    "change_details",
    "found",
    "give_consent",
    "register",
    "withdraw_consent",
)
