"""How codes of calls read."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accelerator.challenges import zones
from accelerator.challenges.lifecycle import State, Window
from core.web import numerals

STATES: dict[str, tuple[str, Promise]] = {
    State.DRAFT: ("plain", _("Draft")),
    State.SUBMITTED: ("warn", _("Waits for a second person")),
    State.PUBLISHED: ("ok", _("Published")),
}
WINDOWS: dict[str, tuple[str, Promise]] = {
    Window.COMING: ("info", _("Opens later")),
    Window.OPEN: ("ok", pgettext_lazy("of a call for applications", "Open")),
    Window.CLOSED: ("plain", pgettext_lazy("of a call for applications", "Closed")),
}
ANSWERS: dict[str, Promise] = {
    Window.COMING: _("By these rules you may apply once the call opens. It is not open yet."),
    Window.OPEN: _("By these rules you may apply."),
    Window.CLOSED: _("You keep these rules, but the call is closed: nobody can apply any more."),
}
"""What somebody who keeps every rule of a call hears, by how its window stands."""
NOT_ELIGIBLE = _("By these rules you may not apply.")
AGREEMENTS: dict[str, Promise] = {"contract": _("Contractual funding"), "grant": _("Grant")}
ZONES: dict[str, str | Promise] = {
    "UTC": "UTC",
    "Atlantic/Reykjavik": _("Reykjavik"),
    "America/New_York": _("Washington"),
    "America/Toronto": _("Ottawa"),
    "Europe/Amsterdam": _("Amsterdam"),
    "Europe/Athens": _("Athens"),
    "Europe/Berlin": _("Berlin"),
    "Europe/Bratislava": _("Bratislava"),
    "Europe/Brussels": _("Brussels"),
    "Europe/Bucharest": _("Bucharest"),
    "Europe/Budapest": _("Budapest"),
    "Europe/Copenhagen": _("Copenhagen"),
    "Europe/Helsinki": _("Helsinki"),
    "Europe/Istanbul": _("Ankara"),
    "Europe/Lisbon": _("Lisbon"),
    "Europe/Ljubljana": _("Ljubljana"),
    "Europe/London": _("London"),
    "Europe/Luxembourg": _("Luxembourg"),
    "Europe/Madrid": _("Madrid"),
    "Europe/Oslo": _("Oslo"),
    "Europe/Paris": _("Paris"),
    "Europe/Podgorica": _("Podgorica"),
    "Europe/Prague": _("Prague"),
    "Europe/Riga": _("Riga"),
    "Europe/Rome": _("Rome"),
    "Europe/Skopje": _("Skopje"),
    "Europe/Sofia": _("Sofia"),
    "Europe/Stockholm": _("Stockholm"),
    "Europe/Tallinn": _("Tallinn"),
    "Europe/Tirane": _("Tirana"),
    "Europe/Vilnius": _("Vilnius"),
    "Europe/Warsaw": _("Warsaw"),
    "Europe/Zagreb": _("Zagreb"),
}
"""The capital by which people know a zone."""


def state(code: object) -> object:
    """The word for a state; a filter's other choices stay as they are."""
    return STATES[str(code)][1] if str(code) in STATES else code


def moment_there(at: datetime, zone: str) -> str:
    """A moment by the clocks of a call's zone, and in UTC beside it."""
    told = {"moment": numerals.on_the_clock(zones.there(at, zone)), "place": ZONES[zone], "utc": numerals.moment(at)}
    if zone == zones.UTC:
        return numerals.moment(at)
    return _now("%(moment)s, %(place)s time (%(utc)s)") % told


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by the clocks of a call's zone, said in whatever language is active when it is read."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        return moment_there(self.at, self.zone)
