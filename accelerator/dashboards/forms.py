"""What visitors can look for among the members of a cohort."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.queries import NO_NATION, Facets, Filters
from core.organisations import technologies

LONGEST_NAME = 100
UNKNOWN = {"invalid_choice": _("There is no such value among the members. Choose one of those offered.")}


class MemberFilters(forms.Form):
    """Every field may stay empty. A value at fault does not limit, and the form says which it is."""

    name = forms.CharField(label=_("Name contains"), required=False, max_length=LONGEST_NAME)
    nation = forms.ChoiceField(label=_("Nation"), required=False, error_messages=UNKNOWN)
    challenge = forms.ChoiceField(label=_("Challenge"), required=False, error_messages=UNKNOWN)
    technology = forms.ChoiceField(label=_("Technology"), required=False, error_messages=UNKNOWN)
    phase = forms.TypedChoiceField(
        label=_("Phase"), required=False, coerce=int, empty_value=None, error_messages=UNKNOWN
    )

    def __init__(self, *args: Any, facets: Facets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered: dict[str, list[tuple[Any, Any]]] = {}
        unconfirmed = [(NO_NATION, _("Nation not confirmed"))] if facets.has_unconfirmed_nation else []
        self._offer("nation", [*_by_word(facets.nations), *unconfirmed])
        self._offer("challenge", _by_word(facets.challenges))
        self._offer("technology", _by_word((code, technologies.name(code)) for code in facets.technologies))
        self._offer("phase", [(phase, _("Phase %(number)s") % {"number": phase}) for phase in facets.phases])

    def filters(self) -> Filters:
        """What was chosen, without what is at fault."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

    def words(self) -> list[str]:
        """What was chosen, as people read it: for the line that says that nothing was found."""
        chosen = self.filters()
        said = [str(_("“%(name)s”") % {"name": chosen.name})] if chosen.name else []
        for name in ("nation", "challenge", "technology", "phase"):
            value = getattr(chosen, name)
            said += [str(label) for key, label in self._offered[name] if value and str(key) == str(value)]
        return said

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self._offered[name] = choices
        cast("forms.ChoiceField", self.fields[name]).choices = [("", _("all")), *choices]


def _by_word(pairs: Any) -> list[tuple[str, str]]:
    """Choices in the order of their words in the reader's language."""
    return sorted(((code, str(word)) for code, word in pairs), key=lambda pair: (pair[1].casefold(), pair[0]))
