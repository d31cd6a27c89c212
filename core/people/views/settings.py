"""One's own settings, and the end of one's own sessions."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.people import forms, queries, services
from core.people.requests import PersonRequest


class Settings(View):
    """Language and look, the state of the second factor, one's roles and why one holds them."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, forms.SettingsForm(initial=forms.look_of(request.user)))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = forms.SettingsForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        services.change_settings(request.user, by=request.user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are saved."))
        return redirect("core:settings")

    def _page(self, request: PersonRequest, form: forms.SettingsForm) -> HttpResponse:
        context = {
            "form": form,
            "factors": queries.factors_of(request.user),
            "grants": queries.grants_in_words(request.user, on=clock.today()),
        }
        return render(request, "core/people/settings.html", context)


class SignOutEverywhere(View):
    """End every session; this one goes on only where that was asked for."""

    def post(self, request: PersonRequest) -> HttpResponse:
        person = services.sign_out_everywhere(request.user, by=request.user)
        if request.POST.get("keep") == "this":
            update_session_auth_hash(request, person)
            messages.success(request, _("Every other session of yours has ended."))
            return redirect("core:settings")
        logout(request)
        messages.success(request, _("Every session of yours has ended, on every device."))
        return redirect("account_login")
