"""Circulating a text until an exact moment, extending that, and withdrawing."""

from datetime import date, datetime, time
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock, failpoints
from core.audit.kinds import declare
from core.decisions import kinds, periods, queries, rules, words
from core.decisions.lifecycle import Ending, State
from core.decisions.models import Addressee, Circulation, Extension, Proposal, ProposalText, Telling
from core.decisions.periods import Period
from core.decisions.rules import Act
from core.decisions.services import ending, rows, telling
from core.errors import Conflict, Invalid
from core.nations.models import Nation
from core.notifications import calendars
from core.people.models import User

CIRCULATED = declare(
    "decision.circulated", _("{actor} circulated version {version} of “{title}”; silence ends on {silence_ends}.")
)
EXTENDED = declare("decision.extended", _("{actor} let silence on “{title}” run until {silence_ends}: {because}"))
LONGEST_REASON = 300
WITHDRAWN = declare("decision.withdrawn", _("{actor} withdrew “{title}”: {because}"))


class NobodyEntitled(Conflict):
    code = "nobody_entitled"
    sentence = _("No Ally takes part on this day, so there is nobody to circulate it to.")


class SomeWithoutAccount(Invalid):
    """Allies that would not know of the text: the sentence names them."""

    code = "some_without_account"


class UnfitPeriod(Invalid):
    code = "unfit_period"
    sentence = _("Let silence run for 1 to 60 working days, by the clocks and the calendar of a place on the list.")


class HourSkipped(Invalid):
    code = "hour_skipped"
    sentence = _("The clocks skip this hour on the day on which silence would end. Choose another hour.")


class ConfirmedOther(Conflict):
    code = "confirmed_other_text"
    sentence = _("The text was changed since you read it. Read it anew, then circulate it.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why, in at most 300 characters: every Ally reads it.")


@transaction.atomic
def circulate(
    proposal: Proposal,
    *,
    digest: str,
    days: int,
    hour: time,
    zone: str,
    calendar: str,
    told_otherwise: str = "",
    by: User,
    at: datetime,
) -> Circulation:
    """
    Put the last text before the Allies that take part on the day of ``at`` in ``zone``, until ``hour`` of the last of so many
    working days by the calendar of a nation. ``digest`` is that of the text that the person read. Where nobody speaks here
    for an Ally, ``told_otherwise`` says how it was told.

    Raises NotPermitted, OwnText, WrongState, ConfirmedOther, UnfitPeriod, HourSkipped, NobodyEntitled, SomeWithoutAccount,
    and what its kind refuses.
    """
    row = rows.locked(proposal)
    text = queries.last_text(row)
    if refused := rules.refusal(by, row, Act.CIRCULATE, at=at, text=text):
        raise refused
    if text.digest != digest:
        raise ConfirmedOther
    if zone not in periods.ZONES:
        raise UnfitPeriod(field="zone")
    found = _period(periods.there(at, zone).date(), days=days, hour=hour, zone=zone, calendar=calendar)
    nations = _entitled(row, text, told_otherwise, at)
    made = Circulation.objects.create(
        proposal=row,
        text=text,
        order=row.circulations.count() + 1,
        starts_on=periods.there(at, zone).date(),
        working_days=days,
        hour=hour,
        zone=zone,
        calendar=calendar,
        passed_over=[day.isoformat() for day in found.passed_over],
        expires_at=found.ends_at,
        told_otherwise=told_otherwise.strip(),
        circulated_by=by,
        circulated_at=at,
    )
    Addressee.objects.bulk_create([Addressee(circulation=made, nation=one) for one in nations])
    failpoints.reach("decisions.circulate.frozen")
    row.state, row.expires_at = State.SILENT, found.ends_at
    row.save(update_fields=["state", "expires_at"])
    told = partial(_line, text=text, expires_at=found.ends_at, zone=zone)
    telling.everybody(made, Telling.What.CIRCULATED, told, at=at)
    facts = {"version": text.version, "digest": text.digest, "silence_ends": found.ends_at, "entitled": len(nations)}
    rows.record(CIRCULATED, row, by, facts)
    return made


