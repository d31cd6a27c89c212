"""The kinds of event that partner systems are told, each published once by the part that knows whom it concerns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from core.people.roles import Scope


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an event concerns: a fund, a programme or an organisation; Allies by their codes; an organisation by its id."""

    scope_kind: Scope
    scope_ref: str
    nations: tuple[str, ...] = ()
    organisation: str = ""


Concerned = Callable[[str, Audience], Audience]
"""Given the public id of the thing and what its audit chain tells, whom the event concerns."""


class Reads(StrEnum):
    """Through which reach a partner's client reads the thing, or what changes with it, in the interface."""

    WHOLE = "whole"
    """Whoever reaches the fund or programme as a whole."""
    NATIONS = "nations"
    """The Allies that it concerns."""
    EITHER = "either"
    STARTUPS = "start-ups"
    """Whoever reaches the programme, of start-ups of own nations."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    ``code`` is that of the audit trail; ``label`` says what happened, without naming anybody.

    ``scope`` is the scope of the interface under which clients read the thing, through the reach that ``reads`` names; where
    there is none, no client hears of it.
    """

    code: str
    label: Promise
    concerned: Concerned
    scope: str = ""
    reads: Reads = Reads.WHOLE


_published: dict[str, Kind] = {}
_SCOPES = {"fund": Scope.FUND, "programme": Scope.PROGRAMME, "organisation": Scope.ORGANISATION}


def by_chain(_subject: str, told: Audience) -> Audience:
    """The fund or programme in whose chain it stands, and nobody else."""
    return told


def publish(
    code: str, label: Promise, concerned: Concerned = by_chain, *, scope: str = "", reads: Reads = Reads.WHOLE
) -> None:
    """Let partner systems be told of ``code``. A second publication of one code is a mistake in the program."""
    if code in _published:
        raise ValueError(f"the kind {code} is published twice")
    _published[code] = Kind(code, label, concerned, scope, reads)


def find(code: str) -> Kind | None:
    return _published.get(code)


def read_with(scopes: Iterable[str]) -> dict[Reads, list[str]]:
    """The codes of the kinds that a client with these scopes may hear of, by the reach that it takes."""
    held = set(scopes)
    return {way: [one.code for one in known() if one.scope in held and one.reads is way] for way in Reads}


def known() -> list[Kind]:
    return sorted(_published.values(), key=lambda one: one.code)


def unknown(codes: Iterable[str]) -> list[str]:
    """Those of ``codes`` that nobody published."""
    return sorted(set(codes) - _published.keys())


def of_chain(chain: str) -> Audience | None:
    """What the name of an audit chain tells: ``programme_x.app_y`` belongs to the programme. None for the general one."""
    ref = chain.partition(".")[0]
    scope = _SCOPES.get(ref.partition("_")[0])
    return Audience(scope, ref) if scope else None
