"""Families of emerging and disruptive technology, as NATO listed them in 2022 and 2025."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Technology:
    code: str
    name: Promise
    in_2022_list: bool = True
    in_2025_list: bool = True


TECHNOLOGIES: dict[str, Technology] = {
    technology.code: technology
    for technology in (
        Technology("AI", _("Artificial intelligence")),
        Technology("DATA", _("Data and computing"), in_2025_list=False),
        Technology("AUTONOMY", _("Autonomous systems")),
        Technology("QUANTUM", _("Quantum technologies")),
        Technology("BIOTECH", _("Biotechnology and human enhancement")),
        Technology("HYPERSONIC", _("Hypersonic systems")),
        Technology("SPACE", _("Space technologies")),
        Technology("MATERIALS", _("Novel materials and manufacturing")),
        Technology("ENERGY", _("Energy and propulsion")),
        Technology("COMMS", _("Next-generation communications networks"), in_2022_list=False),
    )
}


def name(code: str) -> Promise | str:
    """The name of a family in the reader's language; the code itself where it is not known."""
    found = TECHNOLOGIES.get(code)
    return found.name if found else code
