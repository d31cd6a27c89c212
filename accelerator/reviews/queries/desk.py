"""What the programme's people see of what was sent: nothing of it before its call closes, and never against a conflict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from accelerator.applications import queries as applications
from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application, Submission
from accelerator.challenges.models import Call
from accelerator.reviews import rules
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Screening
from accelerator.reviews.queries.conflicts import assignments_that_count, reviews_that_count
from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

MISSING = "missing"
"""The filter for applications that have fewer reviewers than their call's plan asks for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; empty where anything will do. ``call`` and ``challenge`` are public ids."""

    call: str = ""
    challenge: str = ""
    nation: str = ""
    state: str = ""
    screened: str = ""
    reviewers: str = ""
    text: str = ""
    """Part of the start-up's name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One application in the list."""

    application: Application
    submission: Submission | None
    screened: Screened
    screening: Screening | None
    reviewers: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A call that is still open, and how many applications wait in it unread."""

    call: Call
    submitted: int


def at_desk(person: User, *, at: datetime) -> QuerySet[Application]:
    """
    What was sent to closed calls of the programmes that the person runs, without those that a conflict keeps from her.

    Every list, count, search, export and page of the desk begins here.
    """
    was_sent = Exists(Submission.objects.filter(application=OuterRef("pk")))
    rows = applications.at_hand(
        Application.objects.filter(
            Q(state=Sent.SUBMITTED) | (Q(state=Sent.WITHDRAWN) & Q(was_sent)), call__closes_at__lte=at
        )
    )
    return rules.without_conflicts(_run_by(rows, person, "call__programme__public_id"), person)


def get_application(person: User, public_id: str, *, at: datetime) -> Application:
    """An application at the person's desk. Raises NotFound."""
    found = at_desk(person, at=at).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def found_at_desk(person: User, wanted: Filters, *, at: datetime) -> QuerySet[Application]:
    """The applications that fit, by call and then by the name of the start-up."""
    rows = at_desk(person, at=at)
    plain = {
        "call__public_id": wanted.call,
        "challenge__public_id": wanted.challenge,
        "organisation__nation": wanted.nation,
        "state": wanted.state,
        "organisation__name__icontains": wanted.text.strip(),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.screened:
        rows = rows.filter(_screened_as(wanted.screened))
    if wanted.reviewers == MISSING:
        rows = rows.filter(state=Sent.SUBMITTED).filter(_lacks_reviewers())
    return rows.order_by("-call__closes_at", "call", "organisation__name", "pk")


def lines_of(keys: Sequence[int]) -> list[Line]:
    """The lines of some applications of the desk, in the order of their keys: a page is sorted narrow and read wide."""
    found = {one.pk: one for one in applications.at_hand(Application.objects.filter(pk__in=keys))}
    return lines(found[key] for key in keys)


def lines(rows: Iterable[Application]) -> list[Line]:
    """Each application with how far it is, in four queries however many they are."""
    listed = list(rows)
    keys = [one.pk for one in listed]
    sent = {
        one.application_id: one
        for one in Submission.objects.filter(application__in=keys)
        .defer("content")
        .order_by("application", "-order")
        .distinct("application")
    }
    screened = last_screenings(keys)
    reviewers = _counted(assignments_that_count().filter(application__in=keys), "application")
    reviewed = _counted(reviews_that_count().filter(assignment__application__in=keys), "assignment__application")
    return [
        Line(
            one,
            sent.get(one.pk),
            outcome(screened.get(one.pk)),
            screened.get(one.pk),
            reviewers.get(one.pk, 0),
            reviewed.get(one.pk, 0),
        )
        for one in listed
    ]


def sealed(person: User, *, at: datetime) -> list[Sealed]:
    """Calls that are still open: how many applications were sent is all that is known of them."""
    rows = _run_by(Call.objects.filter(state="published", closes_at__gt=at), person, "programme__public_id")
    sent = Count("applications", filter=Q(applications__state=Sent.SUBMITTED))
    return [
        Sealed(call, call.sent)
        for call in rows.annotate(sent=sent).order_by("closes_at", "pk")
    ]  # fmt: skip


def closed_calls(person: User, *, at: datetime) -> list[Call]:
    """The closed calls whose applications are at the person's desk, the latest first."""
    rows = _run_by(Call.objects.filter(state="published", closes_at__lte=at), person, "programme__public_id")
    return list(rows.select_related("programme").order_by("-closes_at", "-pk"))


def get_closed_call(person: User, public_id: str, *, at: datetime) -> Call:
    """A closed call of a programme that the person runs. Raises NotFound."""
    found = next((one for one in closed_calls(person, at=at) if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def screenings(application: Application) -> list[Screening]:
    """Every edition, the last first."""
    return list(application.screenings.select_related("decided_by").order_by("-edition"))


def last_screenings(keys: Sequence[int]) -> dict[int, Screening]:
    """The edition that counts, by the key of the application."""
    rows = Screening.objects.filter(application__in=keys).order_by("application", "-edition").distinct("application")
    return {one.application_id: one for one in rows}


def outcomes(keys: Sequence[int], within: QuerySet | None = None) -> dict[int, Screened]:
    """What the edition that counts says of each application, by its key. ``within`` is a query of the keys, or of more."""
    wanted = keys if within is None else within
    rows = Screening.objects.filter(application__in=wanted).order_by("application", "-edition").distinct("application")
    said = {key: _said(*found) for key, *found in rows.values_list("application", "is_complete", "is_eligible")}
    return {key: said.get(key, Screened.WAITS) for key in keys}


def outcome(last: Screening | None) -> Screened:
    return Screened.WAITS if last is None else _said(last.is_complete, last.is_eligible)


def _said(is_complete: bool | None, is_eligible: bool | None) -> Screened:
    if is_complete is None:
        return Screened.WAITS
    return Screened.PASSED if is_complete and is_eligible else Screened.FAILED


def _run_by(rows: QuerySet, person: User, programme: str) -> QuerySet:
    """Rows of the programmes that the person runs; ``programme`` is the way to its public id."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH):
        return rows.none()
    if people_rules.reaches_everywhere(person, Permission.PROGRAMME_PUBLISH):
        return rows
    return rows.filter(**{f"{programme}__in": people_rules.scopes_of(person, Permission.PROGRAMME_PUBLISH)})


def _screened_as(outcome_wanted: str) -> Q:
    later = Screening.objects.filter(application=OuterRef("application"), edition__gt=OuterRef("edition"))
    last = Screening.objects.filter(~Exists(later), application=OuterRef("pk"))
    passed = Exists(last.filter(is_complete=True, is_eligible=True))
    decided = Exists(last.filter(is_complete__isnull=False))
    if outcome_wanted == Screened.PASSED:
        return Q(passed)
    return Q(decided) & ~Q(passed) if outcome_wanted == Screened.FAILED else ~Q(decided)


def _lacks_reviewers() -> Q:
    counted = assignments_that_count().filter(application=OuterRef("pk")).order_by().values("application")
    has = Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)
    return Q(LessThan(has, Coalesce(F("call__review_plan__reviewers_each"), 1)))


def _counted(rows: QuerySet, of: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(of).annotate(number=Count("pk")))
