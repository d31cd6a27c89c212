"""Who may take which step of a call, and in which state. Queries add what needs a look at approvals and payments."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.capital_calls import words
from portfolio.capital_calls.lifecycle import STEPS, State
from portfolio.capital_calls.models import CapitalCall


class Act(StrEnum):
    """What can be done to a call."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    ISSUE = "issue"
    CANCEL = "cancel"


PERMISSIONS: dict[Act, Permission] = {
    Act.EDIT: Permission.CALL_DRAFT,
    Act.SUBMIT: Permission.CALL_DRAFT,
    Act.APPROVE: Permission.CALL_APPROVE,
    Act.ISSUE: Permission.CALL_APPROVE,
    Act.CANCEL: Permission.CALL_APPROVE,
}
STATES: dict[Act, frozenset[State]] = {
    Act.EDIT: frozenset({State.DRAFT, State.SUBMITTED}),
    Act.SUBMIT: frozenset({State.DRAFT}),
    Act.APPROVE: frozenset({State.SUBMITTED}),
    Act.ISSUE: frozenset({State.SUBMITTED}),
    Act.CANCEL: frozenset(state for state, targets in STEPS.items() if State.CANCELLED in targets),
}
STATE_RULES: dict[Act, Promise] = {
    Act.EDIT: _("A call is changed before it is issued. This one stands at “{state}”."),
    Act.SUBMIT: _("A draft is submitted for approval. This call stands at “{state}”."),
    Act.APPROVE: _("A call is approved after it is submitted and before it is issued. This one stands at “{state}”."),
    Act.ISSUE: _("A call is issued after it is submitted and approved. This one stands at “{state}”."),
    Act.CANCEL: _("A call is cancelled before it is paid. This one stands at “{state}”."),
}
BY_ANOTHER = frozenset({Act.APPROVE, Act.ISSUE})
"""Steps for somebody who neither drafted nor last changed the call."""


class WrongState(Conflict):
    """The call's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act, state: str) -> None:
        super().__init__(str(STATE_RULES[act]).format(state=words.STATES[state]))


class OwnWork(NotPermitted):
    """Whoever drafted or last changed a call neither approves nor issues it. ``others`` are the names of who may."""

    code = "own_work"

    def __init__(self, others: Sequence[str] = ()) -> None:
        rule = _("You prepared or last changed this call, so you cannot approve or issue it.")
        super().__init__(f"{rule} {who_can(others)}")


def who_can(names: Sequence[str]) -> str:
    """Who may approve and issue instead, as a sentence."""
    if not names:
        return str(_("Nobody else can: an administrator has to give a second person the role of fund manager."))
    # French says "le peut" of one and "le peuvent" of several.
    return ngettext("{names} can.", "{names} can.", len(names)).format(names=words.either(names))


def refusal(person: User, call: CapitalCall, act: Act, *, on: date | None = None) -> DomainError | None:
    """Why the person may not take the step, as far as her grants, the state and the authors decide it."""
    if not people_rules.may(person, PERMISSIONS[act], call.fund.public_id, on=on):
        return NotPermitted()
    if call.state not in STATES[act]:
        return WrongState(act, call.state)
    if act in BY_ANOTHER and people_rules.is_same_human(person, call.drafted_by, call.edited_by):
        return OwnWork()
    return None
