"""The list of the desk as a workbook."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accelerator.applications import words as application_words
from accelerator.reviews import words
from accelerator.reviews.queries import Line
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook


def applications(
    lines: Sequence[Line], means: dict[int, Decimal], *, as_of: date, known_at: datetime, remarks: Sequence[str]
) -> bytes:
    """One row an application; ``means`` are the plain means of the reviews that count, from 0 to 5, by its key."""
    about = About(
        title=_("Applications"),
        as_of=as_of,
        known_at=known_at,
        source=_("The product’s own records; not for anybody outside the programme."),
        illustrative=True,
        remarks=remarks,
    )
    columns = [
        Column(_("Start-up")),
        Column(_("Nation")),
        Column(_("Call"), width=40),
        Column(_("Challenge"), width=40),
        Column(_("State")),
        Column(_("Receipt")),
        Column(_("Received"), Kind.DAY),
        Column(_("Screening")),
        Column(_("Rule not kept"), width=40),
        Column(_("Reasons"), width=60),
        Column(_("Reviewers"), Kind.WHOLE),
        Column(_("Reviews"), Kind.WHOLE),
        Column(_("Mean score"), Kind.NUMBER),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    return workbook(about, [Sheet(_("Applications"), columns, [_row(one, means) for one in lines])])


def _row(line: Line, means: dict[int, Decimal]) -> list[Cell]:
    row, screening = line.application, line.screening
    return [
        row.organisation.name,
        row.organisation.nation_id or None,
        str(row.call),
        str(row.challenge) if row.challenge else None,
        str(application_words.state(row.state)),
        line.submission.number if line.submission else None,
        line.submission.received_at if line.submission else None,
        str(words.SCREENED[line.screened][1]),
        screening.rule or None if screening else None,
        screening.reasons or None if screening else None,
        line.reviewers,
        line.reviewed,
        means.get(row.pk),
        row.public_id,
        _("yes") if row.is_illustrative else _("no"),
    ]
