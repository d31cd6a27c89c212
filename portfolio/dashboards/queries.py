"""The pool beside defence expenditure, and one Ally's own account: what their pages and workbooks show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.errors import NotFound
from core.nations import queries as nations
from core.nations.models import Guideline, Nation
from core.nations.queries import Edition, Share
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, CommitmentTerms, Fund
from portfolio.funds.queries import Line, Pool

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """An edition and one year of it, with how many Allies it gives for that year."""

    edition: Edition
    year: int

    @property
    def key(self) -> str:
        return f"{self.edition.code}/{self.year}"

    @property
    def allies(self) -> int:
        return self.edition.years[self.year]


@dataclass(frozen=True, slots=True)
class Expenditure:
    """What is known of defence expenditure at a point in time. ``chosen`` is None where no edition gives any Ally.

    ``told`` is the edition whose series of European Allies and Canada is shown first, ``restated`` a later one beside it.
    """

    editions: Sequence[Edition]
    choices: Sequence[Choice]
    chosen: Choice | None
    was_chosen: bool
    """True where the person chose; then ``told`` is the chosen edition if it has a series at all."""
    asked_in_vain: bool
    """True where what was asked for is not known at this point in time."""
    told: Edition | None
    restated: Edition | None
    rule: Guideline | None
    later_rules: Sequence[Guideline]

    def of(self, nation: str) -> Share | None:
        return self.chosen.edition.of(nation, self.chosen.year) if self.chosen else None


@dataclass(frozen=True, slots=True)
class Row:
    """One Ally of the pool with its figure of the chosen edition and year."""

    line: Line
    expenditure: Share | None


@dataclass(frozen=True, slots=True)
class ByClosing:
    """What one closing brought: ``amount`` of its Allies' commitments in force, ``until`` of all closings so far."""

    held_on: date
    allies: int
    amount: Decimal
    until: Decimal


@dataclass(frozen=True, slots=True)
class View:
    """The pool page."""

    fund: Fund
    pool: Pool
    rows: Sequence[Row]
    closings: Sequence[ByClosing]
    expenditure: Expenditure


@dataclass(frozen=True, slots=True)
class Account:
    """One Ally: its own line, and of the pool nothing but the total and the number of Allies."""

    nation: Nation
    commitments: Sequence[Commitment]
    """Its commitments, one a fund; ``commitment`` is the one shown."""
    commitment: Commitment | None
    line: Line | None
    terms: Sequence[CommitmentTerms]
    total: Decimal | None
    partners: int
    edition: Edition | None
    """The edition that tells most years of this Ally."""
    series: Sequence[Share]
    rule: Guideline | None


SORTS: dict[str, Callable[[Row], Any]] = {
    "ally": lambda row: row.line.nation.name,
    "holder": lambda row: (row.line.holder == "", row.line.holder),
    "closing": lambda row: row.line.closing,
    "amount": lambda row: row.line.amount.amount,
    "gdp": lambda row: row.expenditure.share_of_gdp if row.expenditure else Decimal(-1),
}
LARGEST_FIRST = "-amount"


def view(fund: Fund, *, as_of: date, known_at: datetime, choice: str = "", sort: str = "") -> View:
    """The pool page of a fund, in three queries. ``choice`` is the key of an edition and year."""
    pool = funds.pool(fund, as_of=as_of, known_at=known_at)
    expenditure = expenditure_at(as_of=as_of, known_at=known_at, choice=choice)
    rows = [Row(line, expenditure.of(line.nation.code)) for line in pool.lines]
    return View(fund, pool, _sorted(rows, sort), _by_closing(pool), expenditure)


def expenditure_at(*, as_of: date, known_at: datetime, choice: str = "") -> Expenditure:
    """Editions published by a day and recorded by a moment, with the one chosen, in two queries."""
    editions = nations.figures_by_edition(as_of=as_of, known_at=known_at)
    rules = nations.guidelines(as_of)
    rule = nations.yardstick(rules, as_of)
    choices = [Choice(edition, year) for edition in editions for year in edition.years]
    asked = next((one for one in choices if one.key == choice), None)
    usual = nations.most_complete(editions)
    chosen = asked or (Choice(usual, usual.latest_year) if usual and usual.latest_year else None)
    told, restated = _aggregates(editions, asked)
    return Expenditure(
        editions=editions,
        choices=choices,
        chosen=chosen,
        was_chosen=asked is not None,
        asked_in_vain=bool(choice) and asked is None,
        told=told,
        restated=restated,
        rule=rule,
        later_rules=[other for other in rules if rule and (other.due_year or 0) > (rule.due_year or 0)],
    )


def account(person: User, nation: Nation, *, as_of: date, known_at: datetime, commitment: str = "") -> Account:
    """The account of a nation for which the person speaks. ``commitment`` names one where it has several.

    Raises NotFound for a commitment of another.
    """
    every = list(funds.commitments_visible_to(person).filter(nation=nation))
    own = _asked_for(every, commitment)
    pool = funds.pool(own.fund, as_of=as_of, known_at=known_at) if own else None
    edition = _longest(nations.figures_by_edition(as_of=as_of, known_at=known_at, nation=nation.code), nation)
    return Account(
        nation=nation,
        commitments=every,
        commitment=own,
        line=pool.line_of(own.public_id) if own and pool else None,
        terms=funds.terms_of(own, known_at=known_at) if own else (),
        total=pool.total.amount if pool else None,
        partners=pool.count if pool else 0,
        edition=edition,
        series=edition.series(nation.code) if edition else (),
        rule=nations.guideline(as_of),
    )


def represented(person: User) -> list[Nation]:
    """The nations for which a person speaks, by name."""
    return nations.by_code(funds.nations_represented_by(person))


def _asked_for(every: Sequence[Commitment], public_id: str) -> Commitment | None:
    for commitment in every:
        if public_id in ("", commitment.public_id):
            return commitment
    if public_id:
        raise NotFound
    return None


def _sorted(rows: Sequence[Row], sort: str) -> list[Row]:
    """By a key of SORTS, downwards after a minus; equals keep the order of the pool, the largest first."""
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else list(rows)


def _by_closing(pool: Pool) -> list[ByClosing]:
    result: list[ByClosing] = []
    until = ZERO
    for day in sorted({line.closing for line in pool.lines}):
        amounts = [line.amount.amount for line in pool.lines if line.closing == day]
        until += sum(amounts, ZERO)
        result.append(ByClosing(day, len(amounts), sum(amounts, ZERO), until))
    return result


def _aggregates(editions: Sequence[Edition], asked: Choice | None) -> tuple[Edition | None, Edition | None]:
    """Which editions tell of European Allies and Canada: what was asked for alone, else as first told and as restated."""
    if asked and len(asked.edition.europe_and_canada) > 1:
        return asked.edition, None
    told = nations.first_with_aggregate(editions)
    latest = next((edition for edition in editions if len(edition.europe_and_canada) > 1), None)
    return told, latest if latest is not told else None


def _longest(editions: Sequence[Edition], nation: Nation) -> Edition | None:
    """The edition with most years of a nation; of equals, the latest. ``editions`` has the latest first."""
    with_figures = [edition for edition in editions if edition.series(nation.code)]
    return max(with_figures, key=lambda edition: len(edition.series(nation.code)), default=None)
