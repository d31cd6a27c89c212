"""Which pages are looked at, in which language and light: one combination for each page; with FULL every one.

Pages of the web admin are drawn by few templates: without FULL every sixth of them is looked at, and of pages on a day before
everything and of forms that are sent empty every third.
"""

from collections.abc import Iterable

from core.people import policy
from tests import sampling
from tests.browser import reaching

COMBINATIONS = (("en", "light"), ("fr", "dark"), ("en", "dark"), ("fr", "light"))
PAGES = sorted(
    {row.route for row in policy.table().rows if "GET" in row.methods and row.roles} - set(reaching.ELSEWHERE)
)
LOOKED_AT = sampling.part_of_admin(PAGES, one_in=6)
FORMS = sorted(
    {row.route for row in policy.table().rows if "POST" in row.methods and not row.route.startswith(sampling.OF_ADMIN)}
    & set(PAGES) - reaching.MAY_STAY_EMPTY.keys()
)
WORKBOOKS = [route for route in PAGES if route.endswith("xlsx")]
WORK_PAGES = [
    route
    for route in PAGES
    if route.split(":")[0] in {"portfolio", "ally", "programmes", "manage"} and route not in WORKBOOKS
]
SOME_FORMS, SOME_WORK_PAGES = sampling.part(FORMS, one_in=3), sampling.part(WORK_PAGES, one_in=3)


def spread(names: Iterable[str], turn: int = 0) -> list[tuple[str, str, str]]:
    """Each name with its language and light. A test that goes to the same pages takes another ``turn``."""
    return [(name, *combination) for name in names for combination in _of(name, turn)]


def _of(name: str, turn: int) -> Iterable[tuple[str, str]]:
    of = len(COMBINATIONS)
    return COMBINATIONS if sampling.FULL else [COMBINATIONS[(sampling.turn(name, of) + turn) % of]]
