"""What a reviewer sees: names and three lines first, what was sent after she said she has no conflict, others' scores after her own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Sum

from accelerator.applications import queries as applications
from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application, Submission
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call, CallCriterion
from accelerator.reviews import rules
from accelerator.reviews.lifecycle import OPENING, State
from accelerator.reviews.models import Assigning, Assignment, Review, ReviewPlan, Score
from accelerator.reviews.queries.conflicts import assignments_that_count, reviews_that_count
from accelerator.scoring import scores
from core.documents import queries as documents
from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

LETTERS = 300
"""Of the first answer: about three lines."""
SAID = ("application", "application__call", "application__call__programme", "application__challenge", "application__organisation", "application__organisation__nation", "reviewer")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToReview:
    """One application in a reviewer's list. ``abstract`` is three lines; ``is_open`` whether she may read on."""

    assignment: Assignment
    abstract: str
    is_open: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer as it was sent."""

    question: str
    answer: str
    files: tuple[documents.Line, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with a score and words; ``value`` is None where none was given."""

    criterion: CallCriterion
    value: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A submitted review: who, the weighted score from 0 to 5, and each criterion."""

    review: Review
    total: Decimal
    judged: tuple[Judged, ...]


def visible_to(person: User) -> QuerySet[Assignment]:
    """
    What is given to the person to review, as long as she reviews for the programme and no conflict hides it.

    Every list, count, search, mail, reminder, link and page of a reviewer begins here. ``said`` is her last statement.
    """
    if not people_rules.may(person, Permission.APPLICATION_REVIEW):
        return Assignment.objects.none()
    rows = Assignment.objects.select_related(*SAID, "review").filter(
        reviewer=person, ended_at__isnull=True, application__state=Sent.SUBMITTED
    )
    if not people_rules.reaches_everywhere(person, Permission.APPLICATION_REVIEW):
        own = people_rules.scopes_of(person, Permission.APPLICATION_REVIEW)
        rows = rows.filter(application__call__programme__public_id__in=own)
    kept = rules.without_conflicts(rows, person, "application")
    return kept.annotate(said=rules.last_said()).order_by("due_on", "application__organisation__name", "pk")


def open_to(person: User) -> QuerySet[Assignment]:
    """What the person may read and score: she said that she has no conflict, or was cleared."""
    return visible_to(person).annotate(said=rules.last_said()).filter(said__in=OPENING)


def read(application: Application) -> list[tuple[str, list[Answered]]]:
    """What was sent and counts, section by section in the reader's language, with its files; nothing where it was withdrawn."""
    sent = applications.last_submission(application)
    if sent is None:
        return []
    names = [one["public_id"] for part in sent.content["sections"] for line in part["answers"] for one in _files(line)]
    known = documents.by_ids(names) if names else {}
    found = []
    for part, (heading, lines) in zip(
        sent.content["sections"], applications.told(sent.content, application), strict=True
    ):
        answered = [
            Answered(question, answer, tuple(known[one["public_id"]] for one in _files(line)))
            for line, (question, answer) in zip(part["answers"], lines, strict=True)
        ]
        found.append((heading, answered))
    return found


def waiting(person: User) -> int:
    """How many reviews the person still owes; none where the programme decided meanwhile."""
    owed = visible_to(person).exclude(review__state=State.SUBMITTED)
    return rules.without_decided(owed, "application").count()


