"""Gathers the tables of the accelerator's parts, which share one history of migrations."""

from accelerator.applications.models import (
    Answer,
    Application,
    Attachment,
    Batch,
    Clarification,
    Intake,
    OtherText,
    Submission,
)
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
from accelerator.milestones.models import Evidence, EvidenceFile, Judgement, Milestone
from accelerator.panels.models import Feedback, Selection, SelectionLine
from accelerator.reviews.models import Assigning, Assignment, Declaration, Review, ReviewPlan, Score, Screening
from accelerator.test_centres.models import NetworkFigure

__all__ = (
    "Advancement",
    "Answer",
    "Application",
    "Assigning",
    "Assignment",
    "Attachment",
    "Batch",
    "Budget",
    "Call",
    "CallCriterion",
    "CallQuestion",
    "CallSection",
    "Challenge",
    "Clarification",
    "CohortMember",
    "Declaration",
    "Evidence",
    "EvidenceFile",
    "Feedback",
    "Intake",
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
    "Review",
    "ReviewPlan",
    "Score",
    "Screening",
    "Selection",
    "SelectionLine",
    "Submission",
)
