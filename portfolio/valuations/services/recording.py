"""What valuations write into the audit trail, and how a run is held while one step is taken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.people.models import User
from portfolio.valuations.models import ValuationRun

POLICY_RECORDED = declare("valuation.policy-recorded", _("{actor} recorded valuation policy {version}."))
OPENED = declare("valuation.opened", _("{actor} opened the valuation at {quarter_end}, version {version}."))
PREPARED = declare("valuation.prepared", _("{actor} prepared {marks} marks of the valuation at {quarter_end}."))
CHANGED = declare("mark.changed", _("{actor} changed the mark of {holding} to {value}: {reason}."))
RECOMPUTED = declare("mark.recomputed", _("{actor} computed the mark of {holding} again: {value}, as stored."))
DRIFTED = declare("mark.drifted", _("{actor} computed the mark of {holding} again: {value}, not as stored."))
SUBMITTED = declare("valuation.submitted", _("{actor} submitted the valuation at {quarter_end}."))
APPROVED = declare("valuation.approved", _("{actor} approved the valuation at {quarter_end}."))
LOCKED = declare("valuation.locked", _("{actor} locked the valuation at {quarter_end} by the last approval."))
REOPENED = declare("valuation.reopened", _("{actor} reopened the valuation at {quarter_end}: {reason}."))


def locked(run: ValuationRun) -> ValuationRun:
    return locks.in_order(ValuationRun.objects.select_related("fund").filter(pk=run.pk)).get()


def record(
    kind: Kind, run: ValuationRun, by: User, *, after: dict[str, Any], before: dict[str, Any] | None = None
) -> None:
    audit.record(kind, run.public_id, by=by, chain=run.fund.public_id, before=before, after=after)
