"""Reviews, their conditions and what falls due, for those who may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from core.audit.models import AuditEvent
from core.errors import NotFound
from core.ethics import rules, subjects
from core.ethics.lifecycle import UNMET, ConditionState, Outcome, State
from core.ethics.models import Answer, Condition, Principle, Review
from core.ethics.subjects import Subject
from core.people import queries as people
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.questionnaires import queries as questionnaires
from core.questionnaires.models import Question

SOON = timedelta(days=30)
_KEEPING = {"fund": Permission.CALL_DRAFT, "programme": Permission.PROGRAMME_PUBLISH}
"""What the people of a fund or a programme may do, by the first word of its public id."""


@dataclass(frozen=True, slots=True)
class Line:
    """A review of the list. ``standing`` is what holds today: clear, soon, expired, blocked, conditions, in work, closed."""

    review: Review
    subject: Subject | None
    name: str
    standing: str
    unmet: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a review with its latest answer, if any."""

    question: Question
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Permitted:
    """What one person may do to a review now: page and service ask the same rules."""

    answer: bool
    ask: bool
    """Put it before the start-up."""
    assess: bool
    second: bool
    is_own_assessment: bool
    steer: bool
    """Extend, renew and close a review in force; decide on its conditions."""


@dataclass(frozen=True, slots=True)
class Falls:
    """One line of the calendar: what falls due on a day."""

    on: date
    what: str
    review: Review
    name: str
    condition: Condition | None
    is_late: bool


def visible_to(person: User) -> QuerySet[Review]:
    """Reviews of the funds that the person reads and of the programmes whose ethics she follows; all to an officer of all."""
    reviews = Review.objects.select_related("organisation", "officer", "second").order_by("-opened_at", "-pk")
    if people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS) or people_rules.reads_everything(person):
        return reviews
    scopes = people_rules.scopes_of(person, Permission.FUND_READ) | people_rules.scopes_of(
        person, Permission.ETHICS_ASSESS
    )
    found = Q(scope__in=scopes | people_rules.scopes_of(person, Permission.ETHICS_FOLLOW))
    if people_rules.reaches_everywhere(person, Permission.ETHICS_FOLLOW):
        found |= Q(scope__startswith="programme_")
    return reviews.filter(found)


def conditions_visible_to(person: User) -> QuerySet[Condition]:
    """Conditions of the reviews that the person reads, and those that she owns."""
    readable = visible_to(person).order_by().values("pk")
    rows = Condition.objects.select_related("review__organisation", "owner", "answered_by", "decided_by")
    return rows.filter(Q(review__in=readable) | Q(owner=person)).order_by("due_on", "pk")


def conditions(person: User, *, states: Iterable[str], company: str = "") -> QuerySet[Condition]:
    """The conditions of the list, the earliest due first."""
    return conditions_visible_to(person).filter(state__in=states, review__organisation__name__icontains=company)


def subject_of(kind: str, public_id: str) -> Subject:
    """What one review would be about. Raises NotFound."""
    subject = subjects.find([(kind, public_id)]).get(public_id)
    if subject is None:
        raise NotFound
    return subject


def get(person: User, public_id: str) -> Review:
    """One review. Raises NotFound."""
    review = visible_to(person).filter(public_id=public_id).select_related("questionnaire", "renews").first()
    if review is None:
        raise NotFound
    return review


def get_condition(person: User, public_id: str) -> Condition:
    """One condition. Raises NotFound."""
    condition = conditions_visible_to(person).filter(public_id=public_id).first()
    if condition is None:
        raise NotFound
    return condition


def lines(reviews: Iterable[Review], *, today: date) -> list[Line]:
    """Reviews with the names of what they are about and how they stand today, in two further queries."""
    rows = list(reviews)
    known = subjects.find((row.subject_kind, row.subject) for row in rows)
    counted = dict(
        Condition.objects.filter(review__in=rows, state__in=UNMET)
        .order_by()
        .values_list("review")
        .annotate(Count("pk"))
    )
    blocked = set(
        Condition.objects.filter(review__in=rows, state__in=UNMET, is_blocking=True).values_list("review", flat=True)
    )
    return [
        Line(
            row,
            known.get(row.subject),
            _name(row, known),
            standing(row, unmet=counted.get(row.pk, 0), is_blocked=row.pk in blocked, today=today),
            counted.get(row.pk, 0),
        )
        for row in rows
    ]


def standing(review: Review, *, unmet: int, is_blocked: bool, today: date) -> str:
    """How a review stands on a day: one word, the most urgent first."""
    if review.state != State.CONCLUDED:
        return "closed" if review.state == State.CLOSED else "in-work"
    if review.expires_on is not None and review.expires_on < today:
        return "expired"
    if review.outcome == Outcome.NOT_CLEAR or is_blocked:
        return "blocked"
    if review.expires_on is not None and review.expires_on <= today + SOON:
        return "soon"
    return "conditions" if unmet else "clear"


def asked(review: Review) -> list[Asked]:
    """The questions of the review's version about its families, in their order, each with its latest answer."""
    latest = {one.question_id: one for one in review.answers.select_related("given_by").order_by("given_at", "pk")}
    return [Asked(one, latest.get(one.pk)) for one in questionnaires.questions(review.questionnaire, review.families)]


