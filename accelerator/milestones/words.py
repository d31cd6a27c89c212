"""How milestones read."""

from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.words import Chip
from accelerator.milestones.lifecycle import State, Verdict

STATES: dict[str, Chip] = {
    State.PLANNED: ("plain", _("Waits for evidence")),
    State.SUBMITTED: ("warn", _("Waits for acceptance")),
    State.ACCEPTED: ("ok", _("Accepted")),
}
VERDICTS: dict[str, Chip] = {
    Verdict.ACCEPTED: ("ok", _("Accepted")),
    Verdict.SENT_BACK: ("warn", _("Sent back")),
}
