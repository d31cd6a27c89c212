"""Gathers the tables of the accelerator's parts, which share one history of migrations."""

from accelerator.applications.models import Answer, Application, Attachment, Clarification, OtherText, Submission
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
    "Answer",
    "Application",
    "Attachment",
    "Call",
    "CallCriterion",
    "CallQuestion",
    "CallSection",
    "Challenge",
    "Clarification",
    "CohortMember",
    "NetworkFigure",
    "OtherText",
    "Programme",
    "ProgrammeFigure",
    "Submission",
)
