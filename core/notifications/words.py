"""What a reminder says, and why it comes on that day."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.notifications import calendars
from core.notifications.obligations import Obligation
from core.notifications.steps import ESCALATED_FROM, Step
from core.web import numerals


def reminder(one: Obligation, step: Step, *, today: date) -> str:
    """The sentence of a mail and a message, in the language that is active: with the days that are left, however late it
    comes.
    """
    left = (one.due_on - today).days
    words = {"title": one.title(), "day": numerals.weekday(one.due_on), "count": step.number if step.is_late else left}
    if step.is_late:
        sentence = ngettext(
            "%(title)s: was due on %(day)s, %(count)s working day ago.",
            "%(title)s: was due on %(day)s, %(count)s working days ago.",
            step.number,
        )
    elif left <= 0:
        sentence = _("%(title)s: due on %(day)s, today.")
    else:
        sentence = ngettext(
            "%(title)s: due on %(day)s, in %(count)s day.",
            "%(title)s: due on %(day)s, in %(count)s days.",
            left,
        )
    return sentence % words


def missed(step: Step) -> str:
    """Why a step of an earlier day stands in the plan of today."""
    return _("It was not sent on %(day)s and is sent at the next look.") % {"day": numerals.day(step.on)}


def why(step: Step, *, due_on: str, calendar: str, is_behind: bool) -> str:
    """Why a line of the plan stands on its day."""
    if not step.is_late:
        sentence = ngettext("%(count)s day before %(day)s.", "%(count)s days before %(day)s.", step.number)
        return sentence % {"count": step.number, "day": due_on}
    words = {"count": step.number, "day": due_on, "calendar": calendar or calendars.USUAL, "from": ESCALATED_FROM}
    sentence = _(
        "Working day %(count)s after %(day)s by the calendar of %(calendar)s, then every working day until it is done."
    )
    if is_behind:
        sentence = _(
            "Still open on working day %(from)s after %(day)s by the calendar of %(calendar)s, then every working day "
            "until it is done."
        )
    return sentence % words
