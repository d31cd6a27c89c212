"""A transaction that was wrong is taken back: as if it had never been, from its own day on, known from then on."""

import io
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from portfolio.investments import listing, queries
from portfolio.investments import services as investments
from portfolio.investments.models import TakenBack, Transaction
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.correcting import NeedsReason
from portfolio.ledger.services import Leg
from portfolio.performance import breakdowns
from portfolio.performance import queries as performance
from portfolio.valuations import fair_value
from portfolio.valuations import listing as marks
from portfolio.valuations import queries as valuations
from tests.core.people import sessions
from tests.factories import people, pools
from tests.factories import valuations as runs

FEBRUARY, MARCH, APRIL, JUNE = date(2026, 2, 2), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1)
KINDS = ("purchase", "sale", "write-off", "stake-call", "stake-distribution")


@pytest.fixture
def pool(system):
    """200.00 in cash; three shares of Alder bought for 60.00 on 2 February; 10.00 of 30.00 paid to Cedar the same day."""
    pool = pools.established(system=system)
    with pools.on(1, 2):
        legs = [Leg(("cash", ""), ("opening", ""), Decimal("200.00"), "EUR")]
        ledger.post(
            pool.fund.book, legs, key="cash", kind="opening", effective_on=date(2026, 1, 2), by=system, at=clock.now()
        )
    with pools.on(2, 2):
        pool.buy(pool.hold("Alder Robotics", technology="AI"), "60.00")
        cedar = pool.hold("Cedar Ventures", kind="fund")
        terms = {"effective_on": FEBRUARY, "by": pool.manager, "at": clock.now()}
        investments.commit_to_stake(cedar, amount=Decimal("30.00"), basis="illustrative", source="", **terms)
        investments.pay_stake(cedar, amount=Decimal("10.00"), key="stake-1", **terms)
    return pool


def record(pool, kind, *, day=None, key=""):
    """One of each kind, dated today unless another day is said."""
    alder, cedar = pool.holdings["Alder Robotics"], pool.holdings["Cedar Ventures"]
    told = {
        "effective_on": day or clock.today(),
        "key": key or f"{kind}-{clock.now():%m%d%H}",
        "by": pool.manager,
        "at": clock.now(),
    }
    if kind == "purchase":
        return investments.buy(
            alder, round=alder.transactions.first().round, quantity=Decimal(2), amount=Decimal("44.00"), **told
        )
    if kind == "sale":
        return investments.sell(alder, quantity=Decimal(1), amount=Decimal("26.50"), **told)
    if kind == "write-off":
        return investments.write_off(alder, cost=Decimal("15.00"), reason="closed", **told)
    if kind == "stake-call":
        return investments.pay_stake(cedar, amount=Decimal("20.00"), **told)
    return investments.receive_from_stake(cedar, amount=Decimal("7.00"), returned_capital=Decimal("4.00"), **told)


def take_back(pool, row, *, because="never happened", by=None):
    return investments.take_back_transaction(row, because=because, by=by or pool.manager, at=clock.now())


