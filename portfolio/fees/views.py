"""Paying a fee or an expense."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from portfolio.fees import forms, services
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments.forms import fresh_key
from portfolio.ledger import chart
from portfolio.ledger import queries as ledger


class Pay(View):
    """What is refused stands beside its field; what is paid leads to its entry."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        initial = {"key": fresh_key(), "effective_on": clock.today()}
        return self._page(request, fund, forms.PayForm(initial=initial, book=funds.book_of(fund)))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        form = forms.PayForm(request.POST, book=funds.book_of(fund))
        if not form.is_valid():
            return self._page(request, fund, form)
        try:
            entry = services.pay(fund, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, fund, form)
        messages.success(request, _("Recorded and posted to the ledger."))
        return redirect("portfolio:entry", entry.public_id)

    def _page(self, request: PersonRequest, fund: Fund, form: forms.PayForm) -> HttpResponse:
        book, today, now = funds.book_of(fund), clock.today(), clock.now()
        balances = [
            (chart.name(line), ledger.balance(book, line, as_of=today, known_at=now))
            for line in ("cash", *services.LINES)
        ]
        context: dict[str, Any] = {"fund": fund, "form": form, "balances": balances}
        return render(request, "portfolio/ledger/pay_fee.html", context)


def _fund_to_record(request: PersonRequest) -> Fund:
    """The fund asked for, to somebody who may record what it pays. Raises NotFound, NotPermitted."""
    fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    people_rules.require(request.user, Permission.INVESTMENT_RECORD, fund.public_id)
    return fund
