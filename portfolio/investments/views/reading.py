"""Holdings to read: the list, one holding, and both as workbooks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import NotFound
from core.ethics import passed
from core.exports import xlsx
from core.organisations import technologies, timeline
from core.organisations.models import Consent
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof
from portfolio.funds import queries as funds
from portfolio.investments import listing, queries, reviewing, telling, words, workbooks
from portfolio.investments.listing import Wanted
from portfolio.investments.models import Holding as Held

ACCELERATOR_TIMELINE = Consent.What.ACCELERATOR_TIMELINE


class Holdings(View):
    """What the fund holds, as of a day and as known on a moment."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        wanted = _wanted(request)
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own, "wanted": wanted}
        if fund:
            context |= {
                "listed": listing.listed(fund, wanted, as_of=point.as_of, known_at=point.known_at),
                "empty": [
                    (one, words.HOLDINGS[one.kind])
                    for one in queries.empty(fund, as_of=point.as_of, known_at=point.known_at)
                ],
                "passed": passed.under_override(fund.public_id, known_at=point.known_at),
                "may_open": point.is_now
                and people_rules.may(request.user, Permission.INVESTMENT_RECORD, fund.public_id),
            }
        return render(request, "portfolio/holdings/list.html", context)


class HoldingsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        found = listing.listed(fund, _wanted(request), as_of=point.as_of, known_at=point.known_at)
        let_past = passed.under_override(fund.public_id, known_at=point.known_at)
        content = workbooks.holdings(fund, found, let_past, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"holdings-{point.as_of.isoformat()}")


class Holding(View):
    """One holding: rounds as published, what the fund paid and received, and what that comes to."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        holding = listing.get(request.user, public_id)
        whole = listing.whole(holding, as_of=point.as_of, known_at=point.known_at)
        valued = listing.valued(whole, as_of=point.as_of, known_at=point.known_at)
        taken_back = queries.taken_back(holding, as_of=point.as_of, known_at=point.known_at)
        context: dict[str, Any] = {
            "point": point,
            "holding": holding,
            "whole": whole,
            "kind": words.HOLDINGS[holding.kind],
            "technology": technologies.name(holding.technology) if holding.technology else "",
            "terms": telling.terms(whole),
            "rounds": [(one, words.period(one.held_on, one.precision)) for one in whole.rounds],
            "transactions": [(one, words.TRANSACTIONS[one.kind]) for one in whole.transactions],
            "taken_back": [(one, words.TRANSACTIONS[one.transaction.kind]) for one in taken_back],
            "story": telling.story(whole, as_of=point.as_of),
            "worth": valued.worth,
            "returned": valued.returned,
            "gate": reviewing.standing(holding, on=clock.today()) if point.is_now else None,
            "acts": _acts(request, holding) if point.is_now else [],
            "shared": timeline.shared(holding.organisation, ACCELERATOR_TIMELINE) if point.is_now else None,
        }
        return render(request, "portfolio/holdings/holding.html", context)


class HoldingWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        holding = listing.get(request.user, public_id)
        whole = listing.whole(holding, as_of=point.as_of, known_at=point.known_at)
        valued = listing.valued(whole, as_of=point.as_of, known_at=point.known_at)
        taken_back = list(queries.taken_back(holding, as_of=point.as_of, known_at=point.known_at))
        content = workbooks.holding(whole, valued, taken_back, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"holding-{point.as_of.isoformat()}")


def _wanted(request: PersonRequest) -> Wanted:
    asked = request.GET
    return Wanted(*(asked.get(name, "") for name in ("kind", "nation", "technology", "year")))


def _acts(request: PersonRequest, holding: Held) -> list[tuple[str, Promise]]:
    """What this person may record of this holding: routes and the words on their buttons."""
    if not people_rules.may(request.user, Permission.INVESTMENT_RECORD, holding.fund.public_id):
        return []
    if holding.kind == Held.Kind.DIRECT:
        return [
            ("portfolio:buy", _("Purchase…")),
            ("portfolio:sell", _("Sale…")),
            ("portfolio:write-off", _("Write-off…")),
            ("portfolio:record-round", _("Round…")),
        ]
    return [
        ("portfolio:pay-stake", _("Payment…")),
        ("portfolio:receive-from-stake", _("Distribution…")),
        ("portfolio:write-off", _("Write-off…")),
        ("portfolio:commit-to-stake", _("Commitment…")),
    ]
