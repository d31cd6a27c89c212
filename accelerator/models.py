"""Gathers the tables of the accelerator's parts, which share one history of migrations."""

from accelerator.challenges.models import (
    Call,
    CallCriterion,
    CallQuestion,
    CallSection,
    Challenge,
    Programme,
    ProgrammeFigure,
)
from accelerator.cohorts.models import CohortMember
from accelerator.test_centres.models import NetworkFigure

__all__ = (
    "Call",
    "CallCriterion",
    "CallQuestion",
    "CallSection",
    "Challenge",
    "CohortMember",
    "NetworkFigure",
    "Programme",
    "ProgrammeFigure",
)