def get_assignment(person: User, public_id: str) -> Assignment:
    """What is given to the person under an id. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def to_review(rows: Sequence[Assignment]) -> list[ToReview]:
    """Each with its three lines, in one query however many they are."""
    sent = Submission.objects.filter(application__in=[one.application_id for one in rows])
    contents = dict(
        sent.order_by("application", "-order").distinct("application").values_list("application", "content")
    )
    return [
        ToReview(one, abstract(contents.get(one.application_id, {})), is_open(one), is_done(one))
        for one in rows
    ]  # fmt: skip


def is_open(assignment: Assignment) -> bool:
    """Whether the reviewer said that she has no conflict, or was cleared: only then is more than three lines shown."""
    return getattr(assignment, "said", None) in OPENING


def is_done(assignment: Assignment) -> bool:
    found = review_of(assignment)
    return found is not None and found.state == State.SUBMITTED


def review_of(assignment: Assignment) -> Review | None:
    return getattr(assignment, "review", None)


def abstract(content: Mapping[str, Any]) -> str:
    """The beginning of the first answer in words of what was sent."""
    for section in content.get("sections", ()):
        for line in section["answers"]:
            if line["kind"] in {"long", "short"} and line["text"].strip():
                text = " ".join(line["text"].split())
                return text if len(text) <= LETTERS else f"{text[:LETTERS].rsplit(' ', 1)[0]}…"
    return ""


def people_of(application: Application) -> list[str]:
    """Names by which a reviewer finds a conflict: whoever sent the application."""
    return sorted({one.submitted_by.name for one in applications.submissions(application)})


def judged(application: Application, review: Review | None) -> list[Judged]:
    """Every criterion of the call, with what the review says of it."""
    said = {one.criterion_id: one for one in review.scores.all()} if review else {}
    return [_judged(one, said.get(one.pk)) for one in challenges.criteria(application.call)]


def verdicts(application: Application) -> list[Verdict]:
    """The reviews that count, by the reviewer's name."""
    listed = challenges.criteria(application.call)
    rows = reviews_that_count().filter(assignment__application=application)
    rows = rows.select_related("assignment__reviewer").prefetch_related(Prefetch("scores"))
    return [_verdict(one, listed) for one in rows.order_by("assignment__reviewer__name", "pk")]


def verdicts_for(assignment: Assignment) -> list[Verdict]:
    """What others found, once the reviewer's own review is submitted; nothing before."""
    if not is_done(assignment):
        return []
    return [one for one in verdicts(assignment.application) if one.review.assignment_id != assignment.pk]


def scores_of(call: Call, keys: Sequence[int], within: QuerySet | None = None) -> dict[int, dict[int, Decimal]]:
    """
    The weighted score of every review that counts, by application and then by reviewer, in two queries.

    ``within`` is a query of the keys, or of more.
    """
    criteria = len(challenges.criteria(call))
    rows = Score.objects.filter(
        review__in=reviews_that_count().filter(assignment__application__in=keys if within is None else within),
        value__isnull=False,
    ).order_by("review__assignment__application", "review__assignment__reviewer")
    summed = rows.values_list("review__assignment__application", "review__assignment__reviewer").annotate(
        points=Sum(F("value") * F("criterion__weight")), number=Count("pk")
    )
    found: dict[int, dict[int, Decimal]] = {key: {} for key in keys}
    for application, reviewer, points, number in summed:
        if application in found:
            found[application][reviewer] = scores.of_points(points, scored=number, criteria=criteria)
    return found


def plan_of(call: Call) -> ReviewPlan | None:
    return ReviewPlan.objects.filter(call=call).first()


def last_assigning(call: Call) -> Assigning | None:
    """What was last asked to be assigned for a whole call, however it ended."""
    return Assigning.objects.select_related("job__started_by", "asked_by").filter(call=call).order_by("-pk").first()


def loads(call: Call) -> dict[int, int]:
    """How many applications of a call each reviewer has, by key."""
    rows = assignments_that_count().filter(application__call=call).order_by()
    return dict(rows.values_list("reviewer").annotate(number=Count("pk")))


def assignments(application: Application) -> list[Assignment]:
    """Who reviews or reviewed an application, those who still do first."""
    rows = application.assignments.select_related("reviewer", "assigned_by", "ended_by", "review")
    return list(rows.annotate(said=rules.last_said()).order_by("-ended_at", "reviewer__name", "pk"))


def get_assigned(application: Application, public_id: str) -> Assignment:
    """An assignment of an application, for the desk. Raises NotFound."""
    found = next((one for one in assignments(application) if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _files(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = line.get("files", [])
    return found


def _judged(criterion: CallCriterion, said: Score | None) -> Judged:
    return Judged(criterion, said.value if said else None, said.comment if said else "")


def _verdict(review: Review, listed: Sequence[CallCriterion]) -> Verdict:
    said = {one.criterion_id: one for one in review.scores.all()}
    found = tuple(_judged(one, said.get(one.pk)) for one in listed)
    given = {one.criterion.pk: one.value for one in found if one.value is not None}
    return Verdict(review, scores.weighted(given, {one.pk: one.weight for one in listed}), found)
