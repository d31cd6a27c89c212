"""How codes of screenings, declarations and reviews read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accelerator.reviews.lifecycle import Says, Screened, State

SCREENED: dict[str, tuple[str, Promise]] = {
    Screened.WAITS: ("warn", _("To screen")),
    Screened.PASSED: ("ok", _("Complete and eligible")),
    Screened.FAILED: ("stop", _("Screened out")),
}
SAYS: dict[str, tuple[str, Promise]] = {
    "": ("plain", _("Nothing said yet")),
    Says.NONE: ("ok", _("No conflict")),
    Says.CONFLICT: ("stop", _("Conflict")),
    Says.UNSURE: ("warn", _("Unsure")),
    Says.CLEARED: ("ok", _("Cleared by the programme")),
}
REVIEWS: dict[str, tuple[str, Promise]] = {
    "": ("plain", _("Not begun")),
    State.DRAFT: ("info", pgettext_lazy("of a review", "Begun")),
    State.SUBMITTED: ("ok", pgettext_lazy("of a review", "Submitted")),
}
SCORES: dict[int, Promise] = {
    0: _("0: nothing shown"),
    1: _("1: weak"),
    2: _("2: some of it"),
    3: _("3: sound"),
    4: _("4: strong"),
    5: _("5: fully convincing"),
}
