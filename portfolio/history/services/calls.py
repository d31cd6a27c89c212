"""Capital calls as they were: the uploader drafts, whoever applies approves and issues, on the day of the notices.

The rows of one number are one call. Where they name Allies, each is asked for what the rows say; where they name none,
the call is split by commitment as any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.imports.cells import Unfit
from core.imports.models import ImportRow
from core.imports.sheets import Values, read_row
from core.nations.models import Nation
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls import splitting
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.services import Line
from portfolio.funds import queries as funds
from portfolio.history.services import notices
from portfolio.history.services.acts import (
    NEW,
    SAME,
    Act,
    Change,
    Done,
    TwiceInTheFile,
    World,
    check_amount,
    differences,
    otherwise,
    plain,
)
from portfolio.history.sheets import CALLS, label_of

ZERO = Decimal(0)
OF_THE_CALL = ("issued_on", "due_on", "memo", "illustrative")
"""What the rows of a call say alike, or leave to the others."""


class AnotherRowIsUnfit(Invalid):
    code = "another_row_is_unfit"

    def __init__(self, number: int) -> None:
        super().__init__(str(_("Row %(number)s of this call has to be corrected first.")) % {"number": number})


class RowsDisagree(Invalid):
    code = "rows_disagree"

    def __init__(self, column: str) -> None:
        sentence = _("The rows of one call differ in “%(column)s”. Write the same in each.")
        super().__init__(str(sentence) % {"column": label_of(CALLS.code, column)}, field=column)


class SomeNameAllies(Invalid):
    code = "some_name_allies"
    sentence = _("Some rows of this call name an Ally and some do not. Fill it in everywhere, or nowhere.")


class NumberOutOfOrder(Conflict):
    code = "number_out_of_order"

    def __init__(self, number: int) -> None:
        sentence = _("The next call of this fund has the number %(number)s. Number the calls on from there.")
        super().__init__(str(sentence) % {"number": number}, field="number")


class NotIssued(Conflict):
    code = "not_issued"
    sentence = _("A call of this number is there and was not issued, or was cancelled. Give the call another number.")


@dataclass(frozen=True, slots=True)
class Stated:
    """A call as the file has it. ``asked`` is empty where the call is split by commitment."""

    number: int
    lines: tuple[Line, ...]
    asked: Mapping[str, notices.Asked]
    """By code of the nation."""
    rows: tuple[Values, ...]

    def __getitem__(self, column: str) -> Any:
        """What the rows say alike; None where none of them says anything."""
        return next((one[column] for one in self.rows if one[column] is not None), None)


def plan(world: World, rows: Sequence[ImportRow]) -> list[Act]:
    by_number: dict[str, list[ImportRow]] = {}
    for row in rows:
        by_number.setdefault(row.values.get("number", ""), []).append(row)
    in_order = sorted(by_number.items(), key=lambda item: (len(item[0]), item[0]))
    return [act for _number, group in in_order for act in _acts(world, group)]


def _acts(world: World, rows: list[ImportRow]) -> list[Act]:
    """One act for the whole call; where some of its rows cannot be read, they say so and the others point at them."""
    bad = [row for row in rows if not _can_be_read(world, row)]
    if not bad:
        return [Act(rows, lambda world: _perform(world, rows), {"lines": "amount"})]
    held_up = [row for row in rows if row not in bad]

    def point_at_the_first(_world: World) -> Done:
        raise AnotherRowIsUnfit(bad[0].number)

    def read_again(row: ImportRow) -> Act:
        def perform(world: World) -> Done:
            read_row(CALLS, row.values, today=world.on)
            return SAME

        return Act([row], perform)

    return [*(read_again(row) for row in bad), *([Act(held_up, point_at_the_first)] if held_up else [])]


def _can_be_read(world: World, row: ImportRow) -> bool:
    try:
        read_row(CALLS, row.values, today=world.on)
    except Unfit:
        return False
    return True


def _perform(world: World, rows: Sequence[ImportRow]) -> Done:
    stated = _stated(world, rows)
    standing = CapitalCall.objects.filter(fund=world.fund, number=stated.number).first()
    if standing is not None:
        return _compare(stated, standing)
    call = calls.draft(
        world.fund,
        due_on=stated["due_on"],
        lines=stated.lines,
        by=world.drafter,
        at=world.at,
        memo=stated["memo"] or "",
        illustrative=bool(stated["illustrative"]),
    )
    if call.number != stated.number:
        raise NumberOutOfOrder(call.number)
    call = calls.submit(call, by=world.drafter)
    if stated.asked:
        _issue_as_asked(world, call, stated)
    else:
        _issue(world, call, on=stated["issued_on"])
    _check_later_calls(world, stated)
    return NEW


def _issue(world: World, call: CapitalCall, *, on: date) -> None:
    """Approve and issue a call as the Allies of its day bore it."""
    digest = call_queries.digest(call, at=world.at, on=on)
    calls.approve(call, digest=digest, by=world.by, at=world.at, on=on)
    calls.issue(call, by=world.by, on=on, at=world.at)


def _issue_as_asked(world: World, call: CapitalCall, stated: Stated) -> None:
    on: date = stated["issued_on"]
    asked = {world.nations[code.casefold()]: one for code, one in stated.asked.items()}
    parts = notices.parts_of(world.fund, asked, on=on, known_at=world.at)
    digest = call_queries.digest_of(call, parts)
    calls.approve(call, digest=digest, by=world.by, at=world.at, on=on, parts=parts)
    notices.issue_as_asked(call, parts, by=world.by, on=on, at=world.at)


def _stated(world: World, rows: Sequence[ImportRow]) -> Stated:
    values = [read_row(CALLS, row.values, today=world.on) for row in rows]
    for column in OF_THE_CALL:
        if len({one[column] for one in values if one[column] is not None}) > 1:
            raise RowsDisagree(column)
    named = [one["ally"] is not None for one in values]
    if any(named) and not all(named):
        raise SomeNameAllies(field="ally")
    if not any(named):
        return Stated(values[0]["number"], tuple(_line(one, one["amount"]) for one in values), {}, tuple(values))
    asked, lines = _asked(world, rows, values)
    return Stated(values[0]["number"], lines, asked, tuple(values))


def _asked(
    world: World, rows: Sequence[ImportRow], values: Sequence[Values]
) -> tuple[dict[str, notices.Asked], tuple[Line, ...]]:
    """What each Ally is asked for, and the lines that these parts make together."""
    asked: dict[str, notices.Asked] = {}
    totals: dict[tuple[str, str, bool], Decimal] = {}
    seen: dict[tuple[object, ...], ImportRow] = {}
    for row, one in zip(rows, values, strict=True):
        nation: Nation = world.nation(one["ally"])
        inside = one["inside"] is not False
        line = (one["purpose"], one["text"], inside)
        check_amount(one["amount"], field="amount")
        if (first := seen.setdefault((nation.code, *line), row)) is not row:
            raise TwiceInTheFile(first.number, "ally")
        before = asked.get(nation.code, notices.NOTHING)
        asked[nation.code] = notices.Asked(
            before.amount + one["amount"], before.inside + (one["amount"] if inside else ZERO)
        )
        totals[line] = totals.get(line, ZERO) + one["amount"]
    lines = tuple(Line(purpose, text, total, inside) for (purpose, text, inside), total in totals.items())
    return asked, lines


def _line(values: Values, amount: Decimal) -> Line:
    return Line(values["purpose"], values["text"], amount, values["inside"] is not False)


def _compare(stated: Stated, standing: CapitalCall) -> Done:
    if standing.state not in (State.ISSUED, State.SETTLED):
        raise NotIssued(field="number")
    changes = differences(
        {name: stated[name] for name in ("issued_on", "due_on", "memo")},
        {"issued_on": standing.issued_on, "due_on": standing.due_on, "memo": standing.memo},
    )
    recorded = [
        Line(one.purpose, one.text, one.amount, one.inside_commitment) for one in standing.lines.order_by("order")
    ]
    if sorted(map(_said_of, stated.lines)) != sorted(map(_said_of, recorded)):
        changes.append(("amount", _listed(recorded), _listed(stated.lines)))
    if stated.asked:
        changes += _other_parts(stated, standing)
    return otherwise(changes) if changes else SAME


def _other_parts(stated: Stated, standing: CapitalCall) -> list[Change]:
    recorded = {one.commitment.nation_id: one.amount for one in standing.notices.select_related("commitment")}
    parts = {code: one.amount for code, one in stated.asked.items()}
    return [
        ("ally", f"{code} {plain(recorded.get(code, ZERO))}", f"{code} {plain(parts.get(code, ZERO))}")
        for code in sorted(recorded.keys() | parts.keys())
        if recorded.get(code, ZERO) != parts.get(code, ZERO)
    ]


def _listed(lines: Sequence[Line]) -> str:
    return "; ".join(f"{line.text} {line.amount:.2f}" for line in lines)


def _said_of(line: Line) -> tuple[str, str, Decimal, bool]:
    return line.purpose, line.text.strip(), line.amount, line.inside_commitment


def _check_later_calls(world: World, stated: Stated) -> None:
    """A call that comes before others takes from what they were split over: none may end beyond its commitment."""
    issued_on: date = stated["issued_on"]
    if not CapitalCall.objects.filter(~Q(number=stated.number), fund=world.fund, issued_on__gt=issued_on).exists():
        return
    called = splitting.called_inside(world.fund, as_of=date.max, known_at=world.at)
    terms = funds.terms_in_force(world.fund, as_of=date.max, known_at=world.at)
    over = [row for row in terms if called.get(row.commitment_id, ZERO) > row.amount]
    if over:
        asked = sum((line.amount for line in stated.lines if line.inside_commitment), ZERO)
        excess = sum((called[row.commitment_id] - row.amount for row in over), ZERO)
        raise calls.OverUnfunded(asked, asked - excess)
