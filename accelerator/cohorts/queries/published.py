"""What is published of the members of a cohort."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accelerator.cohorts.models import CohortMember
from core.organisations import technologies
from core.web.bilingual import Words

NO_NATION = "none"
"""Chosen as a nation, it asks for the members whose nation no source confirms."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; an empty value does not limit. ``name`` is a part of the company's name."""

    name: str = ""
    nation: str = ""
    challenge: str = ""
    technology: str = ""
    phase: int | None = None

    def __bool__(self) -> bool:
        return bool(self.name or self.nation or self.challenge or self.technology or self.phase)


@dataclass(frozen=True, slots=True)
class Member:
    """A start-up as published; what is empty no source names, what was inferred says so."""

    public_id: str
    name: str
    nation_code: str
    nation: Words
    challenge_code: str
    challenge: Words
    is_challenge_inferred: bool
    technology: str
    is_technology_inferred: bool
    highest_phase: int
    basis: str
    source: str
    note: Words

    @property
    def technology_name(self) -> str:
        """The family's name in the reader's language."""
        return str(technologies.name(self.technology)) if self.technology else ""


@dataclass(frozen=True, slots=True)
class Facets:
    """What can be chosen: only what some member has, so that no choice alone leads to an empty list."""

    total: int
    nations: tuple[tuple[str, Words], ...]
    has_unconfirmed_nation: bool
    challenges: tuple[tuple[str, Words], ...]
    technologies: tuple[str, ...]
    phases: tuple[int, ...]


def members(programme_id: str, filters: Filters = Filters()) -> list[Member]:
    """The members of the programme with this public id that fit ``filters``, by name, in one query."""
    rows = CohortMember.objects.filter(programme__public_id=programme_id)
    rows = _limited(rows, filters).select_related("organisation__nation", "challenge")
    return [_member(row) for row in rows.order_by("organisation__name", "pk")]


def facets(programme_id: str) -> Facets:
    """Nations, challenges, technologies and phases that occur among the members, in one query."""
    everybody = members(programme_id)
    return Facets(
        total=len(everybody),
        nations=tuple(sorted({(one.nation_code, one.nation) for one in everybody if one.nation_code})),
        has_unconfirmed_nation=any(not one.nation_code for one in everybody),
        challenges=tuple(sorted({(one.challenge_code, one.challenge) for one in everybody if one.challenge_code})),
        technologies=tuple(sorted({one.technology for one in everybody if one.technology})),
        phases=tuple(sorted({one.highest_phase for one in everybody})),
    )


def _limited(rows: QuerySet[CohortMember], filters: Filters) -> QuerySet[CohortMember]:
    if filters.name:
        rows = rows.filter(organisation__name__icontains=filters.name)
    if filters.nation:
        wanted = None if filters.nation == NO_NATION else filters.nation
        rows = rows.filter(organisation__nation=wanted) if wanted else rows.filter(organisation__nation__isnull=True)
    if filters.challenge:
        rows = rows.filter(challenge__code=filters.challenge)
    if filters.technology:
        rows = rows.filter(technology=filters.technology)
    if filters.phase:
        rows = rows.filter(highest_phase=filters.phase)
    return rows


def _member(row: CohortMember) -> Member:
    nation, challenge = row.organisation.nation, row.challenge
    return Member(
        public_id=row.public_id,
        name=row.organisation.name,
        nation_code=nation.code if nation else "",
        nation=Words(nation.name_en, nation.name_fr) if nation else Words(""),
        challenge_code=challenge.code if challenge else "",
        challenge=Words(challenge.title_en, challenge.title_fr) if challenge else Words(""),
        is_challenge_inferred=row.is_challenge_inferred,
        technology=row.technology,
        is_technology_inferred=row.is_technology_inferred,
        highest_phase=row.highest_phase,
        basis=row.basis,
        source=row.source,
        note=Words(row.note_en, row.note_fr),
    )
