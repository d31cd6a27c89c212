"""Calls for applications on the programme manager's side: drafting, the form, the criteria, publishing."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.challenges import asking, forms, queries, rules, services, words, workbooks, zones
from accelerator.challenges.models import Call as CallRow
from accelerator.challenges.models import CallSection
from accelerator.challenges.rules import Act
from core import clock
from core.audit import sentences
from core.errors import Conflict, DomainError, Invalid, NotPermitted
from core.exports import xlsx
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from core.web.rows import MORE, BaseRows, Rows

FORBIDDEN, CONFLICT = 403, 409
READ = "read"
"""The digest of the call that the page was drawn from."""


class Calls(View):
    """The calls of one's programmes, what waits for the person first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        found = [(one, words.STATES[one.state], _acts(request, one)) for one in queries.visible_to(request.user)]
        found.sort(key=lambda one: Act.PUBLISH.value not in one[2])
        context = {
            "calls": found,
            "programmes": queries.run_by(request.user),
            "may_add": people_rules.reaches_everywhere(request.user, Permission.PROGRAMME_PUBLISH),
        }
        return render(request, "accelerator/calls/list.html", context)


class CallsWorkbook(View):
    """The same calls as a workbook, the latest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        today = clock.today()
        content = workbooks.calls(queries.visible_to(request.user), as_of=today, known_at=clock.now())
        return xlsx.response(content, name=f"calls-for-applications-{today.isoformat()}")


class Call(View):
    """A call with what may be done with it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        context = _shown(call) | {
            "acts": _acts(request, call),
            "stage": words.STATES[call.state],
            "lacking": queries.lacking(call),
            "may_change": Act.EDIT in _acts(request, call),
            "weights": sum(one.weight for one in queries.criteria(call)),
        }
        return render(request, "accelerator/calls/call.html", context)


class Preview(View):
    """A call as an applicant reads it, in every state."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        context = _shown(call) | {"preview": True}
        return render(request, "accelerator/calls/public.html", context | asking.asked(request, context["shown"]))


class Draft(View):
    """A new call. It is kept as a draft, which only the programmes’ staff read."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, self._form(request))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        if form.is_valid():
            chosen = {one.public_id: one for one in queries.run_by(request.user)}
            try:
                call = services.draft_call(
                    chosen[form.cleaned_data["programme"]], form.facts(), by=request.user, at=clock.now()
                )
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("Kept as a draft. Now the sections of its form."))
                return redirect("accelerator:call-sections", call.public_id)
        return self._page(request, form)

    def _form(self, request: PersonRequest, data: Mapping[str, Any] | None = None) -> forms.CallForm:
        programmes = queries.run_by(request.user)
        if not programmes:
            raise NotPermitted
        return forms.CallForm(data, opens_on=clock.today(), programmes=programmes)

    def _page(self, request: PersonRequest, form: forms.CallForm) -> HttpResponse:
        return render(request, "accelerator/calls/facts.html", {"form": form})


