"""The pool as of a day and as known on a moment, and who reads which part of it."""

import os
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import NotFound
from core.money.value import Money
from portfolio.funds import queries, services
from tests.factories import funds, nations, people

JUNE = date(2026, 6, 1)
SWEDEN_CLOSES = date(2024, 4, 19)


def pool(fund, as_of=JUNE, known_at=None):
    return queries.pool(fund, as_of=as_of, known_at=known_at or clock.now())


def figures(found):
    return [(line.nation.code, line.amount.amount) for line in found.lines]


@pytest.fixture
def two_partners(fund, closing, estonia, sweden, system):
    """Estonia from the first closing, Sweden from the second; Sweden's amount is not published."""
    second = funds.closing(
        fund, held_on=SWEDEN_CLOSES, at=datetime(2024, 4, 19, 10, tzinfo=timezone.utc), system=system
    )
    return (
        funds.commitment(fund, estonia, "30000000.00", at_closing=closing, system=system),
        funds.commitment(
            fund, sweden, "50000000.00", at_closing=second, system=system, basis="illustrative", source=""
        ),
    )


def test_the_pool_lists_the_largest_first_with_its_share(fund, two_partners):
    found = pool(fund)

    assert figures(found) == [("SE", Decimal("50000000.00")), ("EE", Decimal("30000000.00"))]
    assert [line.share for line in found.lines] == [Decimal("0.625"), Decimal("0.375")]
    assert found.total == Money(Decimal("80000000.00"), "EUR")
    assert found.published == Money(Decimal("30000000.00"), "EUR")
    assert found.illustrative == Money(Decimal("50000000.00"), "EUR")


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2023, 7, 31), []),
        (date(2023, 8, 1), ["EE"]),
        (SWEDEN_CLOSES - timedelta(days=1), ["EE"]),
        (SWEDEN_CLOSES, ["EE", "SE"]),
    ],
)
def test_an_ally_is_a_partner_from_its_closing_on(fund, two_partners, day, codes):
    partners = queries.limited_partners(fund, as_of=day, known_at=clock.now())

    assert [nation.code for nation in partners] == codes
    assert pool(fund, day).count == len(codes)


def test_an_empty_pool_is_zero_in_the_funds_currency(fund):
    assert pool(fund).total == Money(Decimal(0), "EUR")
    assert queries.first_closing(fund, known_at=clock.now()) is None


def test_a_correction_changes_what_is_known_and_not_what_was(fund, two_partners, system):
    """In 2025 it turns out that Estonia had committed 31 from the first day on."""
    corrected_at = datetime(2025, 3, 1, 9, tzinfo=timezone.utc)
    funds.amendment(two_partners[0], "31000000.00", effective_on=funds.FIRST_CLOSING, at=corrected_at, system=system)
    day = date(2023, 12, 31)

    assert pool(fund, day, corrected_at - timedelta(microseconds=1)).total.amount == Decimal("30000000.00")
    assert pool(fund, day, corrected_at).total.amount == Decimal("31000000.00")


def test_an_amendment_counts_from_its_day(fund, two_partners, system):
    funds.amendment(
        two_partners[0], "40000000.00", effective_on=date(2025, 7, 1), at=datetime(2025, 3, 1, 9, tzinfo=timezone.utc),
        system=system,
    )  # fmt: skip

    assert pool(fund, date(2025, 6, 30)).line_of(two_partners[0].public_id).amount.amount == Decimal("30000000.00")
    assert pool(fund, date(2025, 7, 1)).line_of(two_partners[0].public_id).amount.amount == Decimal("40000000.00")


def test_the_pool_takes_one_query_however_many_allies(fund, closing, system, django_assert_num_queries):
    for ally in nations.many_allies(5, system=system):
        funds.commitment(fund, ally, at_closing=closing, system=system)

    with django_assert_num_queries(1):
        found = pool(fund)

    assert found.count == 5


STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 4), st.integers(1, 10**9)),  # effective after, known after, cents
    max_size=4,
)


@settings(
    max_examples=200 if os.environ.get("FULL") else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, as_of=st.integers(-2, 14), known=st.integers(-2, 26))
def test_the_pool_agrees_with_a_plain_model(fund, closing, estonia, system, steps, as_of, known):
    """Any history of terms gives the row that the rule names, found by walking all of them."""
    day, moment = closing.held_on + timedelta(days=as_of), funds.CLOSED_AT + timedelta(hours=known)
    history = [(closing.held_on, funds.CLOSED_AT, Decimal("1.00"))]
    with transaction.atomic():
        commitment = funds.commitment(fund, estonia, "1.00", at_closing=closing, system=system)
        for days, hours, cents in steps:
            row = (
                closing.held_on + timedelta(days=days),
                history[-1][1] + timedelta(hours=hours),
                Decimal(cents) / 100,
            )
            funds.amendment(commitment, str(row[2]), effective_on=row[0], at=row[1], system=system)
            history.append(row)
        in_pool = figures(pool(fund, day, moment))
        in_force = queries.in_force(queries.terms_of(commitment, known_at=moment), as_of=day)
        transaction.set_rollback(True)

    assert in_pool == _by_hand(history, day, moment)
    assert ([("EE", in_force.amount)] if in_force else []) == _by_hand(history, day, moment)


def _by_hand(history, day, moment):
    best = None
    for effective_on, recorded_at, amount in history:
        counts = effective_on <= day and recorded_at <= moment
        if counts and (best is None or (effective_on, recorded_at) >= best[:2]):
            best = (effective_on, recorded_at, amount)
    return [("EE", best[2])] if best else []


def codes_of(person):
    return [c.nation_id for c in queries.commitments_visible_to(person)]


def test_an_ally_reads_its_own_commitment_alone(fund, two_partners, system):
    estonian = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)

    assert codes_of(estonian) == ["EE"]
    assert list(queries.visible_to(estonian)) == []
    with pytest.raises(NotFound):
        queries.get_commitment(estonian, two_partners[1].public_id)
    with pytest.raises(NotFound):
        queries.choose(estonian, fund.public_id)


@pytest.mark.parametrize("role", ["fund-manager", "fund-analyst", "valuation-committee"])
def test_people_of_the_fund_read_their_fund_alone(fund, two_partners, system, role):
    other = funds.fund(name="Other fund", system=system)
    own = people.person(role=role, scope_kind="fund", scope_ref=fund.public_id, system=system)
    others = people.person(role=role, scope_kind="fund", scope_ref=other.public_id, system=system)

    assert (codes_of(own), list(queries.visible_to(own))) == (["EE", "SE"], [fund])
    assert (codes_of(others), list(queries.visible_to(others))) == ([], [other])


def test_an_auditor_reads_every_fund(fund, two_partners, system):
    auditor = people.person(role="auditor", scope_kind="everywhere", system=system)

    assert (codes_of(auditor), list(queries.visible_to(auditor))) == (["EE", "SE"], [fund])


@pytest.mark.parametrize("role", ["administrator", "programme-manager", "ethics-officer", None])
def test_nobody_else_reads_a_fund(fund, two_partners, system, role):
    person = people.person(role=role, scope_kind="everywhere", system=system)

    assert (codes_of(person), list(queries.visible_to(person))) == ([], [])


def test_the_services_module_names_what_it_refuses():
    """Each refusal has a code of its own, for machines."""
    errors = [e for e in vars(services).values() if isinstance(e, type) and hasattr(e, "code") and "code" in vars(e)]
    ours = [error.code for error in errors if error.__module__ == services.__name__]

    assert len(ours) == len(set(ours))
