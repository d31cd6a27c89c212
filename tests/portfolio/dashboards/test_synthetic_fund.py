"""A synthetic fund of several quarters: its books hold, and every figure still sums from its rows, page after page."""

import re
from datetime import date
from decimal import Decimal

import pytest

from bench import synthetic
from core import clock
from portfolio.investments import queries as investments
from portfolio.ledger import invariants
from portfolio.performance import queries
from tests.factories import nations, people
from tests.portfolio.dashboards.test_figure_pages import Sweep, name_of

TODAY = date(2026, 6, 1)
SIZE = synthetic.Size(holdings=12, quarters=5)


@pytest.fixture
def play(system):
    allies = nations.many_allies(12, system=system)
    return synthetic.build(SIZE, allies=allies, until=TODAY, system=system)


def test_its_books_hold_and_agree_with_its_transactions(play):
    shown = queries.figures(play.fund, as_of=TODAY, known_at=clock.now())
    held = investments.positions(play.fund, as_of=TODAY, known_at=clock.now())

    assert len(held) == SIZE.holdings
    assert shown.at_cost == sum(one.fund_cost for one in held)
    assert shown.invested == sum(one.fund_invested for one in held)
    assert shown.outstanding == 0
    assert invariants.broken(play.fund.book) == []
    assert play.fund.book.closed_periods.count() == 1


def test_every_figure_sums_from_all_pages_of_its_rows(client, play):
    sweep = Sweep(people.signed_in(client, play.manager))

    for address, shown in sweep.figures():
        if exact := re.search(r'<data value="([^"]+)">', shown):
            assert sweep.total(address) == Decimal(exact[1]), name_of(address)
    assert any("page=2" in address for address in sweep.pages)


def test_it_is_the_same_fund_every_time(play, system):
    again = synthetic.build(
        SIZE, allies=[one.nation for one in play.commitments], until=TODAY, system=system, name="Another fund"
    )

    first, second = [queries.figures(one.fund, as_of=TODAY, known_at=clock.now()) for one in (play, again)]
    assert first == second
