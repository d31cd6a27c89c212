"""A review from its opening to its close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid, NotPermitted
from core.ethics import families, lifecycle, rules
from core.ethics.lifecycle import UNMET, Outcome, Risk, State, leads_to
from core.ethics.models import Answer, Review
from core.ethics.services.conditions import NewCondition, set_conditions
from core.ethics.subjects import Subject
from core.people import rules as people_rules
from core.people.models import User
from core.questionnaires import queries as questionnaires
from core.questionnaires.models import Question

QUESTIONNAIRE = "responsible-use"

OPENED = declare("ethics.opened", _("{actor} opened the ethics review of {name}."))
ANSWERED = declare("ethics.answered", _("{actor} answered {count} questions of the ethics review of {name}."))
ASSESSED = declare("ethics.assessed", _("{actor} assessed {name}: risk {risk}, outcome {outcome}."))
SECONDED = declare("ethics.seconded", _("{actor} agreed as second officer to the assessment of {name}."))
RETURNED = declare("ethics.returned", _("{actor} sent the assessment of {name} back: {because}."))
EXTENDED = declare("ethics.extended", _("{actor} moved the expiry of the review of {name} to {expires_on}: {because}."))
CLOSED = declare("ethics.closed", _("{actor} closed the ethics review of {name}."))


class InWork(Conflict):
    code = "review_in_work"
    sentence = _(
        "A review of this is already open or in force. Renew the one in force, or go on with the one that is open."
    )


class NoQuestionnaire(Conflict):
    code = "no_questionnaire"
    sentence = _("No questionnaire is published yet. Publish one, then open the review.")


class OneOfficer(Invalid):
    code = "one_officer"
    sentence = _("The second officer is another person than the first. Choose somebody else.")


class NotAnOfficer(Invalid):
    code = "not_an_officer"
    sentence = _("Only an ethics officer of this fund or programme can be chosen.")


class WrongState(Conflict):
    code = "wrong_state"
    sentence = _("The review’s state does not allow this step. Reload the page to see how it stands.")


class OwnAssessment(NotPermitted):
    code = "own_assessment"
    sentence = _("You assessed this review, so you cannot be its second officer. Another ethics officer can.")


class Unanswered(Conflict):
    """Questions of the version are not answered yet."""

    code = "unanswered"

    def __init__(self, count: int) -> None:
        sentence = ngettext(
            "%(count)s question has no answer yet. Answer it, then assess.",
            "%(count)s questions have no answer yet. Answer them, then assess.",
            count,
        )
        super().__init__(sentence % {"count": count})


class UnfitAssessment(Invalid):
    code = "unfit_assessment"
    sentence = _(
        "An assessment names risk, outcome and reasons. Conditions go with the outcome “with conditions”, and only with it."
    )


class ExpiryInThePast(Invalid):
    code = "expiry_in_the_past"
    sentence = _("The review would have expired already. Choose a day after today.")


class Outdated(Conflict):
    """An assessment waited for its second officer until its days had passed."""

    code = "assessment_outdated"
    sentence = _(
        "The review would have expired by now, or a condition would be due already. "
        "Send the assessment back, so that it is given later days."
    )


class OpenConditions(Conflict):
    """Conditions that are neither met nor waived."""

    code = "open_conditions"

    def __init__(self, count: int) -> None:
        sentence = ngettext(
            "%(count)s condition is neither met nor waived. Decide on it, then close the review.",
            "%(count)s conditions are neither met nor waived. Decide on each, then close the review.",
            count,
        )
        super().__init__(sentence % {"count": count})


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why, in a few words: the history of the review keeps it.")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is given; None where a yes or no does not apply."""

    question: Question
    words: str
    says_yes: bool | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an officer finds. ``expires_on`` is the last day on which it holds."""

    risk: str
    outcome: str
    summary: str
    expires_on: date
    conditions: Sequence[NewCondition] = ()


@transaction.atomic
def open_review(
    subject: Subject,
    *,
    officer: User,
    second: User,
    on: date,
    by: User,
    at: datetime,
    renews: Review | None = None,
    illustrative: bool = False,
) -> Review:
    """Begin a review with the questionnaire of the day. Raises NotPermitted, InWork, NoQuestionnaire, OneOfficer."""
    rules.require_assess(by, subject.scope)
    form = questionnaires.latest(QUESTIONNAIRE)
    if form is None:
        raise NoQuestionnaire
    _check_officers(officer, second, subject.scope)
    standing = locks.in_order(Review.objects.filter(subject=subject.public_id).exclude(state=State.CLOSED))
    if any(one.pk != (renews.pk if renews else None) for one in standing):
        raise InWork
    review = Review.objects.create(
        subject_kind=subject.kind,
        subject=subject.public_id,
        organisation_id=subject.organisation_id,
        scope=subject.scope,
        families=families.of(subject.technologies),
        questionnaire=form,
        officer=officer,
        second=second,
        opened_on=on,
        opened_at=at,
        opened_by=by,
        renews=renews,
        is_illustrative=illustrative,
    )
    after = {"officer": officer.public_id, "second": second.public_id, "families": review.families}
    _record(OPENED, review, by=by, after=after)
    return review


@transaction.atomic
def give_answers(review: Review, given: Sequence[Given], *, by: User, at: datetime) -> int:
    """Keep the answers that differ from the latest; how many. Raises NotPermitted, WrongState."""
    row = _locked(review)
    rules.require_answer(by, row)
    if row.state != State.OPEN:
        raise WrongState
    latest = latest_answers(row)
    fresh = [
        Answer(
            review=row,
            question=one.question,
            says_yes=one.says_yes,
            words=one.words.strip(),
            given_at=at,
            given_by=by,
        )
        for one in given
        if one.question.questionnaire_id == row.questionnaire_id and _differs(one, latest.get(one.question.pk))
    ]
    Answer.objects.bulk_create(fresh)
    if fresh:
        _record(ANSWERED, row, by=by, after={"count": len(fresh)})
    return len(fresh)


@transaction.atomic
def assess(review: Review, found: Assessment, *, on: date, by: User, at: datetime) -> Review:
    """Say risk and outcome. Low and medium risk conclude the review; high risk waits for a second officer.

    Raises NotPermitted, WrongState, Unanswered, UnfitAssessment, ExpiryInThePast, DueInThePast.
    """
    row = _locked(review)
    rules.require_assess(by, row.scope)
    if row.state != State.OPEN:
        raise WrongState
    _check_assessment(row, found, on)
    row.risk, row.outcome, row.summary = found.risk, found.outcome, found.summary.strip()
    row.expires_on, row.assessed_at, row.assessed_by = found.expires_on, at, by
    if lifecycle.needs_second(found.risk):
        row.state = State.ASSESSED
    else:
        _conclude(row, on)
    row.save()
    set_conditions(row, found.conditions, on=on, by=by, at=at)
    after = {"risk": row.risk, "outcome": row.outcome, "expires_on": row.expires_on, "count": len(found.conditions)}
    _record(ASSESSED, row, by=by, after=after)
    return row


@transaction.atomic
def second(review: Review, *, on: date, by: User, at: datetime) -> Review:
    """Agree as second officer: the assessment counts from now on. Raises NotPermitted, OwnAssessment, WrongState, Outdated."""
    row = _to_second(review, by)
    is_late = row.expires_on is not None and row.expires_on <= on
    if is_late or row.conditions.filter(state__in=UNMET, due_on__lt=on).exists():
        raise Outdated
    row.seconded_at, row.seconded_by = at, by
    _conclude(row, on)
    row.save()
    _record(SECONDED, row, by=by, after={"risk": row.risk, "outcome": row.outcome})
    return row


@transaction.atomic
def return_to_officer(review: Review, *, because: str, by: User, at: datetime) -> Review:
    """Send an assessment back with a reason; its conditions fall away. Raises as ``second`` does, and ReasonMissing."""
    row = _to_second(review, by)
    _require_reason(because)
    for condition in row.conditions.filter(state__in=UNMET):
        condition.state, condition.decided_at, condition.decided_by = "waived", at, by
        condition.decided_because = because.strip()
        condition.save()
    row.state = State.OPEN
    row.assessed_at = row.assessed_by = row.expires_on = None
    row.risk = row.outcome = ""
    row.save()
    _record(RETURNED, row, by=by, after={"because": because.strip()})
    return row


@transaction.atomic
def extend(review: Review, *, expires_on: date, because: str, on: date, by: User) -> Review:
    """Move the day on which a review expires. Raises NotPermitted, WrongState, ExpiryInThePast, ReasonMissing."""
    row = _locked(review)
    rules.require_assess(by, row.scope)
    _require_reason(because)
    if row.state != State.CONCLUDED:
        raise WrongState
    if expires_on <= on:
        raise ExpiryInThePast(field="expires_on")
    before = {"expires_on": row.expires_on}
    row.expires_on = expires_on
    row.save(update_fields=["expires_on"])
    _record(EXTENDED, row, by=by, before=before, after={"expires_on": expires_on, "because": because.strip()})
    return row


@transaction.atomic
def close(review: Review, *, on: date, by: User) -> Review:
    """End a review that was concluded. Raises NotPermitted, WrongState, OpenConditions."""
    row = _locked(review)
    rules.require_assess(by, row.scope)
    if row.state != State.CONCLUDED:
        raise WrongState
    if count := row.conditions.filter(state__in=UNMET).count():
        raise OpenConditions(count)
    row.state, row.closed_on = State.CLOSED, on
    row.save(update_fields=["state", "closed_on"])
    _record(CLOSED, row, by=by)
    return row


@transaction.atomic
def renew(review: Review, subject: Subject, *, on: date, by: User, at: datetime) -> Review:
    """Open the next review of the same subject; this one stays in force until the next concludes."""
    row = _locked(review)
    rules.require_assess(by, row.scope)
    if row.state != State.CONCLUDED or Review.objects.filter(renews=row).exists():
        raise WrongState
    return open_review(
        subject,
        officer=row.officer,
        second=row.second,
        on=on,
        by=by,
        at=at,
        renews=row,
        illustrative=row.is_illustrative,
    )


def latest_answers(review: Review) -> dict[int, Answer]:
    """The latest answer to each question, by the question's key."""
    return {one.question_id: one for one in review.answers.order_by("given_at", "pk")}


