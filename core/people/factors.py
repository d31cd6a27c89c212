"""Second factors: their secrets rest encrypted, so that a copy of the database opens no account."""

import base64
import hashlib
import time
from functools import cache

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's factors, encrypted under a key derived from SECRET_KEY; former keys still open what they closed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit, or was already used. Wait for the next one."),
        "add_email_blocked": _(
            "With a second factor in place the address stays. An administrator can invite the new one."
        ),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 -- allauth's name for it
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _now("Key %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _fernet(secret: str) -> Fernet:
    key = hashlib.scrypt(secret.encode(), salt=b"core.people.factors", n=2**10, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))


GO_ON = "go_on_after_factor"
"""Where in the session stands the page that a person was sent away from to set up a second factor."""
FRESH_SECONDS = 300
"""How long a second factor counts as fresh (ASVS 5.0, 7.5.3)."""


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session gave a second factor within the last five minutes."""
    now = time.time()
    return any(
        record.get("method") == "mfa" and 0 <= now - record.get("at", 0) <= FRESH_SECONDS
        for record in get_authentication_records(request, request.user)
    )


def ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor; then the page opens, or the form that was sent is taken as it was."""
    return suspend_request(request, reverse("mfa_reauthenticate"))
