"""What a start-up lets the fund's people read of its way through the accelerator: given and withdrawn by its owners."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.applications import queries as applications
from accelerator.cohorts.asking import Ask
from core.errors import DomainError, NotFound, NotPermitted
from core.organisations import queries, services, timeline
from core.organisations.models import Consent, Organisation
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission

WHAT = Consent.What.ACCELERATOR_TIMELINE


class Consents(View):
    """Each of one's start-ups: whether it consented, since when, and what would be read."""

    def get(self, request: PersonRequest) -> HttpResponse:
        told = [
            (
                one,
                queries.in_force(editions := queries.consents(one, WHAT)),
                editions,
                timeline.entries(one, WHAT),
                people_rules.may(request.user, Permission.ORGANISATION_RUN, one.public_id),
                queries.joined(one),
            )
            for one in applications.organisations_of(request.user)
        ]
        return render(request, "accelerator/cohorts/consents.html", {"told": told})


class Consenting(Ask):
    """A consent of one start-up, given or withdrawn."""

    audience = "portal"

    def load(self, request: PersonRequest, **ids: Any) -> Organisation:
        found = applications.organisations_of(request.user).filter(public_id=ids["public_id"]).first()
        if found is None:
            raise NotFound
        return found

    def refusal(self, request: PersonRequest, row: Organisation) -> DomainError | None:
        return None if people_rules.may(request.user, Permission.ORGANISATION_RUN, row.public_id) else NotPermitted()

    def back(self, row: Organisation) -> str:
        return reverse("portal:consents")

    def about(self, row: Organisation) -> dict[str, Any]:
        return {"what": row, "crumbs": [(self.back(row), _("What the fund may read"))]}


class GiveConsent(Consenting):
    heading, button = _("Let the fund read your timeline"), _("Give the consent")
    lead = _(
        "People who read the fund’s investments see your phases with their funding and your accepted milestones, "
        "until you withdraw it. Nobody else is shown more than before."
    )

    def take_step(self, request: PersonRequest, row: Organisation, given: Mapping[str, Any]) -> Promise:
        services.give_consent(row, WHAT, by=request.user, at=request.arrived_at)
        return _("Given. You can withdraw it at any time.")


class WithdrawConsent(Consenting):
    heading, button = _("Withdraw the consent"), _("Withdraw it")
    lead = _("The fund’s people read nothing of it from their next request on. That you had consented stays on record.")

    def take_step(self, request: PersonRequest, row: Organisation, given: Mapping[str, Any]) -> Promise:
        services.withdraw_consent(row, WHAT, by=request.user, at=request.arrived_at)
        return _("Withdrawn. The fund’s people no longer see it.")
