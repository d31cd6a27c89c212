"""The kinds of event, each declared once beside the service that records it, with its sentence."""

from dataclasses import dataclass

from django.utils.functional import Promise

_kinds: dict[str, "Kind"] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """``sentence`` may name {actor}, {subject} and any key of the event's before and after."""

    code: str
    sentence: Promise


def declare(code: str, sentence: Promise) -> Kind:
    """Make ``code`` known. A second declaration of one code is a mistake in the program."""
    if code in _kinds:
        raise ValueError(f"the audit kind {code} is declared twice")
    _kinds[code] = Kind(code, sentence)
    return _kinds[code]


def known() -> dict[str, Kind]:
    return dict(_kinds)
