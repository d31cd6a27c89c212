"""What a partner system may see of cohorts: published members of programmes that it reaches, participations of its nations."""

from django.db.models import QuerySet

from accelerator.cohorts.models import CohortMember, Participation
from core.api.callers import Caller
from core.organisations.models import Organisation


def members(caller: Caller) -> QuerySet[CohortMember]:
    """The members of programmes that it reaches, as published: of every nation, as everybody reads them."""
    rows = CohortMember.objects.filter(programme__public_id__in=caller.programmes)
    return rows.select_related("programme", "organisation", "challenge")


def participations(caller: Caller) -> QuerySet[Participation]:
    """The participations of start-ups of its nations in programmes that it reaches."""
    rows = Participation.objects.filter(
        programme__public_id__in=caller.programmes, organisation__nation_id__in=caller.nations
    )
    return rows.select_related("programme", "organisation", "member").prefetch_related("steps")


def organisations(caller: Caller) -> QuerySet[Organisation]:
    """Who stands behind both."""
    found = Organisation.objects.filter(pk__in=members(caller).values("organisation"))
    return found | Organisation.objects.filter(
        pk__in=participations(caller).prefetch_related(None).values("organisation")
    )
