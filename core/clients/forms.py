"""Asking for a client: forms check shape, the services judge."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.api.scopes import Domain
from core.clients import queries
from core.organisations import queries as organisations
from core.organisations.models import Organisation
from core.people.models import User


class RequestForm(forms.Form):
    """``domain`` decides which scopes and what reach are offered."""

    organisation = forms.ChoiceField(label=_("Partner organisation"), help_text=_("Whose system it is."))
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As it stands in the list and in the audit trail.")
    )
    what_for = forms.CharField(
        label=_("What it is for"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person decides by it."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple, help_text=_("No more than the purpose needs.")
    )
    reach = forms.MultipleChoiceField(
        label=_("What it may see"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("A nation opens that nation’s own figures; a fund or programme opens it as a whole."),
    )
    addresses = forms.CharField(
        label=_("Addresses from which it calls"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One address or network a line, such as 192.0.2.0/24. Empty: from any."),
    )
    calls_a_minute = forms.IntegerField(label=_("Calls a minute, at most"), min_value=1, max_value=6000, initial=600)
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Within a year. Then another one is asked for."),
    )

    def __init__(self, *args: Any, person: User, domain: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain
        known = organisations.kept().exclude(kind=Organisation.Kind.TEST_CENTRE).order_by("name", "pk")
        choices = [("", _("Choose whose it is")), *known.values_list("public_id", "name")]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = choices
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = [
            (one.code, one.label) for one in queries.scopes() if one.domain in {Domain(domain), Domain.BOTH}
        ]
        cast(forms.MultipleChoiceField, self.fields["reach"]).choices = [
            (f"{kind}:{ref}", name) for (kind, ref), name in queries.reaches(person, domain).items()
        ]
        self.fields["expires_on"].initial = on + timedelta(days=180)

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        told = dict(self.cleaned_data)
        told["organisation"] = Organisation.objects.get(public_id=told["organisation"])
        told["addresses"] = told["addresses"].splitlines()
        return told | {"domain": self.domain}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the audit trail under your name.")
    )


class OverlapForm(forms.Form):
    overlap_days = forms.IntegerField(
        label=_("For how many days the secret before still holds"),
        min_value=0,
        max_value=30,
        initial=7,
        help_text=_("0 ends it at once, as where it has become known."),
    )
