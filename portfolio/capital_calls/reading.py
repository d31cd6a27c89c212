"""One call as its page shows it: purposes, what each Ally pays, notices, receipts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import DomainError
from portfolio.capital_calls import listing, paying, queries, splitting
from portfolio.capital_calls.lifecycle import Stage, paid_stage
from portfolio.capital_calls.models import CallLine, CapitalCall, ReceiptAllocation
from portfolio.capital_calls.queries import NoticeLine
from portfolio.capital_calls.splitting import Day
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose line with its fraction of the call."""

    line: CallLine
    share: Decimal


@dataclass(frozen=True, slots=True)
class AllyPart:
    """What one Ally pays of a call. Fractions are of one; ``inside`` uses up its commitment, ``amount`` is all of it."""

    commitment: Commitment
    committed: Decimal
    of_pool: Decimal
    amount: Decimal
    inside: Decimal
    of_call: Decimal
    unfunded_before: Decimal

    @property
    def unfunded_after(self) -> Decimal:
        return self.unfunded_before - self.inside


@dataclass(frozen=True, slots=True)
class Preview:
    """The call split over its Allies: those of the day of issue, or of today while it is not issued.

    ``refusal`` says why it could not be issued as it stands; there are then no parts.
    """

    parts: tuple[AllyPart, ...]
    committed: Decimal
    called_before: Decimal
    refusal: str = ""

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def inside(self) -> Decimal:
        return sum((part.inside for part in self.parts), ZERO)

    @property
    def called_after(self) -> Decimal:
        return self.called_before + self.inside

    @property
    def unfunded_before(self) -> Decimal:
        return self.committed - self.called_before

    @property
    def unfunded_after(self) -> Decimal:
        return self.committed - self.called_after


@dataclass(frozen=True, slots=True)
class Room:
    """What the Allies committed, and what of it was called inside commitment."""

    allies: int
    committed: Decimal
    called: Decimal

    @property
    def unfunded(self) -> Decimal:
        return self.committed - self.called


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with how far it is paid, and what of the Ally's money stands in suspense."""

    line: NoticeLine
    stage: Stage
    suspense: Decimal


@dataclass(frozen=True, slots=True)
class Whole:
    """A call at a point in time."""

    call: CapitalCall
    stage: Stage
    purposes: tuple[Purpose, ...]
    amount: Decimal
    preview: Preview
    notices: tuple[NoticeRow, ...]
    receipts: tuple[ReceiptAllocation, ...]
    weekdays: int
    """Weekdays of notice, from the day of issue, or from today while it is not issued, to the due date."""

    @property
    def lines(self) -> list[CallLine]:
        return [one.line for one in self.purposes]

    @property
    def paid(self) -> Decimal:
        return sum((row.line.paid for row in self.notices), ZERO)

    @property
    def open(self) -> Decimal:
        return sum((row.line.open for row in self.notices), ZERO)

    @property
    def suspense(self) -> Decimal:
        return sum((row.suspense for row in self.notices), ZERO)

    @property
    def is_short_notice(self) -> bool:
        return self.weekdays < listing.CUSTOMARY_WEEKDAYS


def whole(call: CapitalCall, *, as_of: date, known_at: datetime) -> Whole:
    """A call with all that is known of it; its purpose lines as they stand now."""
    lines = queries.lines_of(call)
    amount = sum((line.amount for line in lines), ZERO)
    issued = listing.was_issued(call, as_of=as_of, known_at=known_at)
    notices = queries.notices(call, known_at=known_at, as_of=as_of) if issued else []
    paid = sum((line.paid for line in notices), ZERO)
    day = Day(as_of, known_at)
    stage = listing.stage_of(call, amount=amount, paid=paid, day=day)
    begins = call.issued_on if issued and call.issued_on else as_of
    return Whole(
        call,
        stage,
        tuple(Purpose(line, line.amount / amount if amount else ZERO) for line in lines),
        amount,
        _split_at_issue(call, notices) if issued else preview(call, day),
        _rows(call, notices, stage, as_of, known_at),
        tuple(queries.receipts_of(call, as_of=as_of, known_at=known_at)) if issued else (),
        listing.weekdays_given(begins, call.due_on),
    )


def preview(call: CapitalCall, day: Day) -> Preview:
    """How a call that is not issued would be split on a day."""
    terms = {row.commitment_id: row for row in day.terms(call.fund)}
    committed = sum((row.amount for row in terms.values()), ZERO)
    called = sum(day.called(call.fund).values(), ZERO)
    try:
        shares = day.split(call)
    except DomainError as refusal:
        return Preview((), committed, called, str(refusal))
    whole_amount = sum((share.amount for share in shares), ZERO)
    parts = (
        AllyPart(
            share.commitment,
            terms[share.commitment.pk].amount,
            terms[share.commitment.pk].amount / committed,
            share.amount,
            share.inside,
            share.amount / whole_amount,
            share.unfunded,
        )
        for share in shares
    )
    return Preview(_largest_first(parts), committed, called)


def room(fund: Fund, *, on: date, known_at: datetime) -> Room:
    """What could be called on a day."""
    terms = funds.terms_in_force(fund, as_of=on, known_at=known_at)
    called = splitting.called_inside(fund, as_of=on, known_at=known_at)
    return Room(len(terms), sum((row.amount for row in terms), ZERO), sum(called.values(), ZERO))


def _split_at_issue(call: CapitalCall, notices: Sequence[NoticeLine]) -> Preview:
    """How an issued call was split, with what was unfunded before it."""
    if call.issued_on is None or call.issued_at is None:
        raise ValueError("the call is not issued")
    on, known_at = call.issued_on, call.issued_at
    terms = {row.commitment_id: row.amount for row in funds.terms_in_force(call.fund, as_of=on, known_at=known_at)}
    committed = sum(terms.values(), ZERO)
    called = splitting.called_inside(call.fund, as_of=on, known_at=known_at)
    whole_amount = sum((line.amount for line in notices), ZERO)
    parts = (
        AllyPart(
            line.notice.commitment,
            terms[line.notice.commitment_id],
            terms[line.notice.commitment_id] / committed,
            line.amount,
            line.inside,
            line.amount / whole_amount,
            terms[line.notice.commitment_id] - called.get(line.notice.commitment_id, ZERO) + line.inside,
        )
        for line in notices
    )
    inside = sum((line.inside for line in notices), ZERO)
    return Preview(_largest_first(parts), committed, sum(called.values(), ZERO) - inside)


def _largest_first(parts: Iterable[AllyPart]) -> tuple[AllyPart, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.amount, part.commitment.nation.name_en, part.commitment.pk)))


def _rows(
    call: CapitalCall, notices: Sequence[NoticeLine], stage: Stage, as_of: date, known_at: datetime
) -> tuple[NoticeRow, ...]:
    if not notices:
        return ()
    suspense = paying.suspense(call.fund, as_of=as_of, known_at=known_at)
    return tuple(
        NoticeRow(line, notice_stage(line, stage, as_of=as_of), suspense.get(line.notice.commitment_id, ZERO))
        for line in notices
    )


def notice_stage(line: NoticeLine, of_call: Stage, *, as_of: date) -> Stage:
    """How far a notice is paid; a cancelled call owes nothing any more."""
    if of_call is Stage.CANCELLED:
        return Stage.CANCELLED
    return paid_stage(line.amount, line.paid, due_on=line.notice.call.due_on, as_of=as_of)
