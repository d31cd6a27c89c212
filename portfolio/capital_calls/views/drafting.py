"""Preparing a call: its due date and purpose lines, changing it, submitting it."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from core.web.rows import MORE, BaseRows
from portfolio.capital_calls import forms, gating, listing, queries, reading, services
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund


class Draft(View):
    """A new call. It is kept as a draft; nobody is asked for anything."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund = self._fund(request)
        return _page(request, fund, forms.CallForm(today=clock.today()), forms.LINES.offered(**_given(fund)))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = self._fund(request)
        if MORE in request.POST:
            return _more_rows(request, fund)
        form = forms.CallForm(request.POST, today=clock.today())
        lines = forms.LINES.sent(request.POST, **_given(fund))
        if not (form.is_valid() & lines.is_valid()):
            return _page(request, fund, form, lines)
        try:
            call = services.draft(
                fund,
                **form.cleaned_data,
                lines=forms.lines_of(lines),
                by=request.user,
                at=clock.now(),
                illustrative=queries.is_illustrative(fund),
            )
        except (Conflict, Invalid) as refusal:
            _take(form, lines, refusal)
            return _page(request, fund, form, lines)
        messages.success(request, _("Call No. %(number)s is kept as a draft.") % {"number": call.number})
        return redirect("portfolio:call", call.public_id)

    def _fund(self, request: PersonRequest) -> Fund:
        """The fund asked for, to somebody who may draft its calls. Raises NotFound, NotPermitted."""
        fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        people_rules.require(request.user, Permission.CALL_DRAFT, fund.public_id)
        return fund


class Edit(View):
    """Change a call that is not issued. What was signed before is void then."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = _changeable(request, public_id)
        initial, rows = forms.of_call(call, queries.lines_of(call))
        form = forms.CallForm(initial=initial, today=clock.today(), changes=True)
        return _page(request, call.fund, form, forms.LINES.offered(rows, **_given(call.fund)), call)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = _changeable(request, public_id)
        if MORE in request.POST:
            return _more_rows(request, call.fund, call)
        form = forms.CallForm(request.POST, today=clock.today(), changes=True)
        lines = forms.LINES.sent(request.POST, **_given(call.fund))
        if not (form.is_valid() & lines.is_valid()):
            return _page(request, call.fund, form, lines, call)
        try:
            services.edit(call, **form.cleaned_data, lines=forms.lines_of(lines), by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            _take(form, lines, refusal)
            return _page(request, call.fund, form, lines, call)
        messages.success(request, _("Kept. The call is a draft until it is submitted."))
        return redirect("portfolio:call", call.public_id)


class Submit(View):
    """Ask a second person for approval."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        services.submit(call, by=request.user)
        messages.success(request, _("Submitted. A second person approves it now."))
        return redirect("portfolio:call", call.public_id)


def _changeable(request: PersonRequest, public_id: str) -> CapitalCall:
    """A call that the person may change now. Raises NotFound, NotPermitted, WrongState."""
    call = queries.get_call(request.user, public_id)
    if refusal := queries.refusal(request.user, call, Act.EDIT, on=clock.today()):
        raise refusal
    return call


def _more_rows(request: PersonRequest, fund: Fund, call: CapitalCall | None = None) -> HttpResponse:
    """The same page with what was typed, unread, and more empty rows."""
    form = forms.CallForm(initial=request.POST.dict(), today=clock.today(), changes=call is not None)
    lines = forms.LINES.offered(forms.LINES.typed(request.POST), **_given(fund))
    return _page(request, fund, form, lines, call)


def _given(fund: Fund) -> dict[str, Any]:
    """What the form of each line asks for besides what is typed."""
    return {"companies": gating.companies(fund)}


def _take(form: django_forms.Form, lines: BaseRows, refusal: DomainError) -> None:
    """Beside the line, where the refusal names one."""
    if refusal.row is None:
        take(form, refusal)
    else:
        lines.take(refusal)


def _page(
    request: PersonRequest,
    fund: Fund,
    form: django_forms.Form,
    lines: BaseRows,
    call: CapitalCall | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "fund": fund,
        "call": call,
        "illustrative": queries.is_illustrative(fund),
        "form": form,
        "lines": lines,
        "room": reading.room(fund, on=clock.today(), known_at=clock.now()),
        "customary": listing.CUSTOMARY_WEEKDAYS,
        "earliest": listing.after_weekdays(clock.today(), listing.CUSTOMARY_WEEKDAYS),
    }
    return render(request, "portfolio/calls/draft.html", context)
