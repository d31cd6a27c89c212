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
AGREEMENTS: dict[str, Promise] = {"contract": _("Contractual funding"), "grant": _("Grant")}
