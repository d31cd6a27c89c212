"""Which names of an address or a form a page listens to: overheard while it answers, so that nobody has to list them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import QueryDict

READING = ("__getitem__", "__contains__", "getlist", "get")


@contextmanager
def overheard() -> Iterator[set[str]]:
    """The names that are read from any query or form within."""
    names: set[str] = set()

    def listening(reading: str) -> Any:
        original = getattr(QueryDict, reading)

        def read(self: QueryDict, name: Any, *args: Any, **kwargs: Any) -> Any:
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
