"""Cohort members and participations as things whose responsible use is reviewed, told to the ethics reviews."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.lifecycle import OfferState
from accelerator.cohorts.models import CohortMember, Offer, Participation
from core.ethics import subjects
from core.ethics.subjects import Keeper, Subject
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

KIND, OFFER = "cohort-member", "offer"
PARTICIPATION = "participation"


def register() -> None:
    """Tell the ethics reviews who keeps cohort members, participations of which nothing was published, and offers that wait."""
    subjects.register(KIND, Keeper(_("Cohort member"), find, all_for))
    subjects.register(PARTICIPATION, Keeper(_("Participation"), find_participations, participations_for))
    subjects.register(OFFER, Keeper(_("Offer"), find_offers, offers_for))


def find(ids: Iterable[str]) -> dict[str, Subject]:
    """The cohort members of some ids."""
    rows = CohortMember.objects.filter(public_id__in=list(ids)).select_related("organisation", "programme")
    return {row.public_id: _subject(row) for row in rows}


def all_for(person: User) -> list[Subject]:
    """The members of the programmes whose ethics the person assesses."""
    rows = CohortMember.objects.select_related("organisation", "programme")
    if not people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS):
        rows = rows.filter(programme__public_id__in=people_rules.scopes_of(person, Permission.ETHICS_ASSESS))
    return [_subject(row) for row in rows.order_by("organisation__name", "-programme__cohort_year", "pk")]


def find_participations(ids: Iterable[str]) -> dict[str, Subject]:
    """The participations of some ids."""
    rows = Participation.objects.filter(public_id__in=list(ids)).select_related("organisation", "programme", "offer")
    return {row.public_id: _of_participation(row) for row in rows}


def participations_for(person: User) -> list[Subject]:
    """The participations of the programmes whose ethics the person assesses; what was published is a member already."""
    rows = Participation.objects.filter(member__isnull=True).select_related("organisation", "programme", "offer")
    if not people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS):
        rows = rows.filter(programme__public_id__in=people_rules.scopes_of(person, Permission.ETHICS_ASSESS))
    return [_of_participation(row) for row in rows.order_by("organisation__name", "pk")]


def find_offers(ids: Iterable[str]) -> dict[str, Subject]:
    """The offers of some ids."""
    rows = Offer.objects.filter(public_id__in=list(ids)).select_related("organisation", "programme")
    return {row.public_id: _of_offer(row) for row in rows}


def offers_for(person: User) -> list[Subject]:
    """The offers that wait in the programmes whose ethics the person assesses; an accepted one is a participation."""
    rows = Offer.objects.filter(state__in=[OfferState.MADE, OfferState.RELEASED])
    rows = rows.select_related("organisation", "programme")
    if not people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS):
        rows = rows.filter(programme__public_id__in=people_rules.scopes_of(person, Permission.ETHICS_ASSESS))
    return [_of_offer(row) for row in rows.order_by("organisation__name", "pk")]


def _of_offer(row: Offer) -> Subject:
    words = {"name": row.organisation.name, "year": row.programme.cohort_year}
    return Subject(
        kind=OFFER,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=_now("%(name)s, offer of %(year)s") % words,
        scope=row.programme.public_id,
        technologies=(row.technology,) if row.technology else (),
        address=reverse("accelerator:offer", args=[row.public_id]),
        is_illustrative=row.is_illustrative,
    )


def _of_participation(row: Participation) -> Subject:
    words = {"name": row.organisation.name, "year": row.programme.cohort_year}
    return Subject(
        kind=PARTICIPATION,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=_now("%(name)s, cohort of %(year)s") % words,
        scope=row.programme.public_id,
        technologies=(row.offer.technology,) if row.offer.technology else (),
        address=reverse("accelerator:participation", args=[row.public_id]),
        is_illustrative=row.is_illustrative,
    )


def _subject(row: CohortMember) -> Subject:
    words = {"name": row.organisation.name, "year": row.programme.cohort_year}
    return Subject(
        kind=KIND,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=_now("%(name)s, cohort of %(year)s") % words,
        scope=row.programme.public_id,
        technologies=(row.technology,) if row.technology else (),
        address=reverse("programmes:detail", args=[row.programme.slug]),
        is_illustrative=row.organisation.is_illustrative,
    )
