"""Everybody of a cohort in one list: who takes part, and who was published and is not kept here."""

from dataclasses import dataclass
from datetime import date

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries, words
from accelerator.cohorts.models import Participation
from accelerator.cohorts.queries import Member
from core.ethics.gate import Held
from core.organisations import technologies


@dataclass(frozen=True, slots=True)
class Row:
    """A start-up of a cohort. ``participation`` is the public id, empty for what is only published."""

    name: str
    nation: str
    challenge: str
    technology: str
    participation: str = ""
    standing: words.Chip | None = None
    ethics: words.Chip | None = None
    is_published: bool = False
    published_phase: int | None = None
    is_illustrative: bool = False


def rows(programme: Programme, *, on: date) -> list[Row]:
    """Everybody, by name. A start-up that takes part and was published stands once."""
    taking_part = list(queries.participations(programme))
    held = queries.ethics_of(taking_part, on=on)
    published = {one.public_id: one for one in queries.members(programme.public_id)}
    joined = [_taking_part(one, held[one.pk], published) for one in taking_part]
    rest = [_published(one) for one in published.values()]
    return sorted([*joined, *rest], key=lambda one: (one.name.casefold(), one.participation))


def _taking_part(row: Participation, held: Held | None, published: dict[str, Member]) -> Row:
    member = published.pop(row.member.public_id, None) if row.member else None
    offer, nation = row.offer, row.organisation.nation
    technology = str(technologies.name(offer.technology)) if offer.technology else ""
    return Row(
        name=row.organisation.name,
        nation=nation.name if nation else "",
        challenge=str(offer.challenge or (member.challenge if member else "")),
        technology=technology or (member.technology_name if member else ""),
        participation=row.public_id,
        standing=words.STANDINGS[row.state],
        ethics=words.ethics(held),
        is_published=member is not None,
        published_phase=member.highest_phase if member else None,
        is_illustrative=row.is_illustrative,
    )


def _published(member: Member) -> Row:
    return Row(
        name=member.name,
        nation=str(member.nation),
        challenge=str(member.challenge),
        technology=member.technology_name,
        is_published=True,
        published_phase=member.highest_phase,
    )
