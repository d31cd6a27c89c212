"""What a start-up reads of the decision: the outcome and the programme's words, and nobody's name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from accelerator.applications import queries as applications
from accelerator.panels import queries, words
from core.errors import NotFound
from core.people.requests import PersonRequest


class Feedback(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        application = applications.get_application(request.user, public_id)
        told = queries.told(application)
        if told is None:
            raise NotFound
        context = {
            "application": application,
            "told": told,
            "stands": words.TO_APPLICANTS[told.outcome],
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/panels/feedback_read.html", context)
