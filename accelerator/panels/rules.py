"""Who proposes, decides and releases a selection, and in which state."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.challenges import zones
from accelerator.challenges.models import Call
from accelerator.panels.lifecycle import State
from accelerator.panels.models import Selection
from accelerator.reviews import queries as reviews
from accelerator.reviews.models import Assignment
from core.errors import Conflict, DomainError, NotFound, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

Keys: TypeAlias = Sequence[int] | QuerySet
"""Of applications, or a query of them where they are many."""


class Act(StrEnum):
    """What can be done to a selection."""

    APPROVE = "approve"
    SEND_BACK = "send-back"
    RELEASE = "release"


STATES: dict[Act, State] = {Act.APPROVE: State.PROPOSED, Act.SEND_BACK: State.PROPOSED, Act.RELEASE: State.APPROVED}
STATE_RULES: dict[Act, Promise] = {
    Act.APPROVE: _("A selection is decided once. Reload the page to see how it stands."),
    Act.SEND_BACK: _("A selection is decided once. Reload the page to see how it stands."),
    Act.RELEASE: _("Only what was approved is released, and once. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The selection's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(STATE_RULES[act])


class OwnProposal(NotPermitted):
    code = "own_proposal"
    sentence = _("You proposed this selection, so another programme manager has to decide.")


class ReviewedThem(NotPermitted):
    code = "reviewed_them"
    sentence = _("You are a reviewer of one of these applications, so another programme manager has to do this.")


class InConflict(NotPermitted):
    code = "in_conflict"
    sentence = _("You stated a conflict about an application here, so another programme manager has to do this.")


class TooEarly(Conflict):
    code = "too_early"
    sentence = _("Applicants are told from the day on that the selection names. Come back then.")


def refusal(person: User, selection: Selection, act: Act, *, at: datetime) -> DomainError | None:
    """Why the person may not take the step at a moment; None where she may. The day is that of the call's zone."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH, selection.call.programme.public_id):
        return NotPermitted()
    if selection.state != STATES[act]:
        return WrongState(act)
    if act is Act.RELEASE:
        return None if is_due(selection, at=at) else TooEarly()
    if act is Act.APPROVE and people_rules.is_same_human(person, selection.proposed_by):
        return OwnProposal()
    return stake(person, selection.lines.values("application"))


def is_due(selection: Selection, *, at: datetime) -> bool:
    """Whether the day has come on which its applicants are told, on the clocks of the call."""
    return zones.there(at, selection.call.zone).date() >= selection.release_on


def refusal_to_propose(person: User, call: Call, keys: Keys) -> DomainError | None:
    """Why the person may not propose what becomes of a call's applications, by their keys; None where she may."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH, call.programme.public_id):
        return NotPermitted()
    return stake(person, keys)


def stake(person: User, keys: Keys) -> DomainError | None:
    """Why the person neither proposes nor decides about some applications: a reviewer of theirs, or in conflict with one."""
    ever = Assignment.objects.filter(people_rules.of_same_human("reviewer", person), application__in=keys)
    if ever.exists():
        return ReviewedThem()
    return InConflict() if reviews.hidden_among(person, keys) else None


def refusal_for(person: User, application: Application, *, at: datetime) -> DomainError | None:
    """Why the person may not write to the applicant; None where she may."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH, application.call.programme.public_id):
        return NotPermitted()
    if at < application.call.closes_at or reviews.hidden_among(person, [application.pk]):
        return NotFound()
    if application.state != Sent.SUBMITTED:
        return Conflict()
    return None
