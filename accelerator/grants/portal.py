"""Payments on the start-up's side: what was agreed, what is on its way, what was paid."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import words as cohort_words
from accelerator.grants import queries, words
from core import clock
from core.people.requests import PersonRequest


class Payments(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = cohorts.get_own_participation(request.user, public_id)
        context = {
            "participation": row,
            "funds": queries.funds([row])[row.pk],
            "lines": [
                (one, words.OWN_STATES[one.state]) for one in queries.lines(row) if one.state in words.OWN_STATES
            ],
            "held_back": cohort_words.held_back(cohorts.ethics_of([row], on=clock.today())[row.pk]),
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/grants/own_payments.html", context)
