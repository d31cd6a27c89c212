"""How codes of calls read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.lifecycle import State, Window

STATES: dict[str, tuple[str, Promise]] = {
    State.DRAFT: ("plain", _("Draft")),
    State.SUBMITTED: ("warn", _("Waits for a second person")),
    State.PUBLISHED: ("ok", _("Published")),
}
WINDOWS: dict[str, tuple[str, Promise]] = {
    Window.COMING: ("info", _("Opens later")),
    Window.OPEN: ("ok", _("Open")),
    Window.CLOSED: ("plain", _("Closed")),
}
PARTS: dict[str, Promise] = {
    "title_en": _("Title in English"),
    "title_fr": _("Title in French"),
    "text_en": _("Text in English"),
    "text_fr": _("Text in French"),
    "zone": _("Time zone"),
    "opens_at": _("Opens"),
    "closes_at": _("Closes"),
    "agreement": _("Agreement"),
    "nations": _("Nations"),
    "founded_from": _("Founded from"),
    "founded_until": _("Founded until"),
    "sections": _("Form"),
    "criteria": _("Criteria"),
}
"""What a call says, by the names in its content."""
