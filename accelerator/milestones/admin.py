"""Milestones, evidence and judgements in the web admin, to read."""

from django.contrib import admin

from accelerator.cohorts.listing import OfProgrammes
from accelerator.cohorts.words import of
from accelerator.milestones import words
from accelerator.milestones.models import Evidence, Judgement, Milestone
from core.web.admin import ReadOnlyAdmin


@admin.register(Milestone)
class MilestoneAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "phase__participation__programme"
    list_display = ("public_id", "title_en", "title_fr", "due_on", "amount", "state")
    list_filter = ("state",)
    search_fields = ("title_en", "title_fr", "public_id")
    ordering = ("due_on", "pk")
    in_words = {"state": of(words.STATES)}


@admin.register(Evidence)
class EvidenceAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "milestone__phase__participation__programme"
    list_display = ("public_id", "milestone", "submitted_by", "submitted_at")
    list_select_related = ("milestone", "submitted_by")
    search_fields = ("public_id",)
    ordering = ("-submitted_at", "-pk")


@admin.register(Judgement)
class JudgementAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "evidence__milestone__phase__participation__programme"
    list_display = ("public_id", "evidence", "verdict", "by", "at")
    list_select_related = ("evidence", "by")
    list_filter = ("verdict",)
    search_fields = ("public_id",)
    ordering = ("-at", "-pk")
    in_words = {"verdict": of(words.VERDICTS)}
