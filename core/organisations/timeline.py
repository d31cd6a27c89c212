"""What happened to an organisation, told by the businesses, which know it. One reads another's with its consent alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from core.organisations import queries
from core.organisations.models import Consent, Organisation

Source = Callable[[Organisation], Iterable["Entry"]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened ``on`` a day, in the reader's language. ``detail`` says more, and may be empty."""

    on: date
    act: str
    detail: str = ""
    is_illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """The timeline that an organisation lets others read, and the consent on which they do."""

    consent: Consent
    entries: tuple[Entry, ...]


_sources: dict[str, list[Source]] = {what: [] for what in Consent.What.values}


def register(what: str, source: Source) -> None:
    """Called once by each part of a business that knows something of the timeline which a consent names."""
    if source not in _sources[what]:
        _sources[what].append(source)


def entries(organisation: Organisation, what: str) -> tuple[Entry, ...]:
    """
    All that is told of an organisation, the earliest first: for its own people, who decide on it.

    Where two organisations are one company it is told of both.
    """
    both = queries.one_with(organisation)
    told = [entry for source in _sources[what] for one in both for entry in source(one)]
    return tuple(sorted(told, key=lambda one: (one.on, one.act, one.detail)))


def shared(organisation: Organisation, what: str) -> Shared | None:
    """What others may read; None while no consent stands. The consent is asked before anything is told."""
    consent = queries.consent_in_force(organisation, what)
    return Shared(consent, entries(organisation, what)) if consent else None
