"""What the frame around every page shows: navigation, account, theme, the demo's clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core import clock
from core.people import navigation, sessions
from core.people.models import User
from core.people.roles import STARTUP_RIGHTS


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the shell. It asks the database only what waits for the person, where a page shows it."""
    person: Any = getattr(request, "user", None)
    match = request.resolver_match
    signed_in = bool(person and person.is_authenticated)
    route = match.view_name if match else ""
    return {
        "navigation": navigation.groups(person.role_slugs(), route, person) if signed_in else [],
        "session_ending": sessions.ending(request.session, person, at=clock.now()) if signed_in else None,
        "session_warning": _warning(),
        "theme": person.theme if signed_in else _theme_of(request),
        "sign_up_is_open": settings.SIGN_UP_IS_OPEN,
        "is_demo": settings.DEMO,
        "demo_today": clock.today() if settings.DEMO else None,
        "acts_for_startups": signed_in and not person.role_slugs().isdisjoint(STARTUP_RIGHTS),
        "sees_staff_pages": signed_in and person.is_staff,
    }


def _theme_of(request: HttpRequest) -> str:
    """A visitor's look, from the cookie; anything that is no look of ours is left."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in User.Theme.values else User.Theme.SYSTEM


def _warning() -> dict[str, int]:
    """How long before its end a session is said to end."""
    seconds = int(settings.SESSION_WARNING.total_seconds())
    return {"seconds": seconds, "minutes": max(1, round(seconds / 60))}
