"""Reviewers, and applications as tests screen, assign, declare and review them after the call closed."""

from datetime import date, timedelta
from itertools import count

from accelerator.challenges import queries as challenges
from accelerator.reviews import services
from tests.factories import applications, people
from tests.factories.applications import CLOSES_AT

CLOSED_AT = CLOSES_AT + timedelta(days=1)
"""A moment after the closing of the calls of ``tests.factories.programme_calls``."""
DUE_ON = date(2026, 9, 30)
_numbers = count(1)


def reviewer(programme, *, system, **given):
    """Somebody who reviews for a programme, at a host of her own."""
    number = next(_numbers)
    stated = {"email": f"reviewer-{number}@reviewers-{number}.example"} | given
    return people.person(
        role="reviewer", scope_kind="programme", scope_ref=programme.public_id, system=system, **stated
    )


def planned(call, *, by, each=2, most=10, due_on=DUE_ON, at=CLOSED_AT):
    return services.set_plan(call, reviewers_each=each, most_each=most, due_on=due_on, by=by, at=at)


def screened(application, *, by, at=CLOSED_AT, **given):
    stated = {"is_complete": True, "is_eligible": True} | given
    return services.screen(application, **stated, by=by, at=at)


def sent(call, name, *, system, at=applications.OPEN_AT, **given):
    """A start-up's application, submitted; its owner writes from a host of her own."""
    of = applications.startup(name, by=system)
    owner = applications.owner(of, email=f"owner@start-up-{next(_numbers)}.example", system=system)
    return applications.submitted(call, of, by=owner, at=at, **given)


def to_review(call, name, *, by, system, **given):
    """An application that passed its screening."""
    made = sent(call, name, system=system, **given)
    screened(made, by=by)
    return made


def assigned(application, reviewer, *, by, at=CLOSED_AT):
    return services.assign(application, reviewer, by=by, at=at)


def declared(assignment, says="none", reason="", *, at=CLOSED_AT):
    return services.declare(assignment.application, says=says, reason=reason, by=assignment.reviewer, at=at)


def saved(assignment, *values, edition=0, at=CLOSED_AT):
    """A draft with these scores by the order of the criteria."""
    criteria = challenges.criteria(assignment.application.call)
    given = {
        one.pk: services.Given(value, f"Because of {one.title_en}") for one, value in zip(criteria, values, strict=True)
    }
    return services.save_review(assignment, given, edition=edition, by=assignment.reviewer, at=at)


def reviewed(application, reviewer, *values, by, at=CLOSED_AT):
    """Assigned, declared free of conflict, scored and submitted."""
    made = assigned(application, reviewer, by=by, at=at)
    declared(made, at=at)
    saved(made, *values, at=at)
    return services.submit_review(made, by=reviewer, at=at)
