"""Which part of many things alike is tried: without FULL every so-manieth by its name, always the same; with FULL all."""

import os
from collections.abc import Iterable
from zlib import crc32

FULL = os.environ.get("FULL") == "1"
OF_ADMIN = "admin:"
"""How the names of the web admin's pages begin, which few templates draw."""


def turn(name: str, of: int) -> int:
    """A number below ``of`` for a name, the same at every run."""
    return crc32(name.encode()) % of


def part(names: Iterable[str], *, one_in: int) -> list[str]:
    return [name for name in names if FULL or turn(name, one_in) == 0]


def part_of_admin(routes: Iterable[str], *, one_in: int) -> list[str]:
    """Every route of the product's own pages, and a part of those of the web admin."""
    routes = list(routes)
    some = set(part(routes, one_in=one_in))
    return [route for route in routes if route in some or not route.startswith(OF_ADMIN)]
