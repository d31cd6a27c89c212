"""Reviews and conditions as a workbook."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.ethics import words
from core.ethics.models import Condition
from core.ethics.queries import Line
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook


def reviews(lines: Sequence[Line], conditions: Sequence[Condition], *, as_of: date, known_at: datetime) -> bytes:
    """One sheet of reviews as they stand on the day, one of their conditions."""
    about = About(
        title=_("Ethics reviews"),
        as_of=as_of,
        known_at=known_at,
        source=_("The product’s own records."),
        illustrative=any(line.review.is_illustrative for line in lines),
        remarks=[_("How a review stands is as of the day of this workbook.")],
    )
    return workbook(about, [_reviews(lines), _conditions(conditions)])


def _reviews(lines: Sequence[Line]) -> Sheet:
    columns = [
        Column(_("What is reviewed")),
        Column(_("How it stands")),
        Column(_("Risk")),
        Column(_("Outcome")),
        Column(_("Principles")),
        Column(_("Officer")),
        Column(_("Second officer")),
        Column(_("Opened on"), Kind.DAY),
        Column(_("In force from"), Kind.DAY),
        Column(_("Holds until"), Kind.DAY),
        Column(_("Open conditions"), Kind.WHOLE),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [
        [
            line.name,
            str(words.STANDINGS[line.standing][1]),
            str(words.RISKS.get(line.review.risk, "")),
            str(words.OUTCOMES.get(line.review.outcome, "")),
            ", ".join(words.family(code) for code in line.review.families),
            line.review.officer.name,
            line.review.second.name,
            line.review.opened_on,
            line.review.concluded_on,
            line.review.expires_on,
            line.unmet,
            line.review.public_id,
            _("yes") if line.review.is_illustrative else _("no"),
        ]
        for line in lines
    ]
    return Sheet(_("Reviews"), columns, rows)


def _conditions(conditions: Sequence[Condition]) -> Sheet:
    columns = [
        Column(_("Company")),
        Column(_("What must be done")),
        Column(_("Evidence wanted")),
        Column(_("Owner")),
        Column(_("Due on"), Kind.DAY),
        Column(_("State")),
        Column(_("Holds money back")),
        Column(_("Review")),
        Column(_("Id")),
    ]
    rows: list[list[Cell]] = [
        [
            one.review.organisation.name,
            one.text,
            one.evidence_wanted,
            one.owner.name,
            one.due_on,
            str(words.CONDITIONS[one.state][1]),
            _("yes") if one.is_blocking else _("no"),
            one.review.public_id,
            one.public_id,
        ]
        for one in conditions
    ]
    return Sheet(_("Conditions"), columns, rows)
