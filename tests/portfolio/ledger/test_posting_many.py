"""Many entries at once: the same books as one by one, under one lock, all of them or none."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock, failpoints
from portfolio.ledger import chain, invariants, queries, reading
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Account, Book, Entry, Posting
from portfolio.ledger.services import Draft, Leg
from tests.portfolio.ledger.conftest import MAY

TODAY = date(2026, 6, 1)


def draft(number, amount="1.00", *, on=MAY, key=None, subject="", legs=None):
    whose = f"commitment_{number % 3}"
    leg = Leg(("distributed", whose), ("distributions-payable", whose), Decimal(amount), "EUR")
    return Draft(legs or [leg], key or f"row-{number}", "test", on, subject)


@pytest.fixture
def post_many(book, system):
    def _post(drafts, *, at=None):
        return ledger.post_many(book, drafts, by=system, at=at or clock.now())

    return _post


def picture(book):
    return {
        (one.code, one.subject, one.currency): (one.amount, one.fund_amount)
        for one in queries.balances(book, as_of=TODAY, known_at=clock.now())
    }


def test_many_leave_the_same_books_as_one_by_one(book, post_many, system):
    other = ledger.open_book(name="One by one", currency="EUR", at=clock.now())
    drafts = [draft(number, f"{number + 1}.00") for number in range(20)]

    post_many(drafts)
    for one in drafts:
        ledger.post(
            other, one.legs, key=one.key, kind=one.kind, effective_on=one.effective_on, by=system, at=clock.now()
        )

    assert picture(book) == picture(other)
    assert invariants.broken(book) == []
    assert Book.objects.get(pk=book.pk).length == 20


def test_entries_come_back_in_the_order_of_the_drafts_joined_and_true_to_their_digests(book, post_many, post):
    post(key="before")
    dollars = Leg(("cash", ""), ("opening", ""), Decimal("110.00"), "USD", Decimal("100.00"), Decimal("1.1"), "ECB")

    entries = post_many([draft(2), draft(1, legs=[dollars, *draft(7).legs]), draft(0)])

    assert [(entry.number, entry.key) for entry in entries] == [(2, "row-2"), (3, "row-1"), (4, "row-0")]
    for entry in entries:
        stored = Entry.objects.get(pk=entry.pk)
        assert reading.digest_holds(stored, reading.postings(stored))
    assert Posting.objects.filter(entry=entries[1]).count() == 2
    assert invariants.broken(book) == []


def test_a_key_that_stands_posts_nothing_and_gives_what_stands(post_many, post):
    standing = post("100.00", key="call-1")

    entries = post_many([draft(0, legs=[Leg(("cash", ""), ("opening", ""), Decimal("100.00"), "EUR")], key="call-1")])

    assert entries == [standing]
    assert Entry.objects.count() == 1


def test_the_same_draft_twice_among_many_posts_once(post_many):
    first, second = post_many([draft(1), draft(1)])

    assert first == second
    assert Entry.objects.count() == 1


def test_the_whole_batch_asked_again_posts_nothing(book, post_many):
    drafts = [draft(number) for number in range(5)]
    before = post_many(drafts)

    assert post_many(drafts) == before
    assert Entry.objects.count() == 5
    assert Book.objects.get(pk=book.pk).length == 5


@pytest.mark.parametrize(
    ("story", "bad", "refusal"),
    [
        ("a key that stands with another content", draft(9, "2.00", key="standing"), ledger.KeyReused),
        ("a key that came before with another content", draft(9, "2.00", key="row-0"), ledger.KeyReused),
        ("an amount of half a cent", draft(9, "0.005"), ledger.UnfitAmount),
        ("no postings", Draft([], "row-9", "test", MAY), ledger.UnfitAmount),
        ("a day in a closed period", draft(9, on=date(2025, 12, 31)), ledger.PeriodClosed),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_that_cannot_be_posted_keeps_all_out_and_is_named(book, post_many, post, system, story, bad, refusal):
    post("1.00", key="standing")
    ledger.close(book, through=date(2025, 12, 31), today=TODAY, by=system, at=clock.now())
    accounts = Account.objects.count()

    with pytest.raises(refusal) as refused:
        post_many([draft(0), draft(1), bad, draft(2)])

    assert refused.value.__notes__ == [bad.key]
    assert Entry.objects.count() == 1
    assert Account.objects.count() == accounts
    assert Book.objects.get(pk=book.pk).length == 1


def test_a_refusal_leaves_the_transaction_that_asked_as_it_was(book, post_many):
    with transaction.atomic():
        post_many([draft(0)])
        with pytest.raises(ledger.UnfitAmount):
            post_many([draft(1), draft(2, "0.005")])
        post_many([draft(3)])

    assert [entry.key for entry in Entry.objects.order_by("number")] == ["row-0", "row-3"]
    assert invariants.broken(book) == []


def test_nothing_to_post_changes_nothing(book, post_many):
    assert post_many([]) == []
    assert Book.objects.get(pk=book.pk).length == 0


def test_a_stopped_book_takes_no_batch(book, post_many):
    Book.objects.update(stopped_at=clock.now(), stopped_because="looked at")

    with pytest.raises(ledger.BookStopped):
        post_many([draft(0)])

    assert not Entry.objects.exists()


def test_a_cut_between_the_rows_and_their_commit_leaves_nothing(book, post_many):
    def power_cut():
        raise RuntimeError

    with failpoints.installed("ledger.posted", power_cut), pytest.raises(RuntimeError), transaction.atomic():
        post_many([draft(0), draft(1)])

    assert not Entry.objects.exists()
    assert post_many([draft(0), draft(1)])[-1].number == 2
    assert invariants.broken(book) == []


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_number_of_statements_does_not_grow(post_many, count):
    """The lock with what stands, accounts opened, what is written: within a transaction, as here, without a savepoint."""
    with CaptureQueriesContext(connection) as captured:
        post_many([draft(number, key=f"{count}-{number}") for number in range(count)])

    assert len(captured) == 3


def test_one_entry_into_accounts_that_stand_is_written_in_two_statements(post_many):
    post_many([draft(0)])

    with CaptureQueriesContext(connection) as captured:
        post_many([draft(0, key="another")])

    kinds = [one["sql"].split()[0] for one in captured]
    assert kinds == ["SELECT", "WITH"]


@pytest.mark.parametrize(
    "text", ["", "NULL", "{a,b}", 'said "so"', "back\\slash", '\\"', "it's", "100 %", "%s", "é–→", " a\tb\nc "]
)
def test_any_text_is_kept_as_it_was_given(book, post_many, system, text):
    leg = Leg(("cash", ""), ("opening", ""), Decimal(1), "USD", Decimal(1), Decimal("1.1"), text)

    post_many([Draft([leg], f"key {text}", "test", MAY, subject=text, memo=text), draft(1)])

    entry = Entry.objects.get(number=1)
    assert (entry.key, entry.subject, entry.memo) == (f"key {text}", text, text)
    assert entry.postings.get().rate_source == text
    assert post_many([Draft([leg], f"key {text}", "test", MAY, subject=text, memo=text)]) == [entry]
    assert invariants.broken(book) == []


def test_a_batch_of_several_statements_is_one_chain(book, post_many, monkeypatch):
    monkeypatch.setattr("portfolio.ledger.chain.AT_ONCE", 4)

    post_many([draft(number) for number in range(11)])

    assert invariants.broken(book) == []
    assert Book.objects.get(pk=book.pk).length == 11


def test_the_database_refuses_a_batch_into_a_closed_period_where_the_service_lets_it_pass(
    book, post_many, system, monkeypatch
):
    ledger.close(book, through=date(2025, 12, 31), today=TODAY, by=system, at=clock.now())
    monkeypatch.setattr(ledger, "_check_open", lambda *_: None)

    with pytest.raises(DatabaseError, match="the period is closed"), transaction.atomic():
        post_many([draft(0), draft(1, on=date(2025, 12, 31)), draft(2)])

    assert not Entry.objects.exists()
    assert Book.objects.get(pk=book.pk).length == 0


def test_the_database_refuses_a_batch_into_another_books_accounts_where_the_service_lets_it_pass(
    book, post_many, system, monkeypatch
):
    other = ledger.open_book(name="Other", currency="EUR", at=clock.now())
    ledger.post_many(other, [draft(0)], by=system, at=clock.now())
    theirs = {(one.code, one.subject, one.currency_id): one.pk for one in Account.objects.filter(book=other)}
    honest = chain.locked
    monkeypatch.setattr(chain, "locked", lambda *args, **asked: (*honest(*args, **asked)[:2], theirs))

    with pytest.raises(DatabaseError, match="stays within"), transaction.atomic():
        post_many([draft(0, key="astray")])

    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("story", "leg", "refusal"),
    [
        ("nothing moves", {"amount": Decimal(0)}, "posting_amount_above_zero"),
        (
            "less than nothing moves in the book's currency",
            {"fund_amount": Decimal(-1)},
            "posting_fund_amount_not_negative",
        ),
        ("a rate of nothing", {"rate": Decimal(0)}, "posting_rate_above_zero"),
        ("from an account to itself", {"credit": ("cash", "")}, "posting_between_two_accounts"),
    ],
)
def test_the_database_refuses_a_leg_that_cannot_be_true_where_the_service_lets_it_pass(
    post_many, monkeypatch, story, leg, refusal
):
    whole = {"debit": ("cash", ""), "credit": ("opening", ""), "amount": Decimal(1), "currency": "EUR"}
    monkeypatch.setattr(ledger, "_check_leg", lambda *_: None)

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        post_many([draft(0), draft(1, legs=[Leg(**whole | leg)])])

    assert not Entry.objects.exists()


def test_the_database_itself_refuses_a_posting_that_leaves_its_entry(book, post, system):
    entry = post()
    elsewhere = ledger.open_book(name="Elsewhere", currency="EUR", at=clock.now())
    account = Account.objects.create(book=elsewhere, code="cash", currency_id="EUR")
    standing = Posting.objects.get()
    whole = {
        "entry": entry, "book": book, "debit": standing.debit, "credit": standing.credit, "currency_id": "EUR",
        "amount": 1, "fund_amount": 1, "effective_on": entry.effective_on, "recorded_at": entry.recorded_at,
    }  # fmt: skip

    for wrong in (
        {"debit": account},
        {"credit": account},
        {"book": elsewhere},
        {"currency_id": "USD"},
        {"effective_on": TODAY},
        {"recorded_at": datetime(2026, 1, 1, tzinfo=timezone.utc)},
    ):
        with pytest.raises(DatabaseError, match="stays within"), transaction.atomic():
            Posting.objects.create(**whole | wrong)

    assert Posting.objects.count() == 1