class Edit(View):
    """Change what a call says beside its form."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = _changeable(request, public_id)
        return self._page(request, call, self._form(call, initial=forms.of_call(call)))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = _changeable(request, public_id)
        form = self._form(call, request.POST)
        if form.is_valid():
            try:
                services.edit_call(call, form.facts(), by=request.user, at=clock.now(), read=request.POST.get(READ, ""))
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("Kept. The call is a draft until it is submitted."))
                return redirect("accelerator:call", call.public_id)
        return self._page(request, call, form)

    def _form(self, call: CallRow, *sent: Mapping[str, Any], **given: Any) -> forms.CallForm:
        opens_on = zones.there(call.opens_at, call.zone).date()
        return forms.CallForm(*sent, opens_on=opens_on, kept=call.nations, **given)

    def _page(self, request: PersonRequest, call: CallRow, form: forms.CallForm) -> HttpResponse:
        return render(
            request, "accelerator/calls/facts.html", {"form": form, "call": call, "read": queries.digest(call)}
        )


class InRows(View):
    """A part of a call that is stated in rows: all of them at once, replaced as a whole."""

    rows: ClassVar[Rows]
    part: ClassVar[str]
    """The name by which the template says what the rows are."""

    def get(self, request: PersonRequest, public_id: str, **given: Any) -> HttpResponse:
        call = _changeable(request, public_id)
        about = self.about(call, **given)
        return self._page(request, call, about, self.rows.offered(self.standing(about)))

    def post(self, request: PersonRequest, public_id: str, **given: Any) -> HttpResponse:
        call = _changeable(request, public_id)
        about = self.about(call, **given)
        if MORE in request.POST:
            return self._page(request, call, about, self.rows.offered(self.rows.typed(request.POST)))
        sent = self.rows.sent(request.POST)
        if not sent.is_valid():
            return self._page(request, call, about, sent)
        try:
            self.write(about, sent.stated(), by=request.user, at=clock.now(), read=request.POST.get(READ, ""))
        except (Conflict, Invalid) as refusal:
            sent.take(refusal)
            return self._page(request, call, about, sent)
        messages.success(request, _("Kept. The call is a draft until it is submitted."))
        return redirect("accelerator:call", call.public_id)

    def about(self, call: CallRow, **given: Any) -> Any:
        """What the rows belong to: the call itself, or a section of it."""
        return call

    def standing(self, about: Any) -> list[dict[str, Any]]:
        raise NotImplementedError

    write: ClassVar[Callable[..., object]]

    def _page(self, request: PersonRequest, call: CallRow, about: Any, sent: BaseRows) -> HttpResponse:
        context = {"call": call, "about": about, "lines": sent, "part": self.part, "read": queries.digest(call)}
        return render(request, "accelerator/calls/rows.html", context)


class Sections(InRows):
    rows, part = forms.SECTIONS, "sections"

    def standing(self, about: CallRow) -> list[dict[str, Any]]:
        return forms.of_sections(queries.sections(about))

    def write(self, about: CallRow, stated: list[dict[str, Any]], **by: Any) -> None:
        services.set_sections(about, [services.Section(**one) for one in stated], **by)


class Questions(InRows):
    rows, part = forms.QUESTIONS, "questions"

    def about(self, call: CallRow, **given: Any) -> CallSection:
        return queries.get_section(call, given["order"])

    def standing(self, about: CallSection) -> list[dict[str, Any]]:
        return forms.of_questions(about)

    def write(self, about: CallSection, stated: list[dict[str, Any]], **by: Any) -> None:
        services.set_questions(about, [forms.question(one) for one in stated], **by)


class Criteria(InRows):
    rows, part = forms.CRITERIA, "criteria"

    def standing(self, about: CallRow) -> list[dict[str, Any]]:
        return forms.of_criteria(queries.criteria(about))

    def write(self, about: CallRow, stated: list[dict[str, Any]], **by: Any) -> None:
        services.set_criteria(about, [services.Criterion(**one) for one in stated], **by)


class Submit(View):
    """Ask a second person to publish."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        services.submit_call(call, by=request.user, at=clock.now())
        messages.success(request, _("Submitted. Another programme manager publishes it now."))
        return redirect("accelerator:call", call.public_id)


class HandBack(View):
    """Say what should be changed; the call is a draft again."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_call(request.user, public_id), forms.HandBackForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        form = forms.HandBackForm(request.POST)
        if form.is_valid():
            services.hand_back(call, because=form.cleaned_data["because"], by=request.user)
            messages.success(request, _("Handed back. It is a draft again."))
            return redirect("accelerator:call", call.public_id)
        return self._page(request, call, form)

    def _page(self, request: PersonRequest, call: CallRow, form: forms.HandBackForm) -> HttpResponse:
        if refused := rules.refusal(request.user, call, Act.HAND_BACK):
            raise refused
        return render(request, "accelerator/calls/hand_back.html", {"form": form, "call": call})


class Publish(View):
    """Publish what the page shows, once it was read."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_call(request.user, public_id), forms.PublishForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_call(request.user, public_id)
        form = forms.PublishForm(request.POST)
        if not form.is_valid():
            return self._page(request, call, form)
        try:
            services.publish_call(call, digest=form.cleaned_data["digest"], by=request.user, at=clock.now())
        except (Conflict, NotPermitted) as refusal:
            return self._page(request, queries.get_call(request.user, public_id), form, refusal)
        messages.success(request, _("Published. Everybody can read it now, and it stays as it is."))
        return redirect("accelerator:call", call.public_id)

    def _page(
        self, request: PersonRequest, call: CallRow, form: forms.PublishForm, refusal: DomainError | None = None
    ) -> HttpResponse:
        said = refusal or rules.refusal(request.user, call, Act.PUBLISH)
        digest = queries.digest(call)
        context = _shown(call) | {
            "form": form,
            "refusal": said,
            "may": rules.refusal(request.user, call, Act.PUBLISH) is None,
            "digest": digest,
            "digest_in_groups": sentences.in_groups(digest),
        }
        status = 200 if said is None else FORBIDDEN if isinstance(said, NotPermitted) else CONFLICT
        return render(request, "accelerator/calls/publish.html", context, status=status)


def _shown(call: CallRow) -> dict[str, Any]:
    shown = queries.open_call(call, at=clock.now())
    return {"call": call, "shown": shown, "window": words.WINDOWS[shown.stands], "illustrative": call.is_illustrative}


def _acts(request: PersonRequest, call: CallRow) -> list[str]:
    """The steps that the person may take now, by name."""
    return [name for name, refused in rules.permitted(request.user, call).items() if refused is None]


def _changeable(request: PersonRequest, public_id: str) -> CallRow:
    """A call that the person may change now. Raises NotFound, NotPermitted, WrongState."""
    call = queries.get_call(request.user, public_id)
    if refused := rules.refusal(request.user, call, Act.EDIT):
        raise refused
    return call
