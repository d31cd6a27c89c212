"""Gathers the web admin of the accelerator's parts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.admin import ChallengeAdmin, ProgrammeAdmin, ProgrammeFigureAdmin
from accelerator.cohorts.admin import CohortMemberAdmin
from accelerator.test_centres.admin import NetworkFigureAdmin

__all__ = ("ChallengeAdmin", "CohortMemberAdmin", "NetworkFigureAdmin", "ProgrammeAdmin", "ProgrammeFigureAdmin")

admin.site.name_parts(
    {
        "accelerator.challenges": _("Programmes and challenges"),
        "accelerator.cohorts": _("Cohorts"),
        "accelerator.test_centres": _("Network"),
    }
)
