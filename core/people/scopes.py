"""What roles can be held over. The parts that keep funds, programmes and organisations register theirs here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.people.roles import Scope

Choice = tuple[str, str]
"""The public id or code of a thing, and its name in the reader's language."""


@dataclass(frozen=True, slots=True)
class Kind:
    label: Promise
    choices: Callable[[], Iterable[Choice]]


EVERYWHERE = (Scope.EVERYWHERE.value, "")
_LABELS: dict[Scope, Promise] = {
    Scope.EVERYWHERE: _("everything"),
    Scope.FUND: _("one fund"),
    Scope.NATION: _("one Ally"),
    Scope.PROGRAMME: _("one programme"),
    Scope.ORGANISATION: _("one organisation"),
}
_kinds: dict[Scope, Kind] = {}


def register(scope: Scope, label: Promise, choices: Callable[[], Iterable[Choice]]) -> None:
    """Offer the things of one kind; called once by the package that keeps them."""
    _kinds[scope] = Kind(label, choices)


def label(scope: Scope | str) -> Promise | str:
    """A kind of thing in words."""
    return _LABELS[Scope(scope)]


def groups() -> list[tuple[str, list[Choice]]]:
    """Everything that a role can be given over, by kind, as a form offers it: values read ``kind:ref``."""
    kept = [
        (str(kind.label), [(f"{scope}:{ref}", name) for ref, name in kind.choices()])
        for scope, kind in sorted(_kinds.items(), key=lambda one: list(Scope).index(one[0]))
    ]
    everywhere = (str(_LABELS[Scope.EVERYWHERE]).capitalize(), [(f"{Scope.EVERYWHERE}:", str(_("Everything")))])
    return [everywhere, *((name, choices) for name, choices in kept if choices)]


def kinds() -> list[str]:
    """The kinds of thing that somebody registered."""
    return [scope.value for scope in _kinds]


def names(kinds: Iterable[str]) -> dict[tuple[str, str], str]:
    """The name of each thing of the given kinds, by kind and id: one query a kind."""
    found: dict[tuple[str, str], str] = {}
    for scope in {Scope(kind) for kind in kinds} & _kinds.keys():
        found |= {(scope.value, ref): name for ref, name in _kinds[scope].choices()}
    return found


def parse(value: str) -> tuple[str, str]:
    """A form's value as kind and id."""
    kind, _colon, ref = value.partition(":")
    return kind, ref
