"""The states of a valuation run and what leads where (pure)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a run stands."""

    PREPARING = "preparing", _("Preparing")
    REVIEW = "review", _("In review")
    SUBMITTED = "submitted", _("Submitted")
    LOCKED = "locked", _("Locked")


STEPS: dict[State, frozenset[State]] = {
    State.PREPARING: frozenset({State.REVIEW}),
    State.REVIEW: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.REVIEW, State.LOCKED}),
    State.LOCKED: frozenset(),
}
APPROVALS_NEEDED = 2
