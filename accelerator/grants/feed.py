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
from core.webhooks.kinds import Audience


def register() -> None:
    kinds.publish("programme.published", _("A programme was published"))
    kinds.publish("challenge.published", _("A challenge was published"))
    kinds.publish("call.published", _("A call for applications was published"))
    kinds.publish("selection.released", _("A selection was released"))
    kinds.publish("application.submitted", _("An application was submitted"), _applicant_alone)
    kinds.publish("application.withdrawn", _("An application was withdrawn"), _applicant_alone)
    kinds.publish("application.asked", _("A question about an application was asked"), _applicant_alone)
    offers = _also_of(Offer.objects.all(), "organisation")
    kinds.publish("offer.released", _("An offer was made"), offers)
    kinds.publish("offer.accepted", _("An offer was accepted"), offers)
    kinds.publish("offer.declined", _("An offer was declined"), offers)
    participations = _also_of(Participation.objects.all(), "organisation")
    kinds.publish("participation.advanced", _("A start-up went on to phase 2"), participations)
    kinds.publish("participation.graduated", _("A start-up completed a programme"), participations)
    kinds.publish("participation.left", _("A start-up left a programme"), participations)
    milestones = _also_of(Milestone.objects.all(), "phase__participation__organisation")
    kinds.publish("milestone.accepted", _("A milestone was accepted"), milestones)
    payments = _also_of(PaymentLine.objects.all(), "milestone__phase__participation__organisation")
    kinds.publish("payment.paid", _("A payment was made"), payments)


def _applicant_alone(subject: str, told: Audience) -> Audience:
    """What was sent to an open call is sealed: nobody but the applicant is told that there is an application."""
    found = Application.objects.filter(public_id=subject).values_list("organisation__public_id", flat=True).first()
    return Audience(Scope.ORGANISATION, found or told.scope_ref, organisation=found or "")


def _also_of(rows: QuerySet[Any], path: str) -> Callable[[str, Audience], Audience]:
    """The programme, and the start-up to which ``path`` leads from the thing, with its nation."""

    def concerned(subject: str, told: Audience) -> Audience:
        found = rows.filter(public_id=subject).values_list(f"{path}__public_id", f"{path}__nation").first()
        startup, nation = found or ("", None)
        return replace(told, organisation=startup, nations=(nation,) if nation else ())

    return concerned
