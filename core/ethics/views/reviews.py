"""The steps of a review, each a form and one call."""

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.ethics import forms, queries, rules, services, subjects
from core.ethics.models import Review
from core.ethics.services.reviews import Assessment
from core.people.requests import PersonRequest
from core.web.forms import take


class Open(View):
    """The form that begins a review."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, self._form(request, initial={"officer": request.user.public_id}))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = self._form(request, data=request.POST)
        if not form.is_valid():
            return self._page(request, form)
        given = form.cleaned_data
        subject = given.pop("subject")
        try:
            review = services.open_review(
                subject,
                **given,
                on=clock.today(),
                by=request.user,
                at=clock.now(),
                illustrative=subject.is_illustrative,
            )
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, form)
        messages.success(request, _now("The review is open. Answer its questions, then assess."))
        return redirect("manage:ethics_review", review.public_id)

    def _form(self, request: PersonRequest, **given: Any) -> forms.OpenForm:
        offered = subjects.all_for(request.user)
        scopes = sorted({one.scope for one in offered})
        officers = queries.officers(*scopes, on=clock.today())
        return forms.OpenForm(offered=offered, officers=officers, **given)

    def _page(self, request: PersonRequest, form: forms.OpenForm) -> HttpResponse:
        return render(request, "core/ethics/open.html", {"form": form})


class Step(View):
    """A form about one review, shown beside it. A refusal of the service stands beside the field or above the form."""

    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    button: ClassVar[Promise]
    said: ClassVar[Promise]

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        review = self._review(request, public_id)
        return self._page(request, review, self.form(request, review))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        review = self._review(request, public_id)
        form = self.form(request, review, data=request.POST)
        if not form.is_valid():
            return self._page(request, review, form)
        try:
            after = self.do(request, review, form) or review
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, review, form)
        messages.success(request, str(self.said))
        return redirect("manage:ethics_review", after.public_id)

    def form(self, request: PersonRequest, review: Review, **given: Any) -> django_forms.Form:
        return forms.ConfirmForm(**given)

    def do(self, request: PersonRequest, review: Review, form: Any) -> Review | None:
        """Call the one service; the review to show then, if another."""
        raise NotImplementedError

    def _review(self, request: PersonRequest, public_id: str) -> Review:
        """The review, to an officer. Raises NotFound, NotPermitted."""
        review = queries.get(request.user, public_id)
        rules.require_assess(request.user, review.scope)
        return review

    def _page(self, request: PersonRequest, review: Review, form: django_forms.Form) -> HttpResponse:
        (line,) = queries.lines([review], today=clock.today())
        context = {
            "review": review,
            "line": line,
            "form": form,
            "heading": self.heading,
            "explanation": self.explanation,
            "button": self.button,
        }
        return render(request, "core/ethics/step.html", context)


class Answers(Step):
    heading, button, said = _("Answers"), _("Save the answers"), _("The answers are kept.")
    explanation = _("Each answer that changes is kept beside the one before it.")

    def form(self, request: PersonRequest, review: Review, **given: Any) -> django_forms.Form:
        return forms.AnswersForm(asked=queries.asked(review), **given)

    def do(self, request: PersonRequest, review: Review, form: forms.AnswersForm) -> None:
        services.give_answers(review, form.given(), by=request.user, at=clock.now())


class Ask(Step):
    heading, button, said = _("Ask the start-up"), _("Ask it"), _("The start-up is asked. Its answers appear here.")
    explanation = _("Its own people read the questions and answer them in the portal. They read no assessment of ours.")

    def do(self, request: PersonRequest, review: Review, form: Any) -> None:
        services.ask_startup(review, by=request.user, at=clock.now())


class Assess(Step):
    heading, button, said = _("Assessment"), _("Assess"), _("The assessment is recorded.")
    explanation = _("Low and medium risk put the review in force at once; high risk waits for the second officer.")

    def form(self, request: PersonRequest, review: Review, **given: Any) -> django_forms.Form:
        return forms.AssessForm(owners=queries.owners(review, on=clock.today()), **given)

    def do(self, request: PersonRequest, review: Review, form: forms.AssessForm) -> None:
        given = form.cleaned_data
        found = Assessment(given["risk"], given["outcome"], given["summary"], given["expires_on"], form.conditions())
        services.assess(review, found, on=clock.today(), by=request.user, at=clock.now())


class Second(Step):
    heading, button, said = _("Agree as second officer"), _("Agree"), _("The review is in force.")
    explanation = _("You confirm risk, outcome, reasons and conditions as they stand on the page of the review.")

    def do(self, request: PersonRequest, review: Review, form: Any) -> None:
        services.second(review, on=clock.today(), by=request.user, at=clock.now())


class Return(Step):
    heading, button, said = _("Send it back"), _("Send it back"), _("The review is back with its officer.")
    explanation = _("The assessment and its conditions fall away; the answers stay.")

    def form(self, request: PersonRequest, review: Review, **given: Any) -> django_forms.Form:
        return forms.BecauseForm(**given)

    def do(self, request: PersonRequest, review: Review, form: Any) -> None:
        services.return_to_officer(review, **form.cleaned_data, by=request.user, at=clock.now())


class Extend(Step):
    heading, button, said = _("Move the expiry"), _("Move the expiry"), _("The expiry is moved.")
    explanation = _("For a short while only: a renewal asks the questions anew.")

    def form(self, request: PersonRequest, review: Review, **given: Any) -> django_forms.Form:
        return forms.ExtendForm(**given)

    def do(self, request: PersonRequest, review: Review, form: Any) -> None:
        services.extend(review, **form.cleaned_data, on=clock.today(), by=request.user)


class Renew(Step):
    heading, button, said = _("Renew the review"), _("Open the renewal"), _("The renewal is open.")
    explanation = _("The present review stays in force until the renewal concludes.")

    def do(self, request: PersonRequest, review: Review, form: Any) -> Review:
        subject = subjects.find([(review.subject_kind, review.subject)]).get(review.subject)
        if subject is None:
            raise NotFound
        return services.renew(review, subject, on=clock.today(), by=request.user, at=clock.now())


class Close(Step):
    heading, button, said = _("Close the review"), _("Close the review"), _("The review is closed.")
    explanation = _("For a holding that was sold or a member that left. Nothing is reminded of any more.")

    def do(self, request: PersonRequest, review: Review, form: Any) -> None:
        services.close(review, on=clock.today(), by=request.user)
