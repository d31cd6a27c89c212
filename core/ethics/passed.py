"""What two people let past the gate: every report of a fund or programme shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.ethics import subjects, words
from core.ethics.models import OverrideUse
from core.exports.xlsx import Cell, Column, Kind, Sheet

SOMETHING = Exists(OverrideUse.objects.filter(override__scope=OuterRef("public_id")))
"""Of funds or programmes in a query: whether anything of theirs ever passed under an override."""


@dataclass(frozen=True, slots=True)
class Passed:
    """One thing that passed. ``amount`` is up to how much two people allowed, in the thing's own currency, ``at`` when."""

    what: Promise
    name: str
    address: str
    amount: Decimal
    at: datetime
    asked_by: str
    approved_by: str
    because: str
    decision: str
    is_illustrative: bool = False


def under_override(scope: str, *, known_at: datetime, of: Iterable[str] | None = None) -> list[Passed]:
    """
    Everything of a fund or programme that passed on what was approved by a moment, the latest first; or only what was ``of`` some subjects,
    by their public ids. One query where nothing did.
    """
    rows = OverrideUse.objects.filter(override__scope=scope, override__approval__at__lte=known_at)
    if of is not None:
        rows = rows.filter(override__subject__in=list(of))
    uses = list(
        rows.select_related("override__asked_by", "override__approval__by").order_by("-override__approval__at", "-pk")
    )
    if not uses:
        return []
    known = subjects.find((kind, one.override.subject) for one in uses for kind in subjects.keepers())
    return [_told(one, known) for one in uses]


def sheets(found: Sequence[Passed]) -> list[Sheet]:
    """A sheet for a workbook; none where nothing passed."""
    if not found:
        return []
    columns = [
        Column(_("Company")),
        Column(_("What passed"), width=24),
        Column(_("Up to"), Kind.MONEY),
        Column(_("Approved on"), Kind.DAY),
        Column(_("Asked for by")),
        Column(_("Approved by")),
        Column(_("Why"), width=60),
    ]
    rows: list[list[Cell]] = [
        [one.name, str(one.what), one.amount, one.at.date(), one.asked_by, one.approved_by, one.because]
        for one in found
    ]
    return [Sheet(_("Past the ethics gate"), columns, rows)]


def _told(use: OverrideUse, known: dict[str, subjects.Subject]) -> Passed:
    override = use.override
    subject = known.get(override.subject)
    return Passed(
        words.MONEY[override.kind],
        subject.name if subject else override.subject,
        subject.address if subject else "",
        override.amount,
        override.approval.at,
        override.asked_by.name,
        override.approval.by.name,
        override.reason,
        override.decision,
        is_illustrative=bool(subject and subject.is_illustrative),
    )
