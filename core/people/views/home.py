"""The front page, and the choices of language and look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views import View

from core.people import navigation, services
from core.people.models import User
from core.web import onward


class Home(View):
    """Visitors are told what this is; whoever is signed in goes to the first of her parts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            first = navigation.first_url(request.user.role_slugs())
            if first:
                return redirect(first)
        return render(request, "core/home.html")


class Language(View):
    """The choice of a language, kept in a cookie and, for whoever is signed in, in her settings."""

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "")
        response = _back(request)
        if language in dict(settings.LANGUAGES):
            _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
            if isinstance(request.user, User):
                services.change_settings(request.user, language=language, by=request.user)
        return response


class Theme(View):
    """The choice of a look: as the device, light or dark."""

    def post(self, request: HttpRequest) -> HttpResponse:
        theme = request.POST.get("theme", "")
        response = _back(request)
        if theme in User.Theme.values:
            _remember(response, "theme", theme)
            if isinstance(request.user, User):
                services.change_settings(request.user, theme=theme, by=request.user)
        return response


def _back(request: HttpRequest) -> HttpResponse:
    """Back to the same page with its query; never to another site."""
    return HttpResponseRedirect(onward.asked(request) or "/")


def _remember(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie, value, max_age=settings.LANGUAGE_COOKIE_AGE, secure=settings.PRODUCTION, httponly=True, samesite="Lax"
    )
