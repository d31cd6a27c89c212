"""A fee that was wrong is taken back: offset on its own day or the first open one, known from then on, once."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from portfolio.fees import services as fees
from portfolio.ledger import invariants, queries
from portfolio.ledger import services as ledger
from portfolio.ledger.correcting import NeedsReason, NotTakenBack
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg
from portfolio.performance import queries as performance
from tests.core.people import sessions
from tests.factories import people, pools

MAY, JUNE = date(2026, 5, 15), date(2026, 6, 1)
BEFORE = datetime(2026, 5, 31, 23, tzinfo=timezone.utc)


@pytest.fixture
def pool(system):
    """A fund with 100.00 in cash since January, and 7.77 paid as a fee on 15 May."""
    pool = pools.established(system=system)
    with pools.on(1, 2):
        legs = [Leg(("cash", ""), ("opening", ""), Decimal("100.00"), "EUR")]
        ledger.post(
            pool.fund.book, legs, key="cash", kind="opening", effective_on=date(2026, 1, 2), by=system, at=clock.now()
        )
    with pools.on(5, 15):
        pool.pay_fee("7.77")
    return pool


@pytest.fixture
def fee(pool):
    return pool.fund.book.entries.get(kind="management-fees")


def take_back(pool, entry, *, because="paid twice", by=None):
    return fees.take_back_fee(entry, because=because, by=by or pool.manager, at=clock.now())


def figures(pool, as_of, known_at=None):
    found = performance.figures(pool.fund, as_of=as_of, known_at=known_at or clock.now())
    return {name: str(getattr(found, name)) for name in ("fees", "cash", "nav")}


WITH = {"fees": "7.77", "cash": "92.23", "nav": "92.23"}
WITHOUT = {"fees": "0.00", "cash": "100.00", "nav": "100.00"}


def test_a_fee_taken_back_was_never_paid_and_what_was_known_before_stays(pool, fee):
    reversal = take_back(pool, fee)

    assert (reversal.effective_on, reversal.reverses, reversal.adjusts, reversal.memo) == (MAY, fee, None, "paid twice")
    assert figures(pool, MAY) == figures(pool, JUNE) == WITHOUT
    assert figures(pool, MAY, BEFORE) == figures(pool, JUNE, BEFORE) == WITH
    assert invariants.broken(pool.fund.book) == []


def test_a_fee_of_a_closed_period_is_offset_on_the_first_open_day_and_names_the_period(pool, fee):
    period = ledger.close(
        pool.fund.book, through=date(2026, 5, 31), today=JUNE, by=pool.manager, at=clock.now() - timedelta(hours=1)
    )

    reversal = take_back(pool, fee)

    assert (reversal.effective_on, reversal.adjusts) == (JUNE, period)
    assert figures(pool, date(2026, 5, 31)) == WITH
    assert figures(pool, JUNE) == WITHOUT
    assert invariants.broken(pool.fund.book) == []


def test_taking_back_says_who_and_why_in_the_trail_of_the_fund(pool, fee):
    take_back(pool, fee, because="  paid twice ")

    told = AuditEvent.objects.get(kind="fee.taken_back")
    assert (told.chain, told.actor, told.subject) == (pool.fund.public_id, pool.manager.public_id, fee.public_id)
    assert told.after == {
        "amount": "7.77",
        "line": "management-fees",
        "reason": "paid twice",
        "effective_on": "2026-05-15",
    }


def test_a_fee_is_taken_back_once(pool, fee):
    take_back(pool, fee)

    with pytest.raises(ledger.AlreadyReversed):
        take_back(pool, fee)

    assert Entry.objects.filter(reverses=fee).count() == 1


def test_what_takes_it_back_is_not_taken_back(pool, fee):
    with pytest.raises(NotTakenBack, match="A reversal is not taken back"):
        take_back(pool, take_back(pool, fee))


def test_entries_of_other_kinds_are_not_taken_back_as_fees(pool):
    opening = pool.fund.book.entries.get(kind="opening")

    with pytest.raises(NotTakenBack, match="Opening balances are what a history began with"):
        take_back(pool, opening)

    assert not Entry.objects.filter(reverses=opening).exists()


def test_it_needs_a_reason(pool, fee):
    with pytest.raises(NeedsReason):
        take_back(pool, fee, because="  ")

    assert figures(pool, JUNE) == WITH


@pytest.mark.parametrize("role", ["fund-analyst", "auditor"])
def test_who_may_not_record_takes_nothing_back(pool, fee, role, system):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": pool.fund.public_id}

    with pytest.raises(NotPermitted):
        take_back(pool, fee, by=people.person(role=role, system=system, **where))

    assert figures(pool, JUNE) == WITH


def test_the_same_fee_is_paid_anew_under_a_key_of_its_own(pool, fee):
    take_back(pool, fee)

    with pools.on(6, 1):
        pool.pay_fee("8.00", key="right")

    assert queries.balance(pool.fund.book, "management-fees", as_of=JUNE, known_at=clock.now()) == Decimal("8.00")


class TestPages:
    @pytest.fixture
    def browser(self, client, pool):
        return sessions.fresh(people.signed_in(client, pool.manager), pool.manager)

    @staticmethod
    def address(entry):
        return f"/manage/ledger/entries/{entry.public_id}"

    @staticmethod
    def text_of(response):
        return response.content.decode().replace("\u00a0", " ")

    def test_the_page_of_a_fee_leads_to_taking_it_back(self, browser, fee):
        assert f'href="{self.address(fee)}/take-back"' in self.text_of(browser.get(self.address(fee)))

        page = self.text_of(browser.get(f"{self.address(fee)}/take-back"))

        assert "It is offset on its own day, as if it had never been posted." in page
        assert "Why it is taken back" in page

    def test_it_is_taken_back_by_the_form_and_both_entries_say_so(self, browser, fee):
        page = self.text_of(browser.post(f"{self.address(fee)}/take-back", {"because": "paid twice"}, follow=True))

        assert f"Entry {fee.number} is taken back. This entry offsets it." in page
        assert "paid twice" in page
        page = self.text_of(browser.get(self.address(fee)))
        assert "Reversed by" in page
        assert "take-back" not in page

    def test_without_a_reason_nothing_is_taken_back(self, browser, fee):
        page = self.text_of(browser.post(f"{self.address(fee)}/take-back", {"because": " "}))

        assert "Fill in “Why it is taken back”." in page
        assert not Entry.objects.filter(reverses=fee).exists()

    def test_a_second_time_is_refused_in_words(self, browser, pool, fee):
        take_back(pool, fee)

        for answer in (
            browser.get(f"{self.address(fee)}/take-back"),
            browser.post(f"{self.address(fee)}/take-back", {"because": "again"}),
        ):
            assert answer.status_code == 409
            assert "This entry was already reversed. Post anew instead." in self.text_of(answer)
            assert "Why it is taken back" not in self.text_of(answer)

    def test_an_entry_of_another_kind_has_no_button_and_its_rule_in_words(self, browser, pool):
        opening = pool.fund.book.entries.get(kind="opening")

        assert "take-back" not in self.text_of(browser.get(self.address(opening)))
        answer = browser.post(f"{self.address(opening)}/take-back", {"because": "wrong"})
        assert answer.status_code == 409
        assert "Opening balances are what a history began with." in self.text_of(answer)

    def test_the_page_says_that_a_closed_period_stays(self, browser, pool, fee):
        ledger.close(
            pool.fund.book, through=date(2026, 5, 31), today=JUNE, by=pool.manager, at=clock.now() - timedelta(hours=1)
        )

        page = self.text_of(browser.get(f"{self.address(fee)}/take-back"))

        assert "Its period is closed and stays as it is" in page
        assert "1 June 2026" in page or "1 Jun 2026" in page

    def test_an_analyst_sees_no_button(self, client, pool, fee):
        analyst = people.signed_in(client, pool.analyst)

        assert "take-back" not in self.text_of(analyst.get(self.address(fee)))
        assert analyst.get(f"{self.address(fee)}/take-back").status_code == 403

    def test_in_the_past_nothing_is_taken_back(self, browser, fee):
        assert "take-back" not in self.text_of(browser.get(self.address(fee), {"known_at": "2026-05-20T00:00:00Z"}))
