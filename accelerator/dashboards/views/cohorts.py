"""Cohorts for the programme's people: the programmes, and who takes part in one."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.cohorts import queries, words
from accelerator.cohorts.lifecycle import OfferState
from accelerator.dashboards import cohorts, waiting
from accelerator.grants import queries as grants
from core import clock
from core.ethics import passed
from core.exports import xlsx
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
        open_offers = queries.offers(programme).filter(state=OfferState.RELEASED)
        found = cohorts.rows(programme, on=clock.today())
        funds, illustrative = cohorts.total(found), any(one.is_illustrative for one in found)
        drawn = (
            cohorts.by_nation(found),
            cohorts.spent(funds, currency=programme.currency_id, illustrative=illustrative),
        )
        context = {
            "programme": programme,
            "rows": found,
            "funds": funds,
            "budget": grants.budget(programme),
            "charts": [one for one in drawn if one],
            "passed": passed.under_override(programme.public_id, known_at=clock.now()),
            "offers": [(one, words.OFFERS[one.state]) for one in open_offers],
            "waiting": waiting.of(programme, reader=request.user, at=clock.now()),
            "may_run": people_rules.may(request.user, Permission.COHORT_RUN, programme.public_id),
        }
        return render(request, "accelerator/cohorts/cohort.html", context)


class CohortSheet(View):
    """Who takes part in a programme and what it is funded with, as a workbook."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        programme = queries.get_programme(request.user, public_id)
        found = cohorts.rows(programme, on=clock.today())
        about = xlsx.About(
            _("Cohort of %(programme)s") % {"programme": programme},
            clock.today(),
            clock.now(),
            _("Participations as recorded; members as published, with their sources on the public page."),
            illustrative=any(one.is_illustrative for one in found),
            remarks=[_("Amounts in %(unit)s.") % {"unit": programme.currency_id}],
        )
        let_past = passed.under_override(programme.public_id, known_at=clock.now())
        sheets = [cohorts.sheet(found), *passed.sheets(let_past)]
        return xlsx.response(xlsx.workbook(about, sheets), name=f"cohort-{programme.slug}")
