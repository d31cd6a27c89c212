"""What the states of jobs are called, and how each is tinted."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.jobs.lifecycle import State

STATES: dict[str, Promise] = {
    State.DEAD: _("Gave up"),
    State.FAILED: _("Failed, will be tried again"),
    State.RUNNING: _("Running"),
    State.QUEUED: _("Waiting"),
    State.DISCARDED: _("Discarded"),
    State.DONE: _("Done"),
}
TONES: dict[str, str] = {
    State.DEAD: "stop",
    State.FAILED: "warn",
    State.RUNNING: "info",
    State.QUEUED: "plain",
    State.DISCARDED: "plain",
    State.DONE: "ok",
}


def state(code: str) -> str:
    return str(STATES.get(code, code))
