"""Gathers the tables of core's parts, which share one history of migrations."""

from core.api.models import KeptAnswer
from core.audit.models import AuditChain, AuditEvent
from core.clients.models import Client, ClientCall, ClientMinute, ClientSecret
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
from core.organisations.models import Consent, OneCompany, OneCompanyAgreed, Organisation
from core.people.models import Invitation, RoleGrant, User
from core.questionnaires.models import Question, Questionnaire
from core.webhooks.models import Attempt, Delivery, Endpoint, EndpointSecret, Event

__all__ = (
    "Addressee",
    "Answer",
    "Attempt",
    "AuditChain",
    "AuditEvent",
    "Circulation",
    "Client",
    "ClientCall",
    "ClientMinute",
    "ClientSecret",
    "Condition",
    "Consent",
    "Currency",
    "DefenceExpenditure",
    "Delivery",
    "Document",
    "Effect",
    "Endpoint",
    "EndpointSecret",
    "Event",
    "ExchangeRate",
    "ExpenditureEdition",
    "Extension",
    "GateStart",
    "Guideline",
    "Import",
    "ImportResult",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "Job",
    "KeptAnswer",
    "MembershipPeriod",
    "Message",
    "Nation",
    "Objection",
    "OneCompany",
    "OneCompanyAgreed",
    "Organisation",
    "OutboundMail",
    "Outcome",
    "Override",
    "OverrideApproval",
    "OverrideUse",
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
