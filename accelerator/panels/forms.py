"""Forms of the panel. They check shape; what may be done is the services' to say."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import CallCriterion
from accelerator.panels import queries, words
from accelerator.panels.lifecycle import Outcome
from accelerator.panels.models import Feedback
from core.web import fields

OFFERED = (Outcome.NOT_SELECTED, Outcome.SELECTED, Outcome.RESERVE)


def offered() -> list[tuple[str, str]]:
    """What can be said of an application that passed its screening, worded once for all of them."""
    return [(code.value, str(words.OUTCOMES[code][1])) for code in OFFERED]


class ProposeForm(forms.Form):
    """What becomes of each application of a part of a ranking, why, and from which day on applicants are told."""

    reason = forms.CharField(label=_("Why these"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    release_on = fields.Day(label=_("First day on which applicants are told"))

    def __init__(self, *args: Any, places: Sequence[queries.Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        choices = offered()
        for one in places:
            key = one.application.public_id
            self.fields[self.name_of(one.application)] = forms.ChoiceField(
                label=_("What becomes of it"),
                choices=choices,
                initial=Outcome.NOT_SELECTED,
            )
            self.fields[f"place_{key}"] = forms.IntegerField(
                label=_("Place on the reserve list"),
                min_value=1,
                max_value=999,
                required=False,
                widget=forms.NumberInput(attrs={"size": 3}),
            )

    @staticmethod
    def name_of(application: queries.Applicant) -> str:
        """The name of the field that says what becomes of an application."""
        return f"outcome_{application.public_id}"

    def rows(self) -> list[tuple[queries.Place, tuple[BoundField, BoundField]]]:
        """Each application with its two fields."""
        return [
            (one, (self[self.name_of(one.application)], self[f"place_{one.application.public_id}"]))
            for one in self.places
        ]

    def rest(self) -> list[BoundField]:
        return [self["reason"], self["release_on"]]

    def chosen(self) -> tuple[list[queries.Applicant], list[queries.Applicant]]:
        """Those to select, and the reserve list in its order: by the place stated, then by rank. Ask once it is valid."""
        said = {one: self.cleaned_data[self.name_of(one.application)] for one in self.places}
        selected = [one.application for one, outcome in said.items() if outcome == Outcome.SELECTED]
        reserve = [one.application for one, outcome in said.items() if outcome == Outcome.RESERVE]
        last = len(self.places) + 999
        reserve.sort(key=lambda one: self.cleaned_data[f"place_{one.public_id}"] or last)
        return selected, reserve


class DecideForm(forms.Form):
    """The digest of what was read."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SendBackForm(forms.Form):
    because = forms.CharField(
        label=_("What should be changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FeedbackForm(forms.Form):
    """The programme's words for the applicant, criterion by criterion."""

    def __init__(
        self, *args: Any, criteria: Sequence[CallCriterion], standing: Mapping[int, Feedback], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"criterion_{one.order}"] = forms.CharField(
                label=str(one),
                max_length=3000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=standing[one.pk].text if one.pk in standing else "",
            )

    def texts(self) -> dict[int, str]:
        """By the key of the criterion. Ask once it is valid."""
        return {one.pk: self.cleaned_data[f"criterion_{one.order}"] for one in self.criteria}
