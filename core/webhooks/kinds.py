"""The kinds of event that partner systems are told, each published once by the part that knows whom it concerns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Kind:
    """``code`` is that of the audit trail; ``label`` says what happened, without naming anybody."""

    code: str
    label: Promise
    concerned: Concerned


_published: dict[str, Kind] = {}
_SCOPES = {"fund": Scope.FUND, "programme": Scope.PROGRAMME, "organisation": Scope.ORGANISATION}


def by_chain(_subject: str, told: Audience) -> Audience:
    """The fund or programme in whose chain it stands, and nobody else."""
    return told


def publish(code: str, label: Promise, concerned: Concerned = by_chain) -> None:
    """Let partner systems be told of ``code``. A second publication of one code is a mistake in the program."""
    if code in _published:
        raise ValueError(f"the kind {code} is published twice")
    _published[code] = Kind(code, label, concerned)


def find(code: str) -> Kind | None:
    return _published.get(code)


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
