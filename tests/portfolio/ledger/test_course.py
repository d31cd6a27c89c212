"""The books at the ends of many days, in one pass: what each day's balances say, line by line."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from portfolio.ledger import course, queries
from portfolio.ledger import services as ledger

DAYS = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 31), date(2027, 1, 1)]


def by_day(book, *, known_at):
    """The same by asking for the balances of each day."""
    found = {}
    for day in DAYS:
        for one in queries.balances(book, as_of=day, known_at=known_at):
            found[day, one.code] = found.get((day, one.code), Decimal(0)) + one.fund_amount
    return {key: amount for key, amount in found.items() if amount}


def in_one_pass(book, *, known_at, days=DAYS):
    rows = course.balances(book, days, known_at=known_at)
    return {(one.day, one.code): one.fund_amount for one in rows if one.fund_amount}


def test_every_day_has_the_balances_of_its_end(book, post, system):
    for number, day in enumerate((1, 1, 2, 20, 31)):
        post(f"{number + 1}.25", on=date(2026, 5, day), key=f"k{number}")
    post("110.00", key="usd", currency="USD", fund_amount=Decimal("100.00"), rate=Decimal("1.1"))
    post("7.00", key="expense", debit=("expenses", ""), credit=("cash", ""), on=date(2026, 5, 3))
    ledger.close(book, through=date(2026, 5, 10), today=date(2026, 6, 1), by=system, at=clock.now())
    ledger.reverse(post("3.00", on=date(2026, 5, 12)), effective_on=date(2026, 5, 13), by=system, at=clock.now())

    assert in_one_pass(book, known_at=clock.now()) == by_day(book, known_at=clock.now())
    assert in_one_pass(book, known_at=clock.now())[date(2026, 5, 1), "cash"] == Decimal("103.50")


def test_what_was_not_known_then_is_not_in_it(book, post):
    post("1.00", at=datetime(2026, 5, 2, tzinfo=timezone.utc))
    post("2.00", at=datetime(2026, 5, 20, tzinfo=timezone.utc))
    then = datetime(2026, 5, 10, tzinfo=timezone.utc)

    assert in_one_pass(book, known_at=then) == by_day(book, known_at=then)
    assert in_one_pass(book, known_at=then)[date(2027, 1, 1), "cash"] == Decimal("1.00")


def test_days_come_once_and_in_order(book, post):
    post("1.00")

    rows = course.balances(book, [DAYS[3], DAYS[1], DAYS[3]], known_at=clock.now())

    assert [(one.day, one.code) for one in rows] == [
        (day, code) for day in (DAYS[1], DAYS[3]) for code in ("cash", "opening")
    ]


def test_books_without_entries_and_reports_without_days_are_empty(book, post):
    assert course.balances(book, DAYS, known_at=clock.now()) == []

    post("1.00")

    assert course.balances(book, [], known_at=clock.now()) == []


def test_it_is_one_query_however_many_days(book, post):
    post("1.00")
    counts = []
    for count in (1, 3, 60):
        with CaptureQueriesContext(connection) as caught:
            course.balances(book, [DAYS[0] + timedelta(days=number) for number in range(count)], known_at=clock.now())
        counts.append(len(caught))

    assert counts == [1, 1, 1]
