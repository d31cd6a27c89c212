"""One's applications: all of them, one with its sections and how it stands, begun, withdrawn, taken up again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import forms, queries, rules, services, standing, words
from accelerator.applications.models import Application as Row
from accelerator.applications.models import OtherText
from accelerator.applications.rules import Act
from accelerator.challenges import queries as challenges
from core.errors import Conflict, Invalid
from core.people.requests import PersonRequest
from core.web.forms import take


class Home(View):
    """What waits for the start-up first, then everything it applied with."""

    def get(self, request: PersonRequest) -> HttpResponse:
        found = list(queries.visible_to(request.user))
        context = {
            "organisations": list(queries.organisations_of(request.user)),
            "applications": [(one, standing.of(one, at=request.arrived_at)) for one in found],
            "waiting": standing.waiting(request.user, at=request.arrived_at),
        }
        return render(request, "accelerator/applications/home.html", context)


class Begin(View):
    """For which start-up, and to which challenge: then the sections."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, self._form(request, public_id))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = self._form(request, public_id)
        if form.is_valid():
            try:
                made = services.begin(form.shown.call, *form.chosen(), by=request.user, at=request.arrived_at)
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                return redirect("portal:application", made.public_id)
        return self._page(request, form)

    def _form(self, request: PersonRequest, public_id: str) -> forms.BeginForm:
        shown = challenges.open_call(public_id, at=request.arrived_at)
        offered = list(queries.organisations_of(request.user))
        return forms.BeginForm(request.POST or None, shown=shown, organisations=offered)

    def _page(self, request: PersonRequest, form: forms.BeginForm) -> HttpResponse:
        context = {
            "form": form,
            "shown": form.shown,
            "call": form.shown.call,
            "illustrative": form.shown.call.is_illustrative,
        }
        return render(request, "accelerator/applications/begin.html", context)


class Application(View):
    """The sections with how each stands, the deadline, who reads the draft, what was sent and what was asked."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_application(request.user, public_id)
        sheet = queries.sheet(row)
        acts = {
            name
            for name, refused in rules.permitted(request.user, row, at=request.arrived_at).items()
            if refused is None
        }
        last = queries.last_submission(row)
        others = queries.open_others(row)
        context = {
            "application": row,
            "shown": challenges.open_call(row.call, at=request.arrived_at),
            "parts": [(one, words.part(one), _unsettled(one, others)) for one in sheet.parts],
            "sheet": sheet,
            "acts": acts,
            "standing": standing.of(row, at=request.arrived_at),
            "last": last,
            "is_changed": last is not None and last.digest != queries.digest(row),
            "submissions": list(queries.submissions(row)),
            "clarifications": list(queries.clarifications(row)),
            "readers": queries.readers_of(row.organisation, at=request.arrived_at),
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/applications/application.html", context)


class Withdraw(View):
    """Take the application back, once it was asked whether that is meant."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_application(request.user, public_id)
        if refused := rules.refusal(request.user, row, Act.WITHDRAW, at=request.arrived_at):
            raise refused
        context = {"application": row, "shown": challenges.open_call(row.call, at=request.arrived_at)}
        return render(request, "accelerator/applications/withdraw.html", context)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_application(request.user, public_id)
        services.withdraw(row, by=request.user, at=request.arrived_at)
        messages.success(request, _("Withdrawn. Nobody at the programme goes on with it."))
        return redirect("portal:application", public_id)


class TakeUp(View):
    """Go on with an application that was withdrawn."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = services.take_up(queries.get_application(request.user, public_id), by=request.user, at=request.arrived_at)
        said = (
            _("Taken up again. What you sent before counts again.")
            if _is_sent(row)
            else _("Taken up again, as a draft.")
        )
        messages.success(request, said)
        return redirect("portal:application", public_id)


def _is_sent(row: Row) -> bool:
    return queries.last_submission(row) is not None


def _unsettled(part: queries.Part, others: dict[int, list[OtherText]]) -> int:
    """How many texts of a section wait for somebody to choose."""
    return sum(len(others.get(one.question.pk, ())) for one in part.items)
