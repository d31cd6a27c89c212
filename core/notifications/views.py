"""One's messages in the product, and the plan of all reminders."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from core import clock
from core.notifications import forms, queries, services, weeks
from core.people.requests import PersonRequest
from core.web import tables


class Messages(View):
    """What was told to the reader, the newest first. Reading the page marks nothing: the button does."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.messages_of(request.user))
        return render(
            request, "core/notifications/messages.html", {"pages": pages, "unread": queries.unread(request.user)}
        )

    def post(self, request: PersonRequest) -> HttpResponse:
        services.mark_read(list(queries.messages_of(request.user)), by=request.user, at=clock.now())
        return redirect("core:messages")


class Plan(View):
    """Every reminder of the next ninety days, and why it comes on that day."""

    def get(self, request: PersonRequest) -> HttpResponse:
        every = queries.plan(request.user, today=clock.today())
        readers = sorted({(line.reader.public_id, line.reader.name) for line in every}, key=lambda one: one[1])
        form = forms.PlanForm(request.GET, kinds=queries.kinds(), readers=readers)
        wanted = form.wanted()
        lines = [line for line in every if all(not value or value == _of(line, name) for name, value in wanted.items())]
        context: dict[str, Any] = {
            "form": form,
            "lines": lines,
            "weeks": weeks.by_week(lines, today=clock.today()),
            "searched": any(wanted.values()),
            "days": queries.PLANNED_DAYS,
            "today": clock.today(),
        }
        return render(request, "core/notifications/plan.html", context)


def _of(line: queries.Line, name: str) -> str:
    return line.reader.public_id if name == "reader" else line.kind
