"""Gathers the tables of the accelerator's parts, which share one history of migrations."""

from accelerator.applications.models import Answer, Application, Clarification, OtherText, Submission
from accelerator.challenges.models import (
    Call,
    CallCriterion,
    CallQuestion,
    CallSection,
    Challenge,
    Programme,
    ProgrammeFigure,
)
from accelerator.cohorts.models import Advancement, CohortMember, Offer, Participation, ParticipationStep
from accelerator.grants.models import Budget, PaymentLine
from accelerator.milestones.models import Evidence, Judgement, Milestone
from accelerator.test_centres.models import NetworkFigure

__all__ = (
    "Advancement",
    "Answer",
    "Application",
    "Budget",
    "Call",
    "CallCriterion",
    "CallQuestion",
    "CallSection",
    "Challenge",
    "Clarification",
    "CohortMember",
    "Evidence",
    "Judgement",
    "Milestone",
    "NetworkFigure",
    "Offer",
    "OtherText",
    "Participation",
    "ParticipationStep",
    "PaymentLine",
    "Programme",
    "ProgrammeFigure",
    "Submission",
)
