"""Who may take which step of a payment line, and in which state."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.grants.lifecycle import State
from accelerator.grants.models import PaymentLine
from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission


class Act(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    PAY = "pay"


STATES: dict[Act, frozenset[State]] = {
    Act.APPROVE: frozenset({State.PROPOSED}),
    Act.REFUSE: frozenset({State.PROPOSED, State.APPROVED}),
    Act.PAY: frozenset({State.APPROVED}),
}
RULES: dict[Act, Promise] = {
    Act.APPROVE: _("Only a payment that was proposed is approved. Reload the page to see how it stands."),
    Act.REFUSE: _("What is paid or refused stays so. Reload the page to see how it stands."),
    Act.PAY: _("Only a payment that was approved is recorded as paid. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The line's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(RULES[act])


class OwnProposal(NotPermitted):
    code = "own_proposal"
    sentence = _("You proposed this payment, so another programme manager has to approve it.")


def refusal(person: User, line: PaymentLine, act: Act) -> DomainError | None:
    """Why the person may not take the step; None where she may."""
    programme = line.milestone.phase.participation.programme
    if not people_rules.may(person, Permission.COHORT_RUN, programme.public_id):
        return NotPermitted()
    if line.state not in STATES[act]:
        return WrongState(act)
    if act is Act.APPROVE and people_rules.is_same_human(person, line.proposed_by):
        return OwnProposal()
    return None


def permitted(person: User, line: PaymentLine) -> dict[str, DomainError | None]:
    """Each step by its name, with what refuses it to the person now; None where she may take it."""
    return {act.value: refusal(person, line, act) for act in Act}
