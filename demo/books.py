"""The fund's books: calls since May 2024, receipts, every published investment and fund stake, valued by quarter.

Companies, rounds and dates are public facts with their sources. Tickets, calls, fees and stakes' sizes are illustrative.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timezone
from decimal import Decimal
from functools import partial
from typing import Any

from core import clock
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations
from core.people import queries as people_queries
from demo import people, tables, valuations
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.fees import services as fees
from portfolio.funds import queries as funds
from portfolio.investments import services as investments
from portfolio.ledger import services as ledger

MORNING = time(9, 0, tzinfo=timezone.utc)
EVENING = time(17, 0, tzinfo=timezone.utc)
"""After the day's exchange rates are published."""
PRICE = Decimal("10.00")
"""An illustrative price of a share in the holding's currency: a quantity is a ticket divided by it."""

Act = Callable[[], Any]


class Books:
    """The acts of several years, gathered first and then played in the order of their moments."""

    def __init__(self, *, fund: Any, system: Any) -> None:
        self.fund, self.system = fund, system
        self.analyst: Any = people_queries.by_email(people.ANALYST)
        self.manager: Any = people_queries.by_email(people.MANAGER)
        self.acts: list[tuple[datetime, int, Act]] = []
        self.holdings: dict[str, Any] = {}
        self.calls: dict[str, Any] = {}

    def at(self, day: date, act: Act, hour: time = MORNING) -> None:
        self.acts.append((datetime.combine(day, hour), len(self.acts), act))

    def play(self) -> None:
        for moment, _order, act in sorted(self.acts, key=lambda one: one[:2]):
            with clock.standing_at(moment):
                act()


def play(*, fund: Any, system: Any) -> None:
    """Play calls, receipts, fees, investments and stakes, each at its own moment."""
    books = Books(fund=fund, system=system)
    _plan_calls(books)
    _plan_fees(books)
    _plan_investments(books)
    _plan_stakes(books)
    _plan_closings(books)
    valuations.plan(books)
    books.play()


def _plan_closings(books: Books) -> None:
    """The years 2024 and 2025 are closed once they are over."""
    for year in (2024, 2025):
        books.at(date(year + 1, 2, 20), partial(_close, books, date(year, 12, 31)))


def _close(books: Books, through: date) -> None:
    ledger.close(funds.book_of(books.fund), through=through, today=clock.today(), by=books.manager, at=clock.now())


def _plan_calls(books: Books) -> None:
    rows = tables.rows("capital_calls")
    for number in sorted({row["number"] for row in rows}, key=int):
        of_call = [row for row in rows if row["number"] == number]
        first = of_call[0]
        books.at(date.fromisoformat(first["drafted_on"]), partial(_draft, books, number, of_call))
        if not first["issued_on"]:
            continue  # the last call waits for its second person before the reader's eyes
        books.at(date.fromisoformat(first["issued_on"]), partial(_issue, books, number))
        books.at(date.fromisoformat(first["due_on"]), partial(_receive_all, books, number))


def _draft(books: Books, number: str, rows: list[dict[str, str]]) -> None:
    lines = [calls.Line(row["purpose"], row["text"], Decimal(row["amount"])) for row in rows]
    due_on = date.fromisoformat(rows[0]["due_on"])
    call = calls.draft(books.fund, due_on=due_on, lines=lines, by=books.analyst, at=clock.now(), illustrative=True)
    books.calls[number] = calls.submit(call, by=books.analyst)


def _issue(books: Books, number: str) -> None:
    call = books.calls[number]
    calls.approve(call, digest=call_queries.digest(call, at=clock.now()), by=books.manager, at=clock.now())
    books.calls[number] = calls.issue(call, by=books.manager, on=clock.today(), at=clock.now())


def _receive_all(books: Books, number: str) -> None:
    """Every Ally pays in full on the due day: nothing adverse is invented about a nation."""
    for line in call_queries.notices(books.calls[number], known_at=clock.now()):
        commitment = line.notice.commitment
        calls.receive(
            commitment,
            amount=line.amount,
            received_on=clock.today(),
            reference=f"CALL-{number}-{commitment.nation_id}",
            by=books.analyst,
            at=clock.now(),
        )


def _plan_fees(books: Books) -> None:
    for number, row in enumerate(tables.rows("fees"), start=1):
        day = date.fromisoformat(row["paid_on"])
        books.at(day, partial(_pay_fee, books, row, number))


def _pay_fee(books: Books, row: dict[str, str], number: int) -> None:
    fees.pay(
        books.fund,
        line=row["line"],
        amount=Decimal(row["amount"]),
        effective_on=clock.today(),
        memo=row["memo"],
        key=f"demo-{number}",
        by=books.manager,
        at=clock.now(),
    )


def _plan_investments(books: Books) -> None:
    for number, row in enumerate(tables.rows("investments"), start=1):
        day = date.fromisoformat(row["bought_on"])
        books.at(day, partial(_invest, books, row, number), EVENING)


def _invest(books: Books, row: dict[str, str], number: int) -> None:
    holding = _holding(
        books, row["company"], "company", row["nation"], "direct", row["technology"], row["ticket_currency"]
    )
    found = investments.record_round(
        holding.organisation,
        name=row["round"],
        held_on=date.fromisoformat(row["held_on"]),
        precision=row["precision"],
        total=Decimal(row["total"]) if row["total"] else None,
        currency=row["currency"] or None,
        role=row["role"],
        co_investors=row["co_investors"],
        basis=row["basis"],
        source=row["source"],
        note=row["note"],
        fund=books.fund,
        by=books.manager,
        at=clock.now(),
    )
    ticket = Decimal(row["ticket"])
    investments.buy(
        holding,
        round=found,
        quantity=ticket / PRICE,
        amount=ticket,
        effective_on=clock.today(),
        key=f"demo-investment-{number}",
        by=books.manager,
        at=clock.now(),
        illustrative=True,
    )


def _plan_stakes(books: Books) -> None:
    for row in tables.rows("fund_stakes"):
        books.at(date.fromisoformat(row["announced_on"]), partial(_commit, books, row), EVENING)
        for number, paid in enumerate(row["paid"].split(";"), start=1):
            day, amount = paid.split(":")
            books.at(date.fromisoformat(day), partial(_pay_stake, books, row, number, amount), EVENING)


def _commit(books: Books, row: dict[str, str]) -> None:
    holding = _holding(books, row["manager"], "fund-manager", row["nation"], "fund", "", row["currency"])
    investments.commit_to_stake(
        holding,
        amount=Decimal(row["committed"]),
        effective_on=clock.today(),
        precision=row["precision"],
        basis="illustrative",
        source=row["source"],
        note=row["note"],
        by=books.manager,
        at=clock.now(),
    )


def _pay_stake(books: Books, row: dict[str, str], number: int, amount: str) -> None:
    investments.pay_stake(
        books.holdings[row["manager"]],
        amount=Decimal(amount),
        effective_on=clock.today(),
        key=f"demo-stake-{row['manager']}-{number}",
        by=books.manager,
        at=clock.now(),
        illustrative=True,
    )


def _holding(books: Books, name: str, body: str, nation: str, kind: str, technology: str, currency: str) -> Any:
    """The holding in an organisation, which may be known already as a member of a cohort."""
    if name not in books.holdings:
        company = organisation_queries.named(name, body) or organisations.register(
            name=name, kind=body, nation=nation or None, by=books.system, at=clock.now()
        )
        books.holdings[name] = investments.open_holding(
            books.fund, company, kind=kind, technology=technology, currency=currency, by=books.manager, at=clock.now()
        )
    return books.holdings[name]
