"""Who may take which step of a valuation, and in which state."""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import ValuationRun


class Act(StrEnum):
    """What can be done to a run."""

    CHANGE = "change"
    SUBMIT = "submit"
    APPROVE = "approve"
    REOPEN = "reopen"


PERMISSIONS: dict[Act, Permission] = {
    Act.CHANGE: Permission.VALUATION_PREPARE,
    Act.SUBMIT: Permission.VALUATION_PREPARE,
    Act.APPROVE: Permission.VALUATION_APPROVE,
    Act.REOPEN: Permission.VALUATION_PREPARE,
}
STATES: dict[Act, frozenset[State]] = {
    Act.CHANGE: frozenset({State.IN_REVIEW, State.SUBMITTED}),
    Act.SUBMIT: frozenset({State.IN_REVIEW}),
    Act.APPROVE: frozenset({State.SUBMITTED}),
    Act.REOPEN: frozenset({State.LOCKED}),
}
STATE_RULES: dict[Act, Promise] = {
    Act.CHANGE: _("A mark is changed after it is prepared and before the run is locked. This run stands at “{state}”."),
    Act.SUBMIT: _("A run is submitted once all its marks are prepared, and once. This run stands at “{state}”."),
    Act.APPROVE: _("A run is approved after it is submitted and before it is locked. This run stands at “{state}”."),
    Act.REOPEN: _("Only a locked run is reopened. This run stands at “{state}”."),
}


class WrongState(Conflict):
    """The run's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act, state: str) -> None:
        super().__init__(str(STATE_RULES[act]).format(state=State(state).label))


class SignedAlready(Conflict):
    """Two approvers are two people."""

    code = "signed_already"
    sentence = _("You approved this run already, under this or another account. Another member of the committee does.")


class OwnMarks(NotPermitted):
    """Whoever opened or submitted a run, or recorded one of its marks, does not approve it."""

    code = "own_marks"
    sentence = _(
        "You opened or submitted this run, or changed one of its marks, so you cannot approve it. "
        "Two other members of the committee do."
    )


def refusal(person: User, run: ValuationRun, act: Act, *, authors: Iterable[User] = ()) -> DomainError | None:
    """Why the person may not take the step. ``authors`` opened, submitted or changed it."""
    if not people_rules.may(person, PERMISSIONS[act], run.fund.public_id):
        return NotPermitted()
    if run.state not in STATES[act]:
        return WrongState(act, run.state)
    if act is Act.APPROVE and people_rules.is_same_human(person, *authors):
        return OwnMarks()
    return None


RECOMPUTING = (Permission.VALUATION_PREPARE, Permission.VALUATION_APPROVE)


def may_recompute(person: User, run: ValuationRun) -> bool:
    """Whoever prepares or approves valuations computes a mark again: what comes out is kept."""
    return any(people_rules.may(person, one, run.fund.public_id) for one in RECOMPUTING)


def require_recomputing(person: User, run: ValuationRun) -> None:
    """Raises NotPermitted."""
    if not may_recompute(person, run):
        raise NotPermitted


def require_opening(person: User, fund: Fund) -> None:
    """Whoever prepares valuations opens a run. Raises NotPermitted."""
    people_rules.require(person, Permission.VALUATION_PREPARE, fund.public_id)


def require(person: User, run: ValuationRun, act: Act, *, authors: Iterable[User] = ()) -> None:
    """Raise what ``refusal`` says."""
    if (why := refusal(person, run, act, authors=authors)) is not None:
        raise why
