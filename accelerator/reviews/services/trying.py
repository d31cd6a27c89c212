"""What assigning would do to the applications of a call, without doing it: thousands of them are tried while a page loads."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.challenges.models import Call
from accelerator.reviews import queries
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Assignment, ReviewPlan
from accelerator.reviews.rules import StillSealed, without_decided
from accelerator.scoring import assignment as assigning
from core.audit import digests
from core.errors import Conflict
from core.people import queries as people
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission


class NoPlan(Conflict):
    code = "no_plan"
    sentence = _("Say first how this call is reviewed: by how many, at most how much each, and until when.")


@dataclass(frozen=True, slots=True)
class ToAssign:
    """An application as far as assigning needs it; ``challenge`` and ``owner`` are keys, ``owner`` that of its start-up."""

    pk: int
    public_id: str
    challenge: int | None
    owner: int
    owner_id: str
    organisation: str


class Outcome(StrEnum):
    ASSIGNED = "assigned"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Row:
    """One result of assigning in bulk: a reviewer for an application, or how many it lacks and why."""

    application: ToAssign
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
    def pairs(self) -> list[tuple[ToAssign, User]]:
        return [(one.application, one.reviewer) for one in self.rows if one.reviewer is not None]


def preview(call: Call, *, by: User, at: datetime) -> Trial:
    """What ``assign_all`` would do now, without doing it. Raises NotPermitted, StillSealed, NoPlan."""
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, call.programme.public_id)
    if at < call.closes_at:
        raise StillSealed
    plan = queries.plan_of(call)
    if plan is None:
        raise NoPlan
    return _trial(call, plan, by=by, at=at)


def candidates(call: Call, *, by: User, at: datetime) -> list[User]:
    """The reviewers of a call's programme, by name; never the person who assigns, under whatever account."""
    keys = people.holders(Permission.APPLICATION_REVIEW, call.programme.public_id, on=at.date())
    found = User.objects.filter(pk__in=keys).order_by("name", "pk")
    return [one for one in found if not people_rules.is_same_human(by, one)]


def in_the_way(row: Application, reviewer: User) -> str:
    """Why a reviewer may not review an application; empty where nothing is in the way."""
    of = row.organisation
    one = ToAssign(row.pk, row.public_id, row.challenge_id, of.pk, of.public_id, of.name)
    tied, hidden = queries.ties({of.public_id: of.pk}), queries.hidden_from([row.pk])
    return _barred([one], [reviewer], tied, hidden)[row.pk].get(reviewer.pk, "")


def _trial(call: Call, plan: ReviewPlan, *, by: User, at: datetime) -> Trial:
    listed = _to_assign(call, by=by, at=at)
    people_here = candidates(call, by=by, at=at)
    loads = queries.loads(call)
    sent = Application.objects.filter(call=call)
    tied = queries.ties({one.owner_id: one.owner for one in listed}, sent.values("organisation__public_id"))
    barred = _barred(listed, people_here, tied, queries.hidden_from(sent.values("pk")))
    has: dict[int, set[int]] = {one.pk: set() for one in listed}
    kept = Assignment.objects.filter(application__call=call, ended_at__isnull=True)
    for application, reviewer in kept.values_list("application", "reviewer"):
        if application in has and reviewer not in barred[application]:
            has[application].add(reviewer)
    wanted = [
        assigning.Wanted(one.pk, one.challenge, frozenset(has[one.pk]), frozenset(barred[one.pk])) for one in listed
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


def _to_assign(call: Call, *, by: User, at: datetime) -> list[ToAssign]:
    """What passed its screening and waits for a decision, by name; what a conflict hides from the person is another's to assign."""
    wanted = queries.Filters(call=call.public_id, state="submitted", screened=Screened.PASSED)
    rows = without_decided(queries.found_at_desk(by, wanted, at=at))
    of = ("organisation", "organisation__public_id", "organisation__name")
    return [ToAssign(*one) for one in rows.values_list("pk", "public_id", "challenge", *of)]


def _barred(
    listed: Sequence[ToAssign], reviewers: Sequence[User], tied: queries.Ties, hidden: Mapping[int, set[int]]
) -> dict[int, dict[int, str]]:
    """
    Who may not review what, with the rule, by the keys of application and reviewer.

    Only those are looked at who have something in common with a start-up: everybody beside everything would be too many.
    """
    sharing: dict[int | str, list[User]] = defaultdict(list)
    for who in reviewers:
        sharing[who.human].append(who)
        sharing[queries.domain(who.email)].append(who)
    found: dict[int, dict[int, str]] = {}
    for one in listed:
        near = {who.pk for mark in tied.marks(one.owner) for who in sharing.get(mark, ())} | hidden.get(one.pk, set())
        rules = {
            who.pk: _rule(who, tied.of(who, one.owner), is_hidden=who.pk in hidden.get(one.pk, ()))
            for who in (reviewers if near else ())
            if who.pk in near
        }
        found[one.pk] = {key: rule for key, rule in rules.items() if rule}
    return found


def _rule(reviewer: User, tie: str, *, is_hidden: bool) -> str:
    """Why a reviewer may not review an application; empty where nothing is in the way."""
    named = {"name": reviewer.name, "host": reviewer.email.rpartition("@")[2]}
    if tie == "role":
        return _now("%(name)s belongs or belonged to the start-up, so she does not review it.") % named
    if tie == "domain":
        return _now("%(name)s has a mail address at %(host)s, as somebody of the start-up has.") % named
    if is_hidden:
        return _now("%(name)s stated a conflict or a doubt about this application.") % named
    return ""
