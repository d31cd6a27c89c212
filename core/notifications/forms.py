"""What narrows the plan of reminders."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    kind = forms.ChoiceField(label=_("Of what"), required=False)
    reader = forms.ChoiceField(label=_("To whom"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], readers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("Everything that falls due")), *kinds]
        cast(forms.ChoiceField, self.fields["reader"]).choices = [("", _("Everybody")), *readers]

    def wanted(self) -> dict[str, str]:
        """What is asked for; nothing where the form cannot be read."""
        return self.cleaned_data if self.is_valid() else {}
