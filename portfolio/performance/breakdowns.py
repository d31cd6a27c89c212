"""What was invested and what is held, by nation, technology, year of first investment, and directly or through funds.

The groups add up to the pool's figures to the cent: what no source names is a group of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Min, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.organisations import technologies
from core.web.bilingual import Words
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments import words
from portfolio.investments.listing import UNKNOWN
from portfolio.investments.models import Holding
from portfolio.ledger.queries import Balance
from portfolio.performance.pool import MEANINGS

ZERO = Decimal(0)
Name = str | Promise | Words


@dataclass(frozen=True, slots=True)
class Held:
    """One holding with its sums in the fund's currency. ``kind``, ``technology`` and ``nation`` are empty where unknown."""

    public_id: str
    name: str
    kind: str
    technology: str
    nation: str
    nation_name: Words
    first_on: date | None
    invested: Decimal
    at_cost: Decimal
    is_illustrative: bool
    gain: Decimal = ZERO
    """Fair value less cost; zero until a mark is approved."""

    @property
    def fair_value(self) -> Decimal:
        return self.at_cost + self.gain


@dataclass(frozen=True, slots=True)
class Group:
    """Holdings that have something in common. ``code`` is what the list of holdings is narrowed by."""

    code: str
    name: Name
    holdings: int
    invested: Decimal
    at_cost: Decimal
    fair_value: Decimal

    @property
    def is_unknown(self) -> bool:
        return self.code == UNKNOWN


@dataclass(frozen=True, slots=True)
class By:
    """A way of grouping: ``code`` and ``name`` of a holding's group; the code is empty where it is unknown."""

    code: Callable[[Held], str]
    name: Callable[[Held], Name]
    unknown: Promise
    in_order_of_code: bool = False
    """Years stand in the order of time; other groups the largest first."""


BREAKDOWNS: dict[str, By] = {
    "nation": By(lambda one: one.nation, lambda one: one.nation_name, _("Not published")),
    "technology": By(lambda one: one.technology, lambda one: technologies.name(one.technology), _("None named")),
    "year": By(
        lambda one: str(one.first_on.year) if one.first_on else "",
        lambda one: str(one.first_on.year) if one.first_on else "",
        _("Not recorded"),
        in_order_of_code=True,
    ),
    "kind": By(lambda one: one.kind, lambda one: words.HOLDINGS[one.kind], _("Not recorded")),
}
"""By the name that narrows the list of holdings in an address."""


def held(
    fund: Fund, balances: Iterable[Balance], gains: Mapping[str, Decimal], *, as_of: date, known_at: datetime
) -> list[Held]:
    """Every holding in which anything was invested by then, the largest at cost first, in one query.

    Cost is the books' own, so that it adds up to the pool's; an account of no holding stands alone. ``gains`` are fair
    value less cost by public id of the holding.
    """
    costs = _costs(balances)
    by_then = investments.standing(as_of=as_of, known_at=known_at, of="transactions__")
    bought = by_then & Q(transactions__kind__in=investments.ADDING)
    rows = (
        Holding.objects.filter(fund=fund)
        .annotate(
            invested=Sum("transactions__fund_cost", filter=bought),
            first_on=Min("transactions__effective_on", filter=by_then),
            invented=BoolOr("transactions__is_illustrative", filter=by_then),
        )
        .values_list(
            "public_id",
            "organisation__name",
            "kind",
            "technology",
            "organisation__nation_id",
            "organisation__nation__name_en",
            "organisation__nation__name_fr",
            "first_on",
            "invested",
            "invented",
        )
    )
    found = [_held(row, costs.pop(row[0], ZERO), gains.get(row[0], ZERO)) for row in rows]
    found += [Held(key, key, "", "", "", Words(""), None, ZERO, cost, False) for key, cost in costs.items()]
    ours = [one for one in found if one.first_on or one.at_cost]
    return sorted(ours, key=lambda one: (-one.at_cost, -one.invested, one.name, one.public_id))


def breakdown(holdings: Iterable[Held], by: str) -> list[Group]:
    """The holdings grouped by a name of BREAKDOWNS; what is unknown stands last."""
    way = BREAKDOWNS[by]
    grouped: dict[str, list[Held]] = {}
    for one in holdings:
        grouped.setdefault(way.code(one) or UNKNOWN, []).append(one)
    groups = [_group(code, way, members) for code, members in grouped.items()]
    if way.in_order_of_code:
        return sorted(groups, key=lambda group: (group.is_unknown, group.code))
    return sorted(groups, key=lambda group: (group.is_unknown, -group.at_cost, -group.invested, group.code))


def _held(row: tuple[Any, ...], cost: Decimal, gain: Decimal) -> Held:
    key, name, kind, technology, nation, english, french, first_on, invested, invented = row
    named = Words(english or "", french or "")
    return Held(
        key, name, kind, technology, nation or "", named, first_on, invested or ZERO, cost, bool(invented), gain
    )


def _group(code: str, way: By, members: Sequence[Held]) -> Group:
    return Group(
        code,
        way.unknown if code == UNKNOWN else way.name(members[0]),
        len(members),
        sum((one.invested for one in members), ZERO),
        sum((one.at_cost for one in members), ZERO),
        sum((one.fair_value for one in members), ZERO),
    )


def _costs(balances: Iterable[Balance]) -> dict[str, Decimal]:
    """Cost by public id of the holding."""
    result: dict[str, Decimal] = {}
    for one in balances:
        if one.code in MEANINGS["at_cost"].codes:
            result[one.subject] = result.get(one.subject, ZERO) + one.fund_amount
    return {subject: cost for subject, cost in result.items() if cost}
