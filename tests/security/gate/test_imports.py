"""A file brings in no purchase past the gate, neither one row nor many; sales, and days before the gate, it does."""

import pytest

from core import clock
from core.ethics import gate
from core.ethics import services as ethics
from portfolio.investments.models import Transaction
from tests.factories import people
from tests.portfolio.history import conftest as history
from tests.portfolio.history.conftest import HISTORY, csv, told

office = history.office
pytestmark = pytest.mark.django_db
BOUGHT = [row for row in HISTORY["transactions"] if row[1] in {"purchase", "follow-on"}]
FIRST, NEXT = BOUGHT[0], BOUGHT[2]
"""Of June 2024 and of March 2025, in the same company."""


@pytest.fixture
def shut(office, system):
    """From January 2025 on; what was bought before is history."""
    office.bring("opening-balances", ("cash", "", "2023-07-31", "1000000.00", ""))
    officer = people.person(role="ethics-officer", system=system)
    ethics.put_in_force(
        office.fund.public_id,
        from_day=clock.today().replace(2025, 1, 1),
        because="Adopted.",
        by=officer,
        at=clock.now(),
    )
    return office


def codes(office, *rows):
    upload = office.upload(csv("transactions", *rows), "transactions", name="rows.csv")
    return [code for _number, result, _way, code, _column in told(upload) if result == "refused"]


def test_of_many_rows_exactly_those_since_the_gate_are_refused(shut):
    assert codes(shut, FIRST, NEXT, HISTORY["transactions"][3]) == ["held_by_ethics"]
    assert not Transaction.objects.exists()


def test_control_without_the_gate_in_force_they_come_in(office):
    office.bring("opening-balances", ("cash", "", "2023-07-31", "1000000.00", ""))
    assert codes(office, FIRST, NEXT) == []

    office.bring("transactions", FIRST, NEXT)

    assert Transaction.objects.filter(kind="purchase").count() == 2


def test_control_without_the_service_s_question_the_database_refuses_the_file(shut, monkeypatch):
    shut.bring("transactions", FIRST)
    monkeypatch.setattr(gate, "require", lambda *_asked, **_always: None)
    upload = shut.upload(csv("transactions", NEXT), "transactions", name="more.csv")

    assert upload.state != "applied"
    assert Transaction.objects.count() == 1
