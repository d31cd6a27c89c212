"""Allies, their membership, defence expenditure by edition, and guidelines: public facts with their sources."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from core import clock
from core.nations import services
from demo import tables

FOUNDED_AT = datetime(2023, 7, 3, 7, 0, tzinfo=timezone.utc)
"""What was known when the fund's books were opened is recorded then; everything later on the day after it was public."""
AGGREGATES = {"europe-canada", "nato"}
PERCENT = Decimal(100)


def play(*, system: Any) -> None:
    """Record everything, each thing at the moment at which it could be known."""
    _record_allies(system)
    _record_guidelines(system)
    _publish_editions(system)


def _record_allies(system: Any) -> None:
    nations = {}
    with clock.standing_at(FOUNDED_AT):
        for row in tables.rows("allies"):
            nations[row["code"]] = services.record_nation(**row, by=system, at=FOUNDED_AT)
    for row in sorted(tables.rows("memberships"), key=lambda row: (row["starts_on"], row["code"])):
        starts_on = date.fromisoformat(row["starts_on"])
        with clock.standing_at(_known_at(starts_on)):
            services.record_membership(
                nations[row["code"]],
                starts_on=starts_on,
                ends_before=date.fromisoformat(row["ends_before"]) if row["ends_before"] else None,
                note=row["note"],
                source=row["source"],
                by=system,
                at=clock.now(),
            )


def _record_guidelines(system: Any) -> None:
    for row in tables.rows("guidelines"):
        starts_on = date.fromisoformat(row["starts_on"])
        with clock.standing_at(_known_at(starts_on)):
            services.record_guideline(
                code=row["code"],
                name_en=row["name_en"],
                name_fr=row["name_fr"],
                share_of_gdp=Decimal(row["share_of_gdp"]),
                starts_on=starts_on,
                ends_before=date.fromisoformat(row["ends_before"]) if row["ends_before"] else None,
                due_year=int(row["due_year"]) if row["due_year"] else None,
                source=row["source"],
                by=system,
                at=clock.now(),
            )


def _publish_editions(system: Any) -> None:
    figures = tables.rows("defence_expenditure")
    for row in tables.rows("expenditure_editions"):
        published_on = date.fromisoformat(row["published_on"])
        with clock.standing_at(_known_at(published_on)):
            edition = services.publish_edition(
                code=row["code"],
                name_en=row["name_en"],
                name_fr=row["name_fr"],
                published_on=published_on,
                published_precision=row["published_precision"],
                is_full_series=row["is_full_series"] == "1",
                source=row["source"],
                by=system,
                at=clock.now(),
            )
            decimals = int(row["decimals_published"])
            own = [_figure(figure, decimals) for figure in figures if figure["edition"] == row["code"]]
            services.publish_expenditure(edition, own, by=system, at=clock.now())


def _figure(row: dict[str, str], decimals: int) -> services.Figure:
    is_aggregate = row["who"] in AGGREGATES
    return services.Figure(
        nation=None if is_aggregate else row["who"],
        aggregate=row["who"] if is_aggregate else "",
        year=int(row["year"]),
        share_of_gdp=Decimal(row["pct_gdp"]) / PERCENT,
        decimals_published=decimals,
        is_estimate=row["is_estimate"] == "1",
        source=row["source"],
    )


def _known_at(day: date) -> datetime:
    """The morning after, but not before the books were opened."""
    return max(FOUNDED_AT, datetime.combine(day + timedelta(days=1), time(7), tzinfo=timezone.utc))
