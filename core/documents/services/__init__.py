"""Receiving, checking, reading, removing and verifying documents."""

from core.documents.services.checking import CHECK, CheckerAway, check, check_waiting
from core.documents.services.keeping import remove, sweep, verify
from core.documents.services.reading import NotReleased, Opened, open_for
from core.documents.services.receiving import (
    CutShort,
    Empty,
    Landed,
    NameMissing,
    NotAsNamed,
    QuotaUsed,
    Readable,
    TooLarge,
    TooMany,
    TooMuch,
    TypeNotTaken,
    landing,
    receive,
)

__all__ = (
    "CHECK",
    "CheckerAway",
    "CutShort",
    "Empty",
    "Landed",
    "NameMissing",
    "NotAsNamed",
    "NotReleased",
    "Opened",
    "QuotaUsed",
    "Readable",
    "TooLarge",
    "TooMany",
    "TooMuch",
    "TypeNotTaken",
    "check",
    "check_waiting",
    "landing",
    "open_for",
    "receive",
    "remove",
    "sweep",
    "verify",
)
