"""Proposing, deciding and releasing a selection, and writing feedback: the only writers of this part."""

from accelerator.panels.services.feedback import NamesSomebody, Told, TooLong, write_feedback
from accelerator.panels.services.selecting import (
    AlreadyProposed,
    BecauseMissing,
    ChangedSince,
    NotAllRanked,
    NothingSelected,
    ReasonMissing,
    ReleaseTooSoon,
    UnknownApplication,
    approve,
    propose,
    release,
    release_on_its_day,
    send_back,
    start_releases,
)

__all__ = (
    "AlreadyProposed",
    "BecauseMissing",
    "ChangedSince",
    "NamesSomebody",
    "NotAllRanked",
    "NothingSelected",
    "ReasonMissing",
    "ReleaseTooSoon",
    "Told",
    "TooLong",
    "UnknownApplication",
    "approve",
    "propose",
    "release",
    "release_on_its_day",
    "send_back",
    "start_releases",
    "write_feedback",
)
