"""What the states, steps, purposes and fields of calls are called."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portfolio.capital_calls.lifecycle import Stage, State

STATES: dict[str, Promise] = {
    State.DRAFT: _("Draft"),
    State.SUBMITTED: _("Waits for approval"),
    State.ISSUED: _("Issued"),
    State.SETTLED: _("Paid in full"),
    State.CANCELLED: _("Cancelled"),
}
STAGES: dict[Stage, tuple[str, Promise]] = {
    Stage.DRAFT: ("plain", _("Draft")),
    Stage.SUBMITTED: ("info", _("Waits for approval")),
    Stage.APPROVED: ("info", _("Approved, to be issued")),
    Stage.ISSUED: ("plain", _("Issued")),
    Stage.PAID_IN_PART: ("info", _("Paid in part")),
    Stage.OVERDUE: ("stop", _("Overdue")),
    Stage.SETTLED: ("ok", _("Paid in full")),
    Stage.CANCELLED: ("none", _("Cancelled")),
}
"""The tone and the words of a chip."""
NOTICES: dict[Stage, tuple[str, Promise]] = STAGES | {Stage.ISSUED: ("plain", _("To be paid"))}
PURPOSES: dict[str, Promise] = {
    "investment": _("Investment"),
    "fund-stake": _("Fund stake"),
    "management-fee": _("Management fee"),
    "expenses": _("Fund expenses"),
}
FIELDS: dict[str, Promise] = {
    "fund": _("fund"),
    "number": _("number"),
    "due_on": _("due date"),
    "memo": _("note"),
    "lines": _("purpose lines"),
    "split": _("split over the Allies"),
}
"""What an approval covers, field by field."""


def state(code: str) -> str:
    return str(STATES.get(code, code))


def fields(names: Sequence[str]) -> str:
    """Names of fields as a list of words."""
    return ", ".join(str(FIELDS.get(name, name)) for name in names)


def either(names: Sequence[str]) -> str:
    """People of whom one is enough: ``A``, ``A or B``, ``A, B or C``."""
    *others, last = names
    return _now("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last} if others else last
