"""What can happen to an application: begun, written by several people, submitted in time, withdrawn, asked after."""

from accelerator.applications.services.clarifications import (
    LONGEST_ANSWER,
    AlreadyAnswered,
    AnswerMissing,
    AnswerTooLate,
    AnswerTooLong,
    DueTooSoon,
    QuestionMissing,
    answer,
    ask,
)
from accelerator.applications.services.drafts import (
    ChallengeMissing,
    Kept,
    NotOpen,
    TooLong,
    Typed,
    UnknownQuestion,
    begin,
    save,
    settle,
)
from accelerator.applications.services.files import attach, detach
from accelerator.applications.services.submitting import (
    ChangedSince,
    NotEligible,
    NotWhole,
    submit,
    take_up,
    withdraw,
)

__all__ = (
    "LONGEST_ANSWER",
    "AlreadyAnswered",
    "AnswerMissing",
    "AnswerTooLate",
    "AnswerTooLong",
    "ChallengeMissing",
    "ChangedSince",
    "DueTooSoon",
    "Kept",
    "NotEligible",
    "NotOpen",
    "NotWhole",
    "QuestionMissing",
    "TooLong",
    "Typed",
    "UnknownQuestion",
    "answer",
    "ask",
    "attach",
    "begin",
    "detach",
    "save",
    "settle",
    "submit",
    "take_up",
    "withdraw",
)
