"""Who reviews what: planned for a call, tried without effect first, assigned within limits and never against a conflict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

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
from accelerator.reviews.lifecycle import HIDING, Screened
from accelerator.reviews.models import Assignment, Declaration, ReviewPlan
from accelerator.reviews.rules import StillSealed, refusal_at_desk
from accelerator.scoring import assignment as assigning
from core import locks
from core.audit import digests
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.notifications import services as notifications
from core.people import queries as people
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


class NoPlan(Conflict):
    code = "no_plan"
    sentence = _("Say first how this call is reviewed: by how many, at most how much each, and until when.")


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


class ChangedSinceTried(Conflict):
    code = "changed_since_tried"
    sentence = _("Something changed since you tried it. Nothing was assigned. Read the list once more, then assign.")


class BecauseMissing(Invalid):
    code = "because_missing"
    sentence = _("Say why, in at most 300 characters.")


class Outcome(StrEnum):
    ASSIGNED = "assigned"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Row:
    """One result of assigning in bulk: a reviewer for an application, or how many it lacks and why."""

    application: Application
    outcome: Outcome
    reviewer: User | None = None
    lacking: int = 0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What assigning would do. ``digest`` covers the pairs: exactly these are assigned then."""

    rows: tuple[Row, ...]
    digest: str

    @property
    def pairs(self) -> list[tuple[Application, User]]:
        return [(one.application, one.reviewer) for one in self.rows if one.reviewer is not None]


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
    plan = _locked_plan(application.call)
    row = rows.locked(application)
    if refused := refusal_at_desk(by, row, at=at):
        raise refused
    if queries.outcome(row.screenings.order_by("-edition").first()) is not Screened.PASSED:
        raise NotScreenedYet
    if reviewer not in candidates(row.call, by=by, at=at):
        raise NotAReviewer(field="reviewer")
    if row.assignments.filter(reviewer=reviewer, ended_at__isnull=True).exists():
        raise AlreadyAssigned(field="reviewer")
    if rule := _in_the_way(row, reviewer):
        raise HasAConflict(rule, field="reviewer")
    if queries.loads(row.call).get(reviewer.pk, 0) >= plan.most_each:
        said = _now("%(name)s has %(most)s applications of this call, which is the limit.")
        raise AtTheLimit(said % {"name": reviewer.name, "most": plan.most_each}, field="reviewer")
    return _give(row, reviewer, plan, by=by, at=at)


def preview(call: Call, *, by: User, at: datetime) -> Trial:
    """What ``assign_all`` would do now, without doing it. Raises NotPermitted, StillSealed, NoPlan."""
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, call.programme.public_id)
    if at < call.closes_at:
        raise StillSealed
    plan = queries.plan_of(call)
    if plan is None:
        raise NoPlan
    return _trial(call, plan, by=by, at=at)


@transaction.atomic
def assign_all(call: Call, *, read: str, by: User, at: datetime) -> Trial:
    """
    Give every application that passed its screening the reviewers that it lacks. ``read`` is the digest of the trial.

    Raises NotPermitted, StillSealed, NoPlan, ChangedSinceTried.
    """
    plan = _locked_plan(call)
    trial = preview(call, by=by, at=at)
    if trial.digest != read:
        raise ChangedSinceTried
    for application, reviewer in trial.pairs:
        _give(rows.locked(application), reviewer, plan, by=by, at=at, tells=False)
    for reviewer in {one for _application, one in trial.pairs}:
        _tell(reviewer, call, plan, at=at)
    return trial


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


def candidates(call: Call, *, by: User, at: datetime) -> list[User]:
    """The reviewers of a call's programme, by name; never the person who assigns, under whatever account."""
    keys = people.holders(Permission.APPLICATION_REVIEW, call.programme.public_id, on=at.date())
    found = User.objects.filter(pk__in=keys).order_by("name", "pk")
    return [one for one in found if not people_rules.is_same_human(by, one)]


