"""What can happen to a proposal: drafted, circulated, read, extended, broken, amended, withdrawn, adopted by the clock."""

from core.decisions.services.breaking import (
    AlreadyObjected,
    MissedTheEnd,
    NotEntitled,
    ObjectionMissing,
    TooLate,
    break_silence,
    enter_letter,
    note_reading,
)
from core.decisions.services.circulating import (
    ConfirmedOther,
    HourSkipped,
    NobodyEntitled,
    ReasonMissing,
    SomeWithoutAccount,
    UnfitPeriod,
    circulate,
    extend,
    withdraw,
)
from core.decisions.services.closing import close_due, take_effect
from core.decisions.services.drafting import NewText, TextMissing, UnknownKind, amend, draft

__all__ = (
    "AlreadyObjected",
    "ConfirmedOther",
    "HourSkipped",
    "MissedTheEnd",
    "NewText",
    "NobodyEntitled",
    "NotEntitled",
    "ObjectionMissing",
    "ReasonMissing",
    "SomeWithoutAccount",
    "TextMissing",
    "TooLate",
    "UnfitPeriod",
    "UnknownKind",
    "amend",
    "break_silence",
    "circulate",
    "close_due",
    "draft",
    "enter_letter",
    "extend",
    "note_reading",
    "take_effect",
    "withdraw",
)
