"""``LETS_THROUGH=<filter> pytest -p tests.sweeps.mutated ...``: every test runs with one filter letting everything through.

pytest reads this before Django is set up, so what needs Django is imported when the first test begins.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

NAME = "LETS_THROUGH"


@pytest.fixture(autouse=True)
def _let_through() -> Iterator[None]:
    filters = import_module("tests.sweeps.filters")
    (one,) = [each for each in filters.functions() if each.name == os.environ[NAME]]
    with one.replaced(filters.everything(Everybody())):
        yield


class Everybody:
    """Whoever there is at the moment of asking."""

    def __iter__(self) -> Iterator[Any]:
        return import_module("core.people.models").User.objects.iterator()
