"""The ranking of a call, a selection from it and its decision, and feedback for applicants."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call, Challenge
from accelerator.panels import forms, queries, rules, services, words
from accelerator.panels.models import Selection as Row
from accelerator.panels.rules import Act
from accelerator.reviews import queries as reviews
from core.audit import sentences
from core.errors import Conflict, DomainError, Invalid, NotPermitted
from core.people.requests import PersonRequest
from core.web import tables
from core.web.forms import take

CONFLICT, FORBIDDEN = 409, 403
DIGITS = 4
"""Of how many applications an address may ask for at once."""


class Ranking(View):
    """Every application of one challenge by its mean, with how far reviewers differ and what is tied: a page of them."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call, challenge = _asked(request, public_id)
        table = _table(request, call, challenge)
        is_open = queries.standing_selection(call, challenge) is None
        everyone = queries.everyone(call, challenge).values("pk")
        may = is_open and rules.refusal_to_propose(request.user, call, everyone) is None
        context = table | {
            "pages": tables.paginate(request, table["ranking"].places),
            "standing": _standing(request, call, challenge),
            "may_propose": may and table["ranking"].is_whole,
            "lacks": services.NotAllRanked.sentence if may and not table["ranking"].is_whole else "",
        }
        return render(request, "accelerator/panels/ranking.html", context)


class Propose(View):
    """
    What becomes of each application: selected, in reserve, or not; for a second person to decide.

    The best are listed, and as many more as the address asks for; what is not listed is not selected.
    """

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call, challenge = _asked(request, public_id)
        context = _table(request, call, challenge)
        if queries.standing_selection(call, challenge) is not None:
            context["stands"] = services.AlreadyProposed.sentence
        elif not context["ranking"].is_whole:
            context["stands"] = services.NotAllRanked.sentence
        if "stands" in context:
            return render(request, "accelerator/panels/propose.html", context)
        return self._page(request, context, forms.ProposeForm(places=_listed(request, context["ranking"].places)))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call, challenge = _asked(request, public_id)
        context = _table(request, call, challenge)
        form = forms.ProposeForm(request.POST, places=_listed(request, context["ranking"].places))
        if not form.is_valid():
            return self._page(request, context, form)
        selected, reserve = form.chosen()
        stated = {"reason": form.cleaned_data["reason"], "release_on": form.cleaned_data["release_on"]}
        try:
            made = services.propose(
                call, challenge, selected=selected, reserve=reserve, **stated, by=request.user, at=request.arrived_at
            )
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, context, form, status=CONFLICT if isinstance(refusal, Conflict) else 200)
        messages.success(request, _("Proposed. Another programme manager decides now."))
        return redirect("accelerator:selection", made.public_id)

    def _page(
        self, request: PersonRequest, context: dict[str, Any], form: forms.ProposeForm, *, status: int = 200
    ) -> HttpResponse:
        rows = [(one, outcome, outcome.value(), place) for one, (outcome, place) in form.rows()]
        left = len(context["ranking"].places) - len(rows)
        context |= {"form": form, "rows": rows, "offered": forms.offered(), "left": left}
        context["more"] = len(rows) + tables.PER_PAGE
        return render(request, "accelerator/panels/propose.html", context, status=status)


class Selection(View):
    """A selection as it was proposed, with who did what, and what the reader may do with it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_selection(request.user, public_id)
        at = request.arrived_at
        acts = [act.value for act in Act if rules.refusal(request.user, row, act, at=at) is None]
        return render(request, "accelerator/panels/selection.html", _shown(request, row) | {"acts": acts})


class Approve(View):
    """Approve what the page shows, once it was read."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_selection(request.user, public_id))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_selection(request.user, public_id)
        form = forms.DecideForm(request.POST)
        if not form.is_valid():
            return self._page(request, row)
        try:
            services.approve(row, digest=form.cleaned_data["digest"], by=request.user, at=request.arrived_at)
        except (Conflict, NotPermitted) as refusal:
            return self._page(request, queries.get_selection(request.user, public_id), refusal)
        messages.success(request, _("Approved. Applicants are told automatically on the day that it names."))
        return redirect("accelerator:selection", public_id)

    def _page(self, request: PersonRequest, row: Row, refusal: DomainError | None = None) -> HttpResponse:
        said = refusal or rules.refusal(request.user, row, Act.APPROVE, at=request.arrived_at)
        context = _shown(request, row) | {"refusal": said}
        status = 200 if said is None else FORBIDDEN if isinstance(said, NotPermitted) else CONFLICT
        return render(request, "accelerator/panels/approve.html", context, status=status)


