"""The fund: 23 Allies close on 1 August 2023, Sweden on 19 April 2024, from when commitments are exactly EUR 1bn.

Nine amounts are published and used as published. The other fifteen are not public: what is missing to one billion is
split over them by an invented key, and marked illustrative wherever it is seen.
"""

from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from core import clock
from core.money import allocation
from core.money.value import Money
from core.nations import queries as nations
from core.organisations import services as organisations
from demo import tables
from portfolio.funds import services

ESTABLISHED_AT = datetime(2023, 7, 3, 7, 30, tzinfo=timezone.utc)
TARGET = Decimal("1000000000.00")
UNIT = Decimal("10000.00")
"""Fitted amounts are whole multiples of this, so that none looks more exact than it is."""
TERMS_SOURCE = (
    "https://www.nedelia.lt/news-lt/47643-pravitelstvo-odobrilo-prisoedinenie-litvy-k-innovacionnomu-fondu-nato.html"
)


def play(*, system: Any) -> Any:
    """Establish the fund, hold both closings and record the 24 commitments; return the fund."""
    with clock.standing_at(ESTABLISHED_AT):
        fund = services.establish(
            name="NATO Innovation Fund",
            currency="EUR",
            target_size=TARGET,
            term_years=15,
            investment_period_years=8,
            time_zone="Europe/Luxembourg",
            source=TERMS_SOURCE,
            illustrative_books=True,
            by=system,
            at=ESTABLISHED_AT,
        )
    rows = tables.rows("commitments")
    amounts = fitted(rows)
    for closing in sorted({row["closing"] for row in rows}):
        _hold(fund, closing, [row for row in rows if row["closing"] == closing], amounts, system)
    return fund


def fitted(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    """Every Ally's amount by code: the published ones, and the rest of the target split over the others' weights."""
    amounts = {row["code"]: Decimal(row["amount_eur"]) for row in rows if row["amount_eur"]}
    others = [row for row in rows if not row["amount_eur"]]
    missing = TARGET - sum(amounts.values(), Decimal(0))
    parts = allocation.split(missing, [Decimal(row["weight"]) for row in others], unit=UNIT)
    return amounts | {row["code"]: part for row, part in zip(others, parts, strict=True)}


def _hold(fund: Any, day: str, rows: list[dict[str, str]], amounts: dict[str, Decimal], system: Any) -> None:
    held_on = date.fromisoformat(day)
    at = datetime.combine(held_on, time(10), tzinfo=timezone.utc)
    known = {nation.code: nation for nation in nations.by_code(row["code"] for row in rows)}
    with clock.standing_at(at):
        closing = services.hold_closing(fund, held_on=held_on, source=rows[0]["partner_source"], by=system, at=at)
        for row in rows:
            services.commit(
                fund,
                nation=known[row["code"]],
                closing=closing,
                holder=_holder(row, system, at),
                amount=Money(amounts[row["code"]], "EUR"),
                effective_on=held_on,
                basis=row["basis"],
                source=row["source"],
                note=row["note"],
                by=system,
                at=at,
            )


def _holder(row: dict[str, str], system: Any, at: datetime) -> Any:
    """The body that holds the commitment; None where it is not published."""
    if not row["holder"]:
        return None
    return organisations.register(name=row["holder"], kind="state-investor", nation=row["code"], by=system, at=at)
