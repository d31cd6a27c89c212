"""What narrows the list of jobs, and the reason for steering one."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.jobs import words


class SearchForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False)
    name = forms.ChoiceField(label=_("Kind of work"), required=False)

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["state"]).choices = [("", _("Every state")), *words.STATES.items()]
        cast(forms.ChoiceField, self.fields["name"]).choices = [("", _("Every kind")), *names]

    def wanted(self) -> dict[str, str]:
        """What is asked for; nothing where the form cannot be read."""
        return self.cleaned_data if self.is_valid() else {}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the audit trail under your name.")
    )
