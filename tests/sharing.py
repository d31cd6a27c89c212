"""How tests are shared out among processes: those with one world stay together, the longest go first.

pytest-xdist's own order, files of many tests first, leaves a test of a minute to the end, and plays a world anew for every
file that some other file parts from its neighbour.
"""

from xdist.scheduler import LoadScopeScheduling

WORLDS = ("tests/sweeps/", "tests/browser/")
"""Folders whose files share a world: one process takes all of a folder, so that it is played once."""
SINGLY = ("tests/portfolio/test_random_funds.py",)
"""Files whose tests have nothing in common: each goes wherever there is room."""
LONGEST = (
    *WORLDS,
    "tests/chaos/test_valuation_kills.py",
    "tests/chaos/",
    "tests/query_counts/",
    *SINGLY,
    "tests/security/test_every_page.py",
    "tests/portfolio/",
)
"""What takes longest, first; where nothing is named here the order of the names stays."""


def longest_first(items: list) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((place for place, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


class ByWorld(LoadScopeScheduling):
    """A folder with one world is shared out whole, everything else by file or singly, in the order of the collection."""

    def __init__(self, config, log=None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SINGLY):
            return nodeid
        return next((world for world in WORLDS if nodeid.startswith(world)), nodeid.split("::", 1)[0])
