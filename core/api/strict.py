"""JSON as it is meant: no key twice, no NaN, no NUL, no unpaired surrogate, not deeper or longer than anything needs."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from core.api.problems import Problem

MOST_BYTES = 1024 * 1024
DEEPEST = 8


class Twice(ValueError):
    """A key stands twice in one object."""


class StrictJSONParser(BaseParser):
    """Reads a body, or raises a Problem that says why it cannot be read."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise Problem("too_large", 413, _("A body may hold one megabyte. Send it in parts."))
        try:
            found = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse, parse_int=_whole)
            _walk(found, DEEPEST)
        except Twice as twice:
            raise Problem("unreadable", 400, _("The key “{key}” stands twice.").format(key=twice)) from None
        except (ValueError, RecursionError):
            raise Problem("unreadable", 400, _("The body is not the JSON that this address reads.")) from None
        return found


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Twice(key)
        found[key] = value
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _whole(digits: str) -> int:
    if len(digits) > 18:  # noqa: PLR2004 -- what a bigint of the database holds
        raise ValueError("a number too large for anything here")
    return int(digits)


def _walk(value: Any, left: int) -> None:
    if left < 0:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("a NUL")
        value.encode("utf-8")  # an unpaired surrogate raises UnicodeEncodeError, a ValueError
    elif isinstance(value, dict):
        for key, inner in value.items():
            _walk(key, left)
            _walk(inner, left - 1)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, left - 1)
