"""The states of a valuation run and what leads where (pure)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a run stands."""

    PREPARING = "preparing", _("Preparing")
    IN_REVIEW = "in_review", _("In review")
    SUBMITTED = "submitted", _("Submitted")
    LOCKED = "locked", _("Locked")
    SUPERSEDED = "superseded", _("Superseded")
    """Locked once; a later version of the quarter is locked since."""


STEPS: dict[State, frozenset[State]] = {
    State.PREPARING: frozenset({State.IN_REVIEW}),
    State.IN_REVIEW: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.IN_REVIEW, State.LOCKED}),
    State.LOCKED: frozenset({State.SUPERSEDED}),
    State.SUPERSEDED: frozenset(),
}
FINISHED = frozenset({State.LOCKED, State.SUPERSEDED})
APPROVALS_NEEDED = 2
