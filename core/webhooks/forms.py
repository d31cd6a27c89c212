"""Forms of endpoints: they check shape; what may be done is the services' to say."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.people import scopes
from core.web.forms import take
from core.webhooks import kinds, words
from core.webhooks.addresses import LONGEST

__all__ = ("ChangeForm", "MakeForm", "RotateForm", "SearchForm", "take")

OVERLAPS = [("24", _("24 hours")), ("168", _("Seven days")), ("0", _("None: the one before ends now"))]


def _kinds() -> list[Any]:
    return sorted(((one.code, one.label) for one in kinds.known()), key=lambda one: str(one[1]))


class ChangeForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_("Begins with https://. Messages are sent to ports 443 and 8443 of the public internet alone."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        choices=_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every one, also of kinds that come later."),
    )


class MakeForm(ChangeForm):
    owner = forms.ChoiceField(
        label=_("Partner’s system"), help_text=_("It is told what this account may know, and nothing else.")
    )
    organisation = forms.ChoiceField(label=_("Organisation"))
    scope = forms.ChoiceField(label=_("Told of"))
    field_order = ("owner", "organisation", "scope", "url", "kinds")

    def __init__(
        self,
        *args: Any,
        owners: list[scopes.Choice],
        organisations: list[scopes.Choice],
        offered: list[scopes.Choice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("owner", owners), ("organisation", organisations), ("scope", offered)):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("Choose")), *choices]


class RotateForm(forms.Form):
    overlap = forms.ChoiceField(
        label=_("The secret before signs as well for"),
        choices=OVERLAPS,
        initial="24",
        help_text=_("Long enough for the partner to put the new one in its place."),
    )

    def hours(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["overlap"]))


class SearchForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Every state")), *words.STATES.items()], required=False)

    def wanted(self) -> str:
        """The state asked for; empty where the form cannot be read."""
        return self.cleaned_data["state"] if self.is_valid() else ""
