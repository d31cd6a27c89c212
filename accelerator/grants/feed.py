"""What partner systems are told of a programme, and a start-up's own system of its applications, offers and payments."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.cohorts.models import Offer, Participation
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Milestone
from core.people.roles import Scope
from core.webhooks import kinds
from core.webhooks.kinds import Audience, Reads


def register() -> None:
    kinds.publish("programme.published", _("A programme was published"), scope="programmes:read")
    kinds.publish("challenge.published", _("A challenge was published"), scope="challenges:read")
    kinds.publish("call.published", _("A call for applications was published"), scope="challenges:read")
    kinds.publish("selection.released", _("A selection was released"), scope="applications:read")
    kinds.publish(
        "application.submitted", _("An application was submitted"), _applicant_alone, scope="applications:read"
    )
    kinds.publish(
        "application.withdrawn", _("An application was withdrawn"), _applicant_alone, scope="applications:read"
    )
    kinds.publish(
        "application.asked", _("A question about an application was asked"), _applicant_alone, scope="applications:read"
    )
    offers = _also_of(Offer.objects.all(), "organisation__public_id")
    kinds.publish("offer.released", _("An offer was made"), offers)
    kinds.publish("offer.accepted", _("An offer was accepted"), offers, scope="cohorts:read", reads=Reads.STARTUPS)
    kinds.publish("offer.declined", _("An offer was declined"), offers)
    participations = _also_of(Participation.objects.all(), "organisation__public_id")
    kinds.publish(
        "participation.advanced",
        _("A start-up went on to phase 2"),
        participations,
        scope="cohorts:read",
        reads=Reads.STARTUPS,
    )
    kinds.publish(
        "participation.graduated",
        _("A start-up completed a programme"),
        participations,
        scope="cohorts:read",
        reads=Reads.STARTUPS,
    )
    kinds.publish(
        "participation.left",
        _("A start-up left a programme"),
        participations,
        scope="cohorts:read",
        reads=Reads.STARTUPS,
    )
    milestones = _also_of(Milestone.objects.all(), "phase__participation__organisation__public_id")
    kinds.publish(
        "milestone.accepted", _("A milestone was accepted"), milestones, scope="cohorts:read", reads=Reads.STARTUPS
    )
    payments = _also_of(PaymentLine.objects.all(), "milestone__phase__participation__organisation__public_id")
    kinds.publish("payment.paid", _("A payment was made"), payments, scope="funding:read", reads=Reads.STARTUPS)


def _applicant_alone(subject: str, told: Audience) -> Audience:
    """What was sent to an open call is sealed: nobody but the applicant is told that there is an application."""
    found = Application.objects.filter(public_id=subject).values_list("organisation__public_id", flat=True).first()
    return Audience(Scope.ORGANISATION, found or told.scope_ref, organisation=found or "")


def _also_of(rows: QuerySet[Any], path: str) -> Callable[[str, Audience], Audience]:
    """The programme, and the start-up to which ``path`` leads from the thing."""

    def concerned(subject: str, told: Audience) -> Audience:
        return replace(told, organisation=rows.filter(public_id=subject).values_list(path, flat=True).first() or "")

    return concerned
