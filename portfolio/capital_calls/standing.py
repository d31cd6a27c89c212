"""One Ally's own side of the calls: its notices, what it paid, and how each notice was computed. Nothing of another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext

from django.db.models import F, Sum

from core.errors import NotFound
from core.money import allocation
from core.people.models import User
from portfolio.capital_calls import counting, listing, paying, queries, splitting
from portfolio.capital_calls.lifecycle import Stage, paid_stage
from portfolio.capital_calls.models import CallLine, CallNotice, ReceiptAllocation
from portfolio.capital_calls.paying import ReceiptRow
from portfolio.capital_calls.queries import NoticeLine
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment

ZERO = Decimal(0)
CENT = Decimal("0.01")
SHOWN = Decimal("0.000001")
"""How far an exact share is written out: its cents and four places more."""


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice at a point in time. ``called_so_far`` is what was called inside commitment up to and with it."""

    line: NoticeLine
    stage: Stage
    called_so_far: Decimal

    @property
    def counts(self) -> bool:
        return self.stage is not Stage.CANCELLED


@dataclass(frozen=True, slots=True)
class Standing:
    """What an Ally was asked for and paid. Amounts are in the fund's currency; notices are newest first.

    ``called`` is inside commitment and uses it up; ``open`` is what is owed now, of which ``overdue`` is late.
    """

    committed: Decimal
    notices: tuple[OwnNotice, ...]
    payments: tuple[ReceiptRow, ...]

    @property
    def called(self) -> Decimal:
        return sum((one.line.inside for one in self.notices if one.counts), ZERO)

    @property
    def called_share(self) -> Decimal:
        """Of the commitment, a fraction of one."""
        return self.called / self.committed if self.committed else ZERO

    @property
    def unfunded(self) -> Decimal:
        return self.committed - self.called

    @property
    def paid_in(self) -> Decimal:
        return sum((row.line.allocated for row in self.payments), ZERO)

    @property
    def suspense(self) -> Decimal:
        return sum((row.line.suspense for row in self.payments), ZERO)

    @property
    def to_pay(self) -> list[OwnNotice]:
        """The open notices, the first due first."""
        open_ones = [one for one in self.notices if one.counts and one.line.open]
        return sorted(open_ones, key=lambda one: (one.line.notice.call.due_on, one.line.notice.call.number))

    @property
    def open(self) -> Decimal:
        return sum((one.line.open for one in self.to_pay), ZERO)

    @property
    def overdue(self) -> Decimal:
        return sum((one.line.open for one in self.to_pay if one.stage is Stage.OVERDUE), ZERO)

    @property
    def is_illustrative(self) -> bool:
        return any(one.line.notice.call.is_illustrative for one in self.notices)


@dataclass(frozen=True, slots=True)
class OwnPurpose:
    """A purpose line of the call with the Ally's part of it."""

    line: CallLine
    part: Decimal


@dataclass(frozen=True, slots=True)
class Computed:
    """How a notice was computed: the call times the share of the pool on the day of issue, then rounded to the cent.

    ``exact`` is the product before rounding, to six places; ``residue`` what rounding added or took. Where a commitment
    was exhausted the call was shared again, and the amount is no plain share.
    """

    call_amount: Decimal
    committed: Decimal
    pool: Decimal
    exact: Decimal
    amount: Decimal
    unfunded_before: Decimal
    inside: Decimal

    @property
    def share(self) -> Decimal:
        return self.committed / self.pool

    @property
    def residue(self) -> Decimal:
        return self.amount - self.exact

    @property
    def is_plain_share(self) -> bool:
        return abs(self.residue) < CENT

    @property
    def unfunded_after(self) -> Decimal:
        return self.unfunded_before - self.inside


def standing(commitment: Commitment, *, committed: Decimal, as_of: date, known_at: datetime) -> Standing:
    """The notices and payments of one Ally, in three queries. ``committed`` is its commitment in force."""
    receipts = list(paying.received(commitment.fund, as_of=as_of, known_at=known_at, commitment=commitment))
    return Standing(
        committed,
        _notices(commitment, as_of, known_at),
        tuple(paying.with_calls(receipts, as_of=as_of, known_at=known_at)),
    )


