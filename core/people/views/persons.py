"""The work pages about people: the list, one person, and what ends at once."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import NotFound
from core.people import forms, queries, services
from core.people.models import User
from core.people.requests import PersonRequest

PER_PAGE = 50


class People(View):
    """Everybody with an account, and the invitations that are open."""

    def get(self, request: PersonRequest) -> HttpResponse:
        form = forms.SearchForm(request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        people = queries.search(request.user, on=clock.today(), **wanted)
        page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page": page,
            "lines": queries.lines(list(page.object_list), on=clock.today()),
            "invitations": queries.open_invitations(request.user, at=clock.now()),
            "may_invite": request.may_open("manage:invite"),
            "searched": any(wanted.values()),
        }
        return render(request, "core/people/people.html", context)


class PersonPage(View):
    """A page about one person whom the reader may see."""

    person: User

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the person. Raises NotFound."""
        super().setup(request, *args, **kwargs)
        reader = cast(PersonRequest, request).user
        found = queries.visible_to(reader).filter(public_id=kwargs["public_id"]).first()
        if found is None:
            raise NotFound
        self.person = found

    def back(self) -> HttpResponse:
        return redirect("manage:person", self.person.public_id)


class Person(PersonPage):
    """Grants now and before, sessions, second factor, and what the reader may do."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        context = {
            "person": self.person,
            "grants": queries.grants_in_words(self.person, on=clock.today()),
            "factors": queries.factors_of(self.person),
            "sessions": queries.sessions_of(self.person, at=clock.now()),
            "permitted": queries.permitted(request.user, self.person),
        }
        return render(request, "core/people/person.html", context)


class Disable(PersonPage):
    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.disable(self.person, by=request.user)
        messages.success(request, _("The account is disabled. Its sessions have ended."))
        return self.back()


class Enable(PersonPage):
    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.enable(self.person, by=request.user)
        messages.success(request, _("The account is open again."))
        return self.back()


class EndSessions(PersonPage):
    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.sign_out_everywhere(self.person, by=request.user)
        messages.success(request, _("Every session of this person has ended."))
        return self.back()
