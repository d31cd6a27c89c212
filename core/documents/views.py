"""Downloads: an attachment that no browser opens in the product's own name."""

from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views import View

from core import clock
from core.documents import media, services
from core.people.requests import PersonRequest


class Download(View):
    """A document that the person may read and that was found clean."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        opened = services.open_for(cast(PersonRequest, request).user, public_id, at=clock.now())
        response = FileResponse(
            opened.file,
            as_attachment=True,
            filename=opened.document.name,
            content_type=media.TYPES[opened.document.media].sent_as,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response
