"""Receipts: each pays what its Ally owed on that day, the oldest first; what is over stands in suspense."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.imports.lifecycle import Result
from core.imports.models import ImportRow
from core.imports.sheets import Values
from portfolio.capital_calls import paying
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import Receipt
from portfolio.funds.models import Commitment
from portfolio.history.services.acts import (
    NEW,
    Act,
    Done,
    NotCommitted,
    TakenBack,
    World,
    as_recorded,
    differences,
    one_a_row,
    said,
)
from portfolio.history.sheets import RECEIPTS

RENAMED = {"effective_on": "received_on"}
SUSPENSE = _("%(amount)s of it pays no call and stands in suspense.")


def plan(world: World, rows: Sequence[ImportRow]) -> list[Act]:
    """What is recorded is asked for once, not once a row."""
    commitments = {one.nation_id: one for one in Commitment.objects.filter(fund=world.fund).select_related("nation")}
    receipts = Receipt.objects.filter(fund=world.fund).select_related("commitment", "taken_back")
    recorded = {one.reference: one for one in receipts}

    def perform(world: World, row: ImportRow, values: Values) -> Done:
        nation = world.nation(values["ally"])
        world.claim(row, "receipt", values["reference"], field="reference")
        if nation.code not in commitments:
            raise NotCommitted(nation)
        if standing := recorded.get(values["reference"]):
            stated = {"ally": nation.code, "amount": values["amount"], "received_on": values["received_on"]}
            return as_recorded(differences(stated, _recorded(standing)), _taken_back(standing))
        return _receive(world, commitments[nation.code], values)

    return one_a_row(RECEIPTS, rows, perform, day="received_on", today=world.on, renamed=RENAMED)


def _receive(world: World, commitment: Commitment, values: Values) -> Done:
    receipt = calls.receive(
        commitment,
        amount=values["amount"],
        received_on=values["received_on"],
        reference=values["reference"],
        by=world.by,
        at=world.at,
    )
    over = paying.line_of(receipt).suspense
    if not over:
        return NEW
    return Done(Result.NEW, code="in_suspense", message=said(SUSPENSE, amount=over))


def _recorded(receipt: Receipt) -> dict[str, object]:
    return {
        "ally": receipt.commitment.nation_id,
        "amount": receipt.amount,
        "received_on": receipt.received_on,
    }


def _taken_back(receipt: Receipt) -> TakenBack | None:
    taken = getattr(receipt, "taken_back", None)
    return TakenBack(taken.recorded_at, taken.reason) if taken else None
