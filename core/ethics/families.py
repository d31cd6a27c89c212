"""Which principles bear on which technology.

The principles of artificial intelligence were adopted in 2021 and kept in 2024; autonomy follows them. Biotechnology and
quantum technologies have their own. Families without adopted principles are reviewed against those of artificial
intelligence, which ask for lawfulness, responsibility and reliability in general terms; that choice is ours.
"""

from collections.abc import Iterable

USUAL = "AI"
BY_TECHNOLOGY: dict[str, tuple[str, ...]] = {
    "AI": ("AI",),
    "DATA": ("AI",),
    "AUTONOMY": ("AI", "AUTONOMY"),
    "QUANTUM": ("QUANTUM",),
    "BIOTECH": ("BHE",),
}


def of(technologies: Iterable[str]) -> list[str]:
    """The families of principles for some technologies, each once, in a fixed order."""
    found = {family for code in technologies for family in BY_TECHNOLOGY.get(code, (USUAL,))}
    return sorted(found or {USUAL})