def principles(families: Iterable[str]) -> list[Principle]:
    """The principles of some families, as published."""
    return list(Principle.objects.filter(family__in=list(families)).order_by("family", "order", "pk"))


def history(review: Review) -> QuerySet[AuditEvent]:
    """Everything that was ever done to a review and its conditions, the latest first."""
    return AuditEvent.objects.filter(subject=review.public_id).order_by("-occurred_at", "-pk")


def permitted(person: User, review: Review) -> Permitted:
    officer = rules.may_assess(person, review)
    return Permitted(
        answer=officer and review.state == State.OPEN,
        ask=officer and review.state == State.OPEN and review.shared_at is None,
        assess=officer and review.state == State.OPEN,
        second=review.state == State.ASSESSED and rules.may_second(person, review),
        is_own_assessment=review.state == State.ASSESSED and rules.is_own_assessment(person, review),
        steer=officer and review.state == State.CONCLUDED,
    )


def may_answer(person: User, condition: Condition) -> bool:
    return condition.state in UNMET and rules.may_answer_condition(person, condition)


def may_decide(person: User, condition: Condition) -> bool:
    return condition.state in UNMET and rules.may_assess(person, condition.review)


def is_own_evidence(person: User, condition: Condition) -> bool:
    return rules.is_own_evidence(person, condition)


def calendar(person: User, *, today: date, days: int) -> list[Falls]:
    """What expires or falls due to a day ahead, and what is late, the earliest first."""
    until = today + timedelta(days=days)
    readable = visible_to(person)
    expiring = list(readable.filter(state=State.CONCLUDED, expires_on__lte=until))
    due = list(conditions_visible_to(person).filter(state__in=UNMET, due_on__lte=until))
    known = subjects.find((one.subject_kind, one.subject) for one in [*expiring, *(row.review for row in due)])
    found = [
        Falls(one.expires_on, "expiry", one, _name(one, known), None, is_late=one.expires_on < today)
        for one in expiring
        if one.expires_on is not None
    ]
    found += [
        Falls(one.due_on, "condition", one.review, _name(one.review, known), one, is_late=one.due_on < today)
        for one in due
    ]
    return sorted(found, key=lambda one: (one.on, one.name, one.what))


def officers(*scopes: str, on: date) -> list[User]:
    """Who may be an officer of one of some funds and programmes, by name; nobody where there are none."""
    keys = people.holders(Permission.ETHICS_ASSESS, *scopes, on=on) if scopes else []
    return list(User.objects.filter(pk__in=keys).order_by("name", "pk"))


def owners(review: Review, *, on: date) -> list[User]:
    """Who may own a condition: the officers, and the people of the fund or programme, by name."""
    keys = set(people.holders(Permission.ETHICS_ASSESS, review.scope, on=on))
    keys |= set(people.holders(_KEEPING[review.scope.partition("_")[0]], review.scope, on=on))
    if review.shared_at is not None:
        keys |= {one.pk for one in people_of(review, on=on)}
    return list(User.objects.filter(pk__in=keys).order_by("name", "pk"))


def people_of(review: Review, *, on: date) -> list[User]:
    """Who works for the organisation behind a review, by name."""
    keys = people.holders(Permission.APPLICATION_WRITE, review.organisation.public_id, on=on)
    return list(User.objects.filter(pk__in=keys).order_by("name", "pk"))


def asked_of(person: User) -> QuerySet[Review]:
    """The reviews that are put before the person's start-ups, the latest first."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    rows = Review.objects.filter(shared_at__isnull=False, organisation__public_id__in=own)
    return rows.select_related("organisation", "questionnaire").order_by("-shared_at", "-pk")


def get_asked(person: User, public_id: str) -> Review:
    """One of them. Raises NotFound."""
    review = asked_of(person).filter(public_id=public_id).first()
    if review is None:
        raise NotFound
    return review


def conditions_of_startups(person: User) -> QuerySet[Condition]:
    """What the person's start-ups are to do: conditions of those reviews that one of their own people owns."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    rows = Condition.objects.filter(
        review__in=asked_of(person).order_by().values("pk"),
        owner__grants__scope_ref__in=own,
        owner__grants__revoked_at__isnull=True,
    )
    rows = rows.filter(owner__grants__scope_ref=F("review__organisation__public_id"))
    return rows.select_related("review__organisation", "owner", "answered_by").distinct().order_by("due_on", "pk")


def get_condition_of_startup(person: User, public_id: str) -> Condition:
    """One of them. Raises NotFound."""
    condition = conditions_of_startups(person).filter(public_id=public_id).first()
    if condition is None:
        raise NotFound
    return condition


def may_open_any(person: User) -> bool:
    return people_rules.may(person, Permission.ETHICS_ASSESS)


def answered_by_others(person: User) -> QuerySet[Condition]:
    """Conditions with evidence that wait for this officer's word."""
    waiting = conditions_visible_to(person).filter(state=ConditionState.ANSWERED)
    return waiting.exclude(people_rules.of_same_human("answered_by", person))


def _name(review: Review, known: dict[str, Subject]) -> str:
    subject = known.get(review.subject)
    return subject.name if subject else review.organisation.name
