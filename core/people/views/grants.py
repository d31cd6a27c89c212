"""Giving a role and taking it away: each asks for a fresh second factor."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import forms, queries, services
from core.people.requests import PersonRequest
from core.people.views.persons import PersonPage


class Grant(PersonPage):
    """The form that gives a role."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, forms.GrantForm(initial={"starts_on": clock.today()}))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = forms.GrantForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            services.grant(
                self.person, **form.grant(), reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
            )
        except (Conflict, Invalid) as refusal:
            forms.take(form, refusal, form.renamed)
            return self._page(request, form)
        messages.success(request, _("The role is given."))
        return self.back()

    def _page(self, request: PersonRequest, form: forms.GrantForm) -> HttpResponse:
        context = {"person": self.person, "form": form, "permitted": queries.permitted(request.user, self.person)}
        return render(request, "core/people/grant.html", context)


class Revoke(View):
    """The form that takes a role away, with the reason."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, public_id, forms.RevokeForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = forms.RevokeForm(request.POST)
        held = queries.grants_visible_to(request.user).filter(public_id=public_id).first()
        if held is None:
            raise NotFound
        if not form.is_valid():
            return self._page(request, public_id, form)
        try:
            services.revoke(held, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"])
        except (Conflict, Invalid) as refusal:
            forms.take(form, refusal)
            return self._page(request, public_id, form)
        messages.success(request, _("The role is revoked, from this moment on."))
        return redirect("manage:person", held.person.public_id)

    def _page(self, request: PersonRequest, public_id: str, form: forms.RevokeForm) -> HttpResponse:
        held = queries.grants_visible_to(request.user).filter(public_id=public_id).first()
        if held is None:
            raise NotFound
        line = queries.grant_in_words(held, on=clock.today())
        context = {"form": form, "held": held, "line": line, "person": held.person}
        return render(request, "core/people/revoke.html", context)
