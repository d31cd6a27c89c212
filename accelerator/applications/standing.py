"""How an application stands, in plain words: the state, what comes next, and by when."""

from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.applications import queries
from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, Clarification
from accelerator.applications.queries import Standing
from core.people.models import User


def of(application: Application, *, at: datetime) -> Standing:
    """For everybody who works on it."""
    closes = application.call.closes_at if at < application.call.closes_at else None
    if application.state == State.WITHDRAWN:
        return _withdrawn(closes)
    if application.state == State.DRAFT:
        return _draft(closes)
    if closes:
        said = _("You can change and submit again, or withdraw, until the call closes.")
        return Standing("ok", _("Submitted"), said, closes)
    return _asked(application, at=at) or queries.known_above(application) or _received()


def _withdrawn(closes: datetime | None) -> Standing:
    """``closes`` is when the call does, where it has not yet."""
    if closes:
        return Standing("none", _("Withdrawn"), _("You can take it up again until the call closes."), closes)
    return Standing("none", _("Withdrawn"), _("The call has closed. Nothing more happens with it."))


def _draft(closes: datetime | None) -> Standing:
    if closes:
        return Standing("info", _("Draft"), _("Answer every section, check the answers and submit."), closes)
    return Standing("stop", _("Not sent"), _("The call has closed and nothing was submitted, so nobody reads it."))


def _asked(application: Application, *, at: datetime) -> Standing | None:
    waits = application.clarifications.filter(answer="", due_at__gt=at).order_by("due_at").first()
    if waits is None:
        return None
    return Standing("warn", _("A question waits for you"), _("Answer it, so that the review can go on."), waits.due_at)


def _received() -> Standing:
    said = _("The programme checks that it is complete and may be judged. You need to do nothing.")
    return Standing("info", _("Submitted"), said)


def waiting(person: User, *, at: datetime) -> list[Clarification]:
    """The questions that wait for an answer of the person's start-ups, by their day."""
    return list(
        Clarification.objects.filter(
            application__in=queries.visible_to(person).filter(state=State.SUBMITTED), answer="", due_at__gt=at
        )
        .select_related("application", "application__call")
        .order_by("due_at", "pk")
    )
