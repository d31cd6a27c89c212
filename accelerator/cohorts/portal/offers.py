"""An offer on the start-up's side: read, accepted, declined."""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.cohorts import forms, queries, rules, services, words
from accelerator.cohorts.asking import Ask, allowed
from accelerator.cohorts.lifecycle import OfferState
from accelerator.cohorts.models import Offer as Row
from accelerator.cohorts.models import Participation
from accelerator.cohorts.rules import Act
from core import clock
from core.audit import sentences
from core.errors import DomainError
from core.people.requests import PersonRequest


class Offer(View):
    """What is offered, until when, and who may answer."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        offer = queries.get_own_offer(request.user, public_id)
        is_open = offer.state == OfferState.RELEASED
        over = rules.outside_time(offer, at=request.arrived_at) if is_open else None
        context = whole(offer) | {
            "stage": words.EXPIRED if over else words.TO_ANSWER if is_open else words.OFFERS[offer.state],
            "refusal": rules.offer_refusal(request.user, offer, Act.ACCEPT, at=request.arrived_at) if is_open else None,
            "acts": allowed(rules.permitted_of_offer(request.user, offer, at=request.arrived_at)),
            "participation": Participation.objects.filter(offer=offer).first(),
        }
        return render(request, "accelerator/cohorts/own_offer.html", context)


class Answer(Ask):
    """An answer to an offer."""

    act: Act
    audience = "portal"

    def load(self, request: PersonRequest, **ids: Any) -> Row:
        return queries.get_own_offer(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Row) -> DomainError | None:
        return rules.offer_refusal(request.user, row, self.act, at=request.arrived_at)

    def back(self, row: Row) -> str:
        return reverse("portal:offer", args=[row.public_id])

    def about(self, row: Row) -> dict[str, Any]:
        crumbs = [(reverse("portal:participations"), _("Your programmes")), (self.back(row), row.programme)]
        return whole(row) | {"what": row.organisation, "crumbs": crumbs}


class AcceptOffer(Answer):
    """Agree to exactly what was read."""

    act, form_class, template = Act.ACCEPT, forms.ReadForm, "accelerator/cohorts/release.html"
    heading, button = _("Accept the offer"), _("Accept it for the start-up")
    lead = _("You agree to exactly what stands here. The participation begins today, with phase 1.")

    def form(self, row: Row, data: Any = None) -> django_forms.Form:
        return forms.ReadForm(data, initial={"read": row.digest})

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.accept(row, read=given["read"], by=request.user, on=clock.today(), at=request.arrived_at)
        return _("Accepted. Your participation begins today.")


class DeclineOffer(Answer):
    act, form_class = Act.DECLINE, forms.DeclineForm
    heading, button = _("Decline the offer"), _("Decline it for the start-up")
    lead = _("It cannot be accepted afterwards. You need not say why.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.decline(row, because=given["because"], by=request.user, at=request.arrived_at)
        return _("Declined. The programme sees it at once.")


def whole(offer: Row) -> dict[str, Any]:
    """An offer with the words for its parts; who made and released it is the programme's own."""
    return {
        "offer": offer,
        "agreement": words.AGREEMENTS[offer.agreement],
        "digest_in_groups": sentences.in_groups(offer.digest),
        "illustrative": offer.is_illustrative,
    }
