"""What a reviewer sees: her list, names and three lines, then what was sent and her own review."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import queries as applications
from accelerator.reviews import forms, queries, services, words
from accelerator.reviews.lifecycle import HIDING
from accelerator.reviews.models import Assignment
from accelerator.reviews.views.one_form import CONFLICT
from core.errors import Conflict as ConflictError
from core.errors import Invalid
from core.people import navigation
from core.people.requests import PersonRequest
from core.web import kept, numerals, tables
from core.web.forms import remedies, take

SUBMIT = "submit"
"""The button that submits what it saves."""


class Home(View):
    """What waits for the reviewer, the earliest day first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.visible_to(request.user))
        listed = queries.to_review(list(pages.page.object_list))
        navigation.know(request.user, "review:home", queries.waiting(request.user))
        context = {
            "pages": pages,
            "lines": [(one, words.REVIEWS[_state(one.assignment)]) for one in listed],
            "today": request.arrived_at.date(),
            "illustrative": any(one.assignment.application.is_illustrative for one in listed),
        }
        return render(request, "accelerator/reviews/home.html", context)


class Declare(View):
    """Names and three lines, and the question whether there is a conflict: asked first, and open at any later time."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_assignment(request.user, public_id), forms.DeclareForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        assignment = queries.get_assignment(request.user, public_id)
        form = forms.DeclareForm(request.POST)
        if not form.is_valid():
            return self._page(request, assignment, form)
        services.declare(assignment.application, **form.cleaned_data, by=request.user, at=request.arrived_at)
        if form.cleaned_data["says"] in HIDING:
            messages.success(request, _("Noted. You do not see this application any more; the programme is told."))
            return redirect("review:home")
        return redirect("review:review", public_id)

    def _page(self, request: PersonRequest, assignment: Assignment, form: forms.DeclareForm) -> HttpResponse:
        (shown,) = queries.to_review([assignment])
        context = {
            "shown": shown,
            "application": assignment.application,
            "people": queries.people_of(assignment.application),
            "form": form,
            "illustrative": assignment.application.is_illustrative,
        }
        return render(request, "accelerator/reviews/declare.html", context)


class Review(View):
    """What was sent, and a score with words for each criterion; saved as it grows, submitted once."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        assignment = queries.get_assignment(request.user, public_id)
        if not queries.is_open(assignment):
            return redirect("review:declare", public_id)
        typed = kept.take(request.user.public_id, request.path)
        if typed:
            messages.warning(request, _("Your session had ended. What you typed is here again; save it now."))
        return self._page(request, assignment, _form(assignment, typed=typed))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        assignment = queries.get_assignment(request.user, public_id)
        if not queries.is_open(assignment):
            return redirect("review:declare", public_id)
        form = _form(assignment, request.POST)
        if not form.is_valid():
            return self._page(request, assignment, form)
        stated = {"comment": form.cleaned_data["comment"], "edition": form.cleaned_data["edition"]}
        try:
            services.save_review(assignment, form.given(), **stated, by=request.user, at=request.arrived_at)
        except (ConflictError, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, assignment, form, status=CONFLICT)
        if SUBMIT not in request.POST:
            messages.success(request, _("Saved. Nobody else reads it before you submit."))
            return redirect("review:review", public_id)
        return self._submit(request, public_id)

    def _submit(self, request: PersonRequest, public_id: str) -> HttpResponse:
        assignment = queries.get_assignment(request.user, public_id)
        try:
            services.submit_review(assignment, by=request.user, at=request.arrived_at)
        except ConflictError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Submitted. It stays as it is."))
        return redirect("review:review", public_id)

    def _page(
        self, request: PersonRequest, assignment: Assignment, form: forms.ReviewForm, *, status: int = 200
    ) -> HttpResponse:
        application = assignment.application
        review = queries.review_of(assignment)
        is_done = queries.is_done(assignment)
        context = {
            "assignment": assignment,
            "application": application,
            "parts": queries.read(application),
            "clarifications": [one for one in applications.clarifications(application) if one.answer],
            "form": form,
            "review": review,
            "is_done": is_done,
            "judged": queries.judged(application, review) if is_done else [],
            "others": queries.verdicts_for(assignment),
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/reviews/review.html", context, status=status)


class Save(View):
    """What the page keeps by itself: the review as it stands, some seconds after the last key and when a field is left."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        assignment = queries.get_assignment(request.user, public_id)
        form = _form(assignment, request.POST)
        if not form.is_valid():
            first = next(sentence for name in form.errors for sentence in _remedies(form, name))
            return JsonResponse({"refusal": str(first)}, status=CONFLICT)
        stated = {"comment": form.cleaned_data["comment"], "edition": form.cleaned_data["edition"]}
        try:
            review = services.save_review(assignment, form.given(), **stated, by=request.user, at=request.arrived_at)
        except (ConflictError, Invalid) as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=CONFLICT)
        said = _("Saved at %(hour)s") % {"hour": numerals.hour(review.saved_at)}
        return JsonResponse({"saved": said, "edition": review.edition})


def _form(assignment: Assignment, data: Any = None, *, typed: Mapping[str, str] | None = None) -> forms.ReviewForm:
    """``typed`` is what was typed as a session ended, with the edition that its page showed."""
    review = queries.review_of(assignment)
    judged = queries.judged(assignment.application, review)
    comment, edition = (review.comment, review.edition) if review else ("", 0)
    initial = forms.of_review(judged, comment=comment, edition=edition) | dict(typed or {})
    return forms.ReviewForm(data, criteria=[one.criterion for one in judged], initial=initial)


def _remedies(form: forms.ReviewForm, name: str) -> list[str | Promise]:
    return remedies(form[name]) if name in form.fields else [str(one) for one in form.errors[name]]


def _state(assignment: Assignment) -> str:
    review = queries.review_of(assignment)
    return review.state if review else ""
