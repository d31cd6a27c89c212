"""Receipts and what they pay: the allocation of money over open notices, and what stands in suspense."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from core.audit import digests
from core.people.models import User
from portfolio.capital_calls import counting, queries
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import Receipt, ReceiptAllocation, ReceiptNotice, ReceiptTakenBack
from portfolio.capital_calls.queries import NoticeLine
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger.models import Entry

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """What one notice gets of an amount."""

    line: NoticeLine
    amount: Decimal

    @property
    def open_after(self) -> Decimal:
        return self.line.open - self.amount


@dataclass(frozen=True, slots=True)
class Plan:
    """How an amount pays an Ally's open notices, the oldest due first; ``suspense`` is what no notice takes.

    ``standing`` is the receipt that was already recorded under the same reference with the same contents.
    """

    amount: Decimal
    parts: tuple[Part, ...]
    standing: Receipt | None = None

    @property
    def paid(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def suspense(self) -> Decimal:
        return self.amount - self.paid

    @property
    def digest(self) -> str:
        """What a person confirms: each notice with its part, and the rest."""
        parts = [[part.line.notice.public_id, f"{part.amount:.2f}"] for part in self.parts]
        return digests.digest({"amount": f"{self.amount:.2f}", "parts": parts})


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt with what of it pays notices; the rest stands in suspense."""

    receipt: Receipt
    allocated: Decimal

    @property
    def suspense(self) -> Decimal:
        return self.receipt.amount - self.allocated


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt of a list with the calls that it pays, each with its part."""

    line: ReceiptLine
    parts: tuple[ReceiptAllocation, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What of an Ally's money stands in suspense, and what the Ally owes."""

    commitment: Commitment
    amount: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """All receipts of a fund: received, of it paid on calls, and what stands in suspense by Ally."""

    received: Decimal
    paid: Decimal
    allies: tuple[Held, ...]

    @property
    def suspense(self) -> Decimal:
        return self.received - self.paid


def share_out(commitment: Commitment, amount: Decimal, *, on: date) -> tuple[Part, ...]:
    """How an amount pays what the Ally owes on a day, the oldest due first."""
    parts, left = [], amount
    for line in queries.open_notices(commitment.pk, as_of=on):
        part = min(left, line.open)
        if part <= ZERO:
            break
        parts.append(Part(line, part))
        left -= part
    return tuple(parts)


def received(fund: Fund, *, as_of: date, known_at: datetime, commitment: Commitment | None = None) -> QuerySet[Receipt]:
    """The receipts of a fund, or of one Ally, newest first, each with ``allocated``: what of it pays notices."""
    counted = Q(allocations__effective_on__lte=as_of, allocations__recorded_at__lte=known_at)
    receipts = Receipt.objects.filter(counting.receipts(as_of=as_of, known_at=known_at), fund=fund)
    if commitment is not None:
        receipts = receipts.filter(commitment=commitment)
    return (
        receipts.select_related("commitment__nation", "recorded_by")
        .annotate(allocated=Sum("allocations__amount", filter=counted))
        .order_by("-received_on", "-pk")
    )


