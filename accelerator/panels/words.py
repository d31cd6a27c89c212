"""How states and outcomes of selections read: to the desk, and to applicants."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.panels.lifecycle import Outcome, State

STATES: dict[str, tuple[str, Promise]] = {
    State.PROPOSED: ("warn", _("Waits for a second person")),
    State.SENT_BACK: ("stop", _("Sent back")),
    State.APPROVED: ("ok", _("Approved, not told yet")),
    State.RELEASED: ("ok", _("Released")),
}
OUTCOMES: dict[str, tuple[str, Promise]] = {
    Outcome.SELECTED: ("ok", _("Selected")),
    Outcome.RESERVE: ("info", _("In reserve")),
    Outcome.NOT_SELECTED: ("none", _("Not selected")),
    Outcome.SCREENED_OUT: ("none", _("Screened out")),
}
TO_APPLICANTS: dict[str, tuple[str, Promise, Promise]] = {
    Outcome.SELECTED: ("ok", _("Selected"), _("The programme writes to you about what comes next.")),
    Outcome.RESERVE: (
        "info",
        _("On the reserve list"),
        _("Where a selected start-up does not take its place, the next on the list is asked."),
    ),
    Outcome.NOT_SELECTED: (
        "none",
        _("Not selected"),
        _("Read why, criterion by criterion. You may apply to a later call."),
    ),
    Outcome.SCREENED_OUT: ("none", _("Not admitted"), _("It was not complete or not eligible. Read why on its page.")),
}
