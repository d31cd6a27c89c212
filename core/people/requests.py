"""The request as views get it, once the policy table has let its person pass."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from core.people.models import User


class PersonRequest(HttpRequest):
    """A request of somebody signed in. For types alone: Django's own class arrives, with these attributes set."""

    user: User
    arrived_at: datetime
    may_open: Callable[[str], bool]
    LANGUAGE_CODE: str
