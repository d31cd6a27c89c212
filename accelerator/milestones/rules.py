"""Who may take which step of a milestone, and in which state."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.lifecycle import PHASES
from accelerator.cohorts.models import ParticipationStep
from accelerator.milestones.lifecycle import State, Verdict
from accelerator.milestones.models import Evidence, Milestone
from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Permission, Scope


class Act(StrEnum):
    PLAN = "plan"
    SUBMIT = "submit"
    ACCEPT = "accept"
    SEND_BACK = "send-back"


RULES: dict[Act, Promise] = {
    Act.PLAN: _("Evidence was given for this phase, so its plan stays. Agree on the rest with the start-up."),
    Act.SUBMIT: _("Evidence is given for a milestone that waits for it. Reload the page to see how it stands."),
    Act.ACCEPT: _("Only evidence that waits is accepted. Reload the page to see how it stands."),
    Act.SEND_BACK: _("Only evidence that waits is sent back. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The milestone's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(RULES[act])


class PhasesOver(Conflict):
    code = "phases_over"
    sentence = _("This start-up is in no phase any more, so nothing is planned, shown or accepted.")


class OwnEvidence(NotPermitted):
    code = "own_evidence"
    sentence = _("You gave this evidence yourself, so two others have to judge it.")


class AlreadyJudged(Conflict):
    code = "already_judged"
    sentence = _("You judged this evidence already. Another of the programme’s people has to.")


def plan_refusal(person: User, phase: ParticipationStep) -> DomainError | None:
    """Why the person may not plan a phase; None where she may."""
    if not people_rules.may(person, Permission.COHORT_RUN, phase.participation.programme.public_id):
        return NotPermitted()
    if phase.participation.state not in PHASES:
        return PhasesOver()
    return WrongState(Act.PLAN) if Evidence.objects.filter(milestone__phase=phase).exists() else None


def evidence_refusal(person: User, milestone: Milestone) -> DomainError | None:
    """Why the person may not give evidence; None where she may."""
    organisation = milestone.phase.participation.organisation
    if not people_rules.may(person, Permission.APPLICATION_WRITE, organisation.public_id):
        return NotPermitted()
    return _not_awaited(milestone)


def handing_refusal(person: User, milestone: Milestone) -> DomainError | None:
    """Why a partner system may not hand a file in; None where it reaches both the start-up's nation and the programme."""
    participation = milestone.phase.participation
    nation, programme = participation.organisation.nation_id, participation.programme.public_id
    is_reached = nation in person.scope_refs(PARTNER_SYSTEM.slug, Scope.NATION) and programme in person.scope_refs(
        PARTNER_SYSTEM.slug, Scope.PROGRAMME
    )
    return _not_awaited(milestone) if person.is_active and is_reached else NotPermitted()


def judging_refusal(person: User, milestone: Milestone, evidence: Evidence | None, act: Act) -> DomainError | None:
    """Why the person may not judge the evidence that counts; None where she may.

    The same human judges once, under whichever of her accounts, and never what she gave herself.
    """
    participation = milestone.phase.participation
    if not people_rules.may(person, Permission.COHORT_RUN, participation.programme.public_id):
        return NotPermitted()
    if evidence is None or milestone.state != State.SUBMITTED:
        return WrongState(act)
    if participation.state not in PHASES:
        return PhasesOver()
    if people_rules.is_same_human(person, evidence.submitted_by):
        return OwnEvidence()
    accepted = evidence.judgements.filter(verdict=Verdict.ACCEPTED).select_related("by")
    return AlreadyJudged() if people_rules.is_same_human(person, *(one.by for one in accepted)) else None


def _not_awaited(milestone: Milestone) -> DomainError | None:
    """Why nobody gives evidence now; None where it is waited for."""
    if milestone.phase.participation.state not in PHASES:
        return PhasesOver()
    return None if milestone.state == State.PLANNED else WrongState(Act.SUBMIT)
