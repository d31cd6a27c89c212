"""The desk: the list with its filters and its workbook, one application as it was sent, screening, asking, feedback."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import queries as applications
from accelerator.applications import services as application_services
from accelerator.applications import words as application_words
from accelerator.applications.models import Application as Row
from accelerator.challenges import eligibility, zones
from accelerator.challenges import queries as challenges
from accelerator.challenges import words as call_words
from accelerator.reviews import forms, queries, rules, services, sheets, words
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.views.one_form import OneForm
from accelerator.scoring import scores
from core.errors import DomainError
from core.exports import xlsx
from core.people.requests import PersonRequest
from core.web import tables

DAY = timedelta(days=1)


class Applications(View):
    """Everything that was sent to closed calls; of open ones how many, and no more."""

    def get(self, request: PersonRequest) -> HttpResponse:
        calls = queries.closed_calls(request.user, at=request.arrived_at)
        form = forms.FilterForm(request.GET, calls=calls)
        wanted = form.wanted()
        found = queries.found_at_desk(request.user, wanted, at=request.arrived_at)
        pages = tables.paginate(request, found.values_list("pk", flat=True))
        lines = queries.lines_of(list(pages.page.object_list))
        context: dict[str, Any] = {
            "form": form,
            "pages": pages,
            "lines": [
                (one, application_words.STATES[one.application.state], words.SCREENED[one.screened]) for one in lines
            ],
            "searched": wanted != queries.Filters(),
            "sealed": queries.sealed(request.user, at=request.arrived_at),
            "calls": calls,
            "illustrative": any(one.application.is_illustrative for one in lines),
        }
        return render(request, "accelerator/reviews/list.html", context)


class ApplicationsSheet(View):
    """What fits the same filters, as a workbook."""

    def get(self, request: PersonRequest) -> HttpResponse:
        calls = queries.closed_calls(request.user, at=request.arrived_at)
        wanted = forms.FilterForm(request.GET, calls=calls).wanted()
        lines = queries.lines(queries.found_at_desk(request.user, wanted, at=request.arrived_at))
        means: dict[int, Decimal] = {}
        for call in calls:
            keys = [one.application.pk for one in lines if one.application.call_id == call.pk]
            given = queries.scores_of(call, keys) if keys else {}
            means |= {key: scores.mean(list(each.values())) for key, each in given.items() if each}
        remarks = [_("Limited by the filters of the list.")] if wanted != queries.Filters() else []
        made = sheets.applications(
            lines, means, as_of=request.arrived_at.date(), known_at=request.arrived_at, remarks=remarks
        )
        return xlsx.response(made, name="applications")


class Application(View):
    """One application as it counts: answers, questions, screening, reviewers and what they found."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_application(request.user, public_id, at=request.arrived_at)
        sent = applications.last_submission(row)
        editions = queries.screenings(row)
        verdicts = queries.verdicts(row)
        screened = queries.outcome(editions[0] if editions else None)
        context: dict[str, Any] = {
            "application": row,
            "state": application_words.STATES[row.state],
            "sent": sent,
            "received": call_words.moment_there(sent.received_at, row.call.zone) if sent else "",
            "parts": queries.read(row),
            "clarifications": list(applications.clarifications(row)),
            "screenings": editions,
            "screened": words.SCREENED[screened],
            "is_to_screen": screened is Screened.WAITS,
            "refusal": rules.refusal_at_desk(request.user, row, at=request.arrived_at),
            "rules": _verdicts(row),
            "assignments": _assignments(row),
            "verdicts": verdicts,
            "spread": scores.spread([one.total for one in verdicts]),
            "mean": scores.mean([one.total for one in verdicts]) if verdicts else None,
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/reviews/application.html", context)


class Ask(OneForm):
    """A question about an application; it goes to everybody who writes for the start-up."""

    def stands(self, request: PersonRequest, application: Row) -> DomainError | None:
        """A question may come after the decision as well."""
        refused = super().stands(request, application)
        return None if isinstance(refused, rules.Decided) else refused

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.AskForm:
        return forms.AskForm(data)

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        day = form.cleaned_data["due_on"]
        due_at = zones.moment(day + DAY, time(), application.call.zone) or request.arrived_at
        application_services.ask(
            application,
            question=form.cleaned_data["question"],
            due_at=due_at,
            by=request.user,
            at=request.arrived_at,
        )
        return _("Asked. Everybody who writes for the start-up is told.")

    def words(self) -> dict[str, str]:
        lead = _("The start-up reads it as it stands here. It does not read your name.")
        return {"heading": _("Ask about the application"), "lead": lead, "button": _("Ask")}


class Screen(OneForm):
    """Complete and eligible, or not and why."""

    def stands(self, request: PersonRequest, application: Row) -> DomainError | None:
        refused = super().stands(request, application)
        return refused or (None if _waits(application) else services.AlreadyScreened())

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.ScreenForm:
        return forms.ScreenForm(data)

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        services.screen(application, **form.stated(), by=request.user, at=request.arrived_at)
        return _("Screened. The decision stays until somebody opens it again with a reason.")

    def words(self) -> dict[str, str]:
        lead = _("What passes goes to reviewers. What does not is told to the start-up with the decision.")
        return {"heading": _("Screen the application"), "lead": lead, "button": _("Decide")}

    def about(self, request: PersonRequest, application: Row) -> dict[str, Any]:
        return {"rules": _verdicts(application)}


class ReopenScreening(OneForm):
    """Take a screening back, with a reason that stays."""

    def stands(self, request: PersonRequest, application: Row) -> DomainError | None:
        refused = super().stands(request, application)
        return refused or (services.NotScreened() if _waits(application) else None)

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.BecauseForm:
        return forms.BecauseForm(data)

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        services.reopen_screening(
            application, because=form.cleaned_data["because"], by=request.user, at=request.arrived_at
        )
        return _("Open again. Every earlier decision stays to be read.")

    def words(self) -> dict[str, str]:
        return {
            "heading": _("Open the screening again"),
            "lead": _("The earlier decision and your reason stay to be read."),
            "button": _("Open it again"),
        }


class Conflict(OneForm):
    """A programme manager's own conflict: the application is gone for her from then on."""

    def stands(self, request: PersonRequest, application: Row) -> DomainError | None:
        """A conflict may be stated whatever became of it."""
        return None

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.ConflictForm:
        return forms.ConflictForm(data)

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        services.declare(application, **form.cleaned_data, by=request.user, at=request.arrived_at)
        return _("Noted. You do not see this application any more.")

    def done(self, application: Row) -> HttpResponse:
        return redirect("accelerator:applications")

    def words(self) -> dict[str, str]:
        lead = _("It is gone for you at once: from every page, list, count and export. Colleagues go on with it.")
        return {"heading": _("State a conflict of interest"), "lead": lead, "button": _("State it")}


def _waits(row: Row) -> bool:
    return queries.outcome(next(iter(queries.screenings(row)), None)) is Screened.WAITS


def _verdicts(row: Row) -> list[eligibility.Verdict]:
    """What the product itself can say of the rules of the call."""
    rules = challenges.open_call(row.call, at=row.call.closes_at).rules
    of = row.organisation
    return eligibility.verdicts(rules, nation=of.nation_id or "", founded_on=of.founded_on)


def _assignments(row: Row) -> list[tuple[Any, tuple[str, Any], tuple[str, Any]]]:
    """Each with what its reviewer said of a conflict, and how far her review is."""
    found = []
    for one in queries.assignments(row):
        review = queries.review_of(one)
        found.append((one, words.SAYS[getattr(one, "said", None) or ""], words.REVIEWS[review.state if review else ""]))
    return found
