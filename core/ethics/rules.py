"""Who may read and who may decide about responsible use. Fund and programme stay apart: a scope names one of them."""

from core.errors import NotPermitted
from core.ethics.models import Condition, Review
from core.people import rules
from core.people.models import User
from core.people.roles import Permission


def may_assess(person: User, review: Review) -> bool:
    """An ethics officer of the fund or programme, or of everything."""
    return rules.may(person, Permission.ETHICS_ASSESS, review.scope)


def require_assess(person: User, scope: str) -> None:
    """Raises NotPermitted."""
    rules.require(person, Permission.ETHICS_ASSESS, scope)


def may_answer(person: User, review: Review) -> bool:
    """An officer; and the people of the organisation, once they are asked."""
    return may_assess(person, review) or works_on(person, review)


def require_answer(person: User, review: Review) -> None:
    """Raises NotPermitted."""
    if not may_answer(person, review):
        raise NotPermitted


def works_on(person: User, review: Review) -> bool:
    """Whether the person works for the organisation behind a review that was put before it."""
    return review.shared_at is not None and rules.may(
        person, Permission.APPLICATION_WRITE, review.organisation.public_id
    )


def speaks_for(person: User, review: Review) -> bool:
    """Whether the person is an owner of the organisation behind a review that was put before it."""
    return review.shared_at is not None and rules.may(
        person, Permission.ORGANISATION_RUN, review.organisation.public_id
    )


def may_second(person: User, review: Review) -> bool:
    """Another officer than the one who assessed."""
    return may_assess(person, review) and not is_own_assessment(person, review)


def is_own_assessment(person: User, review: Review) -> bool:
    """Whether the person assessed it, under whichever of her accounts."""
    return rules.is_same_human(person, review.assessed_by)


def is_own_evidence(person: User, condition: Condition) -> bool:
    """Whether the person gave the evidence, under whichever of her accounts."""
    return rules.is_same_human(person, condition.answered_by)


def may_answer_condition(person: User, condition: Condition) -> bool:
    """Its owner, an officer for her, and whoever speaks for the organisation where its people are asked."""
    review = condition.review
    return person.pk == condition.owner_id or may_assess(person, review) or speaks_for(person, review)


def require_answer_condition(person: User, condition: Condition) -> None:
    """Raises NotPermitted."""
    if not may_answer_condition(person, condition):
        raise NotPermitted


OFFICER, MANAGER = "officer", "manager"
"""Whose two voices lift the gate."""


def sides(scope: str, *, of: User) -> frozenset[str]:
    """For which sides of an override the person speaks in a fund or programme.

    Whoever runs all programmes is a manager of none of the funds, although that role is held everywhere.
    """
    runs = Permission.INVESTMENT_RECORD if scope.startswith("fund_") else Permission.COHORT_RUN
    wanted = {OFFICER: Permission.ETHICS_ASSESS, MANAGER: runs}
    return frozenset(side for side, permission in wanted.items() if rules.may(of, permission, scope))


def cover_both(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether of two people one can speak as an officer and the other as a manager."""
    return (OFFICER in one and MANAGER in other) or (MANAGER in one and OFFICER in other)
