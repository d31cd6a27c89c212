"""What start-ups see and do about responsible use: their self-assessment, and conditions that one of them owns."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotPermitted
from core.ethics import forms, queries, rules, services, words
from core.ethics.lifecycle import State
from core.ethics.models import Condition as ConditionRow
from core.ethics.models import Review
from core.people.requests import PersonRequest
from core.web.forms import take


class Own(View):
    """What one is asked, and what one is to do by when."""

    def get(self, request: PersonRequest) -> HttpResponse:
        found = [(one, *words.CONDITIONS[one.state]) for one in queries.conditions_of_startups(request.user)]
        context = {
            "reviews": [(one, one.state == State.OPEN) for one in queries.asked_of(request.user)],
            "conditions": found,
            "today": clock.today(),
        }
        return render(request, "core/ethics/own.html", context)


class Answers(View):
    """The self-assessment: every question, answered as far as one can; what changes is kept beside what stood."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        review = queries.get_asked(request.user, public_id)
        return self._page(request, review, forms.AnswersForm(asked=queries.asked(review)))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        review = queries.get_asked(request.user, public_id)
        form = forms.AnswersForm(request.POST, asked=queries.asked(review))
        if not form.is_valid():
            return self._page(request, review, form)
        try:
            services.give_answers(review, form.given(), by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, review, form)
        messages.success(request, _("Your answers are kept. The ethics officer reads them."))
        return redirect("organisations:ethics")

    def _page(self, request: PersonRequest, review: Review, form: forms.AnswersForm) -> HttpResponse:
        context = {
            "review": review,
            "form": form,
            "asked": queries.asked(review),
            "is_open": review.state == State.OPEN,
            "illustrative": review.is_illustrative,
        }
        return render(request, "core/ethics/own_answers.html", context)


class Condition(View):
    """What must be done, by whom and until when; and the evidence."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_condition_of_startup(request.user, public_id), forms.EvidenceForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        condition = queries.get_condition_of_startup(request.user, public_id)
        form = forms.EvidenceForm(request.POST)
        if not form.is_valid():
            return self._page(request, condition, form)
        try:
            services.answer(condition, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, condition, form)
        messages.success(request, _("The evidence is kept. An ethics officer reads it."))
        return redirect("organisations:ethics")

    def _page(self, request: PersonRequest, condition: ConditionRow, form: forms.EvidenceForm) -> HttpResponse:
        tone, state = words.CONDITIONS[condition.state]
        context = {
            "condition": condition,
            "tone": tone,
            "state": state,
            "form": form,
            "may_answer": queries.may_answer(request.user, condition),
            "is_other": not rules.may_answer_condition(request.user, condition),
        }
        return render(request, "core/ethics/own_condition.html", context)
