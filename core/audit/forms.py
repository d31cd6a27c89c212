"""What narrows the audit trail."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.audit import kinds, sentences
from core.people.forms import Day


def _kinds() -> list[Any]:
    offered = ((code, sentences.kind_label(code)) for code in kinds.known())
    return [("", _("Anything")), *sorted(offered, key=lambda one: one[1])]


class SearchForm(forms.Form):
    """Every field may stay empty. A label reads better than a code, so kinds are offered as sentences."""

    person = forms.CharField(label=_("Person"), max_length=120, required=False, help_text=_("Part of a name."))
    subject = forms.CharField(label=_("Id of the thing"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("What happened"), choices=_kinds, required=False)
    chain = forms.ChoiceField(label=_("Chain"), required=False)
    first_day = Day(label=_("From"), required=False)
    last_day = Day(label=_("To"), required=False)

    def __init__(self, *args: Any, chains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chain = cast(forms.ChoiceField, self.fields["chain"])
        chain.choices = [("", _("Every chain")), *chains]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last_day", _("The last day lies before the first. Choose a later day or leave it empty."))
        return given
