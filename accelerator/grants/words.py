"""How payments read."""

from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.words import Chip
from accelerator.grants.lifecycle import State

STATES: dict[str, Chip] = {
    State.PROPOSED: ("warn", _("Waits for approval")),
    State.APPROVED: ("info", _("Waits for payment")),
    State.PAID: ("ok", _("Paid")),
    State.REFUSED: ("none", _("Refused")),
}
OWN_STATES: dict[str, Chip] = {
    State.APPROVED: ("info", _("On its way")),
    State.PAID: ("ok", _("Paid")),
}
"""What a start-up reads: what is not decided is not told."""