def everything(pool, as_of, known_at=None):
    """What the pool's pages say of a day as known on a moment."""
    point = {"as_of": as_of, "known_at": known_at or clock.now()}
    standing = performance.standing(pool.fund, **point)
    wholes = [listing.whole(one, **point) for one in pool.holdings.values()]
    return {
        "figures": standing.figures,
        "positions": queries.positions(pool.fund, **point),
        "returns": [(one.position, one.transactions, listing.valued(one, **point)) for one in wholes],
        "held": breakdowns.held(pool.fund, standing.balances, standing.diary.gains, **point),
        "fair value": fair_value.rows(pool.fund, [as_of], known_at=point["known_at"]),
        "bridges": [marks.bridge(one, **point) for one in pool.holdings.values()],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_back_never_was_and_what_was_known_before_stays(pool, kind):
    with pools.on(3, 2):
        without, without_that_day = everything(pool, JUNE), everything(pool, clock.today())
        row = record(pool, kind)
        having = everything(pool, JUNE)
    assert having != without

    with pools.on(5, 4):
        taken = take_back(pool, row)
        assert (taken.effective_on, taken.entry.reverses, taken.entry.adjusts) == (row.effective_on, row.entry, None)
        assert everything(pool, JUNE) == without
        assert everything(pool, row.effective_on) == without_that_day
        assert everything(pool, JUNE, clock.now() - timedelta(hours=1)) == having
    assert invariants.broken(pool.fund.book) == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_closed_period_it_counts_to_its_end_and_not_from_the_first_open_day_on(pool, kind):
    with pools.on(3, 2):
        before = everything(pool, APRIL)
        row = record(pool, kind)
        with_it = everything(pool, MARCH)
    with pools.on(4, 9):
        period = ledger.close(
            pool.fund.book, through=MARCH, today=clock.today(), by=pool.manager, at=clock.now() - timedelta(hours=1)
        )

        taken = take_back(pool, row)

        assert (taken.effective_on, taken.entry.effective_on, taken.entry.adjusts) == (APRIL, APRIL, period)
        assert everything(pool, MARCH) == with_it
        assert everything(pool, APRIL) == before
    assert invariants.broken(pool.fund.book) == []


def test_it_is_recorded_anew_as_it_was_right(pool):
    with pools.on(3, 2):
        take_back(pool, record(pool, "sale"))
        right = record(pool, "sale", key="right")

    found = queries.position(right.holding, queries.transactions(right.holding, as_of=JUNE, known_at=clock.now()))
    assert (found.quantity, found.cost, found.received) == (2, Decimal("40.00"), Decimal("26.50"))


def test_taking_back_says_who_and_why_in_the_trail_of_the_fund(pool):
    with pools.on(3, 2):
        row = record(pool, "write-off")
        take_back(pool, row, because=" the company goes on ")

    told = AuditEvent.objects.get(kind="investment.taken_back")
    assert (told.chain, told.actor, told.subject) == (
        pool.fund.public_id,
        pool.manager.public_id,
        row.holding.public_id,
    )
    assert told.after == {
        "transaction": row.public_id,
        "amount": "15.00",
        "currency": "EUR",
        "kind": "write-off",
        "effective_on": "2026-03-02",
        "reason": "the company goes on",
    }


class TestRefused:
    @pytest.fixture(autouse=True)
    def _in_march(self, pool):
        with pools.on(3, 2):
            yield

    def test_a_second_time(self, pool):
        row = record(pool, "sale")
        take_back(pool, row)

        with pytest.raises(ledger.AlreadyReversed):
            take_back(pool, row)

        assert TakenBack.objects.count() == 1

    def test_without_a_reason(self, pool):
        row = record(pool, "sale")

        with pytest.raises(NeedsReason):
            take_back(pool, row, because=" ")

    @pytest.mark.parametrize("role", ["fund-analyst", "auditor"])
    def test_to_whoever_may_not_record(self, pool, role, system):
        row = record(pool, "sale")
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": pool.fund.public_id}

        with pytest.raises(NotPermitted):
            take_back(pool, row, by=people.person(role=role, system=system, **where))

        assert not TakenBack.objects.exists()

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            ("purchase", "sale"),
            ("purchase", "write-off"),
            ("sale", "write-off"),
            ("write-off", "sale"),
            ("stake-call", "stake-distribution"),
        ],
    )
    def test_while_cost_left_since_that_was_reckoned_with_it(self, pool, first, then):
        row, later = record(pool, first), record(pool, then, day=date(2026, 3, 3))

        with pytest.raises(investments.RestsOnIt, match=r"3.Mar.2026"):
            take_back(pool, row)
        assert not TakenBack.objects.exists()

        take_back(pool, later)
        take_back(pool, row)
        assert TakenBack.objects.count() == 2

    def test_a_sale_recorded_before_or_dated_before_rests_on_nothing_of_it(self, pool):
        record(pool, "sale", key="before")
        row = record(pool, "purchase")
        record(pool, "sale", day=date(2026, 3, 1), key="earlier")

        assert take_back(pool, row)
        assert invariants.broken(pool.fund.book) == []

    def test_while_the_money_that_it_brought_is_spent(self, pool):
        row = record(pool, "sale")
        pool.pay_fee("150.00")

        with pytest.raises(investments.SpentSince, match=r"It brought 26\.50, and the fund holds 6\.50 in cash\."):
            take_back(pool, row)

        assert not TakenBack.objects.exists()

    def test_once_a_valuation_counts_it(self, pool, system):
        row = record(pool, "sale")
        with pools.on(4, 2):
            runs.policy(pool.fund, system=system, at=clock.now())
            runs.prepared(pool.fund, MARCH, system=system, at=clock.now())

        with pools.on(4, 3), pytest.raises(investments.Valued, match=r"The valuation of 31.Mar"):
            take_back(pool, row)

        assert not TakenBack.objects.exists()


