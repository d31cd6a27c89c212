"""Budgets and payment lines in the web admin, to read."""

from django.contrib import admin

from accelerator.cohorts.listing import OfProgrammes
from accelerator.cohorts.words import of
from accelerator.grants import words
from accelerator.grants.models import Budget, PaymentLine
from core.web.admin import ReadOnlyAdmin


@admin.register(Budget)
class BudgetAdmin(OfProgrammes, ReadOnlyAdmin):
    list_display = ("programme", "edition", "amount", "reason", "set_by", "set_at")
    list_select_related = ("programme", "set_by")
    search_fields = ("public_id", "reason")
    ordering = ("-set_at", "-pk")


@admin.register(PaymentLine)
class PaymentLineAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "milestone__phase__participation__programme"
    list_display = ("public_id", "milestone", "amount", "state", "proposed_by", "approved_by", "paid_on", "reference")
    list_select_related = ("milestone", "proposed_by", "approved_by")
    list_filter = ("state",)
    search_fields = ("public_id", "reference")
    ordering = ("-proposed_at", "-pk")
    in_words = {"state": of(words.STATES)}