@transaction.atomic
def extend(proposal: Proposal, *, days: int, because: str, by: User, at: datetime) -> Extension:
    """
    Let silence run for further working days, to the same hour by the same calendar, for every Ally alike.

    Raises NotPermitted, WrongState, SilenceEnded, ReasonMissing, UnfitPeriod, HourSkipped.
    """
    row = rows.locked(proposal)
    if refused := rules.refusal(by, row, Act.EXTEND, at=at):
        raise refused
    said = _because(because)
    circulation = queries.get_running(row)
    former = queries.expiry(circulation)
    start = periods.there(former, circulation.zone).date()
    found = _period(start, days=days, hour=circulation.hour, zone=circulation.zone, calendar=circulation.calendar)
    made = Extension.objects.create(
        circulation=circulation,
        order=circulation.extensions.count() + 1,
        working_days=days,
        expires_at=found.ends_at,
        passed_over=[day.isoformat() for day in found.passed_over],
        because=said,
        extended_by=by,
        extended_at=at,
    )
    row.expires_at = found.ends_at
    row.save(update_fields=["expires_at"])
    told = partial(_line, text=circulation.text, expires_at=found.ends_at, zone=circulation.zone)
    telling.everybody(circulation, Telling.What.EXTENDED, told, at=at)
    rows.record(EXTENDED, row, by, {"silence_ends": found.ends_at, "because": said})
    return made


@transaction.atomic
def withdraw(proposal: Proposal, *, because: str, by: User, at: datetime) -> Proposal:
    """Take a proposal back; where it was circulated, everybody is told. Raises NotPermitted, WrongState, SilenceEnded, ReasonMissing."""
    row = rows.locked(proposal)
    if refused := rules.refusal(by, row, Act.WITHDRAW, at=at):
        raise refused
    said = _because(because)
    if row.state == State.SILENT:
        ending.write(queries.get_running(row), Ending.WITHDRAWN, effective_at=at, by=by, at=at, because=said)
    row.state, row.expires_at = State.WITHDRAWN, None
    row.save(update_fields=["state", "expires_at"])
    rows.record(WITHDRAWN, row, by, {"because": said})
    return row


def _period(start: date, *, days: int, hour: time, zone: str, calendar: str) -> Period:
    if not periods.SHORTEST_DAYS <= days <= periods.LONGEST_DAYS:
        raise UnfitPeriod(field="days")
    if calendar not in periods.CALENDARS:
        raise UnfitPeriod(field="calendar")
    found = periods.period(
        start,
        days=days,
        hour=hour,
        zone=zone,
        is_working=lambda day: calendars.is_working(day, calendar),
    )
    if found is None:
        raise HourSkipped(field="hour")
    return found


def _entitled(row: Proposal, text: ProposalText, told_otherwise: str, at: datetime) -> list[Nation]:
    """The Allies that take part on the day, each of which is told of it, here or otherwise."""
    kind = kinds.find(row.kind)
    entitled = queries.entitled_now(row, at=at)
    if kind is None or not entitled:
        raise NobodyEntitled
    kind.check(row.scope, text.terms, clock.day_of(at))
    alone = [one.name for one, speakers in entitled if not speakers]
    if alone and not told_otherwise.strip():
        said = _now("Nobody speaks here for these Allies: %(nations)s. Say how they are told of the text.")
        raise SomeWithoutAccount(said % {"nations": ", ".join(alone)}, field="told_otherwise")
    return [one for one, _speakers in entitled]


def _because(text: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise ReasonMissing(field="because")
    return said


def _line(reader: User, *, text: ProposalText, expires_at: datetime, zone: str) -> str:
    with translation.override(reader.language):
        said = _now("Under silence until %(moment)s: %(title)s")
        return said % {"moment": words.moment_there(expires_at, zone), "title": text.title}