def taken_back(
    fund: Fund, *, as_of: date, known_at: datetime, commitment: Commitment | None = None
) -> QuerySet[ReceiptTakenBack]:
    """The receipts of a fund, or of one Ally, that were taken back, the last known first."""
    rows = ReceiptTakenBack.objects.filter(receipt__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
    if commitment is not None:
        rows = rows.filter(receipt__commitment=commitment)
    told = rows.select_related("receipt__commitment__nation", "entry", "recorded_by")
    return told.order_by("-recorded_at", "-pk")


def entries_of(fund: Fund, rows: Sequence[ReceiptRow]) -> dict[str, Entry]:
    """What each receipt of a list was posted as, by its public id: in one query."""
    ids = [row.line.receipt.public_id for row in rows]
    return {one.subject: one for one in Entry.objects.filter(book=fund.book_id, kind="receipt", subject__in=ids)}


def told(receipts: Sequence[Receipt] | QuerySet[Receipt]) -> list[ReceiptLine]:
    """Rows of ``received`` with their parts."""
    return [ReceiptLine(one, getattr(one, "allocated", None) or ZERO) for one in receipts]


def line_of(receipt: Receipt) -> ReceiptLine:
    """One receipt as it stands."""
    return ReceiptLine(receipt, receipt.allocations.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def with_calls(receipts: Sequence[Receipt] | QuerySet[Receipt], *, as_of: date, known_at: datetime) -> list[ReceiptRow]:
    """Rows of ``received`` with the calls that they pay, in one query more."""
    lines = told(receipts)
    rows = ReceiptAllocation.objects.filter(
        receipt__in=[line.receipt.pk for line in lines], effective_on__lte=as_of, recorded_at__lte=known_at
    )
    parts: dict[int, list[ReceiptAllocation]] = {}
    for row in rows.select_related("notice__call").order_by("notice__call__number", "pk"):
        parts.setdefault(row.receipt_id, []).append(row)
    return [ReceiptRow(line, tuple(parts.get(line.receipt.pk, ()))) for line in lines]


def held(fund: Fund, *, as_of: date, known_at: datetime) -> Standing:
    """What was received, what of it pays calls, and the Allies with money in suspense, the largest first."""
    receipts = Receipt.objects.filter(counting.receipts(as_of=as_of, known_at=known_at), fund=fund)
    taken = receipts.aggregate(sum=Sum("amount"))["sum"] or ZERO
    left = suspense(fund, as_of=as_of, known_at=known_at)
    owed = queries.open_by_commitment(fund)
    commitments = Commitment.objects.filter(pk__in=left).select_related("nation")
    allies = (Held(one, left[one.pk], owed.get(one.pk, ZERO)) for one in commitments)
    ordered = sorted(allies, key=lambda one: (-one.amount, one.commitment.pk))
    return Standing(taken, taken - sum(left.values(), ZERO), tuple(ordered))


def suspense(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """What stands in suspense, by key of the commitment: received and allocated to no notice. Without those of nothing."""
    rows = Receipt.objects.filter(counting.receipts(as_of=as_of, known_at=known_at), fund=fund)
    taken = dict(rows.order_by().values_list("commitment_id").annotate(Sum("amount")))
    paid = queries.paid_in(fund, as_of=as_of, known_at=known_at)
    left = {key: amount - paid.get(key, ZERO) for key, amount in taken.items()}
    return {key: amount for key, amount in left.items() if amount}


def suspense_by_fund(person: User) -> list[tuple[Fund, Decimal]]:
    """What stands in suspense in each of the person's funds; funds without any are left out."""
    own = funds.visible_to(person)
    taken = Receipt.objects.filter(counting.receipts_now(), fund__in=own).order_by().values_list("fund_id")
    paid = ReceiptAllocation.objects.filter(counting.parts_now(), receipt__fund__in=own).order_by()
    left = dict(taken.annotate(Sum("amount")))
    used = dict(paid.values_list("receipt__fund_id").annotate(Sum("amount")))
    found = [(fund, left.get(fund.pk, ZERO) - used.get(fund.pk, ZERO)) for fund in own]
    return [(fund, amount) for fund, amount in found if amount]


def in_suspense(commitment: Commitment) -> list[ReceiptLine]:
    """The receipts of an Ally of which something is allocated to no notice, the oldest first."""
    rows = Receipt.objects.filter(counting.receipts_now(), commitment=commitment).annotate(
        allocated=Sum("allocations__amount")
    )
    return [line for line in told(rows.order_by("received_on", "pk")) if line.suspense]


def plan_from_suspense(commitment: Commitment, *, on: date) -> Plan:
    """How what stands in suspense would pay the notices that are open on a day."""
    amount = sum((line.suspense for line in in_suspense(commitment)), ZERO)
    return Plan(amount, share_out(commitment, amount, on=on))


def announced(fund: Fund, *, known_at: datetime, commitment: Commitment | None = None) -> list[ReceiptNotice]:
    """Payments that partner systems announced on notices that no receipt has paid in full yet, the newest first."""
    rows = ReceiptNotice.objects.filter(
        notice__call__fund=fund, notice__call__state=State.ISSUED, announced_at__lte=known_at
    )
    rows = rows.filter(notice__commitment=commitment) if commitment else rows
    return list(rows.select_related("notice__call", "notice__commitment__nation", "announced_by").order_by("-pk")[:100])
