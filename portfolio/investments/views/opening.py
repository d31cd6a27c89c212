"""Opening a holding: a company or another fund, known already or new."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.money import forms as money
from core.nations import queries as nations
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import forms, queries, services
from portfolio.investments.models import Holding


class Open(View):
    """A position with nothing in it yet. What is bought or paid is recorded from its page."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        return self._page(request, fund, self._form(fund, initial={"currency": fund.currency_id}))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        form = self._form(fund, request.POST, sent=request.POST.get("organisation", ""))
        if not form.is_valid():
            return self._page(request, fund, form)
        try:
            holding = self._open(request, fund, **form.cleaned_data)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, fund, form)
        messages.success(request, _("The holding is open. What is bought or paid is recorded from this page."))
        return redirect("portfolio:holding", holding.public_id)

    def _open(
        self,
        request: PersonRequest,
        fund: Fund,
        *,
        organisation: Organisation | None,
        name: str,
        nation: str | None,
        **about: Any,
    ) -> Holding:
        about |= {"by": request.user, "at": clock.now()}
        if organisation:
            return services.open_holding(fund, organisation, **about)
        return services.open_holding_in_new(fund, name=name, nation=nation, **about)

    def _form(self, fund: Fund, data: Any = None, *, sent: str = "", **given: Any) -> forms.OpenForm:
        return forms.OpenForm(
            data,
            organisations=queries.to_hold(fund, sent=sent),
            nations=list(nations.allies(clock.today())),
            currencies=money.names(),
            **given,
        )

    def _page(self, request: PersonRequest, fund: Fund, form: forms.OpenForm) -> HttpResponse:
        return render(request, "portfolio/holdings/open.html", {"fund": fund, "form": form})


def _fund_to_record(request: PersonRequest) -> Fund:
    """The fund asked for, to somebody who may record its investments. Raises NotFound, NotPermitted."""
    fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    people_rules.require(request.user, Permission.INVESTMENT_RECORD, fund.public_id)
    return fund
