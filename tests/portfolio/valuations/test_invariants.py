"""What the check of the books asks of valuations, and that it notices."""

from datetime import timedelta

import pytest
from django.db import connections

from core import clock
from core.people import services as people_services
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.valuations import services
from portfolio.valuations.models import MarkApproval
from tests.factories import investments, people
from tests.portfolio.valuations.conftest import JULY_1, approved

TWO = "a locked valuation was approved by two others"
TURNED_OUT = "a locked valuation turned out to be approved by fewer than two others"
EVERY = "a locked valuation has a mark of every holding known to it"


def test_a_run_that_was_locked_through_the_services_holds(locked, fund, holding, stake):
    locked()

    assert invariants.broken(fund.book) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(("table", "name"), [("portfolio_markapproval", TWO), ("portfolio_mark", EVERY)])
def test_what_is_taken_away_past_the_services_is_found(locked, fund, holding, table, name):
    locked()
    assert MarkApproval.objects.count() == 2

    take_away(table)

    assert name in [one.name for one in invariants.broken(fund.book)]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_mark_that_a_further_version_lacks_is_found(locked, fund, holding, analyst, committee):
    again = services.reopen_run(locked(), reason="A late report", by=analyst, at=JULY_1)
    approved(services.submit_run(again, by=analyst, at=JULY_1), committee)
    assert invariants.broken(fund.book) == []

    take_away("portfolio_mark", run=again.pk)

    (found,) = invariants.broken(fund.book)
    assert (found.name, found.rows) == (EVERY, ((again.public_id, holding.public_id),))


def take_away(table, *, run=None):
    """Rows of a table past its triggers: those of one run, or all."""
    of_run = " WHERE run_id = %s" if run else ""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"DELETE FROM {table}{of_run}", [run] if run else None)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestKnownBetterSince:
    """Two accounts are stated to be one person's after a quarter was locked."""

    @pytest.fixture
    def one_person(self, system):
        administrator = people.person(role="administrator", scope_kind="everywhere", system=system)

        def state(further, first):
            further.refresh_from_db()
            people_services.state_same_person(
                further, first, reason="She told us", by=administrator, at=JULY_1 + timedelta(days=30)
            )

        return state

    @pytest.mark.parametrize("who", ["the other approver", "who submitted it"])
    def test_it_is_told_and_the_books_go_on(self, locked, fund, holding, analyst, committee, one_person, system, who):
        run = locked()
        one_person(committee[0], {"the other approver": committee[1], "who submitted it": analyst}[who])

        assert ledger.check(fund.book, by=system, at=JULY_1) == []
        (told,) = invariants.remarked(fund.book)
        assert (told.name, told.rows) == (TURNED_OUT, ((run.public_id, 1),))
        with clock.standing_at(JULY_1 + timedelta(days=30)):
            assert investments.purchase(holding, system=system)

    def test_it_is_told_until_two_others_approved_anew(self, locked, fund, holding, analyst, committee, one_person):
        run = locked()
        one_person(committee[0], committee[1])

        again = services.reopen_run(run, reason="Approved by one person", by=analyst, at=JULY_1)
        services.submit_run(again, by=analyst, at=JULY_1)
        assert [one.name for one in invariants.remarked(fund.book)] == [TURNED_OUT]
        approved(again, committee[1:])

        assert invariants.remarked(fund.book) == []
        assert invariants.broken(fund.book) == []
