"""Which names of an address or a form a page listens to: overheard while it answers, so that nobody has to list them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import QueryDict

SIGN = "overheard"
"""A name that no page reads: a form that is sent with it is told from the address that it is sent to."""
READING = ("__getitem__", "__contains__", "getlist", "get")


@contextmanager
def overheard(only_with: str = "") -> Iterator[set[str]]:
    """The names that are read from any query or form within; or only from those that hold the name ``only_with``."""
    names: set[str] = set()

    def listening(reading: str) -> Any:
        original = getattr(QueryDict, reading)

        def read(self: QueryDict, name: Any, *args: Any, **kwargs: Any) -> Any:
            if not only_with or only_with in self.keys():
                names.add(str(name))
            return original(self, name, *args, **kwargs)

        return read

    inherited = {reading: listening(reading) for reading in READING}
    for reading, replaced in inherited.items():
        setattr(QueryDict, reading, replaced)
    try:
        yield names
    finally:
        for reading in READING:
            delattr(QueryDict, reading)
