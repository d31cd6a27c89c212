"""Structured logs: one JSON object a line, each with the id of its request or job."""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_KEYS = frozenset({"body", "email", "key"})
SECRET_WORDS = frozenset({"authorization", "cookie", "password", "secret", "token", "totp"})
"""Words that make a key name a secret wherever they stand in it, such as ``new_password``."""
REDACTED = "[redacted]"
SECRET_LINKS = re.compile(r"(/invitation/|/reset/key/|/confirm-email/)[^/?\s]+")
"""Addresses that carry the secret of a link in a mail."""


def configure(*, production: bool) -> None:
    """Send structlog and standard logging through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        redact,
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["console"], "level": "INFO" if production else "WARNING"},
            "loggers": {
                "django_structlog": {"level": "INFO"},
                "django.security": {"level": "WARNING"},
                "fontTools": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """
    Blank the values of keys that name a secret, and the secrets that links of mails carry in their address.

    It comes last, so that what an exception says is read too.
    """
    for key, value in event.items():
        event[key] = _without_secrets(key, value)
    return event


def _without_secrets(key: str, value: Any) -> Any:
    if key.lower() in SECRET_KEYS or SECRET_WORDS & set(key.lower().split("_")):
        return REDACTED
    if isinstance(value, str):
        return SECRET_LINKS.sub(rf"\1{REDACTED}", value)
    if isinstance(value, dict):
        return {inner: _without_secrets(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets("", one) for one in value]
    return value
