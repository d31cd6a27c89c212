"""A fund with a published and an illustrative commitment, two editions, and people who look at them."""

import io
from datetime import date, datetime, timezone

import openpyxl
import pytest

from tests.factories import funds, nations, people
from tests.pooled import db, kept, played, pool  # noqa: F401 -- fixtures of this folder

EDITION = "2025-05"
FIRST_CLOSING_CELL = datetime(2023, 8, 1)  # noqa: DTZ001 -- a cell of a workbook has no zone


@pytest.fixture
def world(system):
    """Estonia 30.26 published, Sweden 51.23 illustrative; Iceland without a figure; France no partner."""
    fund = funds.fund(system=system, name="Innovation Fund One")
    first = funds.closing(fund, system=system)
    second = funds.closing(
        fund, held_on=date(2024, 4, 19), at=datetime(2024, 4, 19, 10, tzinfo=timezone.utc), system=system
    )
    allies = {code: nations.ally(code, system=system) for code in ("EE", "SE", "IS", "FR")}
    commitments = {
        "EE": funds.commitment(fund, allies["EE"], "30260000.00", at_closing=first, system=system),
        "IS": funds.commitment(fund, allies["IS"], "18510000.00", at_closing=first, system=system, source="", basis="illustrative"),
        "SE": funds.commitment(fund, allies["SE"], "51230000.00", at_closing=second, system=system, source="", basis="illustrative"),
    }  # fmt: skip
    nations.two_per_cent(system=system)
    nations.edition(
        "2024-06",
        nations.figure("EE", 2024, "3.43", estimate=True),
        nations.figure("europe-canada", 2014, "1.43"),
        nations.figure("europe-canada", 2024, "2.02", estimate=True),
        system=system,
        published_on=date(2024, 6, 17),
    )
    nations.edition(
        EDITION,
        nations.figure("EE", 2023, "3.02"),
        nations.figure("EE", 2024, "3.38", estimate=True),
        nations.figure("SE", 2023, "1.66"),
        nations.figure("SE", 2024, "2.25", estimate=True),
        nations.figure("FR", 2024, "2.0", decimals=1),
        system=system,
    )
    return fund, commitments


@pytest.fixture
def manager(world, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=world[0].public_id, system=system)


@pytest.fixture
def estonian(world, system):
    return people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def as_estonian(client, estonian):
    return people.signed_in(client, estonian)


def sheets(response):
    """The sheets of a workbook by name, each a list of rows of values."""
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}


def text_of(response):
    """The page without no-break spaces, for reading."""
    return response.content.decode().replace("\u00a0", " ")