def _conclude(review: Review, on: date) -> None:
    """From this day on it counts; what it renews is closed with it, its open conditions with it."""
    former = review.renews
    if former is not None and former.state == State.CONCLUDED:
        if count := former.conditions.filter(state__in=UNMET).count():
            raise OpenConditions(count)
        former.state, former.closed_on = State.CLOSED, on
        former.save(update_fields=["state", "closed_on"])
    review.state, review.concluded_on = State.CONCLUDED, on


def _check_assessment(review: Review, found: Assessment, on: date) -> None:
    known = set(latest_answers(review))
    asked = {one.pk for one in questionnaires.questions(review.questionnaire, review.families)}
    if missing := asked - known:
        raise Unanswered(len(missing))
    with_conditions = found.outcome == Outcome.CONDITIONS
    fits = found.risk in list(Risk) and found.outcome in list(Outcome) and found.summary.strip()
    if not fits or with_conditions != bool(found.conditions):
        raise UnfitAssessment(field="outcome")
    if found.expires_on <= on:
        raise ExpiryInThePast(field="expires_on")


def _check_officers(officer: User, other: User, scope: str) -> None:
    if people_rules.is_same_human(officer, other):
        raise OneOfficer(field="second")
    for one, field in ((officer, "officer"), (other, "second")):
        try:
            rules.require_assess(one, scope)
        except NotPermitted:
            raise NotAnOfficer(field=field) from None


def _to_second(review: Review, by: User) -> Review:
    row = _locked(review)
    rules.require_assess(by, row.scope)
    if row.state != State.ASSESSED or not leads_to(row.state, State.CONCLUDED):
        raise WrongState
    if people_rules.is_same_human(by, row.assessed_by):
        raise OwnAssessment
    return row


def _require_reason(because: str) -> None:
    if not because.strip():
        raise ReasonMissing(field="because")


def _differs(one: Given, standing: Answer | None) -> bool:
    if standing is None:
        return bool(one.words.strip()) or one.says_yes is not None
    return (standing.words, standing.says_yes) != (one.words.strip(), one.says_yes)


def _locked(review: Review) -> Review:
    return locks.in_order(Review.objects.filter(pk=review.pk).select_related("organisation")).get()


def _record(
    kind: Kind,
    review: Review,
    *,
    by: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    named = {"name": review.organisation.name} | (after or {})
    audit.record(kind, review.public_id, by=by, chain=review.scope, before=before, after=named)
