"""A history is applied whole or not at all: cut at any statement, or asked for by fifty at once."""

import pytest
from django.db import connection

from core import clock, locks
from core.audit import services as audit
from core.imports import queries as imports
from core.imports.models import Import
from portfolio.capital_calls.models import CallNotice, Receipt
from portfolio.history import services as history
from portfolio.history.sheets import WHOLE_HISTORY
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants
from tests.chaos.conftest import FULL, TODAY
from tests.chaos.test_crash_points import CutAt, PowerCut, picture
from tests.portfolio.history.conftest import HISTORY, workbook

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

STEP = 1 if FULL else 29
"""``make test`` cuts at every twenty-ninth statement, the full run at each."""
ROWS = {
    "opening-balances": HISTORY["opening-balances"][:1],
    "calls": [(1, "2026-05-04", "2026-05-18", "investment", "First tickets", "1000000.00", "", "", "", "")],
    "receipts": [("B-1", "EE", "1000.00", "2026-05-18")],
    "transactions": [
        ("T-1", "purchase", "2026-05-20", "Example Robotics", "", "AI", "EUR", "Seed", "2026-05-19", "", "", "", "", "", "10",
         "100.00", "", "", "yes"),
    ],
}  # fmt: skip


@pytest.fixture
def upload(world):
    given = {"name": "h.xlsx", "kind": WHOLE_HISTORY, "by": world.analyst, "on": TODAY, "at": clock.now()}
    return history.upload(world.fund, workbook(ROWS), **given)[0]


def apply(world, upload):
    digest = imports.latest_run(upload).digest
    return history.apply(upload, digest=digest, by=world.manager, on=TODAY, at=clock.now())


def test_it_is_all_or_nothing_wherever_it_is_cut(world, upload):
    before = picture()
    number, cuts = 1, 0
    while True:
        try:
            with connection.execute_wrapper(CutAt(number)):
                apply(world, upload)
        except PowerCut:
            cuts += 1
            assert picture() == before, f"half-applied after statement {number}"
            number += STEP
        else:
            break

    after = picture()
    assert cuts > 1
    assert invariants.broken(world.fund.book) == []
    assert audit.verify_all() == []
    apply(world, upload)
    assert picture() == after, "doubled by asking again"


def test_a_dry_run_that_is_cut_leaves_no_trace_of_what_it_played(world):
    before = picture()
    given = {"name": "h.xlsx", "kind": WHOLE_HISTORY, "by": world.analyst, "on": TODAY, "at": clock.now()}

    with connection.execute_wrapper(CutAt(200)), pytest.raises(PowerCut):
        history.upload(world.fund, workbook(ROWS), **given)

    assert picture() == before
    assert not Import.objects.exists()


def effects():
    return CallNotice.objects.count(), Receipt.objects.count(), Transaction.objects.count()


def test_fifty_people_apply_the_same_import_once(world, upload, together):
    results = together(50, lambda _: apply(world, upload))

    assert {type(result) for result in results} == {Import}
    assert effects() == (3, 1, 1)
    assert invariants.broken(world.fund.book) == []


def test_control_without_the_lock_only_constraints_stop_the_second(world, upload, together, monkeypatch):
    monkeypatch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))

    results = together(6, lambda _: apply(world, upload))

    assert any(isinstance(result, Exception) for result in results)
