"""Receiving, checking, reading, removing and verifying documents."""

from core.documents.services.checking import CHECK, CheckerAway, check, check_waiting
from core.documents.services.keeping import remove, sweep, verify
from core.documents.services.reading import NotReleased, Opened, open_for
from core.documents.services.receiving import (
    Empty,
    NameMissing,
    NotAsNamed,
    QuotaUsed,
    Readable,
    TooLarge,
    TooMany,
    TooMuch,
    TypeNotTaken,
    receive,
)

__all__ = (
    "CHECK",
    "CheckerAway",
    "Empty",
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
    "open_for",
    "receive",
    "remove",
    "sweep",
    "verify",
)