def get_notice(person: User, public_id: str) -> CallNotice:
    """A notice of a nation for which the person speaks. Raises NotFound, for another nation's too."""
    own = queries.notices_visible_to(person).filter(commitment__nation__in=funds.nations_represented_by(person))
    notice = own.select_related("call__fund", "commitment__nation", "commitment__fund").filter(public_id=public_id)
    found = notice.first()
    if found is None:
        raise NotFound
    return found


def own(notice: CallNotice, *, as_of: date, known_at: datetime) -> OwnNotice | None:
    """A notice at a point in time; None before its call was issued."""
    every = _notices(notice.commitment, as_of, known_at)
    return next((one for one in every if one.line.notice == notice), None)


def purposes(notice: CallNotice) -> list[OwnPurpose]:
    """What the money is for, with the Ally's part of each line; the parts add up to the notice to the cent."""
    lines = queries.lines_of(notice.call)
    inside = _parts(notice.inside, [line for line in lines if line.inside_commitment])
    outside = _parts(notice.amount - notice.inside, [line for line in lines if not line.inside_commitment])
    return [OwnPurpose(line, (inside | outside)[line.pk]) for line in lines]


def computed(notice: CallNotice) -> Computed:
    """How the amount came about, as known when the call was issued."""
    call = notice.call
    if call.issued_on is None or call.issued_at is None:
        raise ValueError("the call is not issued")
    terms = funds.terms_in_force(call.fund, as_of=call.issued_on, known_at=call.issued_at)
    committed = next(row.amount for row in terms if row.commitment_id == notice.commitment_id)
    pool = sum((row.amount for row in terms), ZERO)
    called = splitting.called_inside(call.fund, as_of=call.issued_on, known_at=call.issued_at)
    amount = sum((line.amount for line in call.lines.all()), ZERO)
    with localcontext(prec=allocation.PRECISION):
        exact = (amount * committed / pool).quantize(SHOWN)
    before = committed - called.get(notice.commitment_id, ZERO) + notice.inside
    return Computed(amount, committed, pool, exact, notice.amount, before, notice.inside)


def payment_reference(notice: CallNotice) -> str:
    """What the Ally writes on its payment, so that it is found."""
    return f"CALL-{notice.call.number}-{notice.commitment.nation_id}"


def payments_on(notice: CallNotice, *, as_of: date, known_at: datetime) -> list[ReceiptAllocation]:
    """What was paid on a notice, the latest first."""
    rows = notice.allocations.filter(counting.parts(as_of=as_of, known_at=known_at))
    return list(rows.select_related("receipt").order_by("-effective_on", "-pk"))


def _notices(commitment: Commitment, as_of: date, known_at: datetime) -> tuple[OwnNotice, ...]:
    """The notices of an Ally whose calls were issued by then, newest first."""
    counted = counting.parts(as_of=as_of, known_at=known_at, of="allocations__")
    rows = (
        CallNotice.objects.filter(commitment=commitment, call__issued_on__lte=as_of, call__issued_at__lte=known_at)
        .select_related("call__fund", "commitment")
        .annotate(paid=Sum("allocations__amount", filter=counted))
        .order_by(F("call__issued_on"), "call__number", "pk")
    )
    told, called = [], ZERO
    for row in rows:
        line = NoticeLine(row, row.amount, row.inside, row.paid or ZERO)
        stage = _stage(line, as_of, known_at)
        called += row.inside if stage is not Stage.CANCELLED else ZERO
        told.append(OwnNotice(line, stage, called))
    return tuple(reversed(told))


def _stage(line: NoticeLine, as_of: date, known_at: datetime) -> Stage:
    call = line.notice.call
    if listing.was_cancelled(call, as_of=as_of, known_at=known_at):
        return Stage.CANCELLED
    return paid_stage(line.amount, line.paid, due_on=call.due_on, as_of=as_of)


def _parts(amount: Decimal, lines: Sequence[CallLine]) -> dict[int, Decimal]:
    """An Ally's part of some lines, by their keys: by amount, largest remainder."""
    if not lines:
        return {}
    parts = allocation.split(amount, [line.amount for line in lines])
    return {line.pk: part for line, part in zip(lines, parts, strict=True)}
