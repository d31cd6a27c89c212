"""Decisions of the demo, on invented matters of an invented programme and of how the fund reports: one adopted, one under silence, one drafted.

No Ally breaks silence here: nothing adverse is invented about one. A representative may break it by hand.
"""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from accelerator.challenges import queries as challenges
from core import clock
from core.decisions import queries, services
from core.people import queries as accounts
from demo import last_programme, people

OTHERWISE = "Illustrative: by a note to each delegation"
RAISED = services.NewText(
    "Limit of the rehearsal programme",
    "Plafond du programme de répétition",
    "The rehearsal programme may spend EUR 1,500,000 in all, so that a third phase of its trials can be funded.",
    "Le programme de répétition peut dépenser 1 500 000 EUR en tout, afin de financer une troisième série d’essais.",
    {"amount": "1500000.00"},
)
REPORTS = services.NewText(
    "When quarterly reports are sent",
    "Quand les rapports trimestriels sont envoyés",
    "The fund sends its quarterly report within sixty days of the end of each quarter, in English and in French.",
    "Le fonds envoie son rapport trimestriel dans les soixante jours après la fin de chaque trimestre, en anglais et en français.",
    {},
)


MEETING = services.NewText(
    "Next meeting of the representatives",
    "Prochaine réunion des représentants",
    "The Allies’ representatives meet on 12 January 2027, at the seat of the fund.",
    "Les représentants des Alliés se réunissent le 12 janvier 2027, au siège du fonds.",
    {},
)


def play(*, fund: Any, system: Any) -> None:
    """The adopted one first: its effect is the programme's next budget."""
    programme: Any = challenges.by_slug(last_programme.SLUG)
    adopted = _circulated(
        "programme-budget",
        programme.public_id,
        RAISED,
        by=(people.PROGRAMMES, people.SECOND_PROGRAMMES),
        on=date(2026, 11, 13),
        days=4,
        place=("Europe/Brussels", "BE"),
    )
    read_at = _moment(date(2026, 11, 16))
    with clock.standing_at(read_at):
        for reader in ("estonia@allies.example", "luxembourg@allies.example"):
            services.note_reading(adopted.proposal, by=_person(reader), at=read_at)
    settled = adopted.expires_at + queries.on_its_way() + timedelta(seconds=4)
    with clock.standing_at(settled):
        services.close_due(by=system, at=settled)
        outcome = queries.outcome_of(queries.get_running(adopted.proposal))
        if outcome is not None:
            services.take_effect(outcome, by=system, at=settled)
    _circulated(
        "fund-resolution",
        fund.public_id,
        REPORTS,
        by=(people.MANAGER, people.SECOND_MANAGER),
        on=date(2026, 11, 20),
        days=10,
        place=("Europe/Luxembourg", "LU"),
    )
    at = _moment(date(2026, 11, 20))
    with clock.standing_at(at):
        writer = _person(people.SECOND_MANAGER)
        services.draft("fund-resolution", fund.public_id, MEETING, by=writer, at=at, illustrative=True)


def _circulated(
    kind: str, scope: str, text: services.NewText, *, by: tuple[str, str], on: date, days: int, place: tuple[str, str]
) -> Any:
    """Drafted by one person and circulated by another on a morning, until 16:00 of the last working day."""
    writer, secretary = map(_person, by)
    at, (zone, calendar) = _moment(on), place
    with clock.standing_at(at):
        drafted = services.draft(kind, scope, text, by=writer, at=at, illustrative=True)
        return services.circulate(
            drafted,
            digest=queries.last_text(drafted).digest,
            days=days,
            hour=time(16),
            zone=zone,
            calendar=calendar,
            told_otherwise=OTHERWISE,
            by=secretary,
            at=at,
        )


def _person(address: str) -> Any:
    return accounts.by_email(address)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.utc)
