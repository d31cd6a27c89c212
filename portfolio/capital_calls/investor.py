"""What an Ally sees of a call: its own notice."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core import clock
from core.people.requests import PersonRequest
from core.web import asof
from portfolio.capital_calls import listing, standing, words


class Notice(View):
    """What an Ally owes of a call: what for, how it was computed, how it is paid."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        notice = standing.get_notice(request.user, public_id)
        own = standing.own(notice, as_of=point.as_of, known_at=point.known_at)
        call = notice.call
        context: dict[str, Any] = {
            "point": point,
            "notice": notice,
            "call": call,
            "own": own,
            "illustrative": call.is_illustrative,
        }
        if own and call.issued_on:
            context |= {
                "stage": words.NOTICES[own.stage],
                "purposes": [(one, words.PURPOSES[one.line.purpose]) for one in standing.purposes(notice)],
                "computed": standing.computed(notice),
                "reference": standing.payment_reference(notice),
                "payments": standing.payments_on(notice, as_of=point.as_of, known_at=point.known_at),
                "weekdays": listing.weekdays_given(call.issued_on, call.due_on),
            }
        return render(request, "portfolio/notice.html", context)
