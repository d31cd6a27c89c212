"""Establishing a fund, holding a closing, committing and amending: what is refused leaves everything as it was."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock, failpoints
from core.audit import services as audit
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.money.value import Money
from portfolio.funds import services
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund
from tests.factories import funds, nations, people

LATER = datetime(2025, 3, 1, 9, tzinfo=timezone.utc)


def recorded():
    """How many rows of everything there are."""
    return [table.objects.count() for table in (Fund, Closing, Commitment, CommitmentTerms, AuditEvent)]


def chain_of(fund):
    return list(AuditEvent.objects.filter(chain=fund.public_id).order_by("position").values_list("kind", flat=True))


def test_a_fund_opens_its_own_audit_chain(fund, closing, estonia, system):
    funds.commitment(fund, estonia, at_closing=closing, system=system)

    assert chain_of(fund) == ["fund.established", "closing.held", "commitment.recorded"]
    assert audit.verify(fund.public_id) is None


def test_a_fund_of_one_name_is_established_once(fund, system):
    with pytest.raises(services.AlreadyEstablished):
        funds.fund(system=system)


@pytest.mark.parametrize(
    ("story", "given", "refusal"),
    [
        ("it invests longer than it lives", {"investment_period_years": 16}, services.UnfitTerms),
        ("it never invests", {"investment_period_years": 0}, services.UnfitTerms),
        ("no target", {"target_size": Decimal(0)}, services.UnfitAmount),
        ("a target of half a cent", {"target_size": Decimal("0.005")}, services.UnfitAmount),
        ("a currency nobody recorded", {"currency": "XXX"}, services.UnknownCurrency),
        ("a zone that does not exist", {"time_zone": "Europe/Atlantis"}, services.UnknownTimeZone),
    ],
)
def test_a_fund_with_impossible_terms_is_not_established(fund, system, story, given, refusal):
    before = recorded()
    terms = {
        "name": "Another", "currency": "EUR", "target_size": Decimal("1.00"), "term_years": 15,
        "investment_period_years": 8, "time_zone": "Europe/Luxembourg", "source": "", "by": system, "at": clock.now(),
    } | given  # fmt: skip

    with pytest.raises(refusal):
        services.establish(**terms)

    assert recorded() == before


def test_a_closing_is_held_once_a_day(fund, closing, system):
    with pytest.raises(services.ClosingExists):
        funds.closing(fund, system=system)


def test_a_manager_commits_an_ally_to_her_own_fund(fund, closing, estonia, manager):
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=manager, at=clock.now())

    event = AuditEvent.objects.get(kind="commitment.recorded")
    assert (event.actor, event.subject) == (manager.public_id, commitment.public_id)
    assert event.after["amount"] == "30000000.00"


@pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee"])
def test_whoever_only_reads_the_fund_commits_nobody(fund, closing, estonia, system, role):
    reader = people.person(role=role, scope_kind="fund", scope_ref=fund.public_id, system=system)
    before = recorded()

    with pytest.raises(NotPermitted):
        funds.commitment(fund, estonia, at_closing=closing, system=reader)
    with pytest.raises(NotPermitted):
        funds.closing(fund, held_on=date(2024, 1, 1), system=reader)

    assert recorded() == before


def test_the_manager_of_one_fund_commits_nobody_to_another(fund, estonia, manager, system):
    other = funds.fund(name="Other fund", system=system)
    others_closing = funds.closing(other, system=system)
    before = recorded()

    with pytest.raises(NotPermitted):
        funds.commitment(other, estonia, at_closing=others_closing, system=manager)

    assert recorded() == before


def test_an_ally_commits_once_to_a_fund(fund, closing, estonia, system):
    funds.commitment(fund, estonia, at_closing=closing, system=system)
    before = recorded()

    with pytest.raises(services.AlreadyCommitted):
        funds.commitment(fund, estonia, "1.00", at_closing=closing, system=system)

    assert recorded() == before


def test_a_nation_that_is_no_ally_yet_cannot_commit(fund, closing, sweden, system):
    with pytest.raises(services.NotAnAlly):
        funds.commitment(fund, sweden, at_closing=closing, system=system)

    assert Commitment.objects.count() == 0


def test_a_nation_that_never_was_an_ally_cannot_commit(fund, closing, system):
    with pytest.raises(services.NotAnAlly):
        funds.commitment(fund, nations.nation("CH", system=system), at_closing=closing, system=system)


@pytest.mark.parametrize(
    ("story", "amount"),
    [
        ("nothing", "0"),
        ("less than nothing", "-1.00"),
        ("half a cent", "10.005"),
        ("more than the table holds", "1000000000000000000.00"),
    ],
)
def test_an_amount_is_above_zero_in_whole_cents(fund, closing, estonia, system, story, amount):
    with pytest.raises(services.UnfitAmount):
        funds.commitment(fund, estonia, amount, at_closing=closing, system=system)

    assert Commitment.objects.count() == 0


def test_an_amount_in_another_currency_is_refused(fund, closing, estonia, system):
    dollars = Money(Decimal("30000000.00"), "USD")

    with pytest.raises(services.UnfitAmount):
        services.commit(
            fund, nation=estonia, closing=closing, holder=None, amount=dollars, effective_on=closing.held_on,
            basis="illustrative", source="", by=system, at=clock.now(),
        )  # fmt: skip


def test_a_published_figure_needs_its_source(fund, closing, estonia, system):
    with pytest.raises(services.SourceMissing):
        funds.commitment(fund, estonia, at_closing=closing, system=system, source=" ")
    funds.commitment(fund, estonia, at_closing=closing, system=system, source="", basis="illustrative")


def test_a_commitment_is_not_in_force_before_its_closing(fund, closing, estonia, system):
    with pytest.raises(services.BeforeTheClosing):
        funds.commitment(fund, estonia, at_closing=closing, system=system, effective_on=date(2023, 7, 31))


def test_the_closing_belongs_to_the_fund(fund, estonia, system):
    elsewhere = funds.closing(funds.fund(name="Other fund", system=system), system=system)

    with pytest.raises(services.ClosingOfAnotherFund):
        funds.commitment(fund, estonia, at_closing=elsewhere, system=system)


def test_a_commitment_that_cannot_be_audited_is_not_made(fund, closing, estonia, system):
    before = recorded()

    with failpoints.installed("funds.commit.checked", _break), pytest.raises(RuntimeError):
        funds.commitment(fund, estonia, at_closing=closing, system=system)

    assert recorded() == before


def _break():
    raise RuntimeError("broken on purpose")


def test_an_amendment_adds_terms_and_keeps_the_old_ones(fund, closing, estonia, system):
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=system)

    funds.amendment(commitment, "35000000.00", effective_on=date(2025, 1, 1), at=LATER, system=system)

    assert list(commitment.terms.order_by("pk").values_list("amount", flat=True)) == [
        Decimal("30000000.00"),
        Decimal("35000000.00"),
    ]
    event = AuditEvent.objects.get(kind="commitment.amended")
    assert (event.before["amount"], event.after["amount"]) == ("30000000.00", "35000000.00")


@pytest.mark.parametrize("earlier", [timedelta(0), timedelta(days=1)])
def test_what_was_known_then_is_not_rewritten(fund, closing, estonia, system, earlier):
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=system)
    before = recorded()

    with pytest.raises(services.RecordedOutOfOrder):
        funds.amendment(
            commitment, "35000000.00", effective_on=date(2025, 1, 1), at=commitment.recorded_at - earlier, system=system
        )

    assert recorded() == before


@pytest.mark.parametrize(
    ("story", "given", "refusal"),
    [
        ("before the closing", {"effective_on": date(2023, 7, 31)}, services.BeforeTheClosing),
        ("published without a source", {"source": ""}, services.SourceMissing),
        ("of nothing", {"amount": "0.00"}, services.UnfitAmount),
    ],
)
def test_an_impossible_amendment_changes_nothing(fund, closing, estonia, system, story, given, refusal):
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=system)
    before = recorded()
    asked = {"amount": "1.00", "effective_on": date(2025, 1, 1)} | given

    with pytest.raises(refusal):
        funds.amendment(commitment, asked.pop("amount"), at=LATER, system=system, **asked)

    assert recorded() == before


def test_an_analyst_amends_nothing(fund, closing, estonia, system):
    analyst = people.person(role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, system=system)
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=system)
    before = recorded()

    with pytest.raises(NotPermitted):
        funds.amendment(commitment, "1.00", effective_on=date(2025, 1, 1), at=LATER, system=analyst)

    assert recorded() == before


def test_terms_once_written_are_never_changed(fund, closing, estonia, system):
    funds.commitment(fund, estonia, at_closing=closing, system=system)

    with pytest.raises(DatabaseError), transaction.atomic():
        CommitmentTerms.objects.update(amount=Decimal("1.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        CommitmentTerms.objects.all().delete()


def _terms(commitment, **given):
    return CommitmentTerms(
        **{
            "commitment": commitment, "amount": Decimal("1.00"), "effective_on": date(2025, 1, 1), "recorded_at": LATER,
            "basis": "solid", "source": "x",
        } | given
    )  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("commitment_amount_above_zero", {"amount": Decimal("0.00")}),
        ("commitment_published_figure_has_a_source", {"source": ""}),
        ("commitment_terms_recorded_once", {"effective_on": funds.FIRST_CLOSING, "recorded_at": funds.CLOSED_AT}),
    ],
)
def test_the_table_itself_refuses_impossible_terms(fund, closing, estonia, system, constraint, row):
    commitment = funds.commitment(fund, estonia, at_closing=closing, system=system)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _terms(commitment, **row).save()


def test_the_table_itself_refuses_a_second_commitment(fund, closing, estonia, system):
    funds.commitment(fund, estonia, at_closing=closing, system=system)

    with pytest.raises(IntegrityError, match="commitment_once_an_ally"), transaction.atomic():
        Commitment.objects.create(fund=fund, nation=estonia, closing=closing, recorded_at=LATER)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("fund_target_size_above_zero", {"target_size": Decimal("0.00")}),
        ("fund_invests_within_its_term", {"investment_period_years": 20}),
    ],
)
def test_the_table_itself_refuses_an_impossible_fund(fund, constraint, change):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Fund.objects.filter(pk=fund.pk).update(**change)
