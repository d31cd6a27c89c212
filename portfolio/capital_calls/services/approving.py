"""Approving a call, issuing it to every Ally, and cancelling it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import digests
from core.audit.kinds import declare
from core.people.models import User
from portfolio.capital_calls import gating, history, queries
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallApproval, CallNotice, CapitalCall
from portfolio.capital_calls.queries import ChangedSince
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.services.calls import ZERO, locked, record, require
from portfolio.capital_calls.splitting import Day, Part
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg

APPROVED = declare("capital_call.approved", _("{actor} approved capital call {number}."))
ISSUED = declare("capital_call.issued", _("{actor} issued capital call {number} of {amount}."))
CANCELLED = declare("capital_call.cancelled", _("{actor} cancelled capital call {number}: {because}."))


@transaction.atomic
def approve(
    call: CapitalCall,
    *,
    digest: str,
    by: User,
    at: datetime,
    on: date | None = None,
    parts: Sequence[Part] | None = None,
) -> CallApproval:
    """Sign exactly what ``digest`` covers, the split over the Allies of the day with it.

    The day is by default that of the moment; ``parts`` are given where the Allies were asked already. Raises OwnWork,
    NoPartner, OverUnfunded, HeldByEthics, and ChangedSince where the page shown is not what stands.
    """
    row = locked(call)
    today = funds.day_of(row.fund, at)
    day = Day(on or today, at)
    require(by, Act.APPROVE, row, on=today, day=day, parts=parts)
    signed = queries.signed_content(row, day.split(row) if parts is None else parts)
    _require_shown(row, digest, signed, day)
    gating.require(row.fund, row.public_id, queries.lines_of(row), at=at)
    approval, created = CallApproval.objects.get_or_create(
        call=row, digest=digest, by=by, defaults={"signed": signed, "at": at}
    )
    if created:
        record(APPROVED, row, by=by, after={"digest": digest})
    return approval


@transaction.atomic
def issue(call: CapitalCall, *, by: User, on: date, at: datetime, digest: str = "") -> CapitalCall:
    """Send a call to every Ally of that day, split by commitment and exact to the cent; book what each owes.

    The split of that day must be the one that was approved. ``digest``, where given, says what the page showed to
    whoever issues. Raises WrongState, OwnWork, NotApproved, ChangedSince, SplitChanged, OverUnfunded, DueTooEarly,
    PeriodClosed, HeldByEthics.
    """
    locks.in_order(Fund.objects.filter(pk=call.fund_id)).get()
    row = locked(call)
    day = Day(on, at)
    require(by, Act.ISSUE, row, on=on, day=day)
    parts = day.split(row)
    if digest:
        _require_shown(row, digest, queries.signed_content(row, parts), day)
    gating.require(row.fund, row.public_id, queries.lines_of(row), at=at, on=on)
    row.state, row.issued_on, row.issued_at, row.issued_by = State.ISSUED, on, at, by
    row.save()
    CallNotice.objects.bulk_create(
        CallNotice(call=row, commitment=part.commitment, amount=part.amount, inside=part.inside) for part in parts
    )
    failpoints.reach("capital_calls.notices_written")
    total = sum((part.amount for part in parts), ZERO)
    ledger.post(
        funds.book_of(row.fund),
        [_owed(part.commitment, part.amount, row.fund) for part in parts],
        key=f"call:{row.public_id}",
        kind="capital-call",
        subject=row.public_id,
        effective_on=on,
        by=by,
        at=at,
    )
    record(ISSUED, row, by=by, after={"amount": total, "issued_on": on})
    return row


@transaction.atomic
def cancel(call: CapitalCall, *, because: str, by: User, on: date, at: datetime) -> CapitalCall:
    """Withdraw a call. An issued one is offset in the books; one that was paid in part cannot be."""
    row = locked(call)
    require(by, Act.CANCEL, row, on=on)
    if row.state == State.ISSUED:
        entry = Entry.objects.get(book=row.fund.book, key=f"call:{row.public_id}")
        ledger.reverse(entry, effective_on=on, by=by, at=at, memo="call cancelled")
    row.state, row.cancelled_on, row.cancelled_at, row.cancelled_because = State.CANCELLED, on, at, because
    row.save()
    record(CANCELLED, row, by=by, after={"because": because, "cancelled_on": on})
    return row


def _require_shown(call: CapitalCall, digest: str, stands: Mapping[str, object], day: Day) -> None:
    """The page that was shown must be what stands. Raises ChangedSince, which names what differs where it is known."""
    if digest != digests.digest(stands):
        shown = history.content_of(call, digest, day)
        raise ChangedSince(queries.changed_fields(shown, stands) if shown else [])


def _owed(commitment: Commitment, amount: Decimal, fund: Fund) -> Leg:
    subject = commitment.public_id
    return Leg(("calls-receivable", subject), ("capital", subject), amount, fund.currency_id)
