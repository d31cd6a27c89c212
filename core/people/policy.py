"""The policy table: for every route and method, who may. What is not in the table does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.conf import settings

from core.people import roles

ANYONE = frozenset({"*anyone"})
"""Visitors too."""
SIGNED_IN = frozenset({"*signed-in"})
"""Any person with an account, whatever the role."""
NO_PERSON: frozenset[str] = frozenset()
"""What only partner systems open, by the scope of its row."""
READ = ("GET", "HEAD", "OPTIONS")
WRITE = ("POST",)
READ_WRITE = (*READ, *WRITE)


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the table.

    ``objects`` says in words which things the view itself filters by ``visible_to``. ``hidden`` answers 404 instead of
    403 to a role that is not listed. ``fresh`` asks for a second factor not older than five minutes. ``before_factor``
    opens the route to people who have yet to set theirs up. ``keeps`` says that what was typed is kept where the session had
    ended, until its owner is back. ``scope`` is the scope that a partner system needs: such a row is no person's, and is
    judged by the door of the interface.
    """

    route: str
    roles: frozenset[str]
    methods: tuple[str, ...] = READ
    objects: str = ""
    hidden: bool = False
    fresh: bool = False
    before_factor: bool = False
    keeps: bool = False
    scope: str = ""

    def admits(self, held: frozenset[str]) -> bool:
        """Whether somebody signed in who holds these roles may."""
        return self.roles in (ANYONE, SIGNED_IN) or bool(self.roles & held)


def of(*given: roles.Role | frozenset[str]) -> frozenset[str]:
    """The slugs of some roles and sets of roles."""
    return frozenset().union(*({one.slug} if isinstance(one, roles.Role) else one for one in given))


def admin_rows(model: str, readers: frozenset[str]) -> list[Row]:
    """The rows of one read-only model in the web admin, such as ``core_nation``."""
    return [
        Row(f"admin:{model}_changelist", readers, READ_WRITE, objects="queryset of the admin", hidden=True),
        Row(f"admin:{model}_change", readers, READ, objects="queryset of the admin", hidden=True),
        *(Row(f"admin:{model}_{page}", frozenset(), READ_WRITE, hidden=True) for page in ("add", "delete", "history")),
    ]


class Table:
    """All rows, by route and method."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._by_key: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            for method in row.methods:
                if (row.route, method) in self._by_key:
                    raise ValueError(f"{method} {row.route} stands in the policy table twice")
                self._by_key[row.route, method] = row
        self.routes = frozenset(row.route for row in self.rows)

    def find(self, route: str, method: str) -> Row | None:
        return self._by_key.get((route, method))

    def methods_of(self, route: str) -> list[str]:
        return sorted(method for known, method in self._by_key if known == route)

    def opens(self, route: str, held: frozenset[str]) -> bool:
        """Whether a link to the route is worth showing to somebody signed in with these roles."""
        row = self.find(route, "GET")
        return row is not None and row.admits(held)


@cache
def table() -> Table:
    """The table as the packages contribute it."""
    return Table(row for name in settings.POLICY_MODULES for row in import_module(name).ROWS)
