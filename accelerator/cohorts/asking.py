"""A page that asks one thing and does it: what is read, a form, one button. Shared by the pages of cohorts and their money."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core.errors import Conflict, DomainError, Invalid
from core.people.requests import PersonRequest
from core.web.forms import take

CONFLICT = 409
UNFIT = _("This form was changed on its way. Open it anew and fill it in again.")
Words = str | Promise


class Carried(forms.CharField):
    """What a form carries unseen: the digest that was read, or the key that makes it safe to send twice."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": UNFIT, "max_length": UNFIT}, **kwargs)


class Ask(View):
    """Subclasses load the thing, say what refuses the step to the person, and take it."""

    form_class: ClassVar[type[forms.Form]] = forms.Form
    template: ClassVar[str] = "accelerator/cohorts/act.html"
    heading: ClassVar[Words]
    lead: ClassVar[Words] = ""
    button: ClassVar[Words]
    audience: ClassVar[str] = ""

    def load(self, request: PersonRequest, **ids: Any) -> Any:
        """The thing, if the person may see it. Raises NotFound."""
        raise NotImplementedError

    def refusal(self, request: PersonRequest, row: Any) -> DomainError | None:
        raise NotImplementedError

    def take_step(self, request: PersonRequest, row: Any, given: Mapping[str, Any]) -> Words:
        """Take the step, and answer with what is said of it."""
        raise NotImplementedError

    def back(self, row: Any) -> str:
        raise NotImplementedError

    def about(self, row: Any) -> dict[str, Any]:
        """What the page shows beside its form; ``what`` is the line beneath the heading, ``crumbs`` the way here."""
        raise NotImplementedError

    def form(self, row: Any, data: Any = None) -> forms.Form:
        return self.form_class(data)

    def get(self, request: PersonRequest, **ids: Any) -> HttpResponse:
        row = self.load(request, **ids)
        if refused := self.refusal(request, row):
            raise refused
        return self._page(request, row, self.form(row))

    def post(self, request: PersonRequest, **ids: Any) -> HttpResponse:
        row = self.load(request, **ids)
        form = self.form(row, request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        try:
            said = self.take_step(request, row, form.cleaned_data)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, row, form, status=CONFLICT)
        messages.success(request, str(said))
        return redirect(self.back(row))

    def _page(self, request: PersonRequest, row: Any, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {
            "heading": self.heading,
            "lead": self.lead,
            "button": self.button,
            "audience": self.audience,
            "back": self.back(row),
            "form": form,
            **self.about(row),
        }
        return render(request, self.template, context, status=status)


def allowed(permitted: Mapping[str, DomainError | None]) -> set[str]:
    """The names of the steps that nothing refuses: which buttons a page shows."""
    return {name for name, refused in permitted.items() if refused is None}
