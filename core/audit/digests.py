"""The digest of one link of an audit chain (pure)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

FIRST = "0" * 64


def _canonical(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical)


def digest(link: Mapping[str, Any]) -> str:
    """SHA-256 of the link's fields as canonical JSON: sorted keys, no blanks, moments in UTC with microseconds."""
    return hashlib.sha256(_ENCODER.encode(link).encode()).hexdigest()
