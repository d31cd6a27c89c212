"""Redis as a cache that may be away: what it would have kept is then kept by the process alone."""

from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = structlog.get_logger(__name__)

FORWARDED = ("add", "get", "set", "touch", "delete", "incr", "has_key", "get_many", "set_many", "delete_many")


class RedisOrLocalCache(RedisCache):
    """Answer from Redis; from this process's memory while Redis cannot be reached, limits on sign-in included."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"retry": Retry(NoBackoff(), 0), "socket_timeout": 2, "socket_connect_timeout": 1}
        params["OPTIONS"] = options | params.get("OPTIONS", {})
        super().__init__(server, params)
        self.local = LocMemCache("redis-is-away", {})


def _tolerant(name: str) -> Any:
    ask_redis = getattr(RedisCache, name)

    def ask(self: RedisOrLocalCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return ask_redis(self, *args, **kwargs)
        except (RedisError, OSError) as away:
            logger.warning("cache away", failure=type(away).__name__)
            return getattr(self.local, name)(*args, **kwargs)

    ask.__name__ = name
    return ask


for _name in FORWARDED:
    setattr(RedisOrLocalCache, _name, _tolerant(_name))