def _trial(call: Call, plan: ReviewPlan, *, by: User, at: datetime) -> Trial:
    listed = _to_assign(call, by=by, at=at)
    people_here = candidates(call, by=by, at=at)
    loads = queries.loads(call)
    barred = _barred(listed, people_here)
    has: dict[int, set[int]] = {one.pk: set() for one in listed}
    kept = Assignment.objects.filter(application__in=listed, ended_at__isnull=True)
    for application, reviewer in kept.values_list("application", "reviewer"):
        if reviewer not in barred[application]:
            has[application].add(reviewer)
    wanted = [
        assigning.Wanted(one.pk, one.challenge_id, frozenset(has[one.pk]), frozenset(barred[one.pk])) for one in listed
    ]
    reviewers = [assigning.Reviewer(one.pk, loads.get(one.pk, 0), plan.most_each) for one in people_here]
    planned = assigning.planned(wanted, reviewers, each=plan.reviewers_each)
    by_key, names = {one.pk: one for one in listed}, {one.pk: one for one in people_here}
    found = [Row(by_key[work], Outcome.ASSIGNED, names[who]) for work, who in planned.pairs]
    found += [
        Row(by_key[work], Outcome.LACKING, lacking=number, rules=tuple(barred[work].values()))
        for work, number in planned.lacking.items()
    ]
    pairs = [[by_key[work].public_id, names[who].public_id] for work, who in planned.pairs]
    return Trial(tuple(found), digests.digest({"pairs": pairs, "due_on": plan.due_on.isoformat()}))


def _to_assign(call: Call, *, by: User, at: datetime) -> list[Application]:
    """What passed its screening, by name; what a conflict hides from the person is another's to assign."""
    wanted = queries.Filters(call=call.public_id, state="submitted", screened=Screened.PASSED)
    return list(queries.found_at_desk(by, wanted, at=at))


def _barred(listed: Sequence[Application], reviewers: Sequence[User]) -> dict[int, dict[int, str]]:
    """Who may not review what, with the rule, by the keys of application and reviewer; in two queries."""
    tied = queries.ties({one.organisation for one in listed})
    rows_said = Declaration.objects.filter(application__in=listed).order_by("application", "person", "-pk")
    said = {
        (application, person): says
        for application, person, says in rows_said.distinct("application", "person").values_list(
            "application", "person", "says"
        )
    }
    found: dict[int, dict[int, str]] = {}
    for one in listed:
        rules = {
            who.pk: _rule(who, tied.of(who, one.organisation_id), said.get((one.pk, who.pk), "")) for who in reviewers
        }
        found[one.pk] = {key: rule for key, rule in rules.items() if rule}
    return found


def _in_the_way(row: Application, reviewer: User) -> str:
    return _barred([row], [reviewer])[row.pk].get(reviewer.pk, "")


def _rule(reviewer: User, tie: str, says: str) -> str:
    """Why a reviewer may not review an application; empty where nothing is in the way."""
    named = {"name": reviewer.name, "host": reviewer.email.rpartition("@")[2]}
    if tie == "role":
        return _now("%(name)s belongs or belonged to the start-up, so she does not review it.") % named
    if tie == "domain":
        return _now("%(name)s has a mail address at %(host)s, as somebody of the start-up has.") % named
    if says in HIDING:
        return _now("%(name)s stated a conflict or a doubt about this application.") % named
    return ""


def _locked_plan(call: Call) -> ReviewPlan:
    """The plan of a call, held until the transaction ends: limits are counted by one at a time."""
    plan = locks.in_order(ReviewPlan.objects.filter(call=call)).first()
    if plan is None:
        raise NoPlan
    return plan


def _give(
    row: Application, reviewer: User, plan: ReviewPlan, *, by: User, at: datetime, tells: bool = True
) -> Assignment:
    made = Assignment.objects.create(
        application=row, reviewer=reviewer, due_on=plan.due_on, assigned_by=by, assigned_at=at
    )
    rows.record(ASSIGNED, row, by, {"person": reviewer.public_id, "due_on": plan.due_on})
    if tells:
        _tell(reviewer, row.call, plan, at=at)
    return made


def _tell(reviewer: User, call: Call, plan: ReviewPlan, *, at: datetime) -> None:
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
