"""What has become of a submitted application, for its start-up in plain words, told to the part that shows it."""

from datetime import time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.applications.queries import Standing
from accelerator.challenges import zones
from accelerator.panels import queries, words
from accelerator.reviews import queries as reviews
from core.web import numerals

DAY = timedelta(days=1)


def register() -> None:
    """Tell the applications who knows what became of them."""
    applications.add_standing(of)


def of(application: Application) -> Standing | None:
    """The decision once it is released; before it how far the review is, and by when it goes on; None while nothing is known."""
    line = queries.released_line(application)
    if line is not None:
        tone, word, then = words.TO_APPLICANTS[line.outcome]
        return Standing(tone, str(word), str(then), address=reverse("portal:feedback", args=[application.public_id]))
    day = queries.decision_day(application)
    if day is not None:
        said = _("The decision is made. You are told here and by mail from %(day)s on.")
        return Standing("info", _("Decided, not told yet"), said % {"day": numerals.day(day)})
    return _in_review(application)


def _in_review(application: Application) -> Standing | None:
    plan = reviews.plan_of(application.call)
    if plan is None:
        return None
    said = _(
        "It is screened and reviewed. Afterwards the programme selects, and you are told here and by mail. You need to do nothing."
    )
    until = zones.moment(plan.due_on + DAY, time(), application.call.zone)
    return Standing("info", _("In review"), said, until)
