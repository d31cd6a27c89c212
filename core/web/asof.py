"""
The point in time that a page speaks of: as of which day, and as known on which moment.

Both stand in the address, so that a pasted link shows the same figures. A day is a day in the fund's zone and a
moment is written as RFC 3339; both are inclusive.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.web import numerals

AS_OF = "as_of"
KNOWN_AT = "known_at"
NAMES = (AS_OF, KNOWN_AT)
EARLIEST = date(1949, 4, 4)
"""The day on which the treaty was signed; no figure describes an earlier one."""
YEARS_AHEAD = 10


class BadPoint(Invalid):
    """A date that cannot be read or lies outside what the product describes."""

    code = "bad_point_in_time"


@dataclass(frozen=True, slots=True)
class PointInTime:
    """
    ``query`` is what an address carries to keep the point: empty where both dates are the usual ones.

    ``error`` is set where what was asked for could not be used; the figures are then those of today and
    ``typed_as_of``, ``typed_known_at`` keep what was typed.
    """

    as_of: date
    known_at: datetime
    is_now: bool
    query: str
    error: str = ""
    error_field: str = ""
    typed_as_of: str = ""
    typed_known_at: str = ""

    @property
    def is_quarter_end(self) -> bool:
        return self.as_of.month % 3 == 0 and (self.as_of + timedelta(days=1)).day == 1


def read(request: HttpRequest, *, today: date, now: datetime) -> PointInTime:
    """The point that the address asks for; today as known now where it asks for none. Raises BadPoint."""
    as_of_text, known_text = _typed(request)
    as_of = _day(as_of_text, today) if as_of_text else today
    known_at = _moment(known_text, now) if known_text else now
    chosen = {}
    if as_of_text:
        chosen[AS_OF] = as_of.isoformat()
    if known_text:
        chosen[KNOWN_AT] = _written(known_at)
    return PointInTime(
        as_of,
        known_at,
        not known_text,
        urlencode(chosen),
        typed_as_of=as_of_text,
        typed_known_at=_local(known_text, known_at),
    )


def read_or_today(request: HttpRequest, *, today: date, now: datetime) -> PointInTime:
    """For pages: like ``read``, but a point that cannot be used leaves today's figures, with the error beside them."""
    try:
        return read(request, today=today, now=now)
    except BadPoint as error:
        as_of_text, known_text = _typed(request)
        usual = PointInTime(today, now, is_now=True, query="")
        return replace(
            usual, error=str(error), error_field=error.field or "", typed_as_of=as_of_text, typed_known_at=known_text
        )


def with_point(url: str, point: PointInTime | None) -> str:
    """``url`` carrying the point in its query; a fragment stays at the end."""
    if point is None or not point.query:
        return url
    address, hash_mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{point.query}{hash_mark}{fragment}"


def on(day: date, point: PointInTime) -> PointInTime:
    """Another day as known on the same moment; its address names the day."""
    chosen = {AS_OF: day.isoformat()}
    if not point.is_now:
        chosen[KNOWN_AT] = _written(point.known_at)
    return replace(point, as_of=day, query=urlencode(chosen))


def _typed(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get(AS_OF, "").strip(), request.GET.get(KNOWN_AT, "").strip()


def _day(text: str, today: date) -> date:
    latest = _years_on(today, YEARS_AHEAD)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= latest:
        sentence = _("Enter a day from %(first)s to %(last)s.") % {
            "first": numerals.day(EARLIEST),
            "last": numerals.day(latest),
        }
        raise BadPoint(sentence, field=AS_OF)
    return day


def _moment(text: str, now: datetime) -> datetime:
    earliest = datetime(EARLIEST.year, EARLIEST.month, EARLIEST.day, tzinfo=timezone.utc)
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        moment = moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not earliest <= moment <= now:
        sentence = _("Enter a moment from %(first)s to now, %(now)s.") % {
            "first": numerals.day(EARLIEST),
            "now": numerals.moment(now),
        }
        raise BadPoint(sentence, field=KNOWN_AT)
    return moment


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _local(text: str, moment: datetime) -> str:
    """What the form's input shows again, in UTC, without the zone that such an input does not take."""
    return moment.strftime("%Y-%m-%dT%H:%M") if text else ""


def _years_on(day: date, years: int) -> date:
    """The same day ``years`` later; 28 February for a 29th that the year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
