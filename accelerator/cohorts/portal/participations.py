"""One's programmes: what was offered, and the participations with their phases."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from accelerator.cohorts import queries, rules, words
from accelerator.cohorts.lifecycle import OfferState
from accelerator.cohorts.models import Offer
from core import clock
from core.people.requests import PersonRequest


class Participations(View):
    """What waits for an answer first, then everything that was offered and accepted."""

    def get(self, request: PersonRequest) -> HttpResponse:
        offers = [(one, _chip(request, one)) for one in queries.own_offers(request.user)]
        context = {
            "offers": [pair for pair in offers if pair[0].state != OfferState.ACCEPTED],
            "participations": [(one, words.STANDINGS[one.state]) for one in queries.own_participations(request.user)],
        }
        return render(request, "accelerator/cohorts/own_list.html", context)


class Participation(View):
    """The phases with their funding, and whether money waits for an ethics review."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_own_participation(request.user, public_id)
        context = {
            "participation": row,
            "standing": words.STANDINGS[row.state],
            "steps": [(one, words.STEPS[one.kind]) for one in queries.steps(row)],
            "held_back": words.held_back(queries.ethics_of([row], on=clock.today())[row.pk]),
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/cohorts/own_participation.html", context)


def _chip(request: PersonRequest, offer: Offer) -> words.Chip:
    if offer.state != OfferState.RELEASED:
        return words.OFFERS[offer.state]
    return words.EXPIRED if rules.outside_time(offer, at=request.arrived_at) else words.TO_ANSWER
