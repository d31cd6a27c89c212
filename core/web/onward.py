"""Where a page leads on to when it was asked to: within this product alone."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

FIELD = "next"


def asked(request: HttpRequest) -> str:
    """The address that the request names as the next one, from the form first; empty where it leads elsewhere."""
    target = request.POST.get(FIELD) or request.GET.get(FIELD) or ""
    fits = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if fits else ""
