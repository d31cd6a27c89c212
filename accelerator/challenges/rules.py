"""Who may take which step of a call for applications, and in which state."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.lifecycle import State
from accelerator.challenges.models import Call
from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission


class Act(StrEnum):
    """What can be done to a call."""

    EDIT = "edit"
    SUBMIT = "submit"
    HAND_BACK = "hand-back"
    PUBLISH = "publish"


STATES: dict[Act, frozenset[State]] = {
    Act.EDIT: frozenset({State.DRAFT, State.SUBMITTED}),
    Act.SUBMIT: frozenset({State.DRAFT}),
    Act.HAND_BACK: frozenset({State.SUBMITTED}),
    Act.PUBLISH: frozenset({State.SUBMITTED}),
}
STATE_RULES: dict[Act, Promise] = {
    Act.EDIT: _("What is published stays as it is. Draft another call where something has to change."),
    Act.SUBMIT: _("Only a draft is submitted. Reload the page to see how the call stands."),
    Act.HAND_BACK: _("Only a call that was submitted is handed back. Reload the page to see how it stands."),
    Act.PUBLISH: _("A call is published once, after it was submitted. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The call's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(STATE_RULES[act])


class OwnWork(NotPermitted):
    code = "own_work"
    sentence = _("You drafted, changed or submitted this call, so another programme manager has to publish it.")


def refusal(person: User, call: Call, act: Act) -> DomainError | None:
    """Why the person may not take the step, as far as her grants, the state and the authors decide it."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH, call.programme.public_id):
        return NotPermitted()
    if call.state not in STATES[act]:
        return WrongState(act)
    authors = (call.drafted_by, call.edited_by, call.submitted_by)
    if act is Act.PUBLISH and (
        people_rules.is_same_human(person, *authors)
        or User.objects.filter(people_rules.of_same_human("", person), pk__in=call.editors).exists()
    ):
        return OwnWork()
    return None


def permitted(person: User, call: Call) -> dict[str, DomainError | None]:
    """Each step by its name, with what refuses it to the person now; None where she may take it."""
    return {act.value: refusal(person, call, act) for act in Act}
