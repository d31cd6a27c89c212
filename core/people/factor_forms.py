"""
allauth's forms for codes and passkeys: a code that opened something opens nothing again, and no answer breaks one.

The forms for passkeys say in our words, and so in both languages, what theirs say in English.
"""

import hashlib
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms as django_forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
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


class Answer(django_forms.JSONField):
    """What a passkey answers. Numbers without end and brackets without bottom are no answer, and no fault of ours."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)


class LoginWebAuthnForm(passkey_forms.LoginWebAuthnForm):
    credential = Answer(widget=django_forms.HiddenInput)


class AuthenticateWebAuthnForm(passkey_forms.AuthenticateWebAuthnForm):
    credential = Answer(widget=django_forms.HiddenInput)


class ReauthenticateWebAuthnForm(passkey_forms.ReauthenticateWebAuthnForm):
    credential = Answer(widget=django_forms.HiddenInput)


class AddWebAuthnForm(passkey_forms.AddWebAuthnForm):
    """A passkey, or a key that is plugged in."""

    name = django_forms.CharField(
        label=_("Name"), max_length=100, required=False, help_text=_("As you tell it from others.")
    )
    passwordless = django_forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        help_text=_("It then asks for your finger, your face or a code of its own."),
        required=False,
    )
    credential = Answer(widget=django_forms.HiddenInput)


class EditWebAuthnForm(passkey_forms.EditWebAuthnForm):
    """What the key is called."""

    name = django_forms.CharField(label=_("Name"), max_length=100)
