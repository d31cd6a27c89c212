"""Fair value and net asset value follow the approved marks, and no figure that was known changes afterwards."""

import os
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from portfolio.investments import listing, worth
from portfolio.investments import queries as held
from portfolio.investments import services as positions
from portfolio.performance import queries as performance
from portfolio.performance import report, rows
from portfolio.valuations import queries, services
from portfolio.valuations.models import Mark
from portfolio.valuations.services import preparing
from tests.factories import funds, investments, people
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, written_down

LATER = datetime(2026, 8, 1, 9, tzinfo=timezone.utc)
SEPTEMBER = date(2026, 9, 30)
DECEMBER = datetime(2026, 12, 1, 9, tzinfo=timezone.utc)


def figures(fund, known_at, as_of=JUNE):
    return performance.figures(fund, as_of=as_of, known_at=known_at)


def test_nav_follows_once_the_run_is_locked_and_not_before(opened, prepare, fund, holding, analyst, committee):
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], analyst)
    before = figures(fund, JULY_1)

    approved(services.submit_run(run, by=analyst, at=LATER), committee, at=LATER)
    after = figures(fund, LATER)

    assert (before.fair_value, before.nav) == (Decimal("1000.00"), Decimal("1000000.00"))
    assert (after.fair_value, after.nav, after.at_cost) == (
        Decimal("400.00"),
        Decimal("999400.00"),
        Decimal("1000.00"),
    )
    assert figures(fund, JULY_1) == before
    assert figures(fund, LATER, as_of=date(2026, 6, 29)) == before


def test_fair_value_opens_into_its_rows_and_the_course_says_the_same(locked, fund, holding, stake, analyst, committee):
    fresh = services.reopen_run(locked(), reason="A late report", by=analyst, at=LATER)
    written_down(next(one for one in queries.marks_of(fresh) if one.holding_id == holding.pk), analyst, at=LATER)
    approved(services.submit_run(fresh, by=analyst, at=LATER), committee, at=LATER)

    found = performance.standing(fund, as_of=JUNE, known_at=LATER)
    shown = rows.opened(rows.Asked("fair_value", fund, found, JUNE, LATER))
    (told,) = report.values(fund, [JUNE], known_at=LATER)

    assert [row.amount for row in shown.tell(shown.found)] == [Decimal("1000.00"), Decimal("400.00")]
    assert shown.total == found.figures.fair_value == told.fair_value
    assert told.nav == found.figures.nav


def test_the_pool_is_read_in_two_queries_with_marks_too(locked, fund, holding, stake, django_assert_num_queries):
    locked()

    with django_assert_num_queries(2):
        figures(fund, LATER)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["reopen", "buy", "sell", "write off", "pay", "receive", "write the stake off", "next quarter"]
        ),
        st.integers(1, 999),
        st.integers(1, 20),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)
"""What is done, with how much, how many days after what was done before, and whether its day lies before the quarter end."""
CENT = Decimal("0.01")


