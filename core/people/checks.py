"""System checks: every route stands in the policy table, and every row names a route that exists."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from core.people import policy


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The name of every route, with its namespace, as the resolver reports it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or pattern.lookup_str}"


@checks.register
def every_route_has_a_policy(app_configs: object, **_kwargs: Any) -> list[CheckMessage]:
    table = policy.table()
    existing = set(routes())
    missing = [
        Error(f"The route {route} has no row in the policy table.", id="people.E001")
        for route in sorted(existing - table.routes)
    ]
    stray = [
        Error(f"The policy table names the route {route}, which does not exist.", id="people.E002")
        for route in sorted(table.routes - existing)
    ]
    return [*missing, *stray]


@checks.register(checks.Tags.security, deploy=True)
def two_database_roles(app_configs: object, **_kwargs: Any) -> list[CheckMessage]:
    """The role that serves must not be the role that owns the tables, where both are known."""
    served, owner = settings.DATABASES["default"], settings.DATABASES.get("owner")
    if owner and served["USER"] == owner["USER"]:
        return [
            Error(
                "DATABASE_URL and DATABASE_OWNER_URL name one role; serve as a role that owns nothing.",
                id="people.E003",
            )
        ]
    return []
