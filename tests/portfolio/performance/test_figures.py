"""The pool's figures and returns against a fund kept on paper, cent by cent."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from portfolio.capital_calls import services as call_services
from portfolio.capital_calls import splitting
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg
from portfolio.performance import diary, partners, queries
from portfolio.performance.pool import MEANINGS
from tests.factories import funds, pools

TODAY = date(2026, 6, 1)
ZERO = Decimal(0)


def figures(pool, as_of=TODAY, known_at=None):
    shown = queries.figures(pool.fund, as_of=as_of, known_at=known_at or clock.now())
    return {name: f"{shown.amount(name):.2f}" for name, meaning in MEANINGS.items() if meaning.is_amount}


def test_the_figures_are_those_of_the_clerk(pool):
    assert figures(pool) == pools.FIGURES


def test_derived_figures_are_their_terms(pool):
    shown = queries.figures(pool.fund, as_of=TODAY, known_at=clock.now())
    derived = {name: meaning.terms for name, meaning in MEANINGS.items() if meaning.terms and meaning.is_amount}

    assert set(derived) == {"unfunded", "nav", "available", "residual"}
    for name, terms in derived.items():
        assert shown.amount(name) == sum((term.sign * shown.amount(term.figure) for term in terms), ZERO)


def test_only_amounts_are_asked_for_as_amounts(pool):
    shown = queries.figures(pool.fund, as_of=TODAY, known_at=clock.now())

    for name in ("irr", "tvpi", "nonsense"):
        with pytest.raises(KeyError):
            shown.amount(name)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2023, 7, 31), {"committed": "0.00", "unfunded": "0.00", "available": "0.00"}),
        (date(2023, 8, 1), {"committed": "600.01", "called": "0.00", "unfunded": "600.01"}),
        (date(2026, 2, 2), {"called": "150.00", "paid_in": "0.00", "outstanding": "156.00", "residual": "0.00"}),
        (date(2026, 2, 9), {"paid_in": "78.00", "outstanding": "78.00", "liabilities": "4.00", "cash": "82.00"}),
        (date(2026, 3, 3), {"invested": "80.00", "at_cost": "80.00", "cash": "52.00"}),
        (date(2026, 5, 4), {"invested": "90.00", "at_cost": "70.00", "cash": "68.50"}),
    ],
)
def test_the_figures_of_an_earlier_day(pool, day, told):
    shown = figures(pool, as_of=day)

    assert {name: shown[name] for name in told} == told


def test_a_correction_later_leaves_what_was_known(pool):
    before = figures(pool)
    moment = clock.now()
    with clock.standing_at(datetime(2026, 6, 2, 9, tzinfo=timezone.utc)):
        funds.amendment(
            pool.commitments["EE"],
            "150.00",
            effective_on=date(2023, 8, 1),
            at=clock.now(),
            system=pool.system,
        )
        pool.receive("FI", "11.11", "bank-4")
        now = figures(pool, as_of=date(2026, 6, 2))

    assert figures(pool, known_at=moment) == before
    assert (now["committed"], now["paid_in"]) == ("650.01", "139.11")


def test_a_cancelled_call_is_called_no_more(pool):
    moment = clock.now()
    with clock.standing_at(datetime(2026, 6, 2, 9, tzinfo=timezone.utc)):
        call_services.cancel(pool.calls[1], because="not needed", by=pool.manager, on=date(2026, 6, 2), at=clock.now())
        cancelled = figures(pool, as_of=date(2026, 6, 2))

    assert (cancelled["called"], cancelled["outstanding"]) == ("150.00", "28.00")
    assert figures(pool, as_of=date(2026, 6, 2), known_at=moment)["called"] == "240.01"


def test_what_is_called_is_what_the_calls_say(pool):
    told = diary.notices(pool.fund, as_of=TODAY, known_at=clock.now())
    by_commitment = {}
    for notice in told:
        by_commitment[notice.commitment_id] = by_commitment.get(notice.commitment_id, ZERO) + notice.inside

    assert by_commitment == splitting.called_inside(pool.fund, as_of=TODAY, known_at=clock.now())


def test_the_figures_take_two_queries(pool):
    with CaptureQueriesContext(connection) as asked:
        queries.standing(pool.fund, as_of=TODAY, known_at=clock.now(), waiting_for=pool.manager)

    assert len(asked) == 2


def test_the_books_begin_from_their_closing(pool):
    before = figures(pool)
    ledger.close(pool.fund.book, through=date(2026, 4, 30), today=TODAY, by=pool.manager, at=clock.now())
    told = diary.read(pool.fund, as_of=TODAY, known_at=clock.now())

    assert told.closing.ends_before == date(2026, 5, 1)
    assert diary.read(pool.fund, as_of=date(2026, 4, 29), known_at=clock.now()).closing is None
    assert figures(pool) == before


@pytest.mark.parametrize(("who", "waits"), [("manager", ["12.00"]), ("analyst", [])])
def test_a_call_waits_for_whoever_did_not_prepare_it(pool, who, waits):
    told = diary.read(pool.fund, as_of=TODAY, known_at=clock.now(), waiting_for=getattr(pool, who))

    assert [f"{line.amount:.2f}" for line in told.of(diary.What.WAITING)] == waits


def test_multiples_are_net_and_without_what_is_still_to_come(pool):
    shown = queries.pool_returns(pool.fund, as_of=TODAY, known_at=clock.now())

    assert shown.tvpi == pytest.approx(126.73 / 128)
    assert shown.rvpi == pytest.approx(126.73 / 128)
    assert shown.dpi == 0
    assert shown.pic == pytest.approx(128 / 600.01)


def test_the_multiple_of_the_holdings_is_gross(pool):
    shown = queries.pool_returns(pool.fund, as_of=TODAY, known_at=clock.now())
    before = queries.pool_returns(pool.fund, as_of=date(2026, 2, 9), known_at=clock.now())
    alone = partners.partner(pool.commitments["LU"], as_of=TODAY, known_at=clock.now())

    assert shown.moic == pytest.approx((26.50 + 70) / 90)
    assert before.moic is None
    assert alone.returns.moic is None


def test_the_rate_of_return_brings_every_flow_to_nothing(pool):
    shown = queries.pool_returns(pool.fund, as_of=TODAY, known_at=clock.now())

    flows = [(date(2026, 2, 9), -78.0), (date(2026, 2, 20), -50.0), (TODAY, 126.73)]
    present = sum(amount * (1 + shown.irr.rate) ** (-(day - flows[0][0]).days / 365) for day, amount in flows)
    assert shown.irr.status == "ok"
    assert present == pytest.approx(0, abs=1e-9)


def test_without_a_receipt_there_is_nothing_to_divide_by(system):
    pool = pools.committed(system=system, name="Another fund")

    shown = queries.pool_returns(pool.fund, as_of=TODAY, known_at=clock.now())

    assert (shown.tvpi, shown.dpi, shown.rvpi, shown.irr.rate) == (None, None, None, None)
    assert shown.irr.status == "no_sign_change"
    assert shown.pic == 0


def test_the_parts_of_the_allies_add_up_to_the_net_asset_value(pool):
    found = queries.standing(pool.fund, as_of=TODAY, known_at=clock.now())
    every = partners.partners(pool.fund, found, as_of=TODAY, known_at=clock.now())

    told = {one.commitment.nation_id: (f"{one.paid_in:.2f}", f"{one.residual:.2f}", f"{one.nav:.2f}") for one in every}
    assert told == {
        "LU": ("50.00", "49.50", "122.51"),
        "FI": ("52.00", "51.49", "81.49"),
        "EE": ("26.00", "25.74", "40.74"),
    }
    assert sum(one.nav for one in every) == found.figures.nav
    assert sum(one.residual for one in every) == found.figures.residual
    assert sum(one.paid_in for one in every) == found.figures.paid_in
    assert sum(one.committed for one in every) == found.figures.committed


def test_an_ally_that_paid_earlier_has_another_rate(pool):
    found = queries.standing(pool.fund, as_of=TODAY, known_at=clock.now())
    every = {
        one.commitment.nation_id: one for one in partners.partners(pool.fund, found, as_of=TODAY, known_at=clock.now())
    }

    assert every["LU"].returns.irr.rate < every["EE"].returns.irr.rate < 0
    assert every["LU"].returns.tvpi == pytest.approx(49.50 / 50)


def test_before_anybody_paid_the_parts_go_by_commitment(pool):
    day = date(2026, 2, 3)
    found = queries.standing(pool.fund, as_of=day, known_at=clock.now())
    every = partners.partners(pool.fund, found, as_of=day, known_at=clock.now())

    assert sum(one.nav for one in every) == found.figures.nav == Decimal("156.00")
    assert {one.returns.irr.status for one in every} == {"no_sign_change"}


def test_one_ally_is_told_as_among_all(pool):
    alone = partners.partner(pool.commitments["LU"], as_of=TODAY, known_at=clock.now())

    assert (alone.nav, alone.committed) == (Decimal("122.51"), Decimal("300.01"))
    assert partners.partner(pool.commitments["LU"], as_of=date(2023, 7, 31), known_at=clock.now()) is None


def test_what_is_distributed_counts_and_leaves_the_residual_value(pool):
    with clock.standing_at(datetime(2026, 6, 2, 9, tzinfo=timezone.utc)):
        legs = [
            Leg(("distributed", pool.commitments[code].public_id), ("cash", ""), Decimal(amount), "EUR")
            for code, amount in {"EE": "5.00", "FI": "10.00", "LU": "15.00"}.items()
        ]
        posted = {"kind": "distribution", "effective_on": date(2026, 6, 2), "by": pool.manager, "at": clock.now()}
        ledger.post(pool.fund.book, legs, key="distribution", **posted)
        found = queries.standing(pool.fund, as_of=date(2026, 6, 2), known_at=clock.now())
        every = partners.partners(pool.fund, found, as_of=date(2026, 6, 2), known_at=clock.now())

    assert (found.figures.distributed, found.figures.residual) == (Decimal("30.00"), Decimal("96.73"))
    assert queries.returns(found, as_of=date(2026, 6, 2)).dpi == pytest.approx(30 / 128)
    assert {one.commitment.nation_id: f"{one.distributed:.2f}" for one in every} == {
        "EE": "5.00",
        "FI": "10.00",
        "LU": "15.00",
    }
    assert sum(one.nav for one in every) == found.figures.nav
