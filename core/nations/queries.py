"""
Who is an Ally on a day, and what each edition says of defence expenditure.

Editions restate history, so figures are never mixed: whatever is asked for is asked of one edition, and a figure
carries its edition. An edition counts from the day of its publication, a figure from the moment of its recording.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet

from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, Nation

EUROPE_AND_CANADA = DefenceExpenditure.Aggregate.EUROPE_AND_CANADA.value


@dataclass(frozen=True, slots=True)
class Share:
    """One figure as its edition states it: ``share_of_gdp`` a fraction of one, shown with ``decimals`` of a per cent."""

    year: int
    share_of_gdp: Decimal
    decimals: int
    is_estimate: bool
    source: str


@dataclass(frozen=True)
class Edition:
    """An edition with the figures that were asked for: of nations by code, and of European Allies and Canada."""

    edition: ExpenditureEdition
    nations: dict[tuple[str, int], Share]
    europe_and_canada: Sequence[Share]

    @property
    def code(self) -> str:
        return self.edition.code

    @cached_property
    def years(self) -> dict[int, int]:
        """How many Allies the edition gives for each year, latest year first."""
        given = [year for _code, year in self.nations]
        return {year: given.count(year) for year in sorted(set(given), reverse=True)}

    @property
    def latest_year(self) -> int | None:
        return next(iter(self.years), None)

    @property
    def told_years(self) -> list[int]:
        """The first and the last year of which the edition tells; one where they are the same."""
        every = [year for _code, year in self.nations] + [share.year for share in self.europe_and_canada]
        return sorted({min(every), max(every)}) if every else []

    def of(self, nation: str, year: int) -> Share | None:
        """None where the edition gives no figure, as for an Ally without armed forces."""
        return self.nations.get((nation, year))

    def series(self, nation: str) -> list[Share]:
        """Every year that the edition gives for a nation, in order."""
        return sorted((s for (code, _), s in self.nations.items() if code == nation), key=lambda share: share.year)


def allies(on: date) -> QuerySet[Nation]:
    """The nations that are Allies on a day."""
    return Nation.objects.filter(_in_force(on, "memberships__")).distinct().order_by("name_en", "code")


def is_ally(nation: Nation, on: date) -> bool:
    return nation.memberships.filter(_in_force(on)).exists()


def every() -> list[Nation]:
    """Every nation that is kept, by name."""
    return list(Nation.objects.order_by("name_en", "code"))


def by_code(codes: Iterable[str]) -> list[Nation]:
    """The nations with these codes, by name."""
    return list(Nation.objects.filter(code__in=codes).order_by("name_en", "code"))


def editions(*, as_of: date) -> QuerySet[ExpenditureEdition]:
    """Editions published on or before a day, the latest first."""
    return ExpenditureEdition.objects.filter(published_on__lte=as_of).order_by("-published_on", "-code")


def figures_by_edition(*, as_of: date, known_at: datetime, nation: str | None = None) -> list[Edition]:
    """
    Every edition with its figures, the latest first, in one query; of one nation and the aggregate where it is named.

    An edition has at most some 400 rows, and one or two appear a year.
    """
    rows = DefenceExpenditure.objects.filter(edition__published_on__lte=as_of, recorded_at__lte=known_at).exclude(
        aggregate=DefenceExpenditure.Aggregate.NATO
    )
    if nation is not None:
        rows = rows.filter(Q(nation=nation) | Q(aggregate=EUROPE_AND_CANADA))
    ordered = rows.select_related("edition").order_by("-edition__published_on", "-edition_id", "year", "nation_id")
    return _grouped(ordered)


def expenditure(edition: ExpenditureEdition, year: int, *, known_at: datetime) -> dict[str, Share]:
    """What one edition states for one year, by code of the nation."""
    rows = edition.figures.filter(aggregate="", year=year, recorded_at__lte=known_at)
    return {str(row.nation_id): _share(row) for row in rows.order_by("nation_id")}


def latest_year(edition: ExpenditureEdition) -> int | None:
    """The last year for which the edition gives any Ally."""
    return edition.figures.filter(aggregate="").order_by("-year").values_list("year", flat=True).first()


def most_complete(found: Sequence[Edition]) -> Edition | None:
    """The edition whose latest year gives most Allies; of equals, the latest. ``found`` has the latest first."""
    with_nations = [edition for edition in found if edition.years]
    return max(with_nations, key=lambda edition: edition.years[edition.latest_year or 0], default=None)


def first_with_aggregate(found: Sequence[Edition]) -> Edition | None:
    """The earliest edition that gives European Allies and Canada for more than one year: history as first told."""
    return next((edition for edition in reversed(found) if len(edition.europe_and_canada) > 1), None)


def guidelines(on: date) -> list[Guideline]:
    """The rules in force on a day, by the year in which they are due; a rule without such a year comes first."""
    rules = Guideline.objects.filter(_in_force(on))
    return sorted(rules, key=lambda rule: (rule.due_year or 0, rule.starts_on, rule.code))


def yardstick(in_force: Sequence[Guideline], on: date) -> Guideline | None:
    """The rule that a figure is measured against: the last one due by the day's year, else the one due next."""
    due = [rule for rule in in_force if (rule.due_year or 0) <= on.year]
    return due[-1] if due else next(iter(in_force), None)


def guideline(on: date) -> Guideline | None:
    """The rule to measure against on a day."""
    return yardstick(guidelines(on), on)


def _in_force(on: date, prefix: str = "") -> Q:
    started = Q(**{f"{prefix}starts_on__lte": on})
    return started & (Q(**{f"{prefix}ends_before__isnull": True}) | Q(**{f"{prefix}ends_before__gt": on}))


def _grouped(rows: Iterable[DefenceExpenditure]) -> list[Edition]:
    found: dict[str, tuple[ExpenditureEdition, dict[tuple[str, int], Share], list[Share]]] = {}
    for row in rows:
        _edition, nations, aggregate = found.setdefault(row.edition_id, (row.edition, {}, []))
        if row.nation_id:
            nations[row.nation_id, row.year] = _share(row)
        else:
            aggregate.append(_share(row))
    return [Edition(*parts) for parts in found.values()]


def _share(row: DefenceExpenditure) -> Share:
    return Share(row.year, row.share_of_gdp, row.decimals_published, row.is_estimate, row.source)
