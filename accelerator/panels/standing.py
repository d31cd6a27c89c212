"""What has become of a submitted application, for its start-up in plain words, told to the part that shows it."""

from datetime import time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.applications.queries import Standing
from accelerator.challenges import zones
from accelerator.panels import queries, words
from accelerator.panels.lifecycle import State
from accelerator.reviews import queries as reviews
from core.web import numerals

DAY = timedelta(days=1)


def register() -> None:
    """Tell the applications who knows what became of them, and the reviews which are decided."""
    applications.add_standing(of)
    reviews.add_decided(queries.decided)


def of(application: Application) -> Standing | None:
    """The decision once it is released; before it how far the review is, and by when it goes on; None while nothing is known."""
    line = queries.decided_line(application)
    if line is None:
        return _in_review(application)
    if line.selection.state == State.RELEASED:
        tone, word, then = words.TO_APPLICANTS[line.outcome]
        address = reverse("portal:feedback", args=[application.public_id])
        return Standing(tone, str(word), str(then), address=address)
    said = _("The decision is made. You are told here and by mail from %(day)s on.")
    told = said % {"day": numerals.day(line.selection.release_on)}
    return Standing("info", _("Decided, not told yet"), told)


def _in_review(application: Application) -> Standing | None:
    plan = reviews.plan_of(application.call)
    if plan is None:
        return None
    said = _(
        "It is screened and reviewed. Afterwards the programme selects, and you are told here and by mail. You need to do nothing."
    )
    until = zones.moment(plan.due_on + DAY, time(), application.call.zone)
    return Standing("info", _("In review"), said, until)
