"""Applications of any number to a call, as many start-ups send them: screened, given to reviewers, reviewed, and proposed about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count as counting

from django.contrib.auth.hashers import make_password

from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application, Submission
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call, Challenge
from accelerator.panels import queries as panels
from accelerator.panels.lifecycle import Outcome
from accelerator.panels.models import Selection, SelectionLine
from accelerator.reviews.lifecycle import Says, State
from accelerator.reviews.models import Assignment, Declaration, Review, Score, Screening
from core.organisations.models import Organisation
from core.people.models import RoleGrant, User
from core.people.roles import Scope

NAMES = ("Deep Ear", "Northern Clock", "Sea Lantern", "Quiet Drone", "Glass Compass", "Iron Tide", "Cold Signal")
EACH = 3
"""Reviewers of an application that passed."""
BATCH = 500
WEEK = timedelta(days=7)
SELECTED, RESERVED = 15, 25
"""Of a challenge: the best are selected, and those after them kept in reserve, up to the twenty-fifth."""
UNSCREENED, FAILED, LACKING, WITHDRAWN = 10, 7, 5, 15
"""Of so many applications one waits for its screening, failed it, lacks a reviewer, or was withdrawn."""
_numbers = counting(1)


def fill(call: Call, like: Submission, *, count: int, reviewers: Sequence[User], by: User, at: datetime) -> None:
    """Write ``count`` applications, each sent with the content of ``like``; ``at`` is when the desk worked on them."""
    sent = _sent(call, like, count, by, at)
    passed = _screened([one for one in sent if one.state == Sent.SUBMITTED], by, at)
    criteria = challenges.criteria(call)
    given = Assignment.objects.bulk_create(
        [
            Assignment(
                application=one, reviewer=reviewers[(number * EACH + turn) % len(reviewers)], due_on=at.date(),
                assigned_by=by, assigned_at=at,
            )
            for number, one in enumerate(passed)
            for turn in range(EACH - (number % LACKING == 0))
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Declaration.objects.bulk_create(
        [
            Declaration(
                application=one.application, person=one.reviewer, says=Says.NONE, declared_by=one.reviewer, declared_at=at
            )
            for one in given
        ],
        batch_size=BATCH,
    )  # fmt: skip
    submission = dict(Submission.objects.filter(application__in=sent).values_list("application", "pk"))
    reviews = Review.objects.bulk_create(
        [
            Review(
                assignment=one, submission_id=submission[one.application_id], submission_digest=like.digest, saved_at=at
            )
            for number, one in enumerate(given)
            if number % EACH
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Score.objects.bulk_create(
        [
            Score(review=one, criterion=criterion, value=(number + place) % 6, comment="Because of what was sent.")
            for number, one in enumerate(reviews)
            for place, criterion in enumerate(criteria)
        ],
        batch_size=BATCH,
    )
    Review.objects.filter(pk__in=[one.pk for one in reviews]).update(state=State.SUBMITTED, submitted_at=at)


def propose(call: Call, challenge: Challenge | None, *, by: User, at: datetime) -> Selection:
    """A selection of the best, as somebody proposes it while some are not screened yet: it is there to be read alone."""
    table = panels.ranking(call, challenge, panels.applicants(call, challenge))
    made = Selection.objects.create(
        call=call, challenge=challenge, reason="The best of them.", release_on=at.date() + WEEK,
        digest="0" * 64, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    lines = [
        SelectionLine(
            selection=made, application_id=one.application.key, mean=one.mean, outcome=_outcome(number),
            place=number - SELECTED + 1 if SELECTED <= number < RESERVED else None,
        )
        for number, one in enumerate(table.places)
    ]  # fmt: skip
    out = [
        SelectionLine(selection=made, application_id=one.key, outcome=Outcome.SCREENED_OUT)
        for one in table.screened_out
    ]
    SelectionLine.objects.bulk_create([*lines, *out], batch_size=BATCH)
    return made


def _outcome(number: int) -> Outcome:
    if number < SELECTED:
        return Outcome.SELECTED
    return Outcome.RESERVE if number < RESERVED else Outcome.NOT_SELECTED


def _sent(call: Call, like: Submission, count: int, by: User, at: datetime) -> list[Application]:
    """Every so-manieth was withdrawn after it was sent."""
    topics: list[Challenge | None] = [*challenges.challenges_of(call.programme)] or [None]
    received = like.received_at
    numbers = [next(_numbers) for _one in range(count)]
    organisations = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"{NAMES[number % len(NAMES)]} {number}", kind=Organisation.Kind.COMPANY,
                nation_id=call.nations[number % len(call.nations)], is_illustrative=True, created_at=received,
            )
            for number in numbers
        ],
        batch_size=BATCH,
    )  # fmt: skip
    _owned(organisations, by, received)
    rows = Application.objects.bulk_create(
        [
            Application(
                call=call, challenge=topics[number % len(topics)], organisation=one, is_illustrative=True,
                form_digest=like.application.form_digest, begun_by=by, begun_at=received, saved_by=by, saved_at=received,
                **_standing(number, by, at),
            )
            for number, one in zip(numbers, organisations, strict=True)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Submission.objects.bulk_create(
        [
            Submission(
                application=one, order=1, number=f"M{number:08d}", content=like.content, digest=like.digest,
                received_at=received, submitted_by=by,
            )
            for number, one in zip(numbers, rows, strict=True)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return rows


def startup(call: Call, *, by: User, at: datetime) -> tuple[User, Organisation]:
    """A start-up and somebody who writes for it."""
    number = next(_numbers)
    made = Organisation.objects.create(
        name=f"{NAMES[number % len(NAMES)]} {number}", kind=Organisation.Kind.COMPANY, nation_id=call.nations[0],
        is_illustrative=True, created_at=at,
    )  # fmt: skip
    (owner,) = _owned([made], by, at)
    return owner, made


def _owned(organisations: Sequence[Organisation], by: User, at: datetime) -> list[User]:
    """Each start-up has somebody, at a host of its own."""
    owners = User.objects.bulk_create(
        [
            User(
                email=f"owner@{one.public_id.replace('_', '-')}.example", name=f"Owner of {one.name}",
                password=make_password(None), created_at=at,
            )
            for one in organisations
        ],
        batch_size=BATCH,
    )  # fmt: skip
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(
                person=owner, role="startup-owner", scope_kind=Scope.ORGANISATION, scope_ref=one.public_id,
                starts_on=at.date(), granted_by=by, granted_at=at,
            )
            for owner, one in zip(owners, organisations, strict=True)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return owners


def _standing(number: int, by: User, at: datetime) -> dict[str, object]:
    if number % WITHDRAWN:
        return {"state": Sent.SUBMITTED}
    return {"state": Sent.WITHDRAWN, "withdrawn_by": by, "withdrawn_at": at}


def _screened(sent: Sequence[Application], by: User, at: datetime) -> list[Application]:
    """Those that passed."""
    screened = [one for number, one in enumerate(sent) if number % UNSCREENED]
    passed = [one for number, one in enumerate(screened) if number % FAILED]
    failed = [one for number, one in enumerate(screened) if not number % FAILED]
    common = {"edition": 1, "is_complete": True, "decided_by": by, "decided_at": at}
    Screening.objects.bulk_create(
        [
            *(Screening(application=one, is_eligible=True, **common) for one in passed),
            *(
                Screening(application=one, is_eligible=False, rule="Age", reasons="Founded too early.", **common)
                for one in failed
            ),
        ],
        batch_size=BATCH,
    )
    return passed
