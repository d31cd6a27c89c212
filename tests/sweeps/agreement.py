"""Who may open what, as a person agreed to it, beside the policy table and apart from it.

``who_may.json`` says for each route and method who is let in. The table must say the same, and the product must do it.
After a change of rights that is meant, ``UPDATE_WHO_MAY=1 pytest tests/sweeps/test_policy.py`` writes the file anew;
its diff is what the reviewer reads.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.people import policy
from tests.sweeps.world import Actor

FILE = Path(__file__).with_name("who_may.json")
ANYONE, SIGNED_IN = "anyone", "whoever is signed in"


@dataclass(frozen=True)
class Entry:
    """``roles`` is a list of slugs or one of the two words above."""

    route: str
    methods: tuple[str, ...]
    roles: tuple[str, ...] | str
    hidden: bool = False
    fresh: bool = False
    before_factor: bool = False
    scope: str = ""

    def expects(self, actor: Actor) -> str:
        """How the door answers: in, no token, sign in, set up, prove, absent or forbidden."""
        return "no token" if self.scope else self._expects(actor)

    def _expects(self, actor: Actor) -> str:
        if self.roles == ANYONE:
            return "in"
        if not actor.signed_in:
            return "sign in"
        if not actor.has_factor and not self.before_factor:
            return "set up"
        if self.roles != SIGNED_IN and not set(self.roles) & actor.roles:
            return "absent" if self.hidden else "forbidden"
        if self.fresh and not actor.fresh:
            return "prove"
        return "in"


def agreed() -> list[Entry]:
    entries = json.loads(FILE.read_text())
    return [_entry(**entry) for entry in entries]


def of_people() -> list[Entry]:
    """What people open: the interface of partner systems has sweeps of its own, in tests/api."""
    return [entry for entry in agreed() if not entry.scope]


def write(table: policy.Table) -> None:
    """Each route on lines of its own, in the order of the names, so that a diff shows what changed."""
    lines = [json.dumps(_line(row)) for row in sorted(table.rows, key=lambda row: (row.route, row.methods))]
    FILE.write_text("[\n  " + ",\n  ".join(lines) + "\n]\n")


def of_table(table: policy.Table) -> list[Entry]:
    return [_entry(**_line(row)) for row in sorted(table.rows, key=lambda row: (row.route, row.methods))]


def _line(row: policy.Row) -> dict[str, object]:
    words = {policy.ANYONE: ANYONE, policy.SIGNED_IN: SIGNED_IN}
    flags = {flag: True for flag in ("hidden", "fresh", "before_factor") if getattr(row, flag)}
    return {
        "route": row.route,
        "methods": list(row.methods),
        "roles": words.get(row.roles) or sorted(row.roles),
        **flags,
        **({"scope": row.scope} if row.scope else {}),
    }


def _entry(route: str, methods: list[str], roles: list[str] | str, **flags: Any) -> Entry:
    return Entry(route, tuple(methods), roles if isinstance(roles, str) else tuple(roles), **flags)
