"""Funds, commitments and the pool: as of a day and as known on a moment.

Of each commitment the pool counts one row of terms. Among the rows with ``recorded_at`` at or before ``known_at`` it is
the one with the latest ``effective_on`` on or before ``as_of``; rows of one day are told apart by the latest
``recorded_at``, then by the latest key. Both bounds are inclusive. A commitment without such a row is not in the pool.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from core.errors import NotFound
from core.ethics import passed
from core.money import allocation
from core.money.value import Money, total
from core.nations.models import Basis, Nation
from core.people import rules
from core.people.models import User
from core.people.roles import ALLY_REPRESENTATIVE, Permission, Scope
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund
from portfolio.ledger.models import Book


@dataclass(frozen=True, slots=True)
class Line:
    """One Ally in the pool. ``share`` is a fraction of one of the whole pool, unrounded; the shares sum to one."""

    commitment: str
    """Public id of the commitment."""
    nation: Nation
    holder: str
    """Empty where not published."""
    closing: date
    amount: Money
    share: Decimal
    effective_on: date
    basis: str
    source: str
    note: str

    @property
    def is_illustrative(self) -> bool:
        return self.basis == Basis.ILLUSTRATIVE


@dataclass(frozen=True, slots=True)
class Pool:
    """The commitments in force, the largest first. ``published`` and ``illustrative`` sum to ``total``."""

    total: Money
    published: Money
    illustrative: Money
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        return len(self.lines)

    def line_of(self, commitment: str) -> Line | None:
        return next((line for line in self.lines if line.commitment == commitment), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment and the terms in force; None before it is in force. ``revisions`` counts its rows of terms."""

    commitment: Commitment
    terms: CommitmentTerms | None
    revisions: int


def visible_to(person: User) -> QuerySet[Fund]:
    """
    The funds that a person reads as a whole: those of the grant; every one to an auditor.

    ``lets_pass`` says of each whether anything of it passed the ethics gate under an override.
    """
    funds = Fund.objects.select_related("book").annotate(lets_pass=passed.SOMETHING).order_by("name", "pk")
    if rules.reaches_everywhere(person, Permission.FUND_READ):
        return funds
    return funds.filter(public_id__in=rules.scopes_of(person, Permission.FUND_READ))


def commitments_visible_to(person: User) -> QuerySet[Commitment]:
    """The commitments of one's funds; to an Ally's representative its nation's alone."""
    commitments = Commitment.objects.select_related("fund", "nation", "closing", "holder").order_by(
        "fund_id", "nation__name_en", "pk"
    )
    if rules.reaches_everywhere(person, Permission.FUND_READ):
        return commitments
    of_funds = Q(fund__public_id__in=rules.scopes_of(person, Permission.FUND_READ))
    return commitments.filter(of_funds | Q(nation_id__in=nations_represented_by(person)))


def nations_represented_by(person: User) -> frozenset[str]:
    """Codes of the nations for which a person speaks."""
    return person.scope_refs(ALLY_REPRESENTATIVE.slug, Scope.NATION)


def choose(person: User, public_id: str = "") -> tuple[Fund | None, list[Fund]]:
    """The fund that the person asks for, the first without a wish, and all to choose from. Raises NotFound."""
    funds = list(visible_to(person))
    if not public_id:
        return next(iter(funds), None), funds
    for fund in funds:
        if fund.public_id == public_id:
            return fund, funds
    raise NotFound


def get_commitment(person: User, public_id: str) -> Commitment:
    """One commitment that the person may read. Raises NotFound."""
    commitment = commitments_visible_to(person).filter(public_id=public_id).first()
    if commitment is None:
        raise NotFound
    return commitment


def commitments_of(fund: Fund, *, known_at: datetime) -> list[Commitment]:
    """Every commitment to a fund that was known on a moment, by the Ally's name, with its nation."""
    commitments = fund.commitments.filter(recorded_at__lte=known_at).select_related("nation", "fund")
    return sorted(commitments, key=lambda one: (one.nation.name, one.pk))


def first() -> Fund | None:
    """The oldest fund, for the system's own words."""
    return Fund.objects.order_by("pk").first()


def day_of(fund: Fund, moment: datetime) -> date:
    """The day on which a moment falls in the fund's zone."""
    return moment.astimezone(ZoneInfo(fund.time_zone)).date()


