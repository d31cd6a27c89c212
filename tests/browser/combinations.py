"""In which language and light a page is looked at: one combination for each page; with FULL every one."""

from collections.abc import Iterable
from zlib import crc32

from core.people import policy
from tests.browser import reaching
from tests.browser.visiting import FULL

COMBINATIONS = (("en", "light"), ("fr", "dark"), ("en", "dark"), ("fr", "light"))
PAGES = sorted(
    {row.route for row in policy.table().rows if "GET" in row.methods and row.roles} - set(reaching.ELSEWHERE)
)
FORMS = sorted(
    {row.route for row in policy.table().rows if "POST" in row.methods and not row.route.startswith("admin:")}
    & set(PAGES)
)
WORK_PAGES = [route for route in PAGES if route.split(":")[0] in {"portfolio", "ally", "programmes", "manage"}]


def spread(names: Iterable[str], turn: int = 0) -> list[tuple[str, str, str]]:
    """Each name with its language and light. A test that goes to the same pages takes another ``turn``."""
    return [(name, *combination) for name in names for combination in _of(name, turn)]


def _of(name: str, turn: int) -> Iterable[tuple[str, str]]:
    return COMBINATIONS if FULL else [COMBINATIONS[(crc32(name.encode()) + turn) % len(COMBINATIONS)]]
