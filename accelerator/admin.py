"""Gathers the web admin of the accelerator's parts."""

from accelerator.challenges.admin import ChallengeAdmin, ProgrammeAdmin, ProgrammeFigureAdmin
from accelerator.cohorts.admin import CohortMemberAdmin
from accelerator.test_centres.admin import NetworkFigureAdmin

__all__ = ("ChallengeAdmin", "CohortMemberAdmin", "NetworkFigureAdmin", "ProgrammeAdmin", "ProgrammeFigureAdmin")
