"""allauth's mail goes into the outbox, so that known and unknown addresses take the same time to answer."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core import clock
from core.notifications import services
from core.people import services as people
from core.web import requests

PASSWORD = "password"  # noqa: S105 -- allauth's name for a way of proof
BY_PASSWORD = "reauthenticate"  # noqa: S105 -- allauth's name for giving the password again


class AccountAdapter(DefaultAccountAdapter):
    """Start-ups make accounts of their own where that is open; everybody else is invited."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. An administrator can open it again."),
        "email_password_mismatch": _("Address and password do not belong together. Check both, or reset the password."),
        "enter_current_password": _("Enter your present password."),
        "incorrect_password": _("This is not the password of your account."),
        "incorrect_code": _("This code does not fit, or was already used. Wait for the next one."),
        "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour, then try again."),
        "rate_limited": _("Too many attempts. Wait a quarter of an hour, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP_IS_OPEN)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A person who signed up, in the language of the page; the audit trail says so in the same transaction."""
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        user.created_at = clock.now()
        saved = super().save_user(request, user, form, commit)
        people.note_signed_up(saved)
        return saved

    def post_login(self, request: HttpRequest, user: Any, *, signup: bool, **given: Any) -> Any:
        """The password just chosen counts as given: whoever signed up sets up her second factor without proving it again."""
        if signup:
            record_authentication(request, user, method=PASSWORD, reauthenticated=True)
        return super().post_login(request, user, signup=signup, **given)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link leads on to where the person was going, also in another browser."""
        link: str = super().get_email_confirmation_url(request, emailconfirmation)
        onward = get_next_redirect_url(request)
        return f"{link}?{urlencode({REDIRECT_FIELD_NAME: onward})}" if onward else link

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address that log and audit name."""
        return requests.client_address(request) or ""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """
        Whoever has a second factor proves that one.

        A password alone would show the recovery codes or take a new factor in, and with either the holder of a stolen
        session could then prove a "fresh second factor".
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [one for one in methods if one["id"] != BY_PASSWORD] or methods

    def send_mail(self, template_prefix: str, email: str, context_given: dict[str, Any]) -> None:
        """Write allauth's mail in the reader's language: the person's own where there is an account."""
        person = context_given.get("user") or getattr(context.request, "user", None)
        language = getattr(person, "language", None) or translation.get_language() or settings.LANGUAGE_CODE
        values = {"email": email, "site_url": settings.SITE_URL, "request": context.request, **context_given}
        with translation.override(language):
            subject = render_to_string(f"{template_prefix}_subject.txt", values)
            body = render_to_string(f"{template_prefix}_message.txt", values)
        services.write(recipient=email, language=language, subject=subject, body=body, at=clock.now())
