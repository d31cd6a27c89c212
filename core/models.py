"""Gathers the tables of core's parts, which share one history of migrations."""

from core.audit.models import AuditChain, AuditEvent
from core.decisions.models import (
    Addressee,
    Circulation,
    Effect,
    Extension,
    Objection,
    Outcome,
    Proposal,
    ProposalText,
    Reading,
    Telling,
)
from core.documents.models import Document
from core.ethics.models import Answer, Condition, Principle, Review
from core.imports.models import Import, ImportResult, ImportRow, ImportRun
from core.jobs.models import Job
from core.money.models import Currency, ExchangeRate
from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.organisations.models import Consent, Organisation
from core.people.models import Invitation, RoleGrant, User
from core.questionnaires.models import Question, Questionnaire

__all__ = (
    "Addressee",
    "Answer",
    "AuditChain",
    "AuditEvent",
    "Circulation",
    "Condition",
    "Consent",
    "Currency",
    "DefenceExpenditure",
    "Document",
    "Effect",
    "ExchangeRate",
    "ExpenditureEdition",
    "Extension",
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
    "Objection",
    "Organisation",
    "OutboundMail",
    "Outcome",
    "Principle",
    "Proposal",
    "ProposalText",
    "Question",
    "Questionnaire",
    "Reading",
    "ReminderStep",
    "Review",
    "RoleGrant",
    "Telling",
    "User",
)
