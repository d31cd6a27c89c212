"""Forms of start-ups about themselves: they check shape; what may be done is the services' to say."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.nations.models import Nation
from core.organisations import queries
from core.organisations.models import Organisation
from core.people.roles import ROLES, STARTUP_RIGHTS
from core.web.fields import LongText


def _nations() -> list[Any]:
    known = sorted(((one.code, one.name) for one in Nation.objects.all()), key=lambda choice: choice[1])
    return [("", _("Choose a nation")), *known]


def _rights() -> list[Any]:
    return [(slug, f"{ROLES[slug].name}: {ROLES[slug].description}") for slug in STARTUP_RIGHTS]


class OrganisationForm(forms.Form):
    """What a start-up says of itself."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As it stands in the register of companies."))
    nation = forms.ChoiceField(label=_("Nation"), choices=_nations, help_text=_("Where the head office is."))
    founded_on = forms.DateField(label=_("Founded on"), widget=forms.DateInput(attrs={"type": "date"}))
    registration_number = forms.CharField(label=_("Registration number"), max_length=40, required=False)
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")


class DetailsForm(OrganisationForm):
    """The same, of one that is registered: what the fund keeps of it is not asked."""

    founded_on = forms.DateField(label=_("Founded on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        fields = ("name", "founded_on", "registration_number", "website")
        own = {field: getattr(organisation, field) for field in fields} | {"nation": organisation.nation_id}
        kwargs["initial"] = own
        super().__init__(*args, **kwargs)
        self.kept = {} if organisation.is_self_registered else {name: own[name] for name in ("name", "nation")}
        for name in self.kept:
            del self.fields[name]

    def details(self) -> dict[str, Any]:
        """What the service takes. Ask once it is valid."""
        return self.cleaned_data | self.kept


class ColleagueForm(forms.Form):
    """Whom an owner invites, and to what."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The link goes there."))
    role = forms.ChoiceField(label=_("Rights"), choices=_rights, widget=forms.RadioSelect, initial=STARTUP_RIGHTS[1])
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class RightsForm(forms.Form):
    role = forms.ChoiceField(label=_("Rights"), choices=_rights, widget=forms.RadioSelect)


class TwoCompaniesForm(forms.Form):
    reason = LongText(
        label=_("How do you know?"), max_length=500, lines=3, help_text=_("In a sentence: the audit trail keeps it.")
    )


class OneCompanyForm(TwoCompaniesForm):
    """A start-up that registered itself, and a company that is kept."""

    registered = forms.ChoiceField(label=_("The start-up as it registered itself"))
    kept = forms.ChoiceField(label=_("The company as the fund or the accelerator keeps it"))
    field_order = ("registered", "kept", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, Organisation] = {}
        for name, rows in (("registered", queries.to_join()), ("kept", queries.to_be_joined())):
            listed = [(one.public_id, f"{one}, {one.nation}" if one.nation else str(one)) for one in rows]
            self.offered |= {one.public_id: one for one in rows}
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("Choose one")), *listed]

    def pair(self) -> tuple[Organisation, Organisation]:
        """Ask once it is valid."""
        return self.offered[self.cleaned_data["registered"]], self.offered[self.cleaned_data["kept"]]
