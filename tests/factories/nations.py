"""Allies and editions of defence expenditure, recorded through the services."""

from datetime import date, datetime, timezone
from decimal import Decimal

from core.nations import services
from core.nations.models import Nation

NAMES = {
    "EE": ("Estonia", "Estonie"),
    "FI": ("Finland", "Finlande"),
    "FR": ("France", "France"),
    "IS": ("Iceland", "Islande"),
    "LU": ("Luxembourg", "Luxembourg"),
    "SE": ("Sweden", "Suède"),
    "US": ("United States", "États-Unis"),
}
JOINED = {"FI": date(2023, 4, 4), "SE": date(2024, 3, 7)}
LONG_AGO = datetime(2023, 1, 2, 8, tzinfo=timezone.utc)


def ally(code="EE", *, system, joined=None, left=None):
    """A nation that is an Ally, since 2004 unless ``joined`` or history says otherwise."""
    english, french = NAMES.get(code, (f"Nation {code}", f"Pays {code}"))
    nation = services.record_nation(code=code, name_en=english, name_fr=french, by=system, at=LONG_AGO)
    services.record_membership(
        nation,
        starts_on=joined or JOINED.get(code, date(2004, 3, 29)),
        ends_before=left,
        source="treaty",
        by=system,
        at=LONG_AGO,
    )
    return nation


def many_allies(count, *, system):
    """``count`` Allies with invented codes, in the order of their codes."""
    codes = [f"{first}{second}" for first in "QXZ" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return [ally(code, system=system) for code in codes[:count]]


def nation(code="US", *, system):
    """A nation that is no Ally."""
    return services.record_nation(code=code, name_en=f"Nation {code}", name_fr=f"Pays {code}", by=system, at=LONG_AGO)


def figure(whose, year, per_cent, *, decimals=2, estimate=False):
    """One figure of an edition; ``whose`` is the code of a nation or the name of an aggregate."""
    is_nation = len(whose) == 2
    return services.Figure(
        nation=whose if is_nation else None,
        aggregate="" if is_nation else whose,
        year=year,
        share_of_gdp=Decimal(per_cent) / 100,
        decimals_published=decimals,
        is_estimate=estimate,
        source="https://example.org/expenditure",
    )


def edition(code="2025-05", *figures, system, published_on=date(2025, 5, 1), at=LONG_AGO):
    """An edition with its figures, given as ``figure(...)``."""
    made = services.publish_edition(
        code=code,
        name_en=f"Edition {code}",
        name_fr=f"Édition {code}",
        published_on=published_on,
        published_precision="day",
        is_full_series=False,
        source="https://example.org/expenditure",
        by=system,
        at=at,
    )
    services.publish_expenditure(made, figures, by=system, at=at)
    return made


def two_per_cent(*, system):
    """The guideline of 2014."""
    return guideline("two-percent", system=system)


def guideline(code, *, system):
    """Two per cent from 2014 on, under this code."""
    return services.record_guideline(
        code=code,
        name_en="2 % guideline",
        name_fr="Objectif de 2 %",
        share_of_gdp=Decimal("0.02"),
        starts_on=date(2014, 9, 5),
        ends_before=None,
        due_year=2024,
        source="declaration",
        by=system,
        at=LONG_AGO,
    )


def stored(code):
    """A nation as the database has it."""
    return Nation.objects.get(pk=code)
