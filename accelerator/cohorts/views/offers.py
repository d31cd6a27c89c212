"""Offers on the programme's side: made, read by the second person, released, taken back."""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.challenges.models import Programme
from accelerator.cohorts import forms, queries, rules, services, words
from accelerator.cohorts.asking import Ask, allowed
from accelerator.cohorts.models import Offer as Row
from accelerator.cohorts.rules import Act
from core import clock
from core.audit import sentences
from core.errors import DomainError, NotPermitted
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission


class MakeOffer(Ask):
    """An offer to a start-up. Nobody outside the programme sees it before another released it."""

    heading, button = _("Make an offer"), _("Make the offer")
    lead = _("The funding and the months are the programme’s. Another programme manager releases it to the start-up.")

    def load(self, request: PersonRequest, **ids: Any) -> Programme:
        return queries.get_programme(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Programme) -> DomainError | None:
        return None if people_rules.may(request.user, Permission.COHORT_RUN, row.public_id) else NotPermitted()

    def form(self, row: Programme, data: Any = None) -> django_forms.Form:
        return forms.OfferForm(data, programme=row)

    def post(self, request: PersonRequest, **ids: Any) -> HttpResponse:
        if refused := self.refusal(request, self.load(request, **ids)):
            raise refused
        return super().post(request, **ids)

    def take_step(self, request: PersonRequest, row: Programme, given: Mapping[str, Any]) -> Promise:
        form = self.form(row, request.POST)
        form.is_valid()
        organisation = form.organisations[given["organisation"]]  # type: ignore[attr-defined]  # an OfferForm
        terms = form.terms_of()  # type: ignore[attr-defined]  # an OfferForm
        services.make_offer(row, organisation, terms, by=request.user, at=clock.now())
        return _("Made. Another programme manager releases it.")

    def back(self, row: Programme) -> str:
        return reverse("accelerator:cohort", args=[row.public_id])

    def about(self, row: Programme) -> dict[str, Any]:
        return {"what": row, "crumbs": [(self.back(row), row)]}


class Offer(View):
    """An offer as it stands, with who did what."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        offer = queries.get_offer(request.user, public_id)
        context = whole(offer) | {
            "acts": allowed(rules.permitted_of_offer(request.user, offer, at=clock.now())),
            "is_over": offer.state == "released" and rules.outside_time(offer, at=clock.now()) is not None,
        }
        return render(request, "accelerator/cohorts/offer.html", context)


class OfferStep(Ask):
    """A step of an offer that stands."""

    act: Act

    def load(self, request: PersonRequest, **ids: Any) -> Row:
        return queries.get_offer(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Row) -> DomainError | None:
        return rules.offer_refusal(request.user, row, self.act, at=clock.now())

    def back(self, row: Row) -> str:
        return reverse("accelerator:offer", args=[row.public_id])

    def about(self, row: Row) -> dict[str, Any]:
        return whole(row) | {"what": row.organisation, "crumbs": [(self.back(row), row.organisation)]}


class ReleaseOffer(OfferStep):
    """Put an offer before the start-up, exactly as it was read."""

    act, form_class, template = Act.RELEASE, forms.ReadForm, "accelerator/cohorts/release.html"
    heading, button = _("Release the offer"), _("Release it")
    lead = _("You release exactly what stands here. The start-up’s owners read it and can accept it.")

    def form(self, row: Row, data: Any = None) -> django_forms.Form:
        return forms.ReadForm(data, initial={"read": queries.digest(row)})

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.release_offer(row, read=given["read"], by=request.user, at=clock.now())
        return _("Released. The start-up’s people were told.")


class TakeBackOffer(OfferStep):
    act, form_class = Act.TAKE_BACK, forms.BecauseForm
    heading, button = _("Take the offer back"), _("Take it back")
    lead = _("It can no longer be accepted. What you write stands in the audit trail; the start-up is not shown it.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.take_back(row, because=given["because"], by=request.user, at=clock.now())
        return _("Taken back.")


def whole(offer: Row) -> dict[str, Any]:
    """An offer with the words for its parts."""
    digest = offer.digest or queries.digest(offer)
    return {
        "offer": offer,
        "stage": words.OFFERS[offer.state],
        "agreement": words.AGREEMENTS[offer.agreement],
        "digest_in_groups": sentences.in_groups(digest),
        "illustrative": offer.is_illustrative,
        "gate": queries.gate_of_offer(offer, on=clock.today()) if offer.state in ("made", "released") else None,
    }
