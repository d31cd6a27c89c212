"""The ledger: posting through the public service, and balances from closings against the sum of every row."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.rows import timing
from core import clock
from core.money.models import Currency
from core.people import services as people
from portfolio.ledger import invariants, queries, services
from portfolio.ledger.services import Leg

FIRST = date(2020, 1, 1)
QUARTER_DAYS = 91


def lines(*, full: bool) -> Iterator[str]:
    """Statements and time of a post; the as-of balances both ways, equal before they are timed."""
    entries, accounts = (20_000, 400) if full else (1_500, 100)
    system = people.ensure_system(at=clock.now())
    Currency.objects.get_or_create(code="EUR", defaults={"name_en": "Euro", "name_fr": "Euro"})
    book = services.open_book(name="Bench", currency="EUR", at=clock.now())

    def post(number: int) -> None:
        leg = Leg(("cash", ""), ("income", f"holding_{number % accounts}"), Decimal("12.34"), "EUR")
        day = FIRST + timedelta(days=number * 2000 // entries)
        services.post(book, [leg], key=f"k{number}", kind="bench", effective_on=day, by=system, at=clock.now())

    with CaptureQueriesContext(connection) as captured:
        post(0)
    numbers = iter(range(1, entries))
    times = timing.milliseconds(lambda: post(next(numbers)), entries - 2)
    yield f"post through the service, one entry: {len(captured)} statements at first, {timing.middle(times):.2f} ms in the middle"
    half = FIRST + timedelta(days=1000)
    services.close(book, through=half, today=clock.today(), by=system, at=clock.now())

    def ask(*, from_closings: bool) -> list[queries.Balance]:
        return queries.balances(
            book, as_of=half + timedelta(days=QUARTER_DAYS), known_at=clock.now(), from_closings=from_closings
        )

    if ask(from_closings=True) != ask(from_closings=False):
        raise AssertionError("balances from closings differ from the sum of all rows")
    every = timing.middle(timing.milliseconds(lambda: ask(from_closings=False), 9))
    closed = timing.middle(timing.milliseconds(lambda: ask(from_closings=True), 9))
    yield f"balances of {accounts + 1} accounts, {entries} entries: all rows {every:.1f} ms, from closings {closed:.1f} ms; {every / closed:.1f} x"
    if broken := invariants.broken(book):
        raise AssertionError(f"the books do not hold: {broken}")