@settings(
    max_examples=20 if os.environ.get("FULL") else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_no_figure_changes_as_it_was_known_and_the_next_run_takes_up_what_the_pool_has(acts, system, db):
    with transaction.atomic():
        _Played(system).play(acts)
        transaction.set_rollback(True)


class _Played:
    """A fund with a written-down company and a stake that reports, dealt with at random over two quarters."""

    def __init__(self, system):
        self.system, self.moment, self.known = system, JULY_1, {}
        self.fund = fund = funds.fund(system=system)
        investments.money(fund, system=system)
        services.record_policy(fund, version="1", first_day=date(2026, 1, 1), text="IPEV.", by=system, at=clock.now())
        self.company = investments.holding(fund, system=system)
        investments.purchase(self.company, system=system)
        self.stake = investments.holding(fund, "Example Ventures", kind="fund", system=system)
        investments.stake(self.stake, system=system)
        investments.stake_payment(self.stake, system=system)
        self.analyst = self._someone("fund-analyst")
        self.committee = [self._someone("valuation-committee") for _ in range(2)]
        self.run = self._locked(self._prepared(JUNE), stated=True)

    def play(self, acts):
        self._keep()
        for number, (act, amount, days, early) in enumerate(acts):
            self.moment += timedelta(days=days)
            before = self._told(self.moment)
            with clock.standing_at(self.moment):
                try:
                    stays = self._do(act, amount, f"{number}", JUNE if early else date(2026, 7, 1))
                except (positions.MoreThanIsHeld, positions.TooLittleLater):
                    stays = True
            if stays:
                assert self._told(self.moment) == before
            self._keep()
        assert {at: self._told(at) for at in self.known} == self.known

    def _do(self, act, amount, key, on):
        """Do it; say whether no figure may have moved by it."""
        given = {"effective_on": on, "key": f"{self.fund.public_id}-{key}", "by": self.system, "at": self.moment}
        company, stake = (self._left(one, on) for one in (self.company, self.stake))
        if act == "buy":
            investments.purchase(self.company, f"Round {key}", f"{amount}.05", on=on, system=self.system)
        elif act == "sell" and company.quantity:
            quantity = (company.quantity * amount / 1000).quantize(Decimal("1E-6"))
            positions.sell(self.company, quantity=quantity, amount=Decimal("1.00"), **given)
        elif act == "write off" and (cost := (company.cost * amount / 1000).quantize(CENT)):
            positions.write_off(self.company, cost=cost, reason="Given up", **given)
        elif act == "write the stake off" and (cost := (stake.cost * amount / 1000).quantize(CENT)):
            positions.write_off(self.stake, cost=cost, reason="Given up", **given)
        elif act == "pay":
            positions.pay_stake(self.stake, amount=Decimal(f"{amount}.01"), **given)
        elif act == "receive":
            part = Decimal(amount) / 10
            positions.receive_from_stake(self.stake, amount=part, returned_capital=min(part, stake.cost), **given)
        elif act == "reopen":
            fresh = services.reopen_run(self.run, reason="Looked again", by=self.analyst, at=self.moment)
            self.run = self._locked(fresh)
            return True
        elif act == "next quarter" and self.run.quarter_end == JUNE and stake.cost:
            self.moment = max(self.moment, DECEMBER)
            self.run = self._locked(self._prepared(SEPTEMBER))
            return True
        return False

    def _prepared(self, quarter_end):
        run = services.open_run(self.fund, quarter_end=quarter_end, by=self.system, at=self.moment)
        preparing.prepare_marks(run, [self.company, self.stake], by=self.system, at=self.moment)
        run.state = "in_review"
        run.save(update_fields=["state"])
        return run

    def _locked(self, run, *, stated=False):
        for mark in queries.marks_of(run) if stated else ():
            technique = "write_down" if mark.holding == self.company else "reported_nav"
            written_down(mark, self.analyst, "400.05", at=self.moment, technique=technique)
        services.submit_run(run, by=self.analyst, at=self.moment)
        return approved(run, self.committee, at=self.moment)

    def _left(self, holding, on):
        """The holding on a day or at the end, whichever is less: what can be given away on that day."""
        standing = (
            held.position(holding, held.transactions(holding, as_of=day, known_at=self.moment))
            for day in (on, SEPTEMBER)
        )
        return min(standing, key=lambda one: (one.quantity, one.cost))

    def _someone(self, role):
        return people.person(role=role, scope_kind="fund", scope_ref=self.fund.public_id, system=self.system)

    def _keep(self):
        self.known[self.moment] = self._told(self.moment)

    def _told(self, at):
        """Fair value and net asset value of both quarter ends, each holding as Python carries it too."""
        found = {}
        for day in (JUNE, SEPTEMBER):
            valued = queries.fair_value_rows(self.fund, as_of=day, known_at=at)
            told = figures(self.fund, at, as_of=day)
            listed = listing.listed(self.fund, listing.Wanted(), as_of=day, known_at=at)
            assert listed.fair_value == sum(one.value for one in valued) == told.fair_value
            assert {one.holding_id: one.value for one in valued} == {
                one.pk: worth.of(one, as_of=day, known_at=at).value for one in (self.company, self.stake)
            }
            assert [one.value for one in valued] == [self._carried(one, day, at) for one in valued]
            found[day] = ([one.value for one in valued], told.nav)
        return found

    def _carried(self, valued, day, at):
        mark = Mark.objects.select_related("run").get(public_id=valued.mark)
        rows = held.transactions(mark.holding, as_of=day, known_at=at)
        return queries.carried(mark.value, rows, marked_on=mark.run.quarter_end, known_at=mark.known_at)
