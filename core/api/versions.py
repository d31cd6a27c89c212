"""Entity tags (RFC 9110, 13): what a client read names its version, and what it changes has to be that one still."""

import json
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.api.problems import Problem


def tag(representation: Any) -> str:
    """The strong entity tag of what is shown."""
    plain = json.dumps(representation, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{sha256(plain.encode()).hexdigest()[:32]}"'


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the client says that it has this version already (If-None-Match)."""
    return _names(request.headers.get("If-None-Match", ""), tag)


def require(request: HttpRequest, tag: str) -> None:
    """For a change, under the lock of what is changed. Raises Problem: 428 without If-Match, 412 where it is another."""
    told = request.headers.get("If-Match", "")
    if not told:
        raise Problem("version_missing", 428, _("Send If-Match with the ETag of the version that you read."))
    if not _names(told, tag):
        raise Problem("stale", 412, _("It is no longer the version that you read. Read it again, then decide."))


def _names(told: str, tag: str) -> bool:
    return told.strip() == "*" or tag in {one.strip() for one in told.split(",")}
