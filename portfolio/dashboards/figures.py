"""The pool on one screen, and one figure of it opened: what their pages and workbooks show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.investments import words
from portfolio.investments.listing import shown
from portfolio.performance import breakdowns, course, naming, partners, queries, rows
from portfolio.performance.breakdowns import Group
from portfolio.performance.course import Quarter
from portfolio.performance.diary import Diary, Line, What
from portfolio.performance.partners import Partner
from portfolio.performance.pool import MEANINGS, Figures, Meaning, Opens, Term
from portfolio.performance.queries import Returns
from portfolio.performance.rows import Opened

ZERO = Decimal(0)
RATIOS = ("tvpi", "dpi", "rvpi", "pic", "irr")
"""What is said of each Ally's returns, in this order."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The pool at a point in time. ``waiting`` are calls that the person who looks may approve now."""

    fund: Fund
    figures: Figures
    returns: Returns
    diary: Diary
    breakdowns: Mapping[str, Sequence[Group]]
    quarters: Sequence[Quarter]
    waiting: Sequence[Line]
    drafts: int
    """Calls that the person began and has not submitted."""

    @property
    def is_illustrative(self) -> bool:
        return self.fund.is_illustrative or self.diary.is_illustrative

    @property
    def holdings(self) -> int:
        return sum(group.holdings for group in self.breakdowns["kind"])

    @property
    def is_empty(self) -> bool:
        """Nobody had committed and nothing had happened."""
        told = (What.COMMITTED, What.CALLED, What.PAID_IN, What.INVESTED)
        return not (any(self.diary.count(what) for what in told) or self.figures.cash or self.figures.fees)


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a derived figure; ``sign`` is 1 or -1, ``amount`` that of the figure by itself."""

    name: str
    meaning: Meaning
    address: str
    sign: int
    amount: Decimal

    @property
    def counted(self) -> Decimal:
        """What it adds."""
        return self.sign * self.amount


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure opened: into rows, or into the figures that it is made of.

    ``amount`` is exact; a ``ratio`` or rate has four decimals and is None where there is none, for which ``status`` gives
    the reason.
    """

    name: str
    meaning: Meaning
    amount: Decimal | None
    ratio: Decimal | None
    status: str
    parts: Sequence[Part]
    over: Part | None
    opened: Opened | None
    is_illustrative: bool

    @property
    def is_rate(self) -> bool:
        return self.meaning.opens is Opens.FLOWS


@dataclass(frozen=True, slots=True)
class Share:
    """One Ally's part of the pool and its returns, each to four decimals; ``status`` says why there is or is no rate."""

    partner: Partner
    tvpi: Decimal | None
    dpi: Decimal | None
    rvpi: Decimal | None
    pic: Decimal | None
    irr: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Every Ally's part, the largest commitment first; ``figures`` and ``returns`` are those of all together."""

    every: Sequence[Share]
    figures: Figures
    returns: Returns
    is_illustrative: bool


def screen(fund: Fund, *, as_of: date, known_at: datetime, approver: User | None = None) -> Screen:
    """The pool page, in three queries. ``approver`` is asked for where the page speaks of now."""
    asked = approver if approver and people_rules.may(approver, Permission.CALL_DRAFT, fund.public_id) else None
    found = queries.standing(fund, as_of=as_of, known_at=known_at, waiting_for=asked)
    held = breakdowns.held(fund, found.balances, found.diary.gains, as_of=as_of, known_at=known_at)
    return Screen(
        fund=fund,
        figures=found.figures,
        returns=queries.returns(found, as_of=as_of),
        diary=found.diary,
        breakdowns={by: breakdowns.breakdown(held, by) for by in breakdowns.BREAKDOWNS},
        quarters=course.quarters(found.diary, as_of=as_of),
        waiting=list(found.diary.of(What.WAITING)),
        drafts=len(list(found.diary.of(What.DRAFTS))),
    )


def figure(fund: Fund, name: str, *, as_of: date, known_at: datetime) -> Figure:
    """One figure with what makes it. Raises NotFound for a name that is none."""
    meaning = MEANINGS.get(name)
    if meaning is None:
        raise NotFound
    found = queries.standing(fund, as_of=as_of, known_at=known_at)
    returned = queries.returns(found, as_of=as_of)
    asked = rows.Asked(name, fund, found, as_of, known_at)
    return Figure(
        name=name,
        meaning=meaning,
        amount=found.figures.amount(name) if meaning.is_amount else None,
        ratio=None if meaning.is_amount else ratio(returned, name),
        status=status(returned) if meaning.opens is Opens.FLOWS else "",
        parts=[_part(fund, term, found.figures) for term in meaning.terms],
        over=_part(fund, Term(meaning.over), found.figures) if meaning.over else None,
        opened=None if meaning.terms else rows.opened(asked),
        is_illustrative=fund.is_illustrative or found.diary.is_illustrative,
    )


def shares(fund: Fund, *, as_of: date, known_at: datetime) -> Shares:
    """What each Ally has of the pool and what it returned, in six queries."""
    found = queries.standing(fund, as_of=as_of, known_at=known_at)
    every = partners.partners(fund, found, as_of=as_of, known_at=known_at)
    return Shares(
        every=[_share(one) for one in every],
        figures=found.figures,
        returns=queries.returns(found, as_of=as_of),
        is_illustrative=fund.is_illustrative or found.diary.is_illustrative,
    )


def ratio(returned: Returns, name: str) -> Decimal | None:
    """A multiple, or the rate of return as a fraction of one, to four decimals; None where there is none."""
    return shown(returned.irr.rate if name == "irr" else getattr(returned, name))


def ratios(returned: Returns) -> list[Decimal | None]:
    """All of RATIOS, in that order."""
    return [ratio(returned, name) for name in RATIOS]


def status(returned: Returns) -> str:
    """Why there is or is not a rate of return, in words."""
    return str(words.STATUSES[returned.irr.status])


def _share(one: Partner) -> Share:
    tvpi, dpi, rvpi, pic, irr = ratios(one.returns)
    return Share(one, tvpi=tvpi, dpi=dpi, rvpi=rvpi, pic=pic, irr=irr, status=status(one.returns))


def _part(fund: Fund, term: Term, figures: Figures) -> Part:
    address = naming.page_of_figure(term.figure, fund)
    return Part(term.figure, MEANINGS[term.figure], address, term.sign, figures.amount(term.figure))
