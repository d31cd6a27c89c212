"""What is held of oneself, to take away; and the end of one's account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.people import own_data, services
from core.people.requests import PersonRequest


class OwnData(View):
    """A file of everything that the parts hold of the person, readable by people and by machines."""

    def post(self, request: PersonRequest) -> HttpResponse:
        services.note_data_taken(request.user)
        name = f"own-data-{clock.today().isoformat()}.json"
        return JsonResponse(
            own_data.gathered(request.user),
            json_dumps_params={"indent": 2, "ensure_ascii": False},
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


@method_decorator(reauthentication_required, name="dispatch")
class CloseAccount(View):
    """Says what goes and what stays, then does it: with a proof that is not older than five minutes."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(request, "core/people/close.html")

    def post(self, request: PersonRequest) -> HttpResponse:
        services.close(request.user, by=request.user, at=clock.now())
        logout(request)
        messages.success(request, _("Your account is closed. We sent a last mail to your address."))
        return redirect("core:home")
