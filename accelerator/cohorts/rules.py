"""Who may take which step of an offer and of a participation, and in which state."""

from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.lifecycle import PHASES, AdvancementState, OfferState, Standing
from accelerator.cohorts.models import Advancement, Offer, Participation
from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals


class Act(StrEnum):
    """What can be done to an offer, and then to a participation."""

    RELEASE = "release"
    TAKE_BACK = "take-back"
    ACCEPT = "accept"
    DECLINE = "decline"
    PROPOSE = "propose"
    LEAVE = "leave"
    GRADUATE = "graduate"
    APPROVE = "approve"
    REFUSE = "refuse"


OFFER_STATES: dict[Act, frozenset[OfferState]] = {
    Act.RELEASE: frozenset({OfferState.MADE}),
    Act.TAKE_BACK: frozenset({OfferState.MADE, OfferState.RELEASED}),
    Act.ACCEPT: frozenset({OfferState.RELEASED}),
    Act.DECLINE: frozenset({OfferState.RELEASED}),
}
ANSWERS = frozenset({Act.ACCEPT, Act.DECLINE})
STATES: dict[Act, frozenset[Standing]] = {
    Act.PROPOSE: frozenset({Standing.PHASE_1}),
    Act.LEAVE: PHASES,
    Act.GRADUATE: PHASES,
}
RULES: dict[Act, Promise] = {
    Act.RELEASE: _("Only an offer that waits for its second person is released. Reload the page to see how it stands."),
    Act.TAKE_BACK: _("An offer that was answered stays answered. Reload the page to see how it stands."),
    Act.ACCEPT: _("Only an offer that is open is accepted. Reload the page to see how it stands."),
    Act.DECLINE: _("Only an offer that is open is declined. Reload the page to see how it stands."),
    Act.PROPOSE: _("Only a start-up in phase 1 goes on to phase 2. Reload the page to see how it stands."),
    Act.LEAVE: _("Only a start-up in a phase leaves. Reload the page to see how it stands."),
    Act.GRADUATE: _("Only a start-up in a phase becomes an alumna. Reload the page to see how it stands."),
    Act.APPROVE: _("This proposal was decided already. Reload the page to see how."),
    Act.REFUSE: _("This proposal was decided already. Reload the page to see how."),
}


class WrongState(Conflict):
    """The state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(RULES[act])


class OwnOffer(NotPermitted):
    code = "own_offer"
    sentence = _("You made this offer, so another programme manager has to release it.")


class OwnProposal(NotPermitted):
    code = "own_proposal"
    sentence = _("You proposed this, so another programme manager has to decide it.")


class BothSides(NotPermitted):
    code = "both_sides"
    sentence = _("You made or released this offer, so another owner of the start-up has to answer it.")


class OwnersOnly(NotPermitted):
    code = "owners_only"
    sentence = _("Only an owner of the start-up’s page answers an offer. Ask one of them.")


class OfferExpired(Conflict):
    code = "offer_expired"


def offer_refusal(person: User, offer: Offer, act: Act, *, at: datetime) -> DomainError | None:
    """Why the person may not take the step at a moment; None where she may."""
    if act in ANSWERS:
        return _answer_refusal(person, offer, act, at=at)
    if not people_rules.may(person, Permission.COHORT_RUN, offer.programme.public_id):
        return NotPermitted()
    if offer.state not in OFFER_STATES[act]:
        return WrongState(act)
    if act is Act.RELEASE and people_rules.is_same_human(person, offer.made_by):
        return OwnOffer()
    return outside_time(offer, at=at) if act is Act.RELEASE else None


def outside_time(offer: Offer, *, at: datetime) -> OfferExpired | None:
    """The refusal of what comes at the offer's end or after it."""
    if at < offer.expires_at:
        return None
    sentence = _now("The offer ended on %(moment)s, and this arrived on %(arrived)s. Nothing was changed by it.")
    told = {"moment": numerals.moment(offer.expires_at), "arrived": numerals.to_the_second(at)}
    return OfferExpired(sentence % told)


def refusal(person: User, participation: Participation, act: Act) -> DomainError | None:
    """Why the person may not take the step; None where she may."""
    if not people_rules.may(person, Permission.COHORT_RUN, participation.programme.public_id):
        return NotPermitted()
    return None if participation.state in STATES[act] else WrongState(act)


def decision_refusal(person: User, advancement: Advancement, act: Act) -> DomainError | None:
    """Why the person may not decide a proposal; None where she may."""
    if not people_rules.may(person, Permission.COHORT_RUN, advancement.participation.programme.public_id):
        return NotPermitted()
    if advancement.state != AdvancementState.PROPOSED:
        return WrongState(act)
    return OwnProposal() if people_rules.is_same_human(person, advancement.proposed_by) else None


def permitted_of_offer(person: User, offer: Offer, *, at: datetime) -> dict[str, DomainError | None]:
    """Each step by its name, with what refuses it to the person now; None where she may take it."""
    return {act.value: offer_refusal(person, offer, act, at=at) for act in OFFER_STATES}


def permitted(person: User, participation: Participation) -> dict[str, DomainError | None]:
    """Each step by its name, with what refuses it to the person now; None where she may take it."""
    return {act.value: refusal(person, participation, act) for act in STATES}


def _answer_refusal(person: User, offer: Offer, act: Act, *, at: datetime) -> DomainError | None:
    scope = offer.organisation.public_id
    if not people_rules.may(person, Permission.APPLICATION_SUBMIT, scope):
        return OwnersOnly() if people_rules.may(person, Permission.APPLICATION_WRITE, scope) else NotPermitted()
    if offer.state not in OFFER_STATES[act]:
        return WrongState(act)
    if people_rules.is_same_human(person, offer.made_by, offer.released_by):
        return BothSides()
    return outside_time(offer, at=at)
