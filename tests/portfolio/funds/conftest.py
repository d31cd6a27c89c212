"""A fund with its first closing, and two Allies that may commit."""

import pytest

from tests.factories import funds, nations, people


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def closing(fund, system):
    return funds.closing(fund, system=system)


@pytest.fixture
def estonia(system):
    return nations.ally("EE", system=system)


@pytest.fixture
def sweden(system):
    return nations.ally("SE", system=system)


@pytest.fixture
def manager(fund, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)
