"""Who may take which step of an application, in which state, and by when."""

from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application
from accelerator.challenges import words
from accelerator.challenges.models import Call
from core.errors import Conflict, DomainError, NotPermitted
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Permission, Scope
from core.web import numerals


class Act(StrEnum):
    """What a start-up's people can do with an application."""

    WRITE = "write"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    TAKE_UP = "take-up"
    ANSWER = "answer"


OF_BRINGERS = frozenset({Permission.APPLICATION_WRITE, Permission.APPLICATION_SUBMIT})
"""What a partner system may for the start-ups that it brought in; their offers, people and consents are not its own."""
NEEDS: dict[Act, Permission] = {
    Act.WRITE: Permission.APPLICATION_WRITE,
    Act.SUBMIT: Permission.APPLICATION_SUBMIT,
    Act.WITHDRAW: Permission.APPLICATION_SUBMIT,
    Act.TAKE_UP: Permission.APPLICATION_SUBMIT,
    Act.ANSWER: Permission.APPLICATION_SUBMIT,
}
STATES: dict[Act, frozenset[State]] = {
    Act.WRITE: frozenset({State.DRAFT, State.SUBMITTED}),
    Act.SUBMIT: frozenset({State.DRAFT, State.SUBMITTED}),
    Act.WITHDRAW: frozenset({State.DRAFT, State.SUBMITTED}),
    Act.TAKE_UP: frozenset({State.WITHDRAWN}),
    Act.ANSWER: frozenset({State.SUBMITTED}),
}
IN_THE_WINDOW = frozenset({Act.WRITE, Act.SUBMIT, Act.TAKE_UP})
STATE_RULES: dict[Act, Promise] = {
    Act.WRITE: _("The application is withdrawn. Take it up again to change it."),
    Act.SUBMIT: _("The application is withdrawn. Take it up again to submit it."),
    Act.WITHDRAW: _("The application is withdrawn already."),
    Act.TAKE_UP: _("Only what was withdrawn is taken up again. Reload the page to see how it stands."),
    Act.ANSWER: _("Only a submitted application has questions to answer. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The application's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(STATE_RULES[act])


class TooLate(Conflict):
    """The request arrived at the call's closing or after it."""

    code = "too_late"


class TooEarly(Conflict):
    """The call has not opened yet."""

    code = "too_early"


class OwnersOnly(NotPermitted):
    code = "owners_only"
    sentence = _("Only an owner of the start-up’s page submits, withdraws or answers for it. Ask one of them.")


def may(person: User, permission: Permission, organisation: Organisation) -> bool:
    """Whether the person may for a start-up: by a grant over it, or as the partner system that brought it in."""
    return people_rules.may(person, permission, organisation.public_id) or (
        permission in OF_BRINGERS and is_brought_by(person, organisation)
    )


def is_brought_by(person: User, organisation: Organisation) -> bool:
    """Whether it is a service account in force that registered the start-up, and still reaches its nation.

    A person who registered her own start-up holds a grant over it; only partner systems hold rights over nations by this
    role, so nobody else is let in by it.
    """
    return (
        person.is_active
        and organisation.registered_by_id == person.pk
        and organisation.nation_id in person.scope_refs(PARTNER_SYSTEM.slug, Scope.NATION)
    )


def refusal(person: User, application: Application, act: Act, *, at: datetime) -> DomainError | None:
    """Why the person may not take the step with what arrives ``at`` a moment; None where she may."""
    of = application.organisation
    if not may(person, NEEDS[act], of):
        return OwnersOnly() if may(person, Permission.APPLICATION_WRITE, of) else NotPermitted()
    if application.state not in STATES[act]:
        return WrongState(act)
    return outside_window(application.call, at=at) if act in IN_THE_WINDOW else None


def outside_window(call: Call, *, at: datetime) -> DomainError | None:
    """The refusal of what arrives before the call opens, at its closing, or after it: judged to the microsecond."""
    if call.opens_at <= at < call.closes_at:
        return None
    if at < call.opens_at:
        sentence = _now("The call opens at %(moment)s. Come back then; nothing was sent.")
        return TooEarly(sentence % {"moment": words.moment_there(call.opens_at, call.zone)})
    sentence = _now("The call closed at %(moment)s, and this arrived at %(arrived)s. Nothing was changed by it.")
    told = {"moment": words.moment_there(call.closes_at, call.zone), "arrived": numerals.to_the_second(at)}
    return TooLate(sentence % told)


def permitted(person: User, application: Application, *, at: datetime) -> dict[str, DomainError | None]:
    """Each step by its name, with what refuses it to the person now; None where she may take it."""
    return {act.name.lower(): refusal(person, application, act, at=at) for act in Act}