def test_what_a_valuation_did_not_know_is_taken_back(pool, system):
    committee = [
        people.person(role="valuation-committee", scope_kind="fund", scope_ref=pool.fund.public_id, system=system)
        for _member in range(2)
    ]
    with pools.on(4, 2):
        runs.policy(pool.fund, system=system, at=clock.now())
        runs.locked(pool.fund, MARCH, analyst=pool.manager, committee=committee, system=system, at=clock.now())
    with pools.on(4, 3):
        without = everything(pool, MARCH)
        row = record(pool, "sale", day=MARCH)
        assert everything(pool, MARCH) != without
        take_back(pool, row)

        assert everything(pool, MARCH) == without


def test_a_valuation_of_a_closed_quarter_leaves_out_what_is_known_to_be_wrong(pool, system):
    """The books of the quarter keep the purchase, at cost on both sides, until the day on which it is offset."""
    committee = [
        people.person(role="valuation-committee", scope_kind="fund", scope_ref=pool.fund.public_id, system=system)
        for _member in range(2)
    ]
    with pools.on(3, 2):
        row = record(pool, "purchase")
    with pools.on(4, 2):
        ledger.close(
            pool.fund.book, through=MARCH, today=clock.today(), by=pool.manager, at=clock.now() - timedelta(hours=1)
        )
        take_back(pool, row)
    with pools.on(4, 3):
        runs.policy(pool.fund, system=system, at=clock.now())
        run = runs.locked(pool.fund, MARCH, analyst=pool.manager, committee=committee, system=system, at=clock.now())
        mark = next(one for one in valuations.marks_of(run) if one.holding_id == row.holding_id)
        assert (mark.cost, mark.value) == (Decimal("60.00"), Decimal("60.00"))
        values = {
            day: next(
                one
                for one in fair_value.rows(pool.fund, [day], known_at=clock.now())
                if one.holding_id == row.holding_id
            )
            for day in (MARCH, APRIL)
        }

    assert (values[MARCH].cost, values[MARCH].value) == (Decimal("104.00"), Decimal("104.00"))
    assert (values[APRIL].cost, values[APRIL].value) == (Decimal("60.00"), Decimal("60.00"))
    assert invariants.broken(pool.fund.book) == []