def book_of(fund: Fund) -> Book:
    """The books of a fund, opened when it was established. Raises ValueError where it has none."""
    if fund.book is None:
        raise ValueError(f"the fund {fund.public_id} has no books")
    return fund.book


def pool(fund: Fund, *, as_of: date, known_at: datetime) -> Pool:
    """The commitments of a fund in force on a day, as known on a moment, in one query."""
    rows = sorted(
        rows_in_force(fund, as_of=as_of, known_at=known_at),
        key=lambda row: (-row.amount, row.commitment.nation.name_en),
    )
    shares = allocation.shares([row.amount for row in rows])
    lines = tuple(_line(row, share, fund.currency_id) for row, share in zip(rows, shares, strict=True))
    published = _sum([line for line in lines if not line.is_illustrative], fund)
    illustrative = _sum([line for line in lines if line.is_illustrative], fund)
    return Pool(published + illustrative, published, illustrative, lines)


def limited_partners(fund: Fund, *, as_of: date, known_at: datetime) -> list[Nation]:
    """The Allies that are limited partners on a day, as known on a moment, by name."""
    nations = [row.commitment.nation for row in rows_in_force(fund, as_of=as_of, known_at=known_at)]
    return sorted(nations, key=lambda nation: (nation.name_en, nation.code))


def standings(person: User, fund: Fund, *, as_of: date, known_at: datetime) -> list[Standing]:
    """Every commitment to a fund that was known on a moment, by the Ally's name, in two queries."""
    known = CommitmentTerms.objects.filter(commitment__fund=fund, recorded_at__lte=known_at)
    terms: dict[int, list[CommitmentTerms]] = {}
    for row in known.order_by("recorded_at", "pk"):
        terms.setdefault(row.commitment_id, []).append(row)
    commitments = commitments_visible_to(person).filter(fund=fund, recorded_at__lte=known_at)
    return [
        Standing(commitment, in_force(terms.get(commitment.pk, []), as_of=as_of), len(terms.get(commitment.pk, [])))
        for commitment in commitments
    ]


def first_closing(fund: Fund, *, known_at: datetime) -> date | None:
    """The day of the first closing known on a moment."""
    held = Closing.objects.filter(fund=fund, recorded_at__lte=known_at).order_by("held_on")
    return held.values_list("held_on", flat=True).first()


def terms_of(commitment: Commitment, *, known_at: datetime) -> list[CommitmentTerms]:
    """Every row of terms known on a moment, in the order in which they became known."""
    return list(commitment.terms.filter(recorded_at__lte=known_at).order_by("recorded_at", "pk"))


def terms_in_force(fund: Fund, *, as_of: date, known_at: datetime) -> list[CommitmentTerms]:
    """The row of terms that counts for each commitment, in the order in which the commitments were recorded."""
    return sorted(rows_in_force(fund, as_of=as_of, known_at=known_at), key=lambda row: row.commitment_id)


def in_force(terms: list[CommitmentTerms], *, as_of: date) -> CommitmentTerms | None:
    """The row that counts on a day, of rows in the order in which they became known."""
    begun = [row for row in terms if row.effective_on <= as_of]
    return max(begun, key=lambda row: (row.effective_on, row.recorded_at, row.pk), default=None)


def rows_in_force(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[CommitmentTerms]:
    """The row of terms that counts for each commitment, with the Ally, its closing and its holder, unordered."""
    return (
        CommitmentTerms.objects.filter(commitment__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
        .select_related("commitment__nation", "commitment__closing", "commitment__holder")
        .order_by("commitment_id", "-effective_on", "-recorded_at", "-pk")
        .distinct("commitment_id")
    )


def _line(row: CommitmentTerms, share: Decimal, currency: str) -> Line:
    commitment = row.commitment
    return Line(
        commitment=commitment.public_id,
        nation=commitment.nation,
        holder=commitment.holder.name if commitment.holder else "",
        closing=commitment.closing.held_on,
        amount=Money(row.amount, currency),
        share=share,
        effective_on=row.effective_on,
        basis=row.basis,
        source=row.source,
        note=row.note,
    )


def _sum(lines: list[Line], fund: Fund) -> Money:
    return total([line.amount for line in lines], fund.currency_id)
