"""Calls, approvals, notices, receipts and what they pay in the web admin: to read, each person those of her own funds.

The one action goes through the service that the work page uses, and shows what it refuses.
"""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin, Said, carry_out
from portfolio.capital_calls import services, words
from portfolio.capital_calls.models import CallApproval, CallNotice, CapitalCall, Receipt, ReceiptAllocation
from portfolio.funds import queries as funds

ZERO = Decimal(0)
OWN_ONLY = admin.RelatedOnlyFieldListFilter


class OfOwnFunds(ReadOnlyAdmin):
    """Rows of the funds that the person reads as a whole. ``to_fund`` leads from a row to its fund."""

    to_fund = "fund"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = funds.visible_to(cast(PersonRequest, request).user)
        return super().get_queryset(request).filter(**{f"{self.to_fund}__in": own})


class StateFilter(admin.SimpleListFilter):
    """The states in words; Django would offer them by their codes."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, str(name)) for state, name in words.STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(CapitalCall)
class CapitalCallAdmin(OfOwnFunds):
    list_display = (
        "number",
        "state_in_words",
        "exact_amount",
        "issued_on",
        "due_on",
        "is_illustrative",
        "drafted_by",
        "fund",
    )
    list_select_related = ("fund", "drafted_by")
    list_filter = (("fund", OWN_ONLY), StateFilter)
    search_fields = ("public_id", "memo", "lines__text")
    ordering = ("-number", "-pk")
    actions = ("submit_for_approval",)
    in_words = {"state": words.state}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("lines")

    @admin.display(description=_("State"), ordering="state")
    def state_in_words(self, call: CapitalCall) -> str:
        return words.state(call.state)

    @admin.display(description=_("Amount"))
    def exact_amount(self, call: CapitalCall) -> str:
        return numerals.plain(sum((line.amount for line in call.lines.all()), ZERO), 2)

    @admin.action(description=_("Submit for approval"))
    def submit_for_approval(self, request: HttpRequest, calls: QuerySet[CapitalCall]) -> None:
        """Submit each draft; what is refused is said, call by call, and stops no other."""
        person = cast(PersonRequest, request).user

        def submit(call: CapitalCall) -> Said:
            services.submit(call, by=person)
            return messages.SUCCESS, _now("%(call)s waits for approval now.") % {"call": _name(call)}

        carry_out(request, calls.order_by("number", "pk"), submit, name=_name)


def _name(call: CapitalCall) -> str:
    return _now("Call No. %(number)s") % {"number": call.number}


@admin.register(CallApproval)
class CallApprovalAdmin(OfOwnFunds):
    list_display = ("call", "by", "at", "digest")
    list_select_related = ("call", "by")
    list_filter = (("call__fund", OWN_ONLY),)
    search_fields = ("call__public_id", "digest")
    ordering = ("-at", "-pk")
    exclude = ("signed",)
    to_fund = "call__fund"


@admin.register(CallNotice)
class CallNoticeAdmin(OfOwnFunds):
    list_display = ("call", "ally", "exact_amount", "exact_inside", "illustrative", "public_id")
    list_select_related = ("call", "commitment__nation")
    list_filter = (("call__fund", OWN_ONLY), ("call", OWN_ONLY))
    search_fields = ("public_id", "commitment__nation__name_en", "commitment__nation__name_fr")
    ordering = ("-call__number", "-amount", "pk")
    to_fund = "call__fund"

    @admin.display(description=_("Ally"), ordering="commitment__nation__name_en")
    def ally(self, notice: CallNotice) -> str:
        return notice.commitment.nation.name

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, notice: CallNotice) -> str:
        return numerals.plain(notice.amount, 2)

    @admin.display(boolean=True, description=_("Illustrative"), ordering="call__is_illustrative")
    def illustrative(self, notice: CallNotice) -> bool:
        return bool(notice.call.is_illustrative)

    @admin.display(description=_("Inside commitment"), ordering="inside")
    def exact_inside(self, notice: CallNotice) -> str:
        return numerals.plain(notice.inside, 2)


@admin.register(Receipt)
class ReceiptAdmin(OfOwnFunds):
    list_display = (
        "received_on",
        "ally",
        "exact_amount",
        "reference",
        "taken_back_on",
        "illustrative",
        "recorded_by",
        "recorded_at",
    )
    list_select_related = ("commitment__nation", "recorded_by", "taken_back")
    list_filter = (("fund", OWN_ONLY),)
    search_fields = ("public_id", "reference", "commitment__nation__name_en", "commitment__nation__name_fr")
    ordering = ("-received_on", "-pk")

    @admin.display(description=_("Ally"), ordering="commitment__nation__name_en")
    def ally(self, receipt: Receipt) -> str:
        return receipt.commitment.nation.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With whether calls of the fund are invented: what is paid for them is, too."""
        invented = CapitalCall.objects.filter(fund=OuterRef("fund"), is_illustrative=True)
        return super().get_queryset(request).annotate(is_for_invented=Exists(invented))

    @admin.display(boolean=True, description=_("Illustrative"))
    def illustrative(self, receipt: Any) -> bool:
        return bool(receipt.is_for_invented)

    @admin.display(description=_("Taken back"), ordering="taken_back__effective_on")
    def taken_back_on(self, receipt: Receipt) -> str:
        return _taken_back_on(receipt)

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, receipt: Receipt) -> str:
        return numerals.plain(receipt.amount, 2)


@admin.register(ReceiptAllocation)
class ReceiptAllocationAdmin(OfOwnFunds):
    list_display = ("effective_on", "receipt", "notice", "exact_amount", "taken_back_on", "illustrative", "recorded_at")
    list_select_related = ("receipt__taken_back", "notice__call")
    list_filter = (("receipt__fund", OWN_ONLY),)
    search_fields = ("receipt__reference", "notice__public_id")
    ordering = ("-effective_on", "-pk")
    to_fund = "receipt__fund"

    @admin.display(boolean=True, description=_("Illustrative"), ordering="notice__call__is_illustrative")
    def illustrative(self, row: ReceiptAllocation) -> bool:
        return bool(row.notice.call.is_illustrative)

    @admin.display(description=_("Taken back"), ordering="receipt__taken_back__effective_on")
    def taken_back_on(self, row: ReceiptAllocation) -> str:
        return _taken_back_on(row.receipt)

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, row: ReceiptAllocation) -> str:
        return numerals.plain(row.amount, 2)


def _taken_back_on(receipt: Receipt) -> str:
    """From which day on it counts as nothing."""
    return numerals.day(receipt.taken_back.effective_on) if hasattr(receipt, "taken_back") else ""
