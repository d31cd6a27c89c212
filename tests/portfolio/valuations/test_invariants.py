"""What the check of the books asks of valuations, and that it notices."""

import pytest
from django.db import connections

from portfolio.ledger import invariants
from portfolio.valuations.models import MarkApproval

TWO = "a locked valuation was approved by two others"
EVERY = "a locked valuation has a mark of every holding known to it"


def test_a_run_that_was_locked_through_the_services_holds(locked, fund, holding, stake):
    locked()

    assert invariants.broken(fund.book) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(("table", "name"), [("portfolio_markapproval", TWO), ("portfolio_mark", EVERY)])
def test_what_is_taken_away_past_the_services_is_found(locked, fund, holding, table, name):
    locked()
    assert MarkApproval.objects.count() == 2

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    assert name in [one.name for one in invariants.broken(fund.book)]
