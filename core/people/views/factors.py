"""allauth's pages of recovery codes, with a note in the audit trail: whoever reads them could use them."""

from typing import Any

from allauth.mfa.recovery_codes import views
from django.http import HttpRequest, HttpResponseBase

from core.people import factors, services
from core.people.models import User

SHOWN = 200


class Noted:
    """Note a reading, once the page was really shown."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == SHOWN and isinstance(request.user, User):
            services.note_codes_read(request.user)
        return response


class ViewRecoveryCodes(Noted, views.ViewRecoveryCodesView):
    """The codes on a page, which leads on to where the second factor was asked for."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"go_on": self.request.session.get(factors.GO_ON, "")}


class DownloadRecoveryCodes(Noted, views.DownloadRecoveryCodesView):
    """The codes as a file."""
