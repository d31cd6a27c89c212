"""Calls for applications as everybody reads them: find one, read all of it, ask who may apply, keep its days."""

from typing import Any

import icalendar
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accelerator.challenges import asking, queries, words
from core import clock

CALENDAR = "text/calendar; charset=utf-8"
PRODUCT = "-//Innovation Fund Portfolio Manager//Calls//EN"


class Calls(View):
    """Every published call: the open ones first, those that open later, then closed ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = [(one, words.WINDOWS[one.stands]) for one in queries.published_calls(at=clock.now())]
        return render(request, "accelerator/calls/open.html", {"calls": found})


class Call(View):
    """One call, whole, before there is any account; with the answer to who may apply where it is asked."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        shown = queries.open_call(public_id, at=clock.now())
        context: dict[str, Any] = asking.asked(request, shown) | {
            "call": shown.call,
            "shown": shown,
            "window": words.WINDOWS[shown.stands],
            "illustrative": shown.call.is_illustrative,
        }
        return render(request, "accelerator/calls/public.html", context)


class Calendar(View):
    """The window of a call as a calendar file: when it opens, and when it closes."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        shown = queries.open_call(public_id, at=clock.now())
        address = request.build_absolute_uri(reverse("programmes:call", args=[public_id]))
        calendar = icalendar.Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        for name, at, said in (
            ("opens", shown.call.opens_at, _("Opens: %(title)s") % {"title": shown.title}),
            ("closes", shown.call.closes_at, _("Closes: %(title)s") % {"title": shown.title}),
        ):
            event = icalendar.Event()
            event.add("uid", f"{public_id}-{name}@{request.get_host()}")
            event.add("dtstamp", shown.call.published_at)
            event.add("dtstart", at)
            event.add("summary", said)
            event.add("url", address)
            calendar.add_component(event)
        answer = HttpResponse(calendar.to_ical(), content_type=CALENDAR)
        answer["Content-Disposition"] = f'attachment; filename="{public_id}.ics"'
        return answer
