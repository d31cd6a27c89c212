"""How decisions read: states, endings, moments on the clocks of a zone, and the minute of an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.decisions import periods
from core.decisions.lifecycle import Ending, State, Verdict
from core.decisions.models import Circulation, Telling
from core.web import numerals
from core.web.bilingual import Words

STATES: dict[str, tuple[str, Promise]] = {
    State.DRAFT: ("plain", _("Draft")),
    State.SILENT: ("warn", _("Under silence")),
    State.BROKEN: ("stop", _("Silence broken")),
    State.ADOPTED: ("ok", _("Adopted")),
    State.WITHDRAWN: ("plain", _("Withdrawn")),
}
ENDINGS: dict[str, tuple[str, Promise]] = {
    Ending.ADOPTED: ("ok", _("Adopted")),
    Ending.BROKEN: ("stop", _("Silence broken")),
    Ending.REPLACED: ("plain", _("Replaced by a new text")),
    Ending.WITHDRAWN: ("plain", _("Withdrawn")),
}
VERDICTS: dict[str, tuple[str, Promise]] = {
    Verdict.HEARD: ("stop", _("In time")),
    Verdict.LATE: ("plain", _("Late: it counts for nothing")),
    Verdict.MISSED: ("stop", _("In time, and read only once all was over")),
}
TOLD: dict[str, Promise] = {
    Telling.What.CIRCULATED: _("told of the text"),
    Telling.What.EXTENDED: _("told of a later end"),
    Telling.What.ENDED: _("told of the outcome"),
}
ZONES: dict[str, Promise | str] = {
    "Europe/Brussels": _("Brussels"),
    "Europe/Luxembourg": _("Luxembourg"),
    "Europe/London": _("London"),
    "UTC": "UTC",
}
CALENDARS: dict[str, Promise] = {"BE": _("Belgium"), "LU": _("Luxembourg"), "GB": _("United Kingdom")}


def there(at: datetime, zone: str) -> tuple[str, str]:
    """The moment on the clocks of a zone, and the name of that."""
    return numerals.on_the_clock(periods.there(at, zone)), str(ZONES.get(zone, zone))


def moment_there(at: datetime, zone: str) -> str:
    """``23 Nov 2026, 16:00, Brussels time``, with the same moment in UTC."""
    there = numerals.on_the_clock(periods.there(at, zone))
    if zone == "UTC":
        return f"{there}\N{NO-BREAK SPACE}UTC"
    words = {"moment": there, "zone": ZONES.get(zone, zone), "utc": numerals.hour(at)}
    return _now("%(moment)s by the clocks of %(zone)s (%(utc)s)") % words


def told_moment(stamp: str) -> str:
    """A moment of the audit trail as people read it, to the second."""
    return numerals.to_the_second(datetime.fromisoformat(stamp))


@dataclass(frozen=True, slots=True)
class End:
    """The moment at which silence ends, said in whatever language is active when it is shown."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        return moment_there(self.at, self.zone)


def minute(
    ending: Ending,
    circulation: Circulation,
    *,
    at: datetime,
    nations: Sequence[Words],
    entitled: int,
    because: str = "",
) -> tuple[str, str]:
    """The minute of an outcome in English and French. ``nations`` are those that broke silence."""
    with translation.override("en"):
        english = _minute(ending, circulation, at, nations, entitled, because)
    with translation.override("fr"):
        return english, _minute(ending, circulation, at, nations, entitled, because)


def _minute(
    ending: Ending, circulation: Circulation, at: datetime, nations: Sequence[Words], entitled: int, because: str
) -> str:
    text = circulation.text
    words = {
        "title": text.title,
        "version": text.version,
        "digest": text.digest[:16],
        "moment": moment_there(at, circulation.zone),
        "second": numerals.to_the_second(at),
        "count": entitled,
        "nations": ", ".join(str(one) for one in nations),
        "because": because,
    }
    return SAID[ending] % words


SAID: dict[Ending, Promise] = {
    Ending.ADOPTED: _(
        "No entitled Ally broke silence on “%(title)s” (version %(version)s, digest %(digest)s) before it ended on %(moment)s. "
        "It is adopted with effect from that moment. Allies entitled: %(count)s."
    ),
    Ending.BROKEN: _(
        "Silence on “%(title)s” (version %(version)s, digest %(digest)s) was broken by %(nations)s, in writing, with an objection "
        "that arrived on %(second)s. It is not adopted. Allies entitled: %(count)s."
    ),
    Ending.REPLACED: _(
        "The text of “%(title)s” (version %(version)s, digest %(digest)s) was replaced on %(moment)s while silence ran. "
        "The new text is circulated anew."
    ),
    Ending.WITHDRAWN: _(
        "“%(title)s” (version %(version)s, digest %(digest)s) was withdrawn on %(moment)s while silence ran: %(because)s"
    ),
}


def told_to(person_language: str, ending: Ending, title: Words) -> str:
    """The line of a message about an outcome, in the reader's language."""
    with translation.override(person_language):
        return str(TOLD_OF_THE_END[ending]) % {"title": title}


TOLD_OF_THE_END: dict[Ending, Promise] = {
    Ending.ADOPTED: _("Adopted under silence: %(title)s"),
    Ending.BROKEN: _("Silence broken: %(title)s"),
    Ending.REPLACED: _("Text replaced, to be circulated anew: %(title)s"),
    Ending.WITHDRAWN: _("Withdrawn: %(title)s"),
}
