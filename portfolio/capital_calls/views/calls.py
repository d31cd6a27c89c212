"""The list of calls, and one call with its four eyes, its split, its notices and its history."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import NotFound, NotPermitted
from core.exports import xlsx
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof
from core.web.asof import PointInTime
from portfolio.capital_calls import gating, listing, queries, reading, telling, words, workbooks
from portfolio.capital_calls.lifecycle import Stage
from portfolio.capital_calls.listing import Listed
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.reading import Whole
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.telling import Outlook
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund

STEPS: dict[Act, Promise] = {
    Act.EDIT: _("Change"),
    Act.SUBMIT: _("Submit for approval"),
    Act.APPROVE: _("Approve"),
    Act.ISSUE: _("Issue the call"),
    Act.CANCEL: _("Cancel"),
}
WAITS: dict[Act, Promise] = {
    Act.SUBMIT: _("Your draft: go on or submit it"),
    Act.APPROVE: _("Waits for your approval"),
    Act.ISSUE: _("Waits for you to issue it"),
}


class Calls(View):
    """The calls of a fund: what waits for the person first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        wanted = request.GET.get("state", "")
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own, "wanted": wanted}
        if fund:
            found = _listed(request, fund, wanted, point)
            context |= {
                "listed": found,
                "illustrative": found.is_illustrative,
                "rows": [(row, words.STAGES[row.stage], _waits(row.waits_for)) for row in found.rows],
                "stages": [(code, words.STAGES[Stage(code)][1], count) for code, count in found.stages],
                "waiting_code": listing.WAITING,
                "may_draft": point.is_now and _may(request, Permission.CALL_DRAFT, fund),
            }
        return render(request, "portfolio/calls/list.html", context)


class CallsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        found = _listed(request, fund, request.GET.get("state", ""), point)
        content = workbooks.calls(fund, found, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"capital-calls-{point.as_of.isoformat()}")


class Call(View):
    """One call at a point in time. In the past there is nothing to do about it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        call = queries.get_call(request.user, public_id)
        whole = reading.whole(call, as_of=point.as_of, known_at=point.known_at)
        outlook = _outlook(request, whole) if point.is_now else None
        named = gating.names(whole.lines)
        context: dict[str, Any] = {
            "point": point,
            "call": call,
            "illustrative": call.is_illustrative,
            "whole": whole,
            "stage": words.STAGES[whole.stage],
            "stage_code": whole.stage.value,
            "purposes": [
                (one, words.PURPOSES[one.line.purpose], named.get(one.line.company, "")) for one in whole.purposes
            ],
            "gates": gating.standings(call.fund, whole.lines, on=clock.today()) if point.is_now else [],
            "notices": [(row, words.NOTICES[row.stage]) for row in whole.notices],
            "story": telling.story(call, whole.preview.parts, known_at=point.known_at, outlook=outlook),
            "acts": _acts(outlook),
            "refused": _refused(outlook),
            "may_record": bool(outlook and whole.open and _may(request, Permission.RECEIPT_RECORD, call.fund)),
            "customary": listing.CUSTOMARY_WEEKDAYS,
            "upcoming": call.due_on > point.as_of and whole.stage not in (Stage.SETTLED, Stage.CANCELLED),
            "overdue": [row for row in whole.notices if row.stage is Stage.OVERDUE],
            **_shares(whole),
        }
        return render(request, "portfolio/calls/call.html", context)


class CallWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        call = queries.get_call(request.user, public_id)
        whole = reading.whole(call, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.call(whole, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"capital-call-{call.number}-{point.as_of.isoformat()}")


def _listed(request: PersonRequest, fund: Fund, wanted: str, point: PointInTime) -> Listed:
    """Today is told to the list only where the page speaks of now: nothing waits in the past."""
    today = clock.today()
    speaks_of_now = point.is_now and point.as_of >= today
    return listing.listed(
        request.user,
        fund,
        wanted=wanted,
        as_of=point.as_of,
        known_at=point.known_at,
        today=today if speaks_of_now else None,
    )


def _may(request: PersonRequest, permission: Permission, fund: Fund) -> bool:
    return people_rules.may(request.user, permission, fund.public_id)


def _waits(act: Act | None) -> Promise | str:
    return WAITS[act] if act else ""


def _refused(outlook: Outlook | None) -> list[tuple[Promise, str]]:
    """The steps that the state forbids, each with the rule; what the role forbids is not offered to begin with."""
    permitted = outlook.permitted.items() if outlook else ()
    return [(STEPS[act], str(refusal)) for act, refusal in permitted if refusal and type(refusal) is not NotPermitted]


def _outlook(request: PersonRequest, whole: Whole) -> Outlook:
    call: CapitalCall = whole.call
    today = clock.today()
    return Outlook(
        queries.permitted(request.user, call, on=today),
        queries.others_who_may_approve(call, besides=request.user, on=today),
        len(whole.preview.parts),
        whole.preview.refusal,
    )


def _shares(whole: Whole) -> dict[str, Decimal | None]:
    """The headline figures as fractions of one."""
    committed, found = whole.preview.committed, whole.preview
    return {
        "of_commitments": whole.amount / committed if committed else None,
        "called_share": found.called_after / committed if committed else None,
        "unfunded_share": found.unfunded_after / committed if committed else None,
        "paid_share": whole.paid / whole.amount if whole.amount else None,
    }


def _acts(outlook: Outlook | None) -> list[str]:
    """The steps that the person may take now."""
    if outlook is None:
        return []
    return [act.value for act, refusal in outlook.permitted.items() if refusal is None]
