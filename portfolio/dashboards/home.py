"""The first page of whoever works on a fund: what waits for her, then where the pool stands."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views import View

from core import clock
from core.people.requests import PersonRequest
from portfolio.capital_calls import queries as calls
from portfolio.dashboards import waiting
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.performance import queries as performance
from portfolio.performance.pool import MEANINGS

HEADLINES = ("committed", "called", "paid_in", "unfunded", "invested", "cash", "nav", "available")


class Home(View):
    """It speaks of now: what waited yesterday is in the audit trail."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {
            "fund": fund,
            "funds": own,
            "tasks": waiting.tasks(request.user, today=clock.today()),
            "today": clock.today(),
        }
        if fund and fund.book_id:
            context |= {"figures": _figures(fund), "illustrative": calls.is_illustrative(fund)}
        return render(request, "portfolio/home.html", context)


def _figures(fund: Fund) -> list[tuple[Promise, Promise, Decimal]]:
    """The pool's headline figures today: name, formula, amount."""
    found = performance.figures(fund, as_of=clock.today(), known_at=clock.now())
    return [(MEANINGS[name].name, MEANINGS[name].formula, getattr(found, name)) for name in HEADLINES]
