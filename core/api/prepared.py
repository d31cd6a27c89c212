"""Questions that are asked again and again, planned by the database once for each connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def prepared() -> Iterator[None]:
    """
    What is asked within is prepared: its text is sent and planned the first time, later only its values are sent.

    For single statements whose text stays the same from call to call. Values go apart from the text, so a statement of
    several, or a value where the language of the database takes none, is refused there.
    """
    connection.ensure_connection()
    held = connection.connection
    before = held.cursor_factory, held.prepare_threshold
    held.cursor_factory, held.prepare_threshold = ServerBindingCursor, 0
    try:
        yield
    finally:
        held.cursor_factory, held.prepare_threshold = before
