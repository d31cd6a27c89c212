"""Gathers the web admin of the accelerator's parts."""

from django.utils.translation import gettext_lazy as _

from accelerator.challenges.admin import CallAdmin, ChallengeAdmin, ProgrammeAdmin, ProgrammeFigureAdmin
from accelerator.cohorts.admin import (
    AdvancementAdmin,
    CohortMemberAdmin,
    OfferAdmin,
    ParticipationAdmin,
    ParticipationStepAdmin,
)
from accelerator.grants.admin import BudgetAdmin, PaymentLineAdmin
from accelerator.milestones.admin import EvidenceAdmin, JudgementAdmin, MilestoneAdmin
from accelerator.test_centres.admin import NetworkFigureAdmin
from core.web.site import product_site

__all__ = (
    "AdvancementAdmin",
    "BudgetAdmin",
    "CallAdmin",
    "ChallengeAdmin",
    "CohortMemberAdmin",
    "EvidenceAdmin",
    "JudgementAdmin",
    "MilestoneAdmin",
    "NetworkFigureAdmin",
    "OfferAdmin",
    "ParticipationAdmin",
    "ParticipationStepAdmin",
    "PaymentLineAdmin",
    "ProgrammeAdmin",
    "ProgrammeFigureAdmin",
)

product_site().name_parts(
    {
        "accelerator.challenges": _("Programmes and challenges"),
        "accelerator.cohorts": _("Cohorts"),
        "accelerator.grants": _("Grants"),
        "accelerator.milestones": _("Milestones"),
        "accelerator.test_centres": _("Network"),
    }
)
product_site().name_columns(
    {
        "Organisation  nation": _("nation"),
        "agreement": _("agreement of sources"),
        "call closes at": _("call closes at"),
        "call closes on": _("call closes on"),
        "call opens on": _("call opens on"),
        "calls": _("calls for applications"),
        "challenge": _("challenge"),
        "challenges": _("challenges"),
        "closes at": _("closes at"),
        "cohort member": _("member of a cohort"),
        "cohort members": _("members of cohorts"),
        "cohort year": _("cohort"),
        "editors": _("changed by, keys of people"),
        "founded from": _("founded from"),
        "founded until": _("founded until"),
        "highest phase": _("highest phase"),
        "is at least": _("at least"),
        "is challenge inferred": _("challenge inferred"),
        "is preferred": _("preferred"),
        "is technology inferred": _("technology inferred"),
        "measure": _("measure"),
        "network figure": _("figure of the network"),
        "network figures": _("figures of the network"),
        "note en": _("note in English"),
        "note fr": _("note in French"),
        "opens at": _("opens at"),
        "order": _("order"),
        "phase 1 amount": _("phase 1, amount"),
        "phase 1 announced on": _("phase 1, announced on"),
        "phase 1 announced precision": _("phase 1, precision of the day"),
        "phase 1 months": _("phase 1, months"),
        "phase 1 starts on": _("phase 1, starts on"),
        "phase 2 amount at most": _("phase 2, amount at most"),
        "phase 2 announced on": _("phase 2, announced on"),
        "phase 2 announced precision": _("phase 2, precision of the day"),
        "phase 2 months": _("phase 2, months"),
        "precision": _("precision"),
        "programme": _("programme"),
        "programme figure": _("figure of a programme"),
        "programme figures": _("figures of programmes"),
        "programmes": _("programmes"),
        "published at": _("published at"),
        "published by": _("published by"),
        "slug": _("address"),
        "stage": _("stage"),
        "stated for": _("stated for"),
        "submitted at": _("submitted at"),
        "submitted by": _("submitted by"),
        "technology": _("technology"),
        "text en": _("text in English"),
        "text fr": _("text in French"),
        "title en": _("title in English"),
        "title fr": _("title in French"),
        "value": _("value"),
        "zone": _("time zone"),
    }
)
