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
    """Its owner, or an officer for her."""
    return person.pk == condition.owner_id or may_assess(person, condition.review)


def require_answer_condition(person: User, condition: Condition) -> None:
    """Raises NotPermitted."""
    if not may_answer_condition(person, condition):
        raise NotPermitted
