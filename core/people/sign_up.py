"""The form with which start-ups make an account of their own. What it answers never tells whether an account exists."""

from typing import Any

from allauth.account import forms as account_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.people import names


class SignUpForm(account_forms.SignupForm):
    """The name as others see it, the address, and a password twice."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    account_already_exists: bool
    field_order = ("name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say("email", _("E-mail address"), _("We send a link there, which you open once."))
        self._say(
            "password1",
            _("Password"),
            _("At least twelve characters. A few words together are easy to keep in mind."),
        )
        self._say("password2", _("Password again"))

    def clean_name(self) -> str:
        try:
            return names.plain(self.cleaned_data["name"])
        except names.UnfitName as unfit:
            raise forms.ValidationError(str(unfit), code=unfit.code) from None

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account, or write to the address that there is one: with the same answer and as dear a digest."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return super().try_save(request)
            except IntegrityError as refused:
                if "email" not in str(refused):
                    raise
                self.account_already_exists = True  # somebody asked with the same address at the same moment
        make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def _say(self, name: str, label: Any, help_text: Any = "") -> None:
        self.fields[name].label, self.fields[name].help_text = label, help_text
