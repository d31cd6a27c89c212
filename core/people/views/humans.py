"""Stating that two accounts belong to one person, or to two after all: each asks for a fresh second factor."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import clock
from core.errors import Conflict, Invalid
from core.people import forms, queries, services
from core.people.requests import PersonRequest
from core.people.views.persons import PersonPage

STATED = gettext_noop(
    "The two accounts count as one person from now on. What they approved before stays; the check of the books names what "
    "one human turns out to have approved alone."
)


class SamePerson(PersonPage):
    """One form: to state it of an account that stands alone, to take it back of a further one."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, self._form())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = self._form(request)
        if not form.is_valid():
            return self._page(request, form)
        reason = form.cleaned_data["reason"]
        try:
            if self.person.same_person_as_id:
                services.part(self.person, reason=reason, by=request.user)
                messages.success(request, _("The two accounts count as two people again."))
            else:
                other = queries.by_address(request.user, form.cleaned_data["other"])
                services.state_same_person(self.person, other, reason=reason, by=request.user, at=clock.now())
                messages.success(request, _(STATED))
        except (Conflict, Invalid) as refusal:
            forms.take(form, refusal)
            return self._page(request, form)
        return self.back()

    def _form(self, request: PersonRequest | None = None) -> django_forms.Form:
        kind = forms.PartForm if self.person.same_person_as_id else forms.SamePersonForm
        return kind(request.POST if request else None)

    def _page(self, request: PersonRequest, form: django_forms.Form) -> HttpResponse:
        context = {"person": self.person, "form": form, "permitted": queries.permitted(request.user, self.person)}
        return render(request, "core/people/same_person.html", context)
