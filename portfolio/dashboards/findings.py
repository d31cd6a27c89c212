"""The pool page in words: tiles of figures with what is said below them, and headings made from what the tables show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.money.value import Money
from core.web import asof, numerals
from portfolio.dashboards import figures
from portfolio.dashboards.figures import Screen
from portfolio.funds.models import Fund
from portfolio.performance import naming
from portfolio.performance.breakdowns import Group
from portfolio.performance.diary import Line, What
from portfolio.performance.pool import MEANINGS

ZERO = Decimal(0)
SOON_DAYS = 7
HEADLINES = (
    *("committed", "called", "paid_in", "unfunded", "invested", "at_cost", "fair_value", "received", "moic"),
    *("fees", "cash", "nav", "available", "irr", "tvpi", "dpi", "rvpi", "pic"),
)
"""The figures with which the page begins, in this order: it fills rows of two, three, six and nine."""
NARROWED_BY: dict[str, Promise] = {
    "nation": _("Nation"),
    "technology": _("Technology"),
    "year": _("First investment"),
    "kind": _("Kind"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure: an amount, or a ratio or rate."""

    name: str
    label: Promise
    address: str
    amount: Decimal | None
    ratio: Decimal | None
    note: str

    @property
    def is_rate(self) -> bool:
        return self.name == "irr"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar; ``left`` and ``width`` are lengths of 0 to 100."""

    label: Promise
    address: str
    amount: Decimal
    token: str
    left: str
    width: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the person. ``tone`` and ``left`` say how near it is to falling due."""

    act: str
    address: str
    amount: Money
    tone: str
    left: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An amount and the page of what makes it."""

    amount: Decimal
    address: str


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of the course: what was called and invested by its end."""

    quarter: str
    called: Linked
    invested: Linked


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as its table shows it: ``address`` is the list of its holdings, ``fraction`` the length of its bar."""

    group: Group
    address: str
    fraction: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """A breakdown as a panel: its heading is the finding, or what it is where there is none.

    ``address`` is the list of all holdings, which its last row comes to.
    """

    by: str
    address: str
    head: Promise
    heading: str
    caption: str
    rows: Sequence[GroupRow]
    holdings: int
    invested: Decimal
    at_cost: Decimal
    fair_value: Decimal


def tiles(screen: Screen) -> list[Tile]:
    notes = _notes(screen)
    return [_tile(screen, name, notes.get(name, str(MEANINGS[name].formula))) for name in HEADLINES]


def tables(screen: Screen) -> list[Table]:
    return [_table(screen, by, groups) for by, groups in screen.breakdowns.items()]


def quarters(screen: Screen, point: asof.PointInTime) -> list[QuarterRow]:
    """The course as a table, the latest quarter last; each figure leads to itself at the end of its quarter."""
    return [
        QuarterRow(
            numerals.quarter(one.starts_on),
            Linked(one.called, _figure_on("called", screen.fund, one.ends_on, point)),
            Linked(one.invested, _figure_on("invested", screen.fund, one.ends_on, point)),
        )
        for one in screen.quarters
    ]


def _figure_on(name: str, fund: Fund, day: date, point: asof.PointInTime) -> str:
    return asof.with_point(naming.page_of_figure(name, fund), asof.on(day, point))


def called_share(screen: Screen) -> str:
    """The heading of the bar."""
    shown = screen.figures
    if not shown.committed:
        return _now("Where the commitments stand")
    if not shown.called:
        return _now("None of the commitments has been called yet")
    return _now("%(share)s of the commitments has been called") % {"share": _share(shown.called, shown.committed)}


def standing(screen: Screen) -> list[Segment]:
    """The bar: paid in, called and still to come, and unfunded, darker the surer; nothing where nobody committed."""
    shown = screen.figures
    parts = [
        (MEANINGS["paid_in"].name, "paid_in", shown.paid_in),
        (MEANINGS["outstanding"].name, "outstanding", shown.outstanding),
        (MEANINGS["unfunded"].name, "unfunded", max(shown.unfunded, ZERO)),
    ]
    whole = sum((amount for _label, _name, amount in parts), ZERO)
    left, segments = ZERO, []
    for (label, name, amount), token in zip(parts if whole else [], ("seq-1", "seq-3", "seq-5"), strict=False):
        width = amount / whole * 100
        address = naming.page_of_figure(name, screen.fund)
        segments.append(Segment(label, address, amount, token, f"{left:.2f}", f"{width:.2f}"))
        left += width
    return segments


def waiting(screen: Screen, *, today: date) -> list[Waiting]:
    """What waits for the person, the most urgent first."""
    return [_waiting(line, screen.fund, (line.day - today).days) for line in screen.waiting]


def _waiting(line: Line, fund: Fund, days: int) -> Waiting:
    return Waiting(
        _now("Approve call No. %(number)s") % {"number": line.number},
        naming.page_of_call(line.ref),
        Money(line.amount, fund.currency_id),
        "warn" if days <= SOON_DAYS else "plain",
        _days_left(days),
    )


def _days_left(days: int) -> str:
    if days < 0:
        return _now("past its due day")
    return (
        ngettext("due in %(count)s day", "due in %(count)s days", days) % {"count": days} if days else _now("due today")
    )


def _tile(screen: Screen, name: str, note: str) -> Tile:
    meaning = MEANINGS[name]
    return Tile(
        name,
        meaning.name,
        naming.page_of_figure(name, screen.fund),
        screen.figures.amount(name) if meaning.is_amount else None,
        None if meaning.is_amount else figures.ratio(screen.returns, name),
        note,
    )


def _notes(screen: Screen) -> dict[str, str]:
    """What stands below the figures, where it says more than the formula does."""
    shown, told = screen.figures, screen.diary
    allies, calls = told.count(What.COMMITTED), told.count(What.CALLED)
    called = ngettext("%(share)s · %(count)s call", "%(share)s · %(count)s calls", calls)
    nothing_yet = _now("nothing called yet")
    return {
        "committed": ngettext("%(count)s Ally", "%(count)s Allies", allies) % {"count": allies},
        "called": called % {"share": _share(shown.called, shown.committed), "count": calls} if calls else nothing_yet,
        "paid_in": _to_come(shown.outstanding) if calls else nothing_yet,
        "unfunded": _of_whole(_now("%(share)s of committed"), shown.unfunded, shown.committed),
        "invested": ngettext("%(count)s holding", "%(count)s holdings", screen.holdings) % {"count": screen.holdings},
        "at_cost": _of_whole(_now("%(share)s of invested"), shown.at_cost, shown.invested),
        "fair_value": _by_marks(told.marked_on),
        "received": _now("from sales and fund stakes"),
        "moic": _now("gross, on what was invested"),
        "fees": _of_whole(_now("%(share)s of paid in"), shown.fees, shown.paid_in),
        "cash": _now("at bank, by the books"),
        "nav": _now("cash and fair value, net"),
        "available": _now("unfunded and cash, net"),
        "irr": _now("per year: %(status)s") % {"status": figures.status(screen.returns)},
        "tvpi": _now("net to the Allies"),
        "dpi": _now("distributed over paid in"),
        "rvpi": _now("residual over paid in"),
        "pic": _now("paid in over committed"),
    }


def _by_marks(marked_on: date | None) -> str:
    if marked_on is None:
        return _now("at cost until marks are approved")
    return _now("by marks approved as of %(day)s") % {"day": numerals.day(marked_on)}


def _to_come(outstanding: Decimal) -> str:
    if outstanding:
        return _now("%(amount)s still to come") % {"amount": numerals.in_millions(outstanding)}
    return _now("all that was called")


def _of_whole(words: str, part: Decimal, whole: Decimal) -> str:
    """A share in words; nothing where there is no whole to have a share of."""
    return words % {"share": _share(part, whole)} if whole else ""


def _table(screen: Screen, by: str, groups: Sequence[Group]) -> Table:
    most = max((group.at_cost for group in groups), default=ZERO)
    return Table(
        by,
        _every_holding(screen.fund),
        NARROWED_BY[by],
        _heading(by, groups),
        _now("Holdings by: %(what)s") % {"what": str(NARROWED_BY[by])},
        [
            GroupRow(group, _holdings(screen.fund, by, group), group.at_cost / most if most else ZERO)
            for group in groups
        ],
        sum(group.holdings for group in groups),
        sum((group.invested for group in groups), ZERO),
        sum((group.at_cost for group in groups), ZERO),
        sum((group.fair_value for group in groups), ZERO),
    )


def _heading(by: str, groups: Sequence[Group]) -> str:
    """The finding. Years are told by what was invested, the rest by what is held."""
    if by == "kind":
        return _directly(groups)
    measure = "invested" if by == "year" else "at_cost"
    whole = sum((getattr(group, measure) for group in groups), ZERO)
    known = [group for group in groups if not group.is_unknown and getattr(group, measure)]
    if not known:
        return str(PLAIN[by])
    top = max(known, key=lambda group: getattr(group, measure))
    words = {"name": str(top.name), "share": _share(getattr(top, measure), whole)}
    if by == "year":
        return _now("Begun in %(name)s: %(share)s of what was invested") % words
    return _now("%(name)s: %(share)s of what is held, at cost") % words


PLAIN: dict[str, Promise] = {
    "nation": _("By nation"),
    "technology": _("By technology"),
    "year": _("By year of first investment"),
    "kind": _("Directly and through funds"),
}


def _directly(groups: Sequence[Group]) -> str:
    whole = sum((group.at_cost for group in groups), ZERO)
    direct = sum((group.at_cost for group in groups if group.code == "direct"), ZERO)
    if not whole:
        return str(PLAIN["kind"])
    return _now("%(share)s is held directly, at cost") % {"share": _share(direct, whole)}


def _holdings(fund: Fund, by: str, group: Group) -> str:
    """The list of holdings narrowed to a group; empty for what the list cannot be narrowed to."""
    if group.is_unknown and by in ("year", "kind"):
        return ""
    return f"{reverse('portfolio:holdings')}?{urlencode({'fund': fund.public_id, by: group.code})}"


def _every_holding(fund: Fund) -> str:
    return f"{reverse('portfolio:holdings')}?{urlencode({'fund': fund.public_id})}"


def _share(part: Decimal, whole: Decimal) -> str:
    return numerals.percentage(part / whole if whole else None)
