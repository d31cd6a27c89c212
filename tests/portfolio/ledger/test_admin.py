"""The books in the web admin: named as people know them; several are checked at once, and each is said to hold or not."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.ledger import invariants
from portfolio.ledger.models import Book
from tests.factories import funds, people, pools
from tests.portfolio.ledger.test_pages import _break, text_of

BOOKS = "/admin/portfolio/book/"


@pytest.fixture
def books(system):
    return [funds.fund(name=name, system=system).book for name in ("First fund", "Second fund", "Third fund")]


@pytest.fixture
def check(client, books, system):
    def _check(*chosen, who=None):
        reader = people.signed_in(client, who or people.person(role="auditor", system=system))
        sent = {"action": "check_the_books", "_selected_action": [book.pk for book in chosen], "index": "0"}
        return text_of(reader.post(BOOKS, sent, follow=True))

    return _check


def stopped():
    return list(Book.objects.exclude(stopped_at=None).values_list("name", flat=True))


def test_each_chosen_book_is_checked_and_a_broken_one_stops_itself_alone(books, check):
    first, second, third = books
    _break(second)

    page = check(first, second, third)

    assert page.count("every check of the books holds.") == 2
    assert "Second fund: a check of the books failed. Posting is stopped until people have looked." in page
    assert "Entries are numbered without a gap. Rows: 1, 0." in page
    assert stopped() == [second.name]


def test_books_that_hold_again_say_that_posting_is_still_stopped(books, check):
    book = books[0]
    _break(book)
    check(book)
    Book.objects.filter(pk=book.pk).update(length=0)

    page = check(book)

    assert "Posting is still stopped: let it go on from the page of the ledger, once you know why." in page
    assert stopped() == [book.name]


def test_what_is_known_better_since_is_named_and_stops_nothing(books, check, monkeypatch):
    known = invariants.Remark("known better", "Have another person look.", "SELECT 'call_1' WHERE %(book)s > 0")
    monkeypatch.setattr(invariants, "_remarks", {known.name: known})

    page = check(books[0])

    assert "Posting goes on; people should look. Have another person look. Rows: call_1." in page
    assert stopped() == []


def test_another_funds_books_cannot_be_chosen(books, check, system):
    own, other, _third = books
    _break(other)
    manager = people.person(role="fund-manager", scope_kind="fund", scope_ref=own.fund.public_id, system=system)

    page = check(own, other, who=manager)

    assert page.count("every check of the books holds.") == 1
    assert other.name not in page
    assert stopped() == []


def test_the_web_admin_names_whose_an_account_is(client, system):
    pool = pools.committed(system=system)
    with pools.on(2, 2):
        pool.call(pools.Line("investment", "Tickets", Decimal("150.00")), issued_on=date(2026, 2, 2))
    manager = people.signed_in(client, pool.manager)

    postings, entries, accounts = (
        text_of(manager.get(reverse(f"admin:portfolio_{model}_changelist")))
        for model in ("posting", "entry", "account")
    )

    assert "Capital called and not yet received, Estonia" in postings
    assert "Call No. 1" in entries
    assert "Estonia" in accounts
    assert "commitment_" not in postings + accounts
