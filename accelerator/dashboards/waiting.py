"""What waits in a cohort for one of the programme's people: to release, to decide, to judge, to approve, to record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import rules as cohort_rules
from accelerator.cohorts.lifecycle import OfferState
from accelerator.grants import queries as grants
from accelerator.grants import rules as grant_rules
from accelerator.grants.lifecycle import State
from accelerator.milestones import queries as milestones
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

PAYMENTS = {
    State.PROPOSED: (grant_rules.Act.APPROVE, _("Approve the payment")),
    State.APPROVED: (grant_rules.Act.PAY, _("Record the payment")),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing. ``is_yours`` where the reader may take the step herself; another has to where not."""

    said: Promise
    who: str
    address: str
    is_yours: bool


def of(programme: Programme, *, reader: User, at: datetime) -> list[Waiting]:
    """Everything that waits in a cohort, what the reader may do first."""
    found = [
        *_offers(programme, reader, at),
        *_proposals(programme, reader),
        *_evidence(programme, reader),
        *_payments(programme, reader),
    ]
    return sorted(found, key=lambda one: (not one.is_yours, one.who.casefold(), one.address))


def _offers(programme: Programme, reader: User, at: datetime) -> Iterator[Waiting]:
    for one in cohorts.offers(programme).filter(state=OfferState.MADE):
        refused = cohort_rules.offer_refusal(reader, one, cohort_rules.Act.RELEASE, at=at)
        address = reverse("accelerator:offer", args=[one.public_id])
        yield Waiting(_("Release the offer"), one.organisation.name, address, refused is None)


def _proposals(programme: Programme, reader: User) -> Iterator[Waiting]:
    for one in cohorts.open_proposals(programme):
        refused = cohort_rules.decision_refusal(reader, one, cohort_rules.Act.APPROVE)
        address = reverse("accelerator:participation", args=[one.participation.public_id])
        yield Waiting(_("Decide on phase 2"), one.participation.organisation.name, address, refused is None)


def _evidence(programme: Programme, reader: User) -> Iterator[Waiting]:
    may = people_rules.may(reader, Permission.COHORT_RUN, programme.public_id)
    for one, involved in milestones.to_judge(programme):
        is_yours = may and not people_rules.is_same_human(reader, *involved)
        address = reverse("accelerator:milestone", args=[one.public_id])
        yield Waiting(_("Judge the evidence"), one.phase.participation.organisation.name, address, is_yours)


def _payments(programme: Programme, reader: User) -> Iterator[Waiting]:
    for one in grants.open_lines(programme):
        act, said = PAYMENTS[State(one.state)]
        participation = one.milestone.phase.participation
        address = reverse("accelerator:payments", args=[participation.public_id])
        refused = grant_rules.refusal(reader, one, act)
        yield Waiting(said, participation.organisation.name, address, refused is None)
