"""Three published programmes, their challenges, funnel and named members, and the network, from data with sources."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from accelerator.challenges import queries as programme_queries
from accelerator.challenges import services as programmes
from accelerator.cohorts import services as cohorts
from accelerator.test_centres import services as network
from core import clock
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


def play(*, system: Any) -> None:
    """Publish everything in the order of the moments at which it was published."""
    steps = [
        *((row["recorded_at"], 0, _publish_programme, [row]) for row in _rows("programmes.csv")),
        *((row["recorded_at"], 1, _publish_challenge, [row]) for row in _rows("challenges.csv")),
        *(
            (at, 2, _publish_figures, rows)
            for (_slug, at), rows in _grouped("programme_figures.csv", "programme", "recorded_at")
        ),
        *((at, 3, _announce, [row]) for row in _rows("programmes.csv") for at in _announcements(row)),
        *((row["recorded_at"], 4, _admit, [row]) for row in _rows("cohort_members.csv")),
        *((at, 5, _publish_network, rows) for (at,), rows in _grouped("network_figures.csv", "recorded_at")),
    ]
    for at, _order, take, rows in sorted(steps, key=itemgetter(0, 1)):
        moment = datetime.fromisoformat(at)
        with clock.standing_at(moment):
            take(rows, by=system, at=moment)


def _publish_programme(rows: list[Row], *, by: Any, at: datetime) -> None:
    (row,) = rows
    closes_at = datetime.fromisoformat(row["call_closes_at"]) if row["call_closes_at"] else None
    programmes.publish_programme(
        slug=row["slug"],
        name_en=row["name_en"],
        name_fr=row["name_fr"],
        call=programmes.Call(_day(row["call_opens_on"]), _day(row["call_closes_on"]), closes_at),
        cohort_year=int(row["cohort_year"]),
        phase_1_starts_on=_day(row["phase_1_starts_on"]),
        funding=programmes.Funding(
            phase_1_amount=Decimal(row["phase_1_amount"]),
            phase_1_months=int(row["phase_1_months"]),
            phase_2_amount_at_most=Decimal(row["phase_2_amount_at_most"]),
            phase_2_months=int(row["phase_2_months"]),
            currency=row["currency"],
            agreement=row["agreement"],
        ),
        basis=row["basis"],
        source=row["source"],
        note_en=row["note_en"],
        note_fr=row["note_fr"],
        by=by,
        at=at,
    )


def _publish_challenge(rows: list[Row], *, by: Any, at: datetime) -> None:
    (row,) = rows
    given = {name: row[name] for name in ("code", "title_en", "title_fr", "basis", "source")}
    programmes.publish_challenge(_programme(row), order=int(row["order"]), **given, by=by, at=at)


def _publish_figures(rows: list[Row], *, by: Any, at: datetime) -> None:
    figures = [
        programmes.Figure(
            stage=row["stage"],
            value=int(row["value"]),
            basis=row["basis"],
            source=row["source"],
            nation=row["nation"] or None,
            is_at_least=_is_set(row["is_at_least"]),
            is_preferred=_is_set(row["is_preferred"]),
            note_en=row["note_en"],
            note_fr=row["note_fr"],
        )
        for row in rows
    ]
    programmes.publish_figures(_programme(rows[0]), figures, by=by, at=at)


def _announcements(row: Row) -> Iterator[str]:
    """The moments at which a selection of the programme became known."""
    return (at for phase in (1, 2) if (at := row[f"phase_{phase}_announced_recorded_at"]))


def _announce(rows: list[Row], *, by: Any, at: datetime) -> None:
    (row,) = rows
    for phase in (1, 2):
        if row[f"phase_{phase}_announced_recorded_at"] == at.isoformat():
            on, precision = _day(row[f"phase_{phase}_announced_on"]), row[f"phase_{phase}_announced_precision"]
            programmes.announce_selection(_programme(row), phase=phase, on=on, precision=precision, by=by, at=at)


def _admit(rows: list[Row], *, by: Any, at: datetime) -> None:
    (row,) = rows
    cohorts.admit(
        _programme(row),
        _company(row, by=by, at=at),
        challenge=programme_queries.challenge(row["challenge"]) if row["challenge"] else None,
        is_challenge_inferred=_is_set(row["is_challenge_inferred"]),
        technology=row["technology"],
        is_technology_inferred=_is_set(row["is_technology_inferred"]),
        highest_phase=int(row["highest_phase"]),
        basis=row["basis"],
        source=row["source"],
        note_en=row["note_en"],
        note_fr=row["note_fr"],
        by=by,
        at=at,
    )


def _company(row: Row, *, by: Any, at: datetime) -> Any:
    """The company, registered once: the fund may know it already."""
    known = organisation_queries.named(row["company"], "company")
    return known or organisations.register(
        name=row["company"], kind="company", nation=row["nation"] or None, by=by, at=at
    )


def _publish_network(rows: list[Row], *, by: Any, at: datetime) -> None:
    sizes = [
        network.Size(
            measure=row["measure"],
            stated_for=_day(row["stated_for"]),
            precision=row["precision"],
            value=int(row["value"]),
            basis=row["basis"],
            source=row["source"],
            is_at_least=_is_set(row["is_at_least"]),
        )
        for row in rows
    ]
    network.publish_network_figures(sizes, by=by, at=at)


def _programme(row: Row) -> Any:
    found = programme_queries.by_slug(row["programme"] if "programme" in row else row["slug"])
    if found is None:
        raise ValueError(f"the data name a programme that they do not publish: {row}")
    return found


def _rows(file: str) -> list[Row]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _grouped(file: str, *names: str) -> list[tuple[tuple[str, ...], list[Row]]]:
    """Rows of a file that were published together."""
    rows = sorted(_rows(file), key=lambda row: tuple(row[name] for name in names))
    return [(key, list(group)) for key, group in groupby(rows, key=lambda row: tuple(row[name] for name in names))]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _is_set(text: str) -> bool:
    return text == "1"
