"""A run and a mark told in words: who did what, what an input says, what changed since a signature."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.web import numerals
from portfolio.valuations import words
from portfolio.valuations.lifecycle import APPROVALS_NEEDED, FINISHED, State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.queries import FieldChange, Signed


@dataclass(frozen=True, slots=True)
class Step:
    """``state`` is done, now, void or empty for what is still to come. ``changes`` are what voided an approval."""

    state: str
    act: str
    who: str = ""
    at: datetime | None = None
    said: str = ""
    changes: Sequence["Change"] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one mark as it was signed and as it stands."""

    holding: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a mark: what it is, its exact value, and where that comes from."""

    name: str
    value: str
    source: str
    day: date
    is_as_written: bool


@dataclass(frozen=True, slots=True)
class PinnedRate:
    """Units of a currency for one euro, as a run pins them."""

    currency: str
    units: Decimal
    source: str
    day: date
    is_as_written: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The value, in the currency of the holding, were the main input moved by ``change``, a fraction of one."""

    change: Decimal
    value: Decimal


def steps(run: ValuationRun, signed: Sequence[Signed], missing: int, *, names: Mapping[str, str]) -> list[Step]:
    """What was done to the run and what is still to do, in order."""
    opened = _("Opened again") if run.version > 1 else _("Opened")
    found = [Step("done", opened, run.opened_by.name, run.opened_at, run.reason)]
    lapsed = [_void(one, names) for one in reversed(signed) if not one.holds]
    if run.state == State.PREPARING:
        return [
            *found,
            Step("now", _("Prepare the marks")),
            Step("", _("Submit")),
            Step("", pgettext("valuation", "Approve")),
        ]
    found.append(Step("done", _("Marks prepared")))
    found += lapsed
    if run.submitted_by is None:
        return [*found, Step("now", _("Check the marks, then submit")), Step("", pgettext("valuation", "Approve"))]
    found.append(Step("done", _("Submitted"), run.submitted_by.name, run.submitted_at))
    found += [
        Step("done", pgettext("valuation", "Approved"), one.approval.by.name, one.approval.at)
        for one in reversed(signed)
        if one.holds
    ]
    if run.state in FINISHED:
        return [*found, Step("done", _("Locked"), at=run.locked_at)]
    return [*found, Step("now", pgettext("valuation", "Approve"), said=still_missing(missing)), Step("", _("Locked"))]


def still_missing(count: int) -> str:
    return ngettext(
        "%(count)s of %(needed)s approvals is missing.", "%(count)s of %(needed)s approvals are missing.", count
    ) % {"count": count, "needed": APPROVALS_NEEDED}


def changes(found: Sequence[FieldChange], names: Mapping[str, str]) -> list[Change]:
    """``names`` are those of the holdings by public id."""
    return [
        Change(
            names.get(one.holding, one.holding),
            words.field_name(one.field),
            _said(one.field, one.before),
            _said(one.field, one.after),
        )
        for one in found
    ]


def inputs(mark: Mark) -> list[Input]:
    return [
        Input(
            words.input_name(one["name"]),
            value(one),
            words.source(one["source"]),
            date.fromisoformat(one["date"]),
            words.is_as_written(one["source"]),
        )
        for one in mark.inputs
    ]


def rates(pinned: Iterable[Mapping[str, str]]) -> list[PinnedRate]:
    return [
        PinnedRate(
            one["currency"],
            Decimal(one["units_per_euro"]),
            words.source(one["source"]),
            date.fromisoformat(one["observed_on"]),
            words.is_as_written(one["source"]),
        )
        for one in pinned
    ]


def sensitivity(mark: Mark) -> list[Sensitivity]:
    return [Sensitivity(Decimal(one["change"]), Decimal(one["value"])) for one in mark.sensitivity]


def value(one: Mapping[str, str]) -> str:
    """The exact value of an input: money to the cent, counts with the decimals they have; a fraction with what it is about."""
    if "/" in one["value"]:
        about = round(Fraction(one["value"]), 6)
        return f"{one['value']} ≈ {numerals.plain(Decimal(about.numerator) / about.denominator, 6)}"
    exact = Decimal(one["value"])
    digits = max(0, -int(exact.normalize().as_tuple().exponent))
    return numerals.plain(exact, digits if one["name"] in words.COUNTS else max(digits, 2))


def _void(one: Signed, names: Mapping[str, str]) -> Step:
    said = _("This approval lapsed: something was changed since.")
    return Step(
        "void",
        pgettext("valuation", "Approved"),
        one.approval.by.name,
        one.approval.at,
        said,
        changes(one.changes, names),
    )


def _said(field: str, found: Any) -> str:
    if found is None or found == "":
        return numerals.MISSING
    if field in ("value", "local_value", "cost"):
        return numerals.plain(Decimal(found), 2)
    if field == "technique":
        return str(Mark.Technique(found).label)
    if field == "inputs":
        return "; ".join(
            f"{words.input_name(one['name'])} {value(one)}, {words.source(one['source'])}" for one in found
        )
    return str(found)
