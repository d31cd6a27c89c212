"""Forms of people: they check shape; what may be done is the services' to say."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.people import scopes
from core.people.models import User
from core.people.roles import ROLES, Scope
from core.web import forms as product_forms
from core.web import numerals

take = product_forms.take
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
AS_THE_DEVICE = "device"
LOOKS = [(AS_THE_DEVICE, _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
EACH, DAILY = "each", "daily"
RHYTHMS = [(EACH, _("One mail each")), (DAILY, _("One mail a day"))]
STATES = [
    ("", _("Any state")),
    ("active", _("Active")),
    ("no-factor", _("Second factor missing")),
    ("disabled", _("Disabled")),
]


class Day(forms.DateField):
    """A day that a grant can name; anything else is a slip of the keyboard."""

    widget = forms.DateInput(attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            sentence = _now("Choose a day from %(first)s to %(last)s.")
            words = {"first": numerals.day(FIRST_DAY), "last": numerals.day(LAST_DAY)}
            raise forms.ValidationError(sentence % words, code="out_of_range")
        return day


def _roles_that_sign_in() -> list[Any]:
    return [("", _("Choose a role")), *((role.slug, role.name) for role in ROLES.values() if role.signs_in)]


def _all_roles() -> list[Any]:
    return [("", _("Any role")), *((role.slug, role.name) for role in ROLES.values())]


def _scopes() -> list[Any]:
    return [("", _("Choose what it is for")), *scopes.groups()]


def _calendars() -> list[Any]:
    return [
        ("", _("The fund’s seat, Luxembourg")),
        *sorted(((ref, name) for (_kind, ref), name in scopes.names([Scope.NATION]).items()), key=lambda one: one[1]),
    ]


class RoleForm(forms.Form):
    """A role, over what, from which day to which. The last day is inclusive here, as people speak."""

    role = forms.ChoiceField(label=_("Role"), choices=_roles_that_sign_in)
    scope = forms.ChoiceField(
        label=_("Over what"), choices=_scopes, help_text=_("The fund, Ally or programme that the role is for.")
    )
    starts_on = Day(label=_("First day"))
    last_day = Day(label=_("Last day"), required=False, help_text=_("Empty: until it is revoked."))
    renamed = {"ends_before": "last_day"}

    def grant(self) -> dict[str, Any]:
        """What the services take."""
        kind, ref = scopes.parse(self.cleaned_data["scope"])
        last_day = self.cleaned_data["last_day"]
        return {
            "role": self.cleaned_data["role"],
            "scope_kind": kind,
            "scope_ref": ref,
            "starts_on": self.cleaned_data["starts_on"],
            "ends_before": last_day + timedelta(days=1) if last_day else None,
        }


class GrantForm(RoleForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, help_text=_("Kept in the audit trail."))


class InviteForm(RoleForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The link goes there. The address becomes the login.")
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    field_order = ("name", "email", "language", "role", "scope", "starts_on", "last_day")


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept in the audit trail."))


class SamePersonForm(forms.Form):
    """Of which other account the person is the holder too, by its address."""

    other = forms.EmailField(
        label=_("Address of the other account"),
        help_text=_("Both then count as one person wherever two people are asked for."),
    )
    reason = forms.CharField(label=_("How you know"), max_length=300, help_text=_("Kept in the audit trail."))


class PartForm(forms.Form):
    reason = forms.CharField(label=_("How you know"), max_length=300, help_text=_("Kept in the audit trail."))


class SettingsForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Look"), choices=LOOKS)
    wants_digest = forms.TypedChoiceField(
        label=_("Reminders by mail"),
        choices=RHYTHMS,
        coerce=lambda chosen: chosen == DAILY,
        required=False,
        empty_value=None,
        help_text=_("In the product each reminder stands for itself either way."),
    )
    calendar = forms.ChoiceField(
        label=_("Working days of"),
        choices=_calendars,
        required=False,
        help_text=_("What is late is mentioned on working days alone."),
    )

    def clean_theme(self) -> str:
        """As people keep it: empty where the device decides."""
        theme: str = self.cleaned_data["theme"]
        return "" if theme == AS_THE_DEVICE else theme


class AcceptForm(forms.Form):
    """The name as others see it, and a password."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least twelve characters. A few words together are easy to keep in mind."),
    )
    again = forms.CharField(
        label=_("Password again"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return given


class SearchForm(forms.Form):
    """What narrows the list of people."""

    q = forms.CharField(label=_("Name or address"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=_all_roles, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)


def look_of(person: User) -> dict[str, str]:
    """The settings as the form begins."""
    return {
        "language": person.language,
        "theme": person.theme or AS_THE_DEVICE,
        "wants_digest": DAILY if person.wants_digest else EACH,
        "calendar": person.calendar,
    }
