"""Cohorts for the programme's people: the programmes, and who takes part in one."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from accelerator.cohorts import queries, words
from accelerator.cohorts.lifecycle import OfferState
from accelerator.dashboards import cohorts
from core import clock
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission


class Cohorts(View):
    """The programmes whose cohorts the person reads."""

    def get(self, request: PersonRequest) -> HttpResponse:
        read = queries.programmes_read_by(request.user)
        counted = read.annotate(
            taking_part=Count("participations", distinct=True), published=Count("members", distinct=True)
        )
        return render(request, "accelerator/cohorts/list.html", {"programmes": counted})


class Cohort(View):
    """Who takes part in a programme, and what is published."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        programme = queries.get_programme(request.user, public_id)
        waiting = queries.offers(programme).filter(state__in=[OfferState.MADE, OfferState.RELEASED])
        context = {
            "programme": programme,
            "rows": cohorts.rows(programme, on=clock.today()),
            "offers": [(one, words.OFFERS[one.state]) for one in waiting],
            "may_run": people_rules.may(request.user, Permission.COHORT_RUN, programme.public_id),
        }
        return render(request, "accelerator/cohorts/cohort.html", context)
