"""Staying signed in."""

from django.http import HttpResponse, JsonResponse
from django.views import View

from core import clock
from core.people import sessions
from core.people.requests import PersonRequest


class Stay(View):
    """Put the end of one's session off; the answer says how long it now lasts. Asked by the notice of its end."""

    def post(self, request: PersonRequest) -> HttpResponse:
        sessions.keep(request.session, at=clock.now())
        ending = sessions.ending(request.session, request.user, at=clock.now())
        return JsonResponse({"seconds": ending.seconds, "may_stay": ending.may_stay})
