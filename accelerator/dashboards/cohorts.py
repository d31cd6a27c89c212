"""Everybody of a cohort in one list: who takes part, and who was published and is not kept here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries, words
from accelerator.cohorts.models import Participation
from accelerator.cohorts.queries import Member
from accelerator.grants import queries as grants
from accelerator.grants.queries import Funds
from core.ethics.gate import Held
from core.exports.xlsx import Cell, Column, Kind, Sheet
from core.organisations import technologies
from core.web import charts, drawings, numerals
from core.web.charts import Chart, Head, Spec


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
    funds: Funds | None = None
    """In the programme's currency; None for what is only published."""

    @property
    def phase(self) -> str:
        """Where it stands, in words."""
        if self.standing:
            return str(self.standing[1])
        return _("Phase %(n)s, as published") % {"n": self.published_phase}


def rows(programme: Programme, *, on: date) -> list[Row]:
    """Everybody, by name. A start-up that takes part and was published stands once."""
    taking_part = list(queries.participations(programme))
    held = queries.ethics_of(taking_part, on=on)
    funds = grants.funds(taking_part)
    published = {one.public_id: one for one in queries.members(programme.public_id)}
    joined = [_taking_part(one, held[one.pk], funds[one.pk], published) for one in taking_part]
    rest = [_published(one) for one in published.values()]
    return sorted([*joined, *rest], key=lambda one: (one.name.casefold(), one.participation))


def total(found: Iterable[Row]) -> Funds:
    """What was agreed with everybody, and what became of it."""
    return sum((one.funds for one in found if one.funds), Funds())


def by_nation(found: Sequence[Row]) -> Chart | None:
    """How many start-ups of each nation, the most first; None where fewer than two nations are known."""
    counted = Counter(one.nation for one in found if one.nation)
    pairs = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    if len(pairs) < 2:  # noqa: PLR2004 -- one column compares nothing
        return None
    heading = ngettext("Start-ups from %(n)s nation", "Start-ups from %(n)s nations", len(pairs)) % {"n": len(pairs)}
    texts = [numerals.plain(count, 0) for _name, count in pairs]

    def specify(width: int) -> Spec:
        values = [Decimal(count) for _name, count in pairs]
        return drawings.columns([name for name, _count in pairs], values, width=width, texts=texts)

    return Chart(
        id="nations",
        heading=heading,
        drawing=charts.draw(specify, label=heading),
        unit=_("start-ups"),
        caption=_("Start-ups by nation, most first"),
        heads=(Head(_("Nation")), Head(_("Start-ups"), "n")),
        rows=[(name, text) for (name, _count), text in zip(pairs, texts, strict=True)],
    )


def spent(funds: Funds, *, currency: str, illustrative: bool) -> Chart | None:
    """Committed, approved and paid as columns; None where nothing was agreed."""
    if not funds.committed:
        return None
    pairs = [(_("Committed"), funds.committed), (_("Approved"), funds.approved), (_("Paid"), funds.paid)]
    texts = [numerals.in_millions(amount, 2) for _name, amount in pairs]
    heading = _("%(paid)s of %(committed)s committed are paid") % {"paid": texts[2], "committed": texts[0]}

    def specify(width: int) -> Spec:
        values = [amount / 1_000_000 for _name, amount in pairs]
        return drawings.columns([name for name, _amount in pairs], values, width=width, digits=2, texts=texts)

    unit = numerals.unit_of_millions(currency)
    return Chart(
        id="spent",
        heading=heading,
        drawing=charts.draw(specify, label=f"{heading}, {unit}"),
        unit=unit,
        caption=_("Funding committed, approved and paid"),
        heads=(Head(_("Funding")), Head(_("Amount, %(unit)s") % {"unit": currency}, "n")),
        rows=[(name, numerals.plain(amount, 2)) for name, amount in pairs],
        illustrative=illustrative,
    )


def sheet(found: Iterable[Row]) -> Sheet:
    """Everybody of a cohort; an empty cell is something that nobody recorded or published."""
    columns = [
        Column(_("Start-up")),
        Column(_("Nation")),
        Column(_("Challenge"), width=40),
        Column(_("Technology")),
        Column(_("Phase")),
        Column(_("Responsible use")),
        Column(_("Published member")),
        Column(_("Illustrative")),
        Column(_("Committed"), Kind.MONEY),
        Column(_("Approved"), Kind.MONEY),
        Column(_("Paid"), Kind.MONEY),
    ]
    return Sheet(_("Cohort"), columns, [_cells(one) for one in found])


def _cells(one: Row) -> list[Cell]:
    yes, no = _("yes"), _("no")
    amounts = [one.funds.committed, one.funds.approved, one.funds.paid] if one.funds else [None, None, None]
    return [
        one.name,
        one.nation or None,
        one.challenge or None,
        one.technology or None,
        one.phase,
        str(one.ethics[1]) if one.ethics else None,
        yes if one.is_published else no,
        yes if one.is_illustrative else no,
        *amounts,
    ]


def _taking_part(row: Participation, held: Held | None, funds: Funds, published: dict[str, Member]) -> Row:
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
        funds=funds,
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
