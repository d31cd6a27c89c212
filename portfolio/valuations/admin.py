"""Valuations in the web admin, to read: each person sees those of her own funds.

The actions go through the services that the work pages use, and show what those refuse.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock
from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin, Said, carry_out
from portfolio.funds import queries as funds
from portfolio.valuations import services
from portfolio.valuations.models import Mark, MarkApproval, MarkRecomputation, ValuationPolicy, ValuationRun

OWN_ONLY = admin.RelatedOnlyFieldListFilter


class OfOwnFunds(ReadOnlyAdmin):
    """Rows of the funds that the person may read. ``to_fund`` leads from a row to its fund."""

    to_fund = "run__fund"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = funds.visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(**{f"{self.to_fund}__in": own})


@admin.register(ValuationRun)
class ValuationRunAdmin(OfOwnFunds):
    list_display = (
        "fund",
        "quarter_end",
        "version",
        "state",
        "is_illustrative",
        "policy_version",
        "opened_at",
        "locked_at",
    )
    list_select_related = ("fund",)
    list_filter = ("state", ("fund", OWN_ONLY))
    search_fields = ("public_id",)
    ordering = ("-quarter_end", "-version", "-pk")
    actions = ("submit_for_approval",)
    to_fund = "fund"

    @admin.action(description=_("Submit for approval"))
    def submit_for_approval(self, request: HttpRequest, runs: QuerySet[ValuationRun]) -> None:
        """Hand each run to the committee, the oldest quarter first."""
        person = cast(PersonRequest, request).user

        def submit(run: ValuationRun) -> Said:
            services.submit_run(run, by=person, at=clock.now())
            return messages.SUCCESS, _now("%(run)s waits for the committee now.") % {"run": _run_name(run)}

        rows = runs.select_related("fund").order_by("quarter_end", "version", "pk")
        carry_out(request, rows, submit, name=_run_name)


def _run_name(run: ValuationRun) -> str:
    return f"{run.fund.name}, {run}"


@admin.register(Mark)
class MarkAdmin(OfOwnFunds):
    list_display = (
        "company",
        "run",
        "edition",
        "technique",
        "exact_value",
        "illustrative",
        "recorded_at",
        "recorded_by",
    )
    list_select_related = ("holding__organisation", "run", "recorded_by")
    list_filter = ("technique", ("run__fund", OWN_ONLY))
    search_fields = ("public_id", "holding__organisation__name")
    ordering = ("-recorded_at", "-pk")
    actions = ("compute_again",)

    @admin.action(description=_("Compute again"))
    def compute_again(self, request: HttpRequest, marks: QuerySet[Mark]) -> None:
        """Each from its pinned inputs and rates; what came out is kept beside the mark."""
        person = cast(PersonRequest, request).user

        def recompute(mark: Mark) -> Said:
            found = services.recompute(mark, by=person, at=clock.now())
            return _drifted(mark, found) if found.drifts else _as_stored(mark)

        rows = marks.select_related("holding__organisation", "run__fund").order_by("pk")
        carry_out(request, rows, recompute, name=_mark_name)

    @admin.display(description=_("Company or fund"), ordering="holding__organisation__name")
    def company(self, row: Mark) -> str:
        return row.holding.organisation.name

    @admin.display(description=_("Amount in the fund’s currency"), ordering="value")
    def exact_value(self, row: Mark) -> str:
        return numerals.plain(row.value, 2)

    @admin.display(boolean=True, description=_("Illustrative"), ordering="run__is_illustrative")
    def illustrative(self, row: Mark) -> bool:
        return bool(row.run.is_illustrative)


def _mark_name(mark: Mark) -> str:
    return f"{mark.holding.organisation.name}, {mark.run}"


def _as_stored(mark: Mark) -> Said:
    said = _now("%(mark)s: computed again, %(unit)s %(value)s, as stored.")
    told = {"mark": _mark_name(mark), "unit": mark.run.fund.currency_id, "value": numerals.plain(mark.value, 2)}
    return messages.SUCCESS, said % told


def _drifted(mark: Mark, found: MarkRecomputation) -> Said:
    said = _now("%(mark)s: computed again, it comes to %(unit)s %(value)s, where %(unit)s %(stored)s is stored.")
    told = {
        "mark": _mark_name(mark),
        "unit": mark.run.fund.currency_id,
        "value": numerals.plain(found.value, 2),
        "stored": numerals.plain(mark.value, 2),
    }
    return messages.ERROR, said % told


@admin.register(MarkApproval)
class MarkApprovalAdmin(OfOwnFunds):
    list_display = ("run", "by", "at", "digest")
    list_select_related = ("run", "by")
    list_filter = (("run__fund", OWN_ONLY),)
    search_fields = ("run__public_id", "digest")
    ordering = ("-at", "-pk")
    exclude = ("signed",)


@admin.register(MarkRecomputation)
class MarkRecomputationAdmin(OfOwnFunds):
    list_display = ("company", "run", "exact_value", "illustrative", "drifts", "code_version", "at", "by")
    list_select_related = ("mark__holding__organisation", "mark__run", "by")
    list_filter = ("drifts", "code_version", ("mark__run__fund", OWN_ONLY))
    search_fields = ("mark__public_id", "mark__holding__organisation__name")
    ordering = ("-at", "-pk")
    to_fund = "mark__run__fund"

    @admin.display(description=_("Company or fund"), ordering="mark__holding__organisation__name")
    def company(self, row: MarkRecomputation) -> str:
        return row.mark.holding.organisation.name

    @admin.display(description=_("Valuation"), ordering="mark__run__quarter_end")
    def run(self, row: MarkRecomputation) -> str:
        return str(row.mark.run)

    @admin.display(description=_("Amount in the fund’s currency"), ordering="value")
    def exact_value(self, row: MarkRecomputation) -> str:
        return numerals.plain(row.value, 2)

    @admin.display(boolean=True, description=_("Illustrative"), ordering="mark__run__is_illustrative")
    def illustrative(self, row: MarkRecomputation) -> bool:
        return bool(row.mark.run.is_illustrative)


@admin.register(ValuationPolicy)
class ValuationPolicyAdmin(OfOwnFunds):
    list_display = ("fund", "version", "first_day", "cadence", "recorded_at", "recorded_by")
    list_select_related = ("fund", "recorded_by")
    list_filter = ("cadence", ("fund", OWN_ONLY))
    search_fields = ("public_id", "version", "text")
    ordering = ("-first_day", "-recorded_at", "-pk")
    to_fund = "fund"
