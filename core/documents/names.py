"""What a person's file is called, made fit to be shown and sent (pure)."""

import re
import unicodedata

from core.documents.limits import LONGEST_NAME

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
"""Names that Windows gives to devices."""
NOT_IN_NAMES = frozenset('<>:"|?*')
LONGEST_ENDING = 10


def cleaned(name: str) -> str:
    """
    The last part of a path, composed, without control and direction characters, of at most 150 characters.

    Empty where nothing is left of it. A name of a device gets an underscore before it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(_fit(letter) for letter in last)
    kept = " ".join(kept.split()).strip(". ")
    if RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return _shortened(kept)


def ending(name: str) -> str:
    """What stands after the last full stop, in lower case; empty where there is none."""
    before, stop, after = name.rpartition(".")
    return after.lower() if stop and before else ""


def _fit(letter: str) -> str:
    """Control, format, direction, surrogate and unassigned characters go; what no system takes becomes an underscore."""
    category = unicodedata.category(letter)
    if letter in NOT_IN_NAMES:
        return "_"
    if category in {"Zl", "Zp", "Zs"}:
        return " "
    return "" if category.startswith("C") else letter


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    before, stop, after = name.rpartition(".")
    if not stop or len(after) > LONGEST_ENDING:
        return name[:LONGEST_NAME].strip(". ")
    return before[: LONGEST_NAME - len(after) - 1].rstrip(". ") + "." + after
