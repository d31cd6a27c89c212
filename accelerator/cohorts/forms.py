"""Forms of offers and participations. They check shape; what may be done is the services' to say."""

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Programme
from accelerator.cohorts import queries, services
from accelerator.cohorts.asking import Carried
from core import clock
from core.organisations.technologies import TECHNOLOGIES
from core.web import fields

LINES = {"rows": 12}


class OfferForm(forms.Form):
    """To whom, for which challenge, on which terms, until when. The funding is the programme's."""

    organisation = forms.ChoiceField(label=_("Start-up"))
    application = forms.ChoiceField(
        label=_("Application"), required=False, help_text=_("What it submitted to this programme, where it did.")
    )
    challenge = forms.ChoiceField(label=_("Challenge"), required=False)
    technology = forms.ChoiceField(
        label=_("Technology"),
        required=False,
        help_text=_("It decides which principles of responsible use bear on it."),
    )
    terms = forms.CharField(
        label=_("Terms of the agreement"),
        max_length=services.LONGEST_TERMS,
        widget=forms.Textarea(attrs=LINES),
        strip=False,
    )
    expires_on = fields.Day(label=_("Open until"), help_text=_("The last day on which it can be accepted."))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.public_id: one for one in queries.companies()}
        self.applications = {one.public_id: one for one in _submitted(programme)}
        self.challenges = {one.public_id: one for one in challenges.challenges_of(programme)}
        self._offer("organisation", [(key, str(one)) for key, one in self.organisations.items()])
        self._offer(
            "application",
            [(key, f"{one.organisation}, {one.challenge or one.call}") for key, one in self.applications.items()],
        )
        self._offer("challenge", [(key, str(one)) for key, one in self.challenges.items()])
        self._offer("technology", [(one.code, str(one.name)) for one in TECHNOLOGIES.values()])

    def terms_of(self) -> services.Terms:
        """Ask once it is valid. The offer ends with the day that was named, by the clocks of the fund."""
        given = self.cleaned_data
        after = datetime.combine(given["expires_on"] + timedelta(days=1), time.min, tzinfo=clock.fund_zone())
        return services.Terms(
            terms=given["terms"],
            expires_at=after,
            challenge=self.challenges.get(given["challenge"]),
            application=self.applications.get(given["application"]),
            technology=given["technology"],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", "–"), *choices]


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("Why"), max_length=services.LONGEST_BECAUSE, widget=forms.Textarea(attrs={"rows": 4})
    )


class DeclineForm(BecauseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["because"].required = False


class ReadForm(forms.Form):
    """Carries the digest of what the page shows."""

    read = Carried(max_length=64)


class AdvanceForm(forms.Form):
    amount = fields.Amount(label=_("Funding in phase 2"), max_digits=20, decimal_places=2)
    reason = forms.CharField(
        label=_("Why"), max_length=services.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )


class DayForm(forms.Form):
    on = fields.Day(label=_("From"), help_text=_("The first day on which it holds."))


class LeaveForm(DayForm):
    reason = forms.CharField(
        label=_("Why"), max_length=services.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ("reason", "on")


def _submitted(programme: Programme) -> list[Application]:
    rows = applications.at_hand(Application.objects.filter(call__programme=programme, state="submitted"))
    return list(rows.order_by("organisation__name", "pk"))
