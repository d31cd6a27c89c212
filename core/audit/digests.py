"""The digest of one link of an audit chain (pure)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

FIRST = "0" * 64


def digest(link: Mapping[str, Any]) -> str:
    """SHA-256 of the link's fields as canonical JSON: sorted keys, no blanks, moments in UTC with microseconds."""
    canonical = json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form")
