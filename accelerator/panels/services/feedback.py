"""The programme's words for the applicant, criterion by criterion. They name nobody."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.challenges import queries as challenges
from accelerator.panels import queries, rules
from accelerator.panels.models import Feedback
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people.models import User

WRITTEN = declare("application.feedback_written", _("{actor} wrote feedback on the application {subject}."))
LONGEST = 3_000
SHORTEST_NAME = 3
"""Letters from which on a part of a name is looked for."""


class NamesSomebody(Invalid):
    code = "names_somebody"


class TooLong(Invalid):
    code = "feedback_too_long"
    sentence = _("Shorten the words on each criterion to 3,000 characters.")


class Told(Conflict):
    code = "feedback_told"
    sentence = _("The start-up was told already, so the feedback stays as it is.")


@transaction.atomic
def write_feedback(application: Application, texts: Mapping[int, str], *, by: User, at: datetime) -> list[Feedback]:
    """
    Write the words on each criterion, by its key; an empty text takes them back. What a start-up was told stays.

    Raises NotPermitted, NotFound, Withdrawn, Told, TooLong, NamesSomebody.
    """
    row = rows.locked(application)
    if refused := rules.refusal_for(by, row, at=at):
        raise refused
    if queries.is_told(row):
        raise Told
    criteria = {one.pk: one for one in challenges.criteria(row.call)}
    given = {key: text.strip() for key, text in texts.items() if key in criteria}
    for key, text in given.items():
        field = f"criterion_{criteria[key].order}"
        if len(text) > LONGEST:
            raise TooLong(field=field)
        if name := _named(row, text):
            said = _now("Take the name “%(name)s” out: the start-up does not learn who reviewed it.")
            raise NamesSomebody(said % {"name": name}, field=field)
    row.feedback.filter(criterion__in=[key for key, text in given.items() if not text]).delete()
    made = [
        Feedback.objects.update_or_create(
            application=row,
            criterion=criteria[key],
            defaults={"text": text, "written_by": by, "written_at": at},
        )[0]
        for key, text in given.items()
        if text
    ]
    rows.record(WRITTEN, row, by, {"criteria": len(made)})
    return made


def _named(row: Application, text: str) -> str:
    """A part of the name of somebody who reviews it, where it stands in the text as a word."""
    names = User.objects.filter(pk__in=row.assignments.values("reviewer")).values_list("name", flat=True)
    words = set(re.findall(r"\w+", text.casefold()))
    parts = {part for name in names for part in re.findall(r"\w+", name) if len(part) >= SHORTEST_NAME}
    return next((part for part in sorted(parts) if part.casefold() in words), "")
