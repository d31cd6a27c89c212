"""Offers and participations: for the programme's people, and for the start-up's own."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accelerator.applications.models import Application
from accelerator.challenges.models import Programme
from accelerator.cohorts.lifecycle import AdvancementState, OfferState
from accelerator.cohorts.models import Advancement, CohortMember, Offer, Participation, ParticipationStep
from core.audit import digests
from core.errors import NotFound
from core.ethics import gate
from core.ethics.gate import Held, Standing
from core.ethics.lifecycle import Money
from core.organisations import queries as organisations
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

SAID = ("programme", "organisation", "organisation__nation", "challenge", "currency", "made_by", "released_by")
AT_HAND = (
    "programme",
    "programme__currency",
    "organisation",
    "organisation__nation",
    "offer",
    "offer__challenge",
    "member",
)
SHOWN_TO_STARTUPS = (OfferState.RELEASED, OfferState.ACCEPTED, OfferState.DECLINED)
"""What is not released yet, or was taken back, is no offer to anybody."""


def programmes_read_by(person: User) -> QuerySet[Programme]:
    """The programmes whose cohorts the person reads, the latest first."""
    rows = Programme.objects.select_related("currency").order_by("-cohort_year", "-pk")
    if people_rules.reaches_everywhere(person, Permission.COHORT_READ):
        return rows
    return rows.filter(public_id__in=people_rules.scopes_of(person, Permission.COHORT_READ))


def get_programme(person: User, public_id: str) -> Programme:
    """A programme whose cohort the person reads. Raises NotFound."""
    found = programmes_read_by(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def offers(programme: Programme) -> QuerySet[Offer]:
    """Every offer of a programme, the latest first."""
    return Offer.objects.filter(programme=programme).select_related(*SAID).order_by("-made_at", "-pk")


def get_offer(person: User, public_id: str) -> Offer:
    """An offer of a programme whose cohort the person reads. Raises NotFound."""
    rows = Offer.objects.filter(programme__in=programmes_read_by(person).order_by().values("pk"))
    return _one(rows.select_related(*SAID, "answered_by", "taken_back_by", "application"), public_id)


def visible_to(person: User) -> QuerySet[Participation]:
    """Participations in the programmes whose cohorts the person reads."""
    rows = Participation.objects.filter(programme__in=programmes_read_by(person).order_by().values("pk"))
    return rows.select_related(*AT_HAND).order_by("organisation__name", "pk")


def participations(programme: Programme) -> QuerySet[Participation]:
    """Everybody who takes or took part, by name."""
    rows = Participation.objects.filter(programme=programme)
    return rows.select_related(*AT_HAND).order_by("organisation__name", "pk")


def get_participation(person: User, public_id: str) -> Participation:
    """A participation in a programme whose cohort the person reads. Raises NotFound."""
    return _one(visible_to(person), public_id)


def steps(participation: Participation) -> list[ParticipationStep]:
    """What happened to it, in its order."""
    return list(participation.steps.select_related("by").order_by("effective_on", "pk"))


def advancements(participation: Participation) -> list[Advancement]:
    """Proposals for phase 2, the latest first."""
    rows = participation.advancements.select_related("proposed_by", "decided_by", "participation__programme")
    return list(rows.order_by("-proposed_at", "-pk"))


def open_proposals(programme: Programme) -> QuerySet[Advancement]:
    """Proposals for phase 2 that wait for their decision."""
    rows = Advancement.objects.filter(participation__programme=programme, state=AdvancementState.PROPOSED)
    return rows.select_related("proposed_by", "participation__programme", "participation__organisation").order_by("pk")


def get_advancement(participation: Participation, public_id: str) -> Advancement:
    """A proposal for phase 2. Raises NotFound."""
    rows = participation.advancements.select_related("proposed_by", "participation__programme")
    return _one(rows, public_id)


def own_offers(person: User) -> QuerySet[Offer]:
    """What was offered to the person's start-ups, the latest first."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    rows = Offer.objects.filter(organisation__public_id__in=own, state__in=SHOWN_TO_STARTUPS)
    return rows.select_related(*SAID, "answered_by").order_by("-released_at", "-pk")


def get_own_offer(person: User, public_id: str) -> Offer:
    """An offer to one of the person's start-ups. Raises NotFound."""
    return _one(own_offers(person), public_id)


def own_participations(person: User) -> QuerySet[Participation]:
    """The participations of the person's start-ups, the latest first."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    rows = Participation.objects.filter(organisation__public_id__in=own)
    return rows.select_related(*AT_HAND).order_by("-began_on", "-pk")


def get_own_participation(person: User, public_id: str) -> Participation:
    """A participation of one of the person's start-ups. Raises NotFound."""
    return _one(own_participations(person), public_id)


def companies() -> list[Organisation]:
    """To whom an offer can be made, by name."""
    return list(organisations.companies())


def applicants(programme: Programme, organisation: Organisation) -> list[Application]:
    """What a start-up submitted to the programme, the latest first."""
    rows = Application.objects.filter(call__programme=programme, organisation=organisation, state="submitted")
    return list(rows.select_related("challenge").order_by("-begun_at", "-pk"))


def agreed(offer: Offer) -> dict[str, Any]:
    """Everything that an offer says, as plain values: what is released by a second person and then agreed."""
    return {
        "offer": offer.public_id,
        "programme": offer.programme.public_id,
        "organisation": offer.organisation.public_id,
        "challenge": offer.challenge.code if offer.challenge else "",
        "technology": offer.technology,
        "amount": str(offer.amount),
        "currency": offer.currency_id,
        "months": offer.months,
        "agreement": offer.agreement,
        "terms": offer.terms,
        "expires_at": offer.expires_at.isoformat(),
    }


def digest(offer: Offer) -> str:
    return digests.digest(agreed(offer))


def subjects_of(participation: Participation) -> list[str]:
    """Under which public ids its responsible use is reviewed: as a participation, as the offer that it accepted, and as the
    member that was published.
    """
    member = [participation.member.public_id] if participation.member else []
    return [participation.public_id, participation.offer.public_id, *member]


def subjects_of_offer(offer: Offer) -> list[str]:
    """Under which public ids the responsible use of whoever gets an offer is reviewed: as the offer, and as the member published."""
    members = CohortMember.objects.filter(programme=offer.programme_id, organisation=offer.organisation_id)
    return [offer.public_id, *members.values_list("public_id", flat=True)]


def gate_of_offer(offer: Offer, *, on: date) -> Standing:
    """How the gate stands for an offer on a day."""
    return gate.standing(offer.programme.public_id, subjects_of_offer(offer), kind=Money.OFFER, on=on)


def ethics_of(rows: Iterable[Participation], *, on: date) -> dict[int, Held | None]:
    """What holds money back from each participation on a day, by its key: None where nothing does. In two queries."""
    subjects = {row.pk: subjects_of(row) for row in rows}
    return gate.held(subjects, on=on)


def _one(rows: QuerySet[Any], public_id: str) -> Any:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
