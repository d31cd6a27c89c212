"""Whether the process lives and whether it is ready: answered before the host is checked."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

LIVE = "/health/live"
READY = "/health/ready"


class HealthMiddleware:
    """``/health/live`` touches nothing; ``/health/ready`` asks the database and says degraded while Redis is away."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in {LIVE, READY}:
            return self.respond(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = JsonResponse({"status": "live"}) if request.path_info == LIVE else self._ready()
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _ready(self) -> JsonResponse:
        database = self._database()
        if database != "ok":
            return JsonResponse({"status": "not ready", "database": database}, status=503)
        if not _redis_answers():
            return JsonResponse({"status": "degraded", "database": "ok", "redis": "away"})
        return JsonResponse({"status": "ready", "database": "ok", "redis": "ok"})

    def _database(self) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self.migrated:
                self.migrated = not _waiting_migrations()
        except DatabaseError:
            return "away"
        return "ok" if self.migrated else "migrations wait"


def _waiting_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _redis_answers() -> bool:
    url = settings.CACHES["default"].get("LOCATION")
    if not url:
        return False
    try:
        with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=1, socket_timeout=1) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False
