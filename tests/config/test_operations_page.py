"""What docs/operations.md says of the variables is what the product reads, no more and no less."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from config import environment
from tests.config.test_settings import PRODUCTION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
OF_THE_SUPERVISOR = {"HOST", "POSTGRES_BIN", "REDIS_BIN"}
"""Read by whoever starts the demo's servers, before there are settings."""


class Asked(Mapping):
    """Variables that remember what was asked of them."""

    def __init__(self, given):
        self.given, self.names = given, set()

    def __getitem__(self, name):
        self.names.add(name)
        return self.given[name]

    def __iter__(self):
        return iter(self.given)

    def __len__(self):
        return len(self.given)


def rows(heading):
    """The cells of the first table of variables under a heading."""
    section = PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition("| variable |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def named(cell):
    return set(re.findall(r"`([A-Z_]+)`", cell))


def read(given):
    asked = Asked(given)
    environment.read(asked)
    return asked.names


def test_the_table_names_every_variable_that_production_reads():
    documented = set().union(*(named(row[0]) for row in rows("Variables")))

    assert documented == read(PRODUCTION) - {"CLOCK_OFFSET_SECONDS", "DEMO_DIR", "PORT"}


def test_the_demo_says_which_more_it_reads():
    documented = set().union(*(named(row[0]) for row in rows("The demo and its servers")))

    assert documented - OF_THE_SUPERVISOR == read({}) - read(PRODUCTION) | {"CLOCK_OFFSET_SECONDS", "DEMO_DIR", "PORT"}


@pytest.mark.parametrize("row", rows("Variables"), ids=lambda row: row[0])
def test_a_variable_is_needed_where_the_table_says_so(row):
    (name,) = named(row[0])
    without = {key: value for key, value in PRODUCTION.items() if key != name}

    if row[2] == "needed":
        with pytest.raises(environment.MissingVariable, match=name):
            environment.read(without)
    elif row[2] == "":
        assert environment.read(without).is_production
    else:
        assert name == "ENVIRONMENT"
        assert not environment.read(without).is_production
