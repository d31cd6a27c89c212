"""A whole history at once: the same books to the cent as the same acts done by hand, known from the day it was brought in."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.imports import queries as imports
from core.money.value import Money
from core.nations.models import Nation
from core.organisations import services as organisations
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall, Receipt
from portfolio.capital_calls.services import Line
from portfolio.fees import services as fees
from portfolio.funds import services as funds
from portfolio.funds.models import Commitment
from portfolio.history import figures
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants, reading
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg
from portfolio.performance import naming
from portfolio.performance import queries as performance
from tests.factories import funds as fund_factory
from tests.factories import people
from tests.portfolio.history.conftest import HISTORY, TODAY, told, workbook

pytestmark = pytest.mark.django_db

SPLIT_BY_COMMITMENT = HISTORY | {
    "calls": [
        HISTORY["calls"][0],
        HISTORY["calls"][1],
        (2, "2025-02-03", "2025-02-17", "investment", "More tickets", "910000.00", "", "", "", ""),
    ]
}
"""The history without notices of its own, so that by hand it can be done with the services alone."""


class Hand:
    """The same acts, one by one, through the services, by two people, into a fund of the same terms."""

    def __init__(self, system, moment):
        self.system, self.moment = system, moment
        self.fund = fund_factory.fund(system=system, name="By hand")
        scope = {"scope_kind": "fund", "scope_ref": self.fund.public_id, "system": system}
        self.analyst = people.person(role="fund-analyst", **scope)
        self.manager = people.person(role="fund-manager", **scope)
        self.holdings = {}

    def at(self):
        self.moment += timedelta(seconds=1)
        return self.moment

    def play(self, history):
        for line, _of, day, debit, credit in history["opening-balances"]:
            self.opening(line, date.fromisoformat(day), debit, credit)
        for row in history["commitments"]:
            self.commitment(*row)
        for number in sorted({row[0] for row in history["calls"]}):
            self.call([row for row in history["calls"] if row[0] == number])
        for reference, ally, amount, day in sorted(history["receipts"], key=lambda row: row[3]):
            calls.receive(
                Commitment.objects.get(fund=self.fund, nation=ally), amount=Decimal(amount), reference=reference,
                received_on=date.fromisoformat(day), by=self.manager, at=self.at(),
            )  # fmt: skip
        for row in sorted(history["transactions"], key=lambda row: row[2]):
            self.transaction(*row)

    def opening(self, line, day, debit, credit):
        sides = ((line, ""), ("opening", "")) if debit else (("opening", ""), (line, ""))
        ledger.post(
            self.fund.book, [Leg(*sides, Decimal(debit or credit), "EUR")], key=f"by-hand-{line}", kind="opening",
            effective_on=day, by=self.manager, at=self.at(),
        )  # fmt: skip

    def commitment(self, ally, closing, effective_on, amount, holder, basis, source, note):
        nation = Nation.objects.get(name_en=ally) if len(ally) > 2 else Nation.objects.get(pk=ally)
        held_on = date.fromisoformat(closing)
        given = {
            "amount": Money(Decimal(amount), "EUR"), "basis": basis, "source": source, "note": note, "by": self.manager,
            "effective_on": date.fromisoformat(effective_on or closing), "at": self.at(),
        }  # fmt: skip
        standing = Commitment.objects.filter(fund=self.fund, nation=nation).first()
        if standing:
            funds.amend_commitment(standing, **given)
            return
        known = self.fund.closings.filter(held_on=held_on).first()
        closing = known or funds.hold_closing(self.fund, held_on=held_on, source=source, by=self.manager, at=self.at())
        funds.commit(self.fund, nation=nation, closing=closing, holder=None, **given)

    def call(self, rows):
        lines = [Line(row[3], row[4], Decimal(row[5]), row[6] != "no") for row in rows]
        due_on = date.fromisoformat(rows[0][2])
        call = calls.draft(self.fund, due_on=due_on, lines=lines, by=self.analyst, at=self.at())
        call = calls.submit(call, by=self.analyst)
        on = date.fromisoformat(rows[0][1])
        digest = call_queries.digest(call, at=self.at(), on=on)
        calls.approve(call, digest=digest, by=self.manager, at=self.at(), on=on)
        calls.issue(call, by=self.manager, on=on, at=self.at())

    def transaction(self, key, kind, day, company, nation, technology, currency, name, held_on, *rest):
        total, total_currency, basis, source, _tranche, quantity, amount, cost, reason, _illustrative = rest
        on, given = date.fromisoformat(day), {"by": self.manager, "at": self.at()}
        common = {"effective_on": on, "key": f"by-hand-{key}", **given}
        if kind in ("management-fee", "expense"):
            line = {"management-fee": "management-fees", "expense": "expenses"}[kind]
            fees.pay(self.fund, line=line, amount=Decimal(amount), memo=reason, **common)
            return
        holding = self.holding(company, kind, nation, technology, currency)
        if kind in ("purchase", "follow-on"):
            round_ = investments.record_round(
                holding.organisation, name=name, held_on=date.fromisoformat(held_on), precision="day",
                total=Decimal(total) if total else None, currency=total_currency or None, role="", co_investors="",
                basis=basis or "illustrative", source=source, note="", fund=self.fund, **given,
            )  # fmt: skip
            investments.buy(holding, round=round_, quantity=Decimal(quantity), amount=Decimal(amount), **common)
        elif kind == "sale":
            investments.sell(holding, quantity=Decimal(quantity), amount=Decimal(amount), **common)
        elif kind == "write-off":
            investments.write_off(holding, cost=Decimal(cost), reason=reason, **common)
        elif kind == "stake-commitment":
            investments.commit_to_stake(
                holding, amount=Decimal(amount), effective_on=on, basis=basis, source=source, **given
            )
        elif kind == "stake-call":
            investments.pay_stake(holding, amount=Decimal(amount), **common)
        else:
            returned = Decimal(cost)
            investments.receive_from_stake(holding, amount=Decimal(amount), returned_capital=returned, **common)

    def holding(self, company, kind, nation, technology, currency):
        if company not in self.holdings:
            stake = kind.startswith("stake")
            organisation = organisations.register(
                name=company,
                kind="fund-manager" if stake else "company",
                nation=nation or None,
                by=self.manager,
                at=self.at(),
            )
            self.holdings[company] = investments.open_holding(
                self.fund, organisation, kind="fund" if stake else "direct", technology=technology, currency=currency or "EUR",
                by=self.manager, at=self.at(),
            )  # fmt: skip
        return self.holdings[company]


def trial(fund, known_at):
    """Every balance of the books by what it is of, in words."""
    found = reading.trial(fund.book, as_of=TODAY, known_at=known_at)
    return {
        (line.line.code, one.subject.name if one.subject else "", one.currency): (one.amount, one.debit, one.credit)
        for line in found.lines
        for one in line.accounts
    }


def test_it_equals_the_same_history_done_by_hand_to_the_cent(office, system):
    naming.register()
    hand = Hand(system, office.moment)
    with clock.standing_at(office.moment):
        hand.play(SPLIT_BY_COMMITMENT)
    # The companies of the other fund are the same ones: an organisation has one identity.
    office.moment = hand.moment

    upload = office.upload(workbook(SPLIT_BY_COMMITMENT))
    office.apply(upload)

    now = office.moment
    assert performance.figures(office.fund, as_of=TODAY, known_at=now) == performance.figures(
        hand.fund, as_of=TODAY, known_at=now
    )
    assert trial(office.fund, now) == trial(hand.fund, now)
    for day in (date(2023, 12, 31), date(2024, 6, 30), date(2025, 3, 31)):
        assert performance.figures(office.fund, as_of=day, known_at=now) == performance.figures(
            hand.fund, as_of=day, known_at=now
        )
    assert invariants.broken(office.fund.book) == []


def test_the_dry_run_tells_the_figures_before_and_after_and_records_nothing(office):
    upload = office.upload(workbook(HISTORY))

    figures_told = {code: (before, after) for code, before, after in imports.latest_run(upload).figures}
    assert figures_told["committed"] == ("0.00", "116000000.01")
    assert figures_told["called"] == ("0.00", "1910000.00")
    assert figures_told["cash"] == ("0.00", "1849000.00")
    assert not Entry.objects.exists()
    assert not Commitment.objects.exists()
    assert not CapitalCall.objects.exists()
    assert not Transaction.objects.exists()

    office.apply(upload)
    now = figures.of(office.fund, as_of=TODAY, known_at=office.moment)
    assert {code: f"{amount:.2f}" for code, amount in now.items()} == {
        code: after for code, (_before, after) in figures_told.items()
    }


def test_every_row_is_new_the_first_time_and_there_the_second(office):
    office.apply(office.upload(workbook(HISTORY)))
    entries = Entry.objects.count()
    longer = HISTORY | {"receipts": [*HISTORY["receipts"], ("B-6", "SE", "1.00", "2025-05-05")]}

    again = office.upload(workbook(longer))
    assert [result for _number, result, *_rest in told(again)].count("new") == 1
    assert [result for _number, result, *_rest in told(again)].count("same") == 27

    office.apply(again)
    assert Entry.objects.count() == entries + 1
    assert Receipt.objects.count() == 6


def test_a_history_becomes_known_when_it_is_brought_in(office):
    before = office.moment
    office.apply(office.upload(workbook(HISTORY)))

    past = performance.figures(office.fund, as_of=date(2025, 6, 30), known_at=before)
    known = performance.figures(office.fund, as_of=date(2025, 6, 30), known_at=office.moment)

    assert (past.committed, past.called, past.cash) == (0, 0, 0)
    assert (known.committed, known.called) == (Decimal("118000000.01") - 2_000_000, Decimal("1910000.00"))
    assert {row.recorded_at for row in Entry.objects.all()} == {office.moment}


def test_sheets_in_any_order_are_applied_in_the_right_one(office):
    backwards = dict(reversed(list(HISTORY.items())))

    upload = office.upload(workbook(backwards))

    assert [line for line in told(upload) if line[2]] == []


def test_a_workbook_may_hold_some_of_the_sheets(office):
    upload = office.upload(workbook({name: HISTORY[name] for name in ("commitments", "calls")}))
    office.apply(upload)

    assert CapitalCall.objects.filter(fund=office.fund).count() == 2


def test_the_moment_of_a_history_is_that_of_the_import_to_the_second(office):
    office.apply(office.upload(workbook(HISTORY)))

    terms = Commitment.objects.get(nation="EE").terms.order_by("recorded_at").values_list("recorded_at", flat=True)
    assert list(terms) == [office.moment - timedelta(microseconds=1), office.moment]
