"""Which start-ups are one company with one that is kept: stated by one person, agreed to by another, taken back by either."""

from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid
from core.organisations import forms, queries, rules, services, words
from core.organisations.models import OneCompany
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import tables
from core.web.forms import take

CONFLICT = 409


class Companies(View):
    """What was stated, the last first, with what the reader may do about it."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.statements())
        listed = list(pages.page.object_list)
        last = {one.pk for one in queries.that_count(queries.statements().filter(pk__in=[one.pk for one in listed]))}
        lines = [
            (
                one,
                words.of_statement(one, counts=one.pk in last),
                rules.refusal_to_agree(request.user, one, counts=one.pk in last) is None,
                rules.refusal_to_part(request.user, one, counts=one.pk in last) is None,
            )
            for one in listed
        ]
        may_state = people_rules.may(request.user, Permission.ORGANISATION_JOIN)
        return render(
            request, "core/organisations/companies.html", {"pages": pages, "lines": lines, "may_state": may_state}
        )


class State(View):
    """Choose the two, and say how one knows."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, forms.OneCompanyForm())

    def post(self, request: PersonRequest) -> HttpResponse:
        form = forms.OneCompanyForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            services.state_one(*form.pair(), reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, form, status=CONFLICT)
        messages.success(request, _("Stated. It holds once another person agrees."))
        return redirect("manage:companies")

    def _page(self, request: PersonRequest, form: django_forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "heading": _("State that two are one company"), "button": _("State it")}
        return render(request, "core/organisations/company.html", context, status=status)


class Step(View):
    """A step about one statement, which the page shows."""

    statement: OneCompany

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.statement = queries.get_statement(cast(str, kwargs["public_id"]))

    def page(self, request: PersonRequest, form: django_forms.Form, **words: str) -> HttpResponse:
        context = {"form": form, "statement": self.statement, **words}
        return render(request, "core/organisations/company.html", context)


class Agree(Step):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        if refused := rules.refusal_to_agree(request.user, self.statement, counts=queries.counts(self.statement)):
            raise refused
        heading, button = _("Agree that the two are one company"), _("Agree")
        return self.page(request, django_forms.Form(), heading=heading, button=button)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.agree_one(self.statement, by=request.user, at=clock.now())
        messages.success(request, _("The two are one company from now on."))
        return redirect("manage:companies")


class Part(Step):
    """State that the two are two after all."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        if refused := rules.refusal_to_part(request.user, self.statement, counts=queries.counts(self.statement)):
            raise refused
        return self._page(request, forms.TwoCompaniesForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = forms.TwoCompaniesForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        services.state_two(self.statement, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, _("The two are two companies again."))
        return redirect("manage:companies")

    def _page(self, request: PersonRequest, form: django_forms.Form) -> HttpResponse:
        return self.page(request, form, heading=_("State that they are two companies"), button=_("State it"))