class SendBack(View):
    """Say what should be changed."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_selection(request.user, public_id), forms.SendBackForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_selection(request.user, public_id)
        form = forms.SendBackForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        services.send_back(row, because=form.cleaned_data["because"], by=request.user, at=request.arrived_at)
        messages.success(request, _("Sent back. It is proposed anew from the ranking."))
        return redirect("accelerator:selection", public_id)

    def _page(self, request: PersonRequest, row: Row, form: forms.SendBackForm) -> HttpResponse:
        if refused := rules.refusal(request.user, row, Act.SEND_BACK, at=request.arrived_at):
            raise refused
        return render(request, "accelerator/panels/send_back.html", _shown(request, row) | {"form": form})


class Release(View):
    """Tell every start-up."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_selection(request.user, public_id)
        services.release(row, by=request.user, at=request.arrived_at)
        messages.success(request, _("Released. Every start-up is told, and its feedback is open to it."))
        return redirect("accelerator:selection", public_id)


class WriteFeedback(View):
    """Words for the applicant on each criterion. They name nobody."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, public_id)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        application = reviews.get_application(request.user, public_id, at=request.arrived_at)
        form = _feedback_form(application, request.POST)
        if not form.is_valid():
            return self._page(request, public_id, form)
        try:
            services.write_feedback(application, form.texts(), by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            status = CONFLICT if isinstance(refusal, Conflict) else 200
            return self._page(request, public_id, form, status=status)
        messages.success(request, _("Kept. The start-up reads it once the decision is released."))
        return redirect("accelerator:application", public_id)

    def _page(
        self, request: PersonRequest, public_id: str, form: forms.FeedbackForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        application = reviews.get_application(request.user, public_id, at=request.arrived_at)
        context = {
            "application": application,
            "form": form or _feedback_form(application, None),
            "is_told": queries.is_told(application),
            "refusal": rules.refusal_for(request.user, application, at=request.arrived_at),
            "verdicts": reviews.verdicts(application),
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/panels/feedback.html", context, status=status)


def _feedback_form(application: Any, data: Any) -> forms.FeedbackForm:
    listed = challenges.criteria(application.call)
    return forms.FeedbackForm(data, criteria=listed, standing=queries.feedback(application))


def _listed(request: PersonRequest, places: Sequence[queries.Place]) -> list[queries.Place]:
    """The best, as many as ``?list=`` asks for; and whatever the form that was sent speaks of, should its rank have fallen."""
    asked = request.GET.get("list", "")
    most = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS else tables.PER_PAGE
    sent = request.POST
    return [
        one for number, one in enumerate(places) if number < most or forms.ProposeForm.name_of(one.application) in sent
    ]


def _asked(request: PersonRequest, public_id: str) -> tuple[Call, Challenge | None]:
    """A closed call, and the challenge that the address asks for."""
    call = reviews.get_closed_call(request.user, public_id, at=request.arrived_at)
    return call, queries.topic(call, request.GET.get("challenge", ""))


def _table(request: PersonRequest, call: Call, challenge: Challenge | None) -> dict[str, Any]:
    seen = queries.seen_by(call, challenge, person=request.user, at=request.arrived_at)
    return {
        "call": call,
        "challenge": challenge,
        "topics": [one for one in queries.topics(call) if one is not None],
        "ranking": queries.ranking(call, challenge, seen),
        "illustrative": call.is_illustrative,
    }


def _standing(request: PersonRequest, call: Call, challenge: Challenge | None) -> list[tuple[Row, Any]]:
    """Selections of the challenge that the person may see, the latest first, with how each stands."""
    rows = queries.visible_to(request.user).filter(call=call, challenge=challenge)
    return [(one, words.STATES[one.state]) for one in rows]


def _shown(request: PersonRequest, row: Row) -> dict[str, Any]:
    asked = f"?challenge={row.challenge.public_id}" if row.challenge else ""
    pages = tables.paginate(request, queries.lines(row, request.user))
    return {
        "selection": row,
        "call": row.call,
        "pages": pages,
        "lines": [(one, words.OUTCOMES[one.outcome]) for one in pages.page.object_list],
        "counts": [(words.OUTCOMES[one], count) for one, count in queries.counts(row, request.user).items()],
        "stage": words.STATES[row.state],
        "digest_in_groups": sentences.in_groups(row.digest),
        "ranking_address": reverse("accelerator:ranking", args=[row.call.public_id]) + asked,
        "illustrative": row.call.is_illustrative,
    }
