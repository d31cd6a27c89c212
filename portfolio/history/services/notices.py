"""Issuing a call of which the notices are known: each Ally is asked for what it was asked for then, not for a new split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict
from core.nations.models import Nation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import splitting
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallNotice, CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.history.services.acts import NotCommitted
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

ISSUED = declare(
    "history.call_issued", _("{actor} recorded capital call {number} of {amount} as it was issued on {issued_on}.")
)
ZERO = Decimal(0)


class OverItsUnfunded(Conflict):
    """One Ally is asked for more than it still owes."""

    code = "over_unfunded"

    def __init__(self, nation: Nation, asked: Decimal, room: Decimal) -> None:
        sentence = _("%(ally)s is asked for %(asked)s inside commitment; %(room)s of its commitment is unfunded.")
        words = {"ally": nation.name, "asked": numerals.plain(asked, 2), "room": numerals.plain(room, 2)}
        super().__init__(str(sentence) % words, field="ally")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one Ally was asked for in all, of which ``inside`` uses up its commitment."""

    amount: Decimal
    inside: Decimal


NOTHING = Asked(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class AskedPart:
    """The same, of its commitment."""

    commitment: Commitment
    amount: Decimal
    inside: Decimal


@transaction.atomic
def issue_as_asked(call: CapitalCall, parts: Sequence[AskedPart], *, by: User, on: date, at: datetime) -> CapitalCall:
    """Issue a submitted call with given parts, which together are its lines and were approved.

    Raises WrongState, NotApproved, OwnWork, SplitChanged, DueTooEarly, PeriodClosed.
    """
    fund = locks.in_order(Fund.objects.filter(pk=call.fund_id)).get()
    row = locks.in_order(CapitalCall.objects.filter(pk=call.pk)).get()
    people_rules.require(by, Permission.CALL_APPROVE, fund.public_id)
    if refusal := call_queries.refusal(by, row, Act.ISSUE, on=on, parts=parts):
        raise refusal
    row.state, row.issued_on, row.issued_at, row.issued_by = State.ISSUED, on, at, by
    row.save()
    CallNotice.objects.bulk_create(
        CallNotice(call=row, commitment=part.commitment, amount=part.amount, inside=part.inside) for part in parts
    )
    failpoints.reach("history.notices_written")
    ledger.post(
        funds.book_of(fund),
        [_owed(part.commitment, part.amount, fund) for part in parts],
        key=f"call:{row.public_id}",
        kind="capital-call",
        subject=row.public_id,
        effective_on=on,
        by=by,
        at=at,
    )
    total = sum((part.amount for part in parts), ZERO)
    after = {"number": row.number, "amount": total, "issued_on": on}
    audit.record(ISSUED, row.public_id, by=by, chain=fund.public_id, after=after)
    return row


def parts_of(fund: Fund, asked: Mapping[Nation, Asked], *, on: date, known_at: datetime) -> list[AskedPart]:
    """The parts in the order of the commitments; each within what its Ally had left on that day.

    Raises NotCommitted, OverItsUnfunded.
    """
    called = splitting.called_inside(fund, as_of=on, known_at=known_at)
    in_force = {row.commitment.nation_id: row for row in funds.terms_in_force(fund, as_of=on, known_at=known_at)}
    if absent := [nation for nation in asked if nation.code not in in_force]:
        raise NotCommitted(absent[0])
    parts = []
    for nation, part in asked.items():
        row = in_force[nation.code]
        room = row.amount - called.get(row.commitment_id, ZERO)
        if part.inside > room:
            raise OverItsUnfunded(nation, part.inside, room)
        parts.append(AskedPart(row.commitment, part.amount, part.inside))
    return sorted(parts, key=lambda part: part.commitment.pk)


def _owed(commitment: Commitment, amount: Decimal, fund: Fund) -> Leg:
    subject = commitment.public_id
    return Leg(("calls-receivable", subject), ("capital", subject), amount, fund.currency_id)
