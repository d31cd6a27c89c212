"""Inviting people, and accepting an invitation."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import forms, queries, rules, services
from core.people.models import Invitation, User
from core.people.requests import PersonRequest
from core.people.roles import Scope


class Invite(View):
    """The form that invites somebody to a first role."""

    def get(self, request: PersonRequest) -> HttpResponse:
        initial = {"starts_on": clock.today(), "language": request.LANGUAGE_CODE}
        return self._page(request, forms.InviteForm(initial=initial))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = forms.InviteForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        person = {name: form.cleaned_data[name] for name in ("name", "email", "language")}
        try:
            services.invite(**person, **form.grant(), by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            forms.take(form, refusal, form.renamed)
            return self._page(request, form)
        messages.success(request, _("The invitation is on its way. It holds for seven days."))
        return redirect("manage:people")

    def _page(self, request: PersonRequest, form: forms.InviteForm) -> HttpResponse:
        return render(request, "core/people/invite.html", {"form": form})


class SendAgain(View):
    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.send_invitation_again(_invitation(request, public_id), by=request.user, at=clock.now())
        messages.success(request, _("A new link is on its way. The former one no longer opens anything."))
        return redirect("manage:people")


class Withdraw(View):
    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        services.withdraw_invitation(_invitation(request, public_id), by=request.user, at=clock.now())
        messages.success(request, _("The invitation is withdrawn. Its link no longer opens anything."))
        return redirect("manage:people")


@method_decorator(sensitive_post_parameters("password", "again"), name="dispatch")
class Accept(View):
    """Who invites to what, until when; then a name and a password, and the account is made."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = services.find_invitation(token, at=clock.now())
        return self._page(request, token, forms.AcceptForm(initial={"name": invitation.name}))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = forms.AcceptForm(request.POST)
        if not form.is_valid():
            return self._page(request, token, form)
        given = form.cleaned_data
        try:
            person = services.accept_invitation(token, name=given["name"], password=given["password"], at=clock.now())
        except Invalid as refusal:
            forms.take(form, refusal)
            return self._page(request, token, form)
        return _begin(request, person)

    def _page(self, request: HttpRequest, token: str, form: forms.AcceptForm) -> HttpResponse:
        invitation = services.find_invitation(token, at=clock.now())
        context = {
            "form": form,
            "token": token,
            "invitation": invitation,
            "line": queries.invitation_in_words(invitation),
            "way": queries.way_to_accept(invitation, request.user if isinstance(request.user, User) else None),
        }
        return render(request, "core/people/accept.html", context)


class Join(View):
    """Take the role with the account that one has."""

    def post(self, request: PersonRequest, token: str) -> HttpResponse:
        held = services.join_by_invitation(token, by=request.user, at=clock.now())
        messages.success(request, _("You have joined. Your rights hold from now on."))
        if held.scope_kind == Scope.ORGANISATION:
            return redirect("organisations:detail", held.scope_ref)
        return redirect("core:home")


def _begin(request: HttpRequest, person: User) -> HttpResponse:
    """Sign the new person in, with a session of its own; the password just chosen counts as given."""
    request.session.flush()
    get_adapter(request).login(request, person)
    record_authentication(request, person, method="password", reauthenticated=True)
    services.note_sign_in(person, methods=["invitation"])
    messages.success(request, _("Your account is made."))
    return redirect("mfa_activate_totp" if rules.needs_second_factor(person) else "core:home")


def _invitation(request: PersonRequest, public_id: str) -> Invitation:
    found = queries.invitations_visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
