"""Purchases, sales, write-offs, dealings with funds, fees and expenses, each by its own service and under its own key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.imports.lifecycle import Result
from core.imports.models import ImportRow
from core.imports.sheets import Values
from portfolio.fees import services as fees
from portfolio.funds import queries as funds
from portfolio.history.services import positions
from portfolio.history.services.acts import (
    NEW,
    SAME,
    Act,
    Done,
    TakenBack,
    Words,
    World,
    as_recorded,
    check_amount,
    differences,
    one_a_row,
    otherwise,
    said,
    together,
)
from portfolio.history.services.positions import Found
from portfolio.history.sheets import TRANSACTIONS, TRANSACTIONS_SHEET, label_of
from portfolio.investments import services as investments
from portfolio.investments.models import Holding, StakeTerms, Transaction
from portfolio.ledger.models import Entry

RENAMED = {"returned_capital": "cost", "held_on": "round_held_on", "name": "company"}
DOUBLE = _("One of the same day and amount is recorded already under another reference: see that it is not the same.")
ALWAYS = frozenset({"remark", "reference", "kind", "effective_on", "illustrative"})
OF_A_NEW_HOLDING = frozenset({"nation", "technology", "currency", "basis", "source"})
OF_A_HOLDING = frozenset({"nation", "currency"})
OF_A_ROUND = frozenset({"round_held_on", "round_total", "round_currency", "tranche"})


class NotOfThisKind(Invalid):
    code = "not_of_this_kind"

    def __init__(self, kind: str, column: str) -> None:
        sentence = _("A row of the kind “%(kind)s” has nothing in “%(column)s”. Leave the cell empty.")
        words = {"kind": TRANSACTIONS[kind], "column": label_of(TRANSACTIONS_SHEET.code, column)}
        super().__init__(str(sentence) % words, field=column)


class NeededForThisKind(Invalid):
    code = "needed_for_this_kind"

    def __init__(self, kind: str, column: str) -> None:
        sentence = _("A row of the kind “%(kind)s” needs “%(column)s”. Fill it in.")
        words = {"kind": TRANSACTIONS[kind], "column": label_of(TRANSACTIONS_SHEET.code, column)}
        super().__init__(str(sentence) % words, field=column)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded before this file: by key, and what each looks like, so that a double is seen."""

    by_key: Mapping[str, Transaction]
    fees: Mapping[str, Entry]
    looks: frozenset[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A row to record under a key, with what was recorded before."""

    values: Values
    key: str
    recorded: Recorded

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    @property
    def common(self) -> dict[str, Any]:
        return {"effective_on": self["effective_on"], "key": self.key, "illustrative": bool(self["illustrative"])}


@dataclass(frozen=True, slots=True)
class Form:
    """Which columns a kind needs, and which it may have besides; ``perform`` records it."""

    needs: tuple[str, ...]
    may: frozenset[str]
    perform: Callable[[World, Asked], Done]


def plan(world: World, rows: Sequence[ImportRow]) -> list[Act]:
    recorded = _recorded_so_far(world) if rows else Recorded({}, {}, frozenset())

    def perform(world: World, row: ImportRow, values: Values) -> Done:
        _check_columns(values)
        world.claim(row, "transaction", values["reference"], field="reference")
        asked = Asked(values, f"{_prefix(world)}{values['reference']}", recorded)
        if standing := recorded.by_key.get(asked.key):
            return _compare(standing, values)
        if (fee := recorded.fees.get(f"fee:{asked.key}")) and values["kind"] not in KEPT_AS_FEES:
            return otherwise([("kind", fee.kind, values["kind"])])
        return FORMS[values["kind"]].perform(world, asked)

    return one_a_row(TRANSACTIONS_SHEET, rows, perform, day="effective_on", today=world.on, renamed=RENAMED)


def _recorded_so_far(world: World) -> Recorded:
    every = Transaction.objects.filter(holding__fund=world.fund).select_related(
        "holding__organisation", "round", "taken_back"
    )
    fee_entries = Entry.objects.filter(book=funds.book_of(world.fund), key__startswith=f"fee:{_prefix(world)}")
    return Recorded(
        {row.key: row for row in every},
        {row.key: row for row in fee_entries.select_related("reversed_by").prefetch_related("postings")},
        frozenset(_look(row) for row in every if not hasattr(row, "taken_back")),
    )


def _prefix(world: World) -> str:
    return f"history:{world.fund.public_id}:"


def _look(row: Transaction) -> tuple[object, ...]:
    return row.holding_id, str(row.kind), row.effective_on, row.amount, row.cost


def _check_columns(values: Values) -> None:
    """Each kind fills its own columns and leaves the others empty: nothing that is typed is passed over in silence."""
    kind = values["kind"]
    form = FORMS[kind]
    for column in form.needs:
        if values[column] is None:
            raise NeededForThisKind(kind, column)
    for column, value in values.items():
        if value is not None and column not in ALWAYS | form.may | set(form.needs):
            raise NotOfThisKind(kind, column)


def _buy(world: World, asked: Asked) -> Done:
    found = positions.held_or_opened(world, asked.values, kind=Holding.Kind.DIRECT)
    bought = investments.buy(
        found.holding,
        round=positions.round_of(world, found, asked.values),
        quantity=asked["quantity"],
        amount=asked["amount"],
        tranche=asked["tranche"] or 1,
        **asked.common,
        by=world.by,
        at=world.at,
    )
    return _done(bought, found, asked)


def _sell(world: World, asked: Asked) -> Done:
    found = positions.held(world, asked.values)
    given = {"quantity": asked["quantity"], "amount": asked["amount"], **asked.common}
    return _done(investments.sell(found.holding, **given, by=world.by, at=world.at), found, asked)


def _write_off(world: World, asked: Asked) -> Done:
    found = positions.held(world, asked.values)
    check_amount(asked["cost"], field="cost")
    given = {"cost": asked["cost"], "reason": asked["reason"], **asked.common}
    return _done(investments.write_off(found.holding, **given, by=world.by, at=world.at), found, asked)


def _commit_to_stake(world: World, asked: Asked) -> Done:
    """Known by the fund and the day, not by a key; another amount of that day is a correction."""
    basis = positions.basis_of(asked.values)
    found = positions.held_or_opened(world, asked.values, kind=Holding.Kind.FUND)
    on_that_day = StakeTerms.objects.filter(holding=found.holding, effective_on=asked["effective_on"])
    latest = on_that_day.order_by("-recorded_at", "-pk").first()
    stated = {name: asked[name] for name in ("amount", "basis", "source")}
    changes = differences(stated, {name: getattr(latest, name) for name in stated}) if latest else []
    if latest and not changes:
        return SAME
    investments.commit_to_stake(
        found.holding,
        amount=asked["amount"],
        effective_on=asked["effective_on"],
        basis=basis,
        source=asked["source"] or "",
        by=world.by,
        at=world.at,
        **({"precision": latest.precision, "note": latest.note} if latest else {}),
    )
    return Done(Result.DIFFERS, changes) if latest else _told(found.made)


def _pay_stake(world: World, asked: Asked) -> Done:
    found = positions.held(world, asked.values)
    paid = investments.pay_stake(found.holding, amount=asked["amount"], **asked.common, by=world.by, at=world.at)
    return _done(paid, found, asked)


def _receive_from_stake(world: World, asked: Asked) -> Done:
    found = positions.held(world, asked.values)
    if asked["cost"]:
        check_amount(asked["cost"], field="cost")
    given = {"amount": asked["amount"], "returned_capital": asked["cost"], **asked.common}
    return _done(investments.receive_from_stake(found.holding, **given, by=world.by, at=world.at), found, asked)


def _pay_fee(line: str) -> Callable[[World, Asked], Done]:
    def perform(world: World, asked: Asked) -> Done:
        if standing := asked.recorded.fees.get(f"fee:{asked.key}"):
            stated = {"kind": line, "effective_on": asked["effective_on"], "amount": asked["amount"]}
            return as_recorded(differences(stated, _recorded_fee(standing)), _fee_taken_back(standing))
        check_amount(asked["amount"], field="amount")
        fees.pay(
            world.fund,
            line=line,
            amount=asked["amount"],
            effective_on=asked["effective_on"],
            memo=asked["reason"] or "",
            key=asked.key,
            by=world.by,
            at=world.at,
        )
        return NEW

    return perform


FORMS: dict[str, Form] = {
    "purchase": Form(("company", "round", "quantity", "amount"), OF_A_NEW_HOLDING | OF_A_ROUND, _buy),
    "follow-on": Form(("company", "round", "quantity", "amount"), OF_A_NEW_HOLDING | OF_A_ROUND, _buy),
    "sale": Form(("company", "quantity", "amount"), OF_A_HOLDING, _sell),
    "write-off": Form(("company", "cost", "reason"), OF_A_HOLDING, _write_off),
    "stake-commitment": Form(("company", "amount"), OF_A_NEW_HOLDING, _commit_to_stake),
    "stake-call": Form(("company", "amount"), OF_A_HOLDING, _pay_stake),
    "stake-distribution": Form(("company", "amount", "cost"), OF_A_HOLDING, _receive_from_stake),
    "management-fee": Form(("amount",), frozenset({"reason"}), _pay_fee("management-fees")),
    "expense": Form(("amount",), frozenset({"reason"}), _pay_fee("expenses")),
}
KEPT_AS_FEES = {"management-fee", "expense"}
KEPT_AS = {"follow-on": "purchase"}
"""A follow-on is a purchase of a later round."""


def _compare(standing: Transaction, values: Values) -> Done:
    same_name = standing.holding.organisation.name.casefold() == (values["company"] or "").casefold()
    stated = {
        "kind": KEPT_AS.get(values["kind"], values["kind"]),
        "effective_on": values["effective_on"],
        "company": standing.holding.organisation.name if same_name else values["company"],
        "quantity": values["quantity"],
        "amount": values["amount"],
        "cost": values["cost"],
        "tranche": values["tranche"],
    }
    if standing.round and (values["round"] or "").casefold() != standing.round.name.casefold():
        stated["round"] = values["round"]
    return as_recorded(differences(stated, _recorded(standing)), _taken_back(standing))


def _taken_back(row: Transaction) -> TakenBack | None:
    taken = getattr(row, "taken_back", None)
    return TakenBack(taken.recorded_at, taken.reason) if taken else None


def _recorded(row: Transaction) -> Mapping[str, object]:
    return {
        "kind": row.kind,
        "effective_on": row.effective_on,
        "company": row.holding.organisation.name,
        "quantity": row.quantity,
        "amount": row.amount,
        "cost": row.cost,
        "tranche": row.tranche,
        "round": row.round.name if row.round else "",
    }


def _recorded_fee(entry: Entry) -> Mapping[str, object]:
    amount = sum((one.fund_amount for one in entry.postings.all()), Decimal(0))
    return {"kind": entry.kind, "effective_on": entry.effective_on, "amount": amount}


def _fee_taken_back(entry: Entry) -> TakenBack | None:
    reversal = getattr(entry, "reversed_by", None)
    return TakenBack(reversal.recorded_at, reversal.memo) if reversal else None


def _done(row: Transaction, found: Found, asked: Asked) -> Done:
    """Recorded anew, with what was made known for it and whether it looks like one that was recorded before."""
    if _look(row) in asked.recorded.looks:
        return _told([*found.made, said(DOUBLE)], code="looks_double")
    return _told(found.made)


def _told(sentences: Sequence[Words], *, code: str = "") -> Done:
    if not sentences:
        return NEW
    return Done(Result.NEW, code=code or "made_known", message=together(*sentences))
