"""Who reviews what: planned for a call, tried without effect first, assigned within limits and never against a conflict."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.challenges.models import Call
from accelerator.reviews import queries
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Assignment, ReviewPlan
from accelerator.reviews.rules import refusal_at_desk
from accelerator.reviews.services.trying import NoPlan, candidates, in_the_way
from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.notifications import services as notifications
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

PLANNED = declare("call.review_planned", _("{actor} planned the reviews of the call {subject}."))
ASSIGNED = declare("application.assigned", _("{actor} assigned the application {subject} to a reviewer."))
ENDED = declare("application.assignment_ended", _("{actor} took the application {subject} from a reviewer."))
MOST_EACH, MOST_REVIEWERS, LONGEST = 500, 9, 300


class UnfitPlan(Invalid):
    code = "unfit_plan"
    sentence = _(
        "Ask for 1 to 9 reviewers each, at most 1 to 500 applications a reviewer, and a day that is still to come."
    )


class NotAReviewer(Invalid):
    code = "not_a_reviewer"
    sentence = _("Choose somebody who is a reviewer of this programme, and not yourself.")


class NotScreenedYet(Conflict):
    code = "not_screened_yet"
    sentence = _("Only what was screened as complete and eligible is given to reviewers. Screen it first.")


class AlreadyAssigned(Conflict):
    code = "already_assigned"
    sentence = _("She reviews this application already.")


class AtTheLimit(Conflict):
    code = "at_the_limit"


class HasAConflict(Conflict):
    code = "has_a_conflict"


class BecauseMissing(Invalid):
    code = "because_missing"
    sentence = _("Say why, in at most 300 characters.")


@transaction.atomic
def set_plan(call: Call, *, reviewers_each: int, most_each: int, due_on: date, by: User, at: datetime) -> ReviewPlan:
    """State how a call is reviewed; a later plan holds for what is assigned then. Raises NotPermitted, UnfitPlan."""
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, call.programme.public_id)
    if not 1 <= reviewers_each <= MOST_REVIEWERS or not 1 <= most_each <= MOST_EACH or due_on <= at.date():
        raise UnfitPlan(field="due_on" if due_on <= at.date() else "reviewers_each")
    stated = {
        "reviewers_each": reviewers_each,
        "most_each": most_each,
        "due_on": due_on,
        "set_by": by,
        "set_at": at,
    }
    made, _is_new = ReviewPlan.objects.update_or_create(call=call, defaults=stated)
    told = {"reviewers_each": reviewers_each, "most_each": most_each, "due_on": due_on}
    audit.record(PLANNED, call.public_id, by=by, chain=call.programme.public_id, after=told)
    return made


@transaction.atomic
def assign(application: Application, reviewer: User, *, by: User, at: datetime) -> Assignment:
    """
    Give an application to a reviewer, and tell her.

    Raises NotPermitted, NotFound, StillSealed, Withdrawn, NoPlan, NotScreenedYet, NotAReviewer, AlreadyAssigned, HasAConflict,
    AtTheLimit.
    """
    plan = locked_plan(application.call)
    row = rows.locked(application)
    if refused := refusal_at_desk(by, row, at=at):
        raise refused
    if queries.outcome(row.screenings.order_by("-edition").first()) is not Screened.PASSED:
        raise NotScreenedYet
    if reviewer not in candidates(row.call, by=by, at=at):
        raise NotAReviewer(field="reviewer")
    if row.assignments.filter(reviewer=reviewer, ended_at__isnull=True).exists():
        raise AlreadyAssigned(field="reviewer")
    if rule := in_the_way(row, reviewer):
        raise HasAConflict(rule, field="reviewer")
    if queries.loads(row.call).get(reviewer.pk, 0) >= plan.most_each:
        said = _now("%(name)s has %(most)s applications of this call, which is the limit.")
        raise AtTheLimit(said % {"name": reviewer.name, "most": plan.most_each}, field="reviewer")
    made = given(row, reviewer, plan, by=by, at=at)
    made.save(force_insert=True)
    rows.record(ASSIGNED, row, by, told_of(made))
    tell(reviewer, row.call, plan, at=at)
    return made


@transaction.atomic
def end(assignment: Assignment, *, because: str, by: User, at: datetime) -> Assignment:
    """
    Take an application from a reviewer, so that another may have it. What she submitted stays and counts.

    Raises NotPermitted, NotFound, StillSealed, Withdrawn, BecauseMissing, AlreadyAssigned where it was ended before.
    """
    row = rows.locked(assignment.application)
    if refused := refusal_at_desk(by, row, at=at):
        raise refused
    kept = locks.in_order(Assignment.objects.filter(pk=assignment.pk)).get()
    if kept.ended_at is not None:
        raise AlreadyAssigned(_now("It was taken from her already. Reload the page to see how it stands."))
    if not 1 <= len(because.strip()) <= LONGEST:
        raise BecauseMissing(field="because")
    kept.ended_by, kept.ended_at, kept.ended_because = by, at, because.strip()
    kept.save(update_fields=["ended_by", "ended_at", "ended_because"])
    rows.record(ENDED, row, by, {"person": kept.reviewer.public_id, "because": kept.ended_because})
    return kept


def locked_plan(call: Call) -> ReviewPlan:
    """The plan of a call, held until the transaction ends: limits are counted by one at a time."""
    plan = locks.in_order(ReviewPlan.objects.filter(call=call)).first()
    if plan is None:
        raise NoPlan
    return plan


def given(row: Application, reviewer: User, plan: ReviewPlan, *, by: User, at: datetime) -> Assignment:
    """An assignment that is not written yet."""
    return Assignment(application=row, reviewer=reviewer, due_on=plan.due_on, assigned_by=by, assigned_at=at)


def told_of(made: Assignment) -> dict[str, Any]:
    """What the audit trail keeps of an assignment."""
    return {"person": made.reviewer.public_id, "due_on": made.due_on}


def tell(reviewer: User, call: Call, plan: ReviewPlan, *, at: datetime) -> None:
    """In the product and by mail. Neither names an application: a conflict that is stated later leaves nothing behind."""
    address = reverse("review:home")
    with translation.override(reviewer.language):
        said = _now("Applications to %(call)s wait for your review.") % {"call": call}
    notifications.tell(reviewer, title=said, address=address, at=at)
    notifications.write_from_template(
        "review_assigned",
        recipient=reviewer.email,
        language=reviewer.language,
        context={
            "name": reviewer.name,
            "call": call,
            "due_on": plan.due_on,
            "link": f"{settings.SITE_URL}{address}",
        },
        at=at,
    )
