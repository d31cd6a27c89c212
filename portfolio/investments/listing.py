"""The holdings of a fund as a list, narrowed by kind, nation, technology and year, and one holding as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import NotFound
from core.organisations import technologies
from core.people.models import User
from portfolio.funds.models import Fund
from portfolio.investments import queries, returns, words, worth
from portfolio.investments.models import Holding, Round, StakeTerms, Transaction
from portfolio.investments.queries import Position
from portfolio.investments.returns import Returns
from portfolio.investments.worth import Worth

ZERO = Decimal(0)
UNKNOWN = "unknown"
"""What stands in an address for a nation or technology that no source names."""
HUNDREDTH = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list: codes, or ``unknown``; empty where nothing does. ``year`` is that of the first investment."""

    kind: str = ""
    nation: str = ""
    technology: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Gross returns for display, each to four decimals; ``status`` says why there is or is no rate."""

    dpi: Decimal | None
    rvpi: Decimal | None
    tvpi: Decimal | None
    rate: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class Row:
    """One holding of the list, with what it is worth and what it returned."""

    position: Position
    kind: str
    nation: str
    technology: str
    worth: Worth
    returned: Returned

    @property
    def is_illustrative(self) -> bool:
        return self.position.is_illustrative or self.worth.is_illustrative


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows asked for with their sums in the fund's currency and what they returned, and what there is to narrow by."""

    rows: tuple[Row, ...]
    invested: Decimal
    at_cost: Decimal
    received: Decimal
    fair_value: Decimal
    returned: Returned
    kinds: tuple[tuple[str, str], ...]
    nations: tuple[tuple[str, str], ...]
    technologies: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, str], ...]

    @property
    def is_illustrative(self) -> bool:
        return any(row.is_illustrative for row in self.rows)


@dataclass(frozen=True, slots=True)
class Whole:
    """One holding with all that is known of it at a point in time."""

    holding: Holding
    position: Position
    rounds: tuple[Round, ...]
    transactions: tuple[Transaction, ...]
    terms: tuple[StakeTerms, ...]
    committed: Decimal


@dataclass(frozen=True, slots=True)
class Valued:
    """What a holding is worth, and what it returned at that."""

    worth: Worth
    returned: Returned


def listed(fund: Fund, wanted: Wanted, *, as_of: date, known_at: datetime) -> Listed:
    """The holdings with at least one transaction by then, the largest at cost first, in three queries."""
    worths = worth.of_fund(fund, as_of=as_of, known_at=known_at)
    positions = queries.positions(fund, as_of=as_of, known_at=known_at)
    every = [_row(one, worths[one.holding.pk], as_of) for one in positions]
    rows = tuple(row for row in every if _fits(row, wanted))
    fair_value = sum((row.worth.value for row in rows), ZERO)
    return Listed(
        rows,
        sum((row.position.fund_invested for row in rows), ZERO),
        sum((row.position.fund_cost for row in rows), ZERO),
        sum((row.position.fund_received for row in rows), ZERO),
        fair_value,
        _returned(returns.of([row.position for row in rows], fair_value=fair_value, as_of=as_of)),
        _choices([(row.position.holding.kind, row.kind) for row in every]),
        _choices([(nation_of(row.position.holding), row.nation) for row in every]),
        _choices([(technology_of(row.position.holding), row.technology) for row in every]),
        _choices([(year_of(row.position), year_of(row.position)) for row in every]),
    )


def get(person: User, public_id: str) -> Holding:
    """One holding of a fund that the person reads. Raises NotFound."""
    holding = queries.visible_to(person).filter(public_id=public_id).first()
    if holding is None:
        raise NotFound
    return holding


def whole(holding: Holding, *, as_of: date, known_at: datetime) -> Whole:
    """A holding, its rounds, its transactions and the position that they come to, in three queries."""
    rows = tuple(queries.transactions(holding, as_of=as_of, known_at=known_at))
    position = queries.position(holding, rows)
    terms = tuple(holding.stake_terms.filter(recorded_at__lte=known_at).order_by("effective_on", "recorded_at", "pk"))
    in_force = [one for one in terms if one.effective_on <= as_of]
    last = max(in_force, key=lambda one: (one.effective_on, one.recorded_at, one.pk), default=None)
    return Whole(
        holding,
        position,
        tuple(queries.rounds(holding, known_at=known_at).select_related("currency")),
        rows,
        terms,
        last.amount if last else ZERO,
    )


def valued(whole: Whole, *, as_of: date, known_at: datetime) -> Valued:
    """A holding at fair value, in one query."""
    found = worth.of(whole.holding, as_of=as_of, known_at=known_at)
    return Valued(found, _returned(returns.of([whole.position], fair_value=found.value, as_of=as_of)))


def nation_of(holding: Holding) -> str:
    return holding.organisation.nation_id or UNKNOWN


def technology_of(holding: Holding) -> str:
    return holding.technology or UNKNOWN


def year_of(position: Position) -> str:
    return str(position.first_on.year) if position.first_on else UNKNOWN


def shown(ratio: float | None) -> Decimal | None:
    """A ratio or rate for display, to four decimal places: more than any page shows."""
    return None if ratio is None else Decimal(ratio).quantize(HUNDREDTH)


def _returned(found: Returns) -> Returned:
    return Returned(
        dpi=shown(found.dpi),
        rvpi=shown(found.rvpi),
        tvpi=shown(found.tvpi),
        rate=shown(found.irr.rate),
        status=str(words.STATUSES[found.irr.status]),
    )


def _row(position: Position, found: Worth, as_of: date) -> Row:
    holding = position.holding
    nation = holding.organisation.nation
    return Row(
        position,
        str(words.HOLDINGS[holding.kind]),
        nation.name if nation else "–",
        str(technologies.name(holding.technology)) if holding.technology else "–",
        found,
        _returned(returns.of([position], fair_value=found.value, as_of=as_of)),
    )


def _fits(row: Row, wanted: Wanted) -> bool:
    holding = row.position.holding
    return (
        wanted.kind in ("", holding.kind)
        and wanted.nation in ("", nation_of(holding))
        and wanted.technology in ("", technology_of(holding))
        and wanted.year in ("", year_of(row.position))
    )


def _choices(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(set(pairs), key=lambda pair: (pair[0] == UNKNOWN, pair[1])))
