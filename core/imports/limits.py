"""How large a file may be, and how it refuses in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
"""Of all sheets together."""
LAST_ROW = 100_000
"""A row below this one is not looked for: somebody formatted the whole sheet."""
MOST_COLUMNS = 40
MOST_SHEETS = 20
MOST_LETTERS = 1_000
"""Of one cell."""
MOST_MEMBERS = 1_000
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_RATIO = 100
"""Unpacked over packed, of a part of an office file that is larger than RATIO_FROM_BYTES."""
RATIO_FROM_BYTES = 1024 * 1024

TOO_MANY_ROWS = _("There are more than %(most)s rows. Send them in parts.")


class Unreadable(Invalid):
    """The file as a whole cannot be taken; nothing of it was kept. The sentence says what to do."""

    code = "unreadable"

    def __init__(self, sentence: str | Promise, **words: object) -> None:
        super().__init__(str(sentence) % words if words else sentence, field="file")
