"""How an entry that was wrong is taken back: told by the parts above, which know what it stands for.

The ledger reverses whatever it is told to. What else must follow, and what stands against it, is known to the part that posted
the entry; an entry of which no part says how is not taken back by hand, and its rule says what is done instead.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.ledger.models import Entry
from portfolio.ledger.services import AlreadyReversed


class TakesBack(Protocol):
    """A service of the part that posted the entry; it locks, checks, reverses and records. Returns the reversal."""

    def __call__(self, entry: Entry, *, because: str, by: User, at: datetime) -> Entry: ...


@dataclass(frozen=True, slots=True)
class Way:
    """``permission`` is what the service asks for; ``follows`` says to people what else is changed by it.

    ``names``, where it is given, says it of the one entry: a sentence each.
    """

    take_back: TakesBack
    permission: Permission
    follows: Promise
    names: Callable[[Entry], list[str]] = lambda _entry: []


RULES: dict[str, Promise] = {
    "reversal": _("A reversal is not taken back. Record anew what was right."),
    "capital-call": _("A call is cancelled on its own page, while nothing is paid on it."),
    "suspense": _("What was used of suspense is released with the receipt that it came with. Take the receipt back."),
    "opening": _("Opening balances are what a history began with. They are not taken back by hand."),
}
OTHERWISE = _("Entries of this kind are not taken back by hand.")
_ways: dict[str, Way] = {}


class NotTakenBack(Conflict):
    code = "not_taken_back"

    def __init__(self, kind: str) -> None:
        super().__init__(str(RULES.get(kind, OTHERWISE)))


class NeedsReason(Invalid):
    code = "needs_reason"
    sentence = _("What is taken back needs a reason.")


def reason(because: str) -> str:
    """The reason as it is kept. Raises NeedsReason where there is none."""
    if not because.strip():
        raise NeedsReason(field="because")
    return because.strip()


def register(kinds: Iterable[str], way: Way) -> None:
    """Say how entries of some kinds are taken back."""
    _ways.update(dict.fromkeys(kinds, way))


def way_of(entry: Entry) -> Way:
    """How the entry is taken back. Raises NotTakenBack, with the rule in words."""
    if entry.kind not in _ways:
        raise NotTakenBack(entry.kind)
    return _ways[entry.kind]


def refusal(entry: Entry) -> Conflict | None:
    """What stands against taking the entry back for whoever asks: its kind, or that it was reversed already."""
    if entry.kind not in _ways:
        return NotTakenBack(entry.kind)
    return AlreadyReversed() if hasattr(entry, "reversed_by") else None


def is_open_to(person: User, entry: Entry) -> bool:
    """Whether the person may take the entry back, and nothing stands against it that is told from the entry."""
    return refusal(entry) is None and people_rules.may(person, permission(entry), entry.book.fund.public_id)


def permission(entry: Entry) -> Permission:
    return _ways[entry.kind].permission if entry.kind in _ways else Permission.INVESTMENT_RECORD


def follows(entry: Entry) -> str:
    """What else is changed by it, in words; nothing of an entry that is not taken back."""
    return str(_ways[entry.kind].follows) if entry.kind in _ways else ""


def names(entry: Entry) -> list[str]:
    """What of the one entry is changed by it, a sentence each."""
    return _ways[entry.kind].names(entry) if entry.kind in _ways else []
