"""Gathers the tables of core's parts, which share one history of migrations."""

from core.audit.models import AuditChain, AuditEvent
from core.documents.models import Document
from core.ethics.models import (
    Answer,
    Condition,
    GateStart,
    Override,
    OverrideApproval,
    OverrideUse,
    Principle,
    Review,
)
from core.imports.models import Import, ImportResult, ImportRow, ImportRun
from core.jobs.models import Job
from core.money.models import Currency, ExchangeRate
from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.organisations.models import Consent, Organisation
from core.people.models import Invitation, RoleGrant, User
from core.questionnaires.models import Question, Questionnaire

__all__ = (
    "Answer",
    "AuditChain",
    "AuditEvent",
    "Condition",
    "Consent",
    "Currency",
    "DefenceExpenditure",
    "Document",
    "ExchangeRate",
    "ExpenditureEdition",
    "GateStart",
    "Guideline",
    "Import",
    "ImportResult",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "Job",
    "MembershipPeriod",
    "Message",
    "Nation",
    "Organisation",
    "OutboundMail",
    "Override",
    "OverrideApproval",
    "OverrideUse",
    "Principle",
    "Question",
    "Questionnaire",
    "ReminderStep",
    "Review",
    "RoleGrant",
    "User",
)
