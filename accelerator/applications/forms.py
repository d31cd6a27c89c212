"""Forms of the portal. They check shape; what may be done is the services' to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.applications import services
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Challenge
from core.organisations.models import Organisation


class BeginForm(forms.Form):
    """For which start-up one applies, and to which challenge: neither is asked where there is no choice."""

    organisation = forms.ChoiceField(label=_("Your start-up"), widget=forms.RadioSelect)
    challenge = forms.ChoiceField(
        label=_("The challenge that you answer"), widget=forms.RadioSelect, help_text=_("It cannot be changed later.")
    )

    def __init__(
        self, *args: Any, shown: challenges.OpenCall, organisations: list[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        self.organisations = {one.public_id: one for one in organisations}
        self.challenges = {one.public_id: one for one in challenges.challenges_of(shown.call.programme)}
        self._offer("organisation", [(key, str(one)) for key, one in self.organisations.items()])
        self._offer("challenge", [(key, str(one)) for key, one in self.challenges.items()])
        if not self.challenges:
            del self.fields["challenge"]

    def chosen(self) -> tuple[Organisation, Challenge | None]:
        """Ask once it is valid."""
        named = self.cleaned_data.get("challenge")
        return self.organisations[self.cleaned_data["organisation"]], self.challenges[named] if named else None

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        if len(choices) == 1:
            field.initial = choices[0][0]


class ClarificationForm(forms.Form):
    """An answer to a question of the programme's."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=services.LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 10}),
        strip=False,
    )
