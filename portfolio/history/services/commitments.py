"""Commitments: closings, admissions, and every later amendment. A row that says otherwise is recorded as a correction."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core.imports.lifecycle import Result
from core.imports.models import ImportRow
from core.imports.sheets import Values
from core.money.value import Money
from core.nations.models import Nation
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations
from core.organisations.models import Organisation
from portfolio.funds import services as funds
from portfolio.funds.models import Closing, Commitment, CommitmentTerms
from portfolio.history.services.acts import NEW, SAME, Act, Done, World, differences, one_a_row, otherwise
from portfolio.history.sheets import COMMITMENTS

RENAMED = {"nation": "ally", "held_on": "closing"}
TICK = timedelta(microseconds=1)


def plan(world: World, rows: Sequence[ImportRow]) -> list[Act]:
    """By the day from which each is in force, which is the closing where the row names none."""
    later = Counter(row.values.get("ally", "").casefold() for row in rows)

    def perform(world: World, row: ImportRow, values: Values) -> Done:
        return _perform(world, row, values, at=moments[row.pk])

    ordered = sorted(rows, key=lambda row: (row.values.get("effective_on") or row.values.get("closing", ""), row.pk))
    moments: dict[int, datetime] = {}
    for row in ordered:
        ally = row.values.get("ally", "").casefold()
        later[ally] -= 1
        # Terms of one commitment become known one after the other, the last of them at the moment of the import.
        moments[row.pk] = world.at - later[ally] * TICK
    acts = [one_a_row(COMMITMENTS, [row], perform, day="", today=world.on, renamed=RENAMED) for row in ordered]
    return [act for single in acts for act in single]


def _perform(world: World, row: ImportRow, values: Values, *, at: datetime) -> Done:
    nation = world.nation(values["ally"])
    effective_on: date = values["effective_on"] or values["closing"]
    world.claim(row, "commitment", nation.code, effective_on, field="ally")
    stated: dict[str, Any] = {
        "amount": Money(values["amount"], world.fund.currency_id),
        "effective_on": effective_on,
        "basis": values["basis"],
        "source": values["source"] or "",
        "note": values["note"] or "",
        "by": world.by,
        "at": at,
    }
    standing = Commitment.objects.filter(fund=world.fund, nation=nation).select_related("closing", "holder").first()
    if standing is None:
        closing = _closing(world, values)
        funds.commit(world.fund, nation=nation, closing=closing, holder=_holder(world, nation, values), **stated)
        return NEW
    admitted = {"closing": standing.closing.held_on, "holder": standing.holder.name if standing.holder else None}
    if changes := differences({name: values[name] for name in admitted}, admitted):
        return otherwise(changes)
    return _amend(standing, values, stated)


def _amend(standing: Commitment, values: Values, stated: dict[str, Any]) -> Done:
    """Nothing where the latest word on that day says the same; a correction, known from now on, where it does not."""
    on_that_day = CommitmentTerms.objects.filter(commitment=standing, effective_on=stated["effective_on"])
    latest = on_that_day.order_by("-recorded_at", "-pk").first()
    if latest is None:
        funds.amend_commitment(standing, **stated)
        return NEW
    said = {name: values[name] for name in ("amount", "basis", "source", "note")}
    changes = differences(said, {name: getattr(latest, name) for name in said})
    if not changes:
        return SAME
    kept = {name: stated[name] or getattr(latest, name) for name in ("source", "note")}
    funds.amend_commitment(standing, **{**stated, **kept})
    return Done(Result.DIFFERS, changes)


def _closing(world: World, values: Values) -> Closing:
    standing = Closing.objects.filter(fund=world.fund, held_on=values["closing"]).first()
    return standing or funds.hold_closing(
        world.fund, held_on=values["closing"], source=values["source"] or "", by=world.by, at=world.at
    )


def _holder(world: World, nation: Nation, values: Values) -> Organisation | None:
    if not values["holder"]:
        return None
    kind = Organisation.Kind.STATE_INVESTOR
    return organisation_queries.named(values["holder"], kind) or organisations.register(
        name=values["holder"],
        kind=kind,
        nation=nation.code,
        by=world.by,
        at=world.at,
        chain=world.fund.public_id,
    )