class TestInTheDatabase:
    @staticmethod
    def taken(pool, row):
        """A taking back written past the service."""
        reversal = ledger.reverse(row.entry, effective_on=row.effective_on, by=pool.manager, at=clock.now())
        return TakenBack.objects.create(
            transaction=row, entry=reversal, effective_on=row.effective_on, reason="past the service",
            recorded_at=clock.now(), recorded_by=pool.manager,
        )  # fmt: skip

    def test_no_less_stays_than_left(self, pool):
        with pools.on(3, 2):
            record(pool, "sale")
        first = Transaction.objects.get(holding=pool.holdings["Alder Robotics"], kind="purchase")

        with pytest.raises(IntegrityError, match="no more leaves a holding"), transaction.atomic():
            self.taken(pool, first)

    def test_no_more_leaves_than_is_held_without_it(self, pool):
        """Of five shares two are taken back; a sale of four written past the service is refused."""
        with pools.on(3, 2):
            take_back(pool, record(pool, "purchase"))
            sold = record(pool, "sale")
            further = Transaction(
                **{
                    field.attname: getattr(sold, field.attname)
                    for field in Transaction._meta.concrete_fields
                    if field.attname not in ("id", "public_id", "key", "entry_id", "quantity")
                },
                quantity=Decimal(4),
                key="past the service",
            )
            leg = Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")
            further.entry = ledger.post(
                pool.fund.book,
                [leg],
                key="past",
                kind="opening",
                effective_on=clock.today(),
                by=pool.manager,
                at=clock.now(),
            )

        with pytest.raises(IntegrityError, match="no more leaves a holding"), transaction.atomic():
            further.save(force_insert=True)

    @pytest.mark.parametrize("change", [lambda: TakenBack.objects.update(reason="x"), TakenBack.objects.all().delete])
    def test_it_is_written_once(self, pool, change):
        with pools.on(3, 2):
            take_back(pool, record(pool, "sale"))

        with pytest.raises(DatabaseError), transaction.atomic():
            change()


class TestPages:
    @pytest.fixture
    def browser(self, client, pool):
        return sessions.fresh(people.signed_in(client, pool.manager), pool.manager)

    @staticmethod
    def address(row):
        return f"/manage/ledger/entries/{row.entry.public_id}"

    @staticmethod
    def text_of(response):
        return response.content.decode().replace("\u00a0", " ")

    def test_a_sale_is_taken_back_from_its_entry_and_leaves_the_page_of_the_holding(self, browser, pool):
        with pools.on(3, 2):
            row = record(pool, "sale")
        assert "Take back…" in self.text_of(browser.get(self.address(row)))

        page = self.text_of(browser.post(f"{self.address(row)}/take-back", {"because": "never happened"}, follow=True))

        assert "is taken back. This entry offsets it." in page
        holding = f"/manage/holdings/{row.holding.public_id}"
        assert "What was taken back" in self.text_of(browser.get(holding))
        before = datetime(2026, 4, 1, tzinfo=timezone.utc).isoformat()
        assert "What was taken back" not in self.text_of(browser.get(holding, {"known_at": before}))
        assert row.public_id in self.text_of(browser.get(holding, {"known_at": before}))

    def test_the_workbook_of_the_holding_has_it_on_a_sheet_of_its_own(self, browser, pool):
        with pools.on(3, 2):
            row = record(pool, "sale")
        address = f"/manage/holdings/{row.holding.public_id}/export.xlsx"
        assert "Taken back" not in openpyxl.load_workbook(io.BytesIO(browser.get(address).content)).sheetnames
        taken = take_back(pool, row)

        book = openpyxl.load_workbook(io.BytesIO(browser.get(address).content))

        ((_day, kind, *_rest, entry),) = list(book["Taken back"].iter_rows(values_only=True))[1:]
        assert (kind, entry) == ("Sale", taken.entry.public_id)
        assert taken.reason in _rest
        assert "Sale" not in [one[1] for one in book["Transactions"].iter_rows(values_only=True)]

    def test_a_refusal_stands_on_the_page_in_words(self, browser, pool):
        with pools.on(3, 2):
            row = record(pool, "purchase")
            record(pool, "sale", day=date(2026, 3, 3))

        answer = browser.post(f"{self.address(row)}/take-back", {"because": "wrong"})

        assert answer.status_code == 409
        assert "What was recorded since rests on it: Sale, " in self.text_of(answer)
        assert "Take that back first." in self.text_of(answer)
