"""The pool before there is a fund."""

import pytest

from tests.factories import people
from tests.portfolio.dashboards.conftest import text_of


@pytest.fixture
def as_auditor(client, system):
    return people.signed_in(client, people.person(role="auditor", system=system))


def test_there_is_no_figure(as_auditor):
    assert as_auditor.get("/manage/pool/figures/cash").status_code == 404
    assert as_auditor.get("/manage/pool/figures/cash.xlsx").status_code == 404


def test_the_page_says_what_will_stand_there(as_auditor):
    assert "No fund yet" in text_of(as_auditor.get("/manage/pool"))
