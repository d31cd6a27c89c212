"""
allauth's forms for codes and keys, with one rule more: a code that opened something opens nothing again.

The forms for keys say in our words, and so in both languages, what theirs say in English.
"""

import hashlib

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.webauthn import forms as key_forms
from django.core.cache import cache
from django.forms import BooleanField, CharField
from django.utils.translation import gettext_lazy as _

REMEMBERED_SECONDS = 120
"""Longer than a time-based code can hold: a period of thirty seconds, one before and one after (RFC 6238, 5.2)."""


class OnceOnly:
    """allauth remembers a used code for one period; a tolerated clock keeps it good for three."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        spent = hashlib.sha256(normalize_user_code(code).encode()).hexdigest()
        if not cache.add(f"core.people.code:{self.user.pk}:{spent}", 1, REMEMBERED_SECONDS):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OnceOnly, forms.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateForm(OnceOnly, forms.ReauthenticateForm):
    """A fresh second factor before a weighty step."""


class AddKeyForm(key_forms.AddWebAuthnForm):
    """A passkey, or a key that is plugged in."""

    name = CharField(label=_("Name"), max_length=100, required=False, help_text=_("As you tell it from others."))
    passwordless = BooleanField(
        label=_("Sign in with it alone, without the password"),
        help_text=_("It then asks for your finger, your face or a code of its own."),
        required=False,
    )


class EditKeyForm(key_forms.EditWebAuthnForm):
    """What the key is called."""

    name = CharField(label=_("Name"), max_length=100)
