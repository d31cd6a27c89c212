"""Which pages are looked at, in which language and light: one combination for each page; with FULL every one.

Pages of the web admin are drawn by few templates: without FULL every third of them is looked at.
"""

from collections.abc import Iterable
from zlib import crc32

from core.people import policy
from tests.browser import reaching
from tests.browser.visiting import FULL

COMBINATIONS = (("en", "light"), ("fr", "dark"), ("en", "dark"), ("fr", "light"))
PAGES = sorted(
    {row.route for row in policy.table().rows if "GET" in row.methods and row.roles} - set(reaching.ELSEWHERE)
)
OF_ADMIN = "admin:"
ONE_IN = 1 if FULL else 3
LOOKED_AT = [route for route in PAGES if not route.startswith(OF_ADMIN) or crc32(route.encode()) % ONE_IN == 0]
FORMS = sorted(
    {row.route for row in policy.table().rows if "POST" in row.methods and not row.route.startswith(OF_ADMIN)}
    & set(PAGES)
)
WORKBOOKS = [route for route in PAGES if route.endswith("xlsx")]
WORK_PAGES = [
    route
    for route in PAGES
    if route.split(":")[0] in {"portfolio", "ally", "programmes", "manage"} and route not in WORKBOOKS
]


def spread(names: Iterable[str], turn: int = 0) -> list[tuple[str, str, str]]:
    """Each name with its language and light. A test that goes to the same pages takes another ``turn``."""
    return [(name, *combination) for name in names for combination in _of(name, turn)]


def _of(name: str, turn: int) -> Iterable[tuple[str, str]]:
    return COMBINATIONS if FULL else [COMBINATIONS[(crc32(name.encode()) + turn) % len(COMBINATIONS)]]
