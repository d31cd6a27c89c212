"""A fund without a past, four Allies, two people to bring one in, and files as offices write them."""

import csv as csv_format
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import openpyxl
import pytest

from core import clock
from core.imports import queries as imports
from core.jobs import worker
from core.money.models import Currency, ExchangeRate
from portfolio.history import services as history
from portfolio.history.sheets import WHOLE_HISTORY
from tests.factories import funds, nations, people

TODAY = date(2026, 6, 1)
HEADS = {
    "opening-balances": ("account", "company", "day", "debit", "credit"),
    "commitments": ("ally", "closing", "effective_on", "amount", "holder", "basis", "source", "note"),
    "calls": ("number", "issued_on", "due_on", "purpose", "text", "amount", "inside", "ally", "memo", "illustrative"),
    "receipts": ("reference", "ally", "amount", "received_on"),
    "transactions": (
        "reference", "kind", "effective_on", "company", "nation", "technology", "currency", "round", "round_held_on",
        "round_total", "round_currency", "basis", "source", "tranche", "quantity", "amount", "cost", "reason", "illustrative",
    ),
}  # fmt: skip

HISTORY = {
    "opening-balances": [("cash", "", "2023-07-31", "250000.00", ""), ("payables", "", "2023-07-31", "", "50000.00")],
    "commitments": [
        ("EE", "2023-08-01", "", "30000000.00", "", "solid", "https://example.org/ee", ""),
        ("Finland", "2023-08-01", "", "35000000.00", "", "illustrative", "", ""),
        ("LU", "2023-08-01", "", "29000000.01", "Ministry of Defence", "illustrative", "", "Guessed"),
        ("SE", "2024-04-19", "", "20000000.00", "", "illustrative", "", ""),
        ("EE", "2023-08-01", "2025-01-01", "32000000.00", "", "solid", "https://example.org/ee-2", ""),
    ],
    "calls": [
        (1, "2024-05-02", "2024-05-16", "investment", "First tickets", "1000000.00", "", "", "", ""),
        (1, "2024-05-02", "2024-05-16", "management-fee", "Fee of 2024", "200000.00", "no", "", "", ""),
        (2, "2025-02-03", "2025-02-17", "investment", "More tickets", "500000.00", "", "EE", "Thank you", "yes"),
        (2, "2025-02-03", "2025-02-17", "investment", "More tickets", "400000.00", "", "FI", "Thank you", "yes"),
        (2, "2025-02-03", "2025-02-17", "expenses", "Audit", "10000.00", "", "EE", "Thank you", "yes"),
    ],
    "receipts": [
        ("B-1", "EE", "500000.00", "2024-05-16"),
        ("B-2", "FI", "300000.00", "2024-05-17"),
        ("B-3", "LU", "300000.00", "2024-05-18"),
        ("B-4", "EE", "510000.00", "2025-02-17"),
        ("B-5", "FI", "400000.00", "2025-02-17"),
    ],
    "transactions": [
        ("T-1", "purchase", "2024-06-18", "Example Robotics", "EE", "AI", "EUR", "Seed", "2024-06-18", "9000000.00", "EUR",
         "partial", "https://example.org/seed", "", "20000", "200000.00", "", "", "yes"),
        ("T-2", "purchase", "2024-06-20", "Example Optics", "", "QUANTUM", "USD", "Series A", "2024-06-19", "", "", "", "", "",
         "1000", "110000.00", "", "", "yes"),
        ("T-3", "follow-on", "2025-03-03", "Example Robotics", "", "", "", "Series A", "2025-03-01", "", "", "weak",
         "https://example.org/a", "", "5000", "100000.00", "", "", ""),
        ("T-4", "sale", "2025-06-01", "Example Robotics", "", "", "", "", "", "", "", "", "", "", "10000", "150000.00", "", "", ""),
        ("T-5", "write-off", "2025-07-01", "Example Optics", "", "", "USD", "", "", "", "", "", "", "", "", "", "10000.00",
         "Closed", ""),
        ("T-6", "stake-commitment", "2024-07-01", "Example Ventures", "FI", "", "EUR", "", "", "", "", "solid",
         "https://example.org/stake", "", "", "1000000.00", "", "", ""),
        ("T-7", "stake-call", "2024-07-15", "Example Ventures", "", "", "", "", "", "", "", "", "", "", "", "120000.00", "", "", ""),
        ("T-8", "stake-distribution", "2025-09-01", "Example Ventures", "", "", "", "", "", "", "", "", "", "", "", "50000.00",
         "20000.00", "", ""),
        ("T-9", "management-fee", "2024-06-28", "", "", "", "", "", "", "", "", "", "", "", "", "90000.00", "", "First half", ""),
        ("T-10", "expense", "2024-06-29", "", "", "", "", "", "", "", "", "", "", "", "", "1000.00", "", "", ""),
    ],
}  # fmt: skip
"""A whole history: every kind of row once, in an order that is not that of the days."""
SHORT = {name: rows[: 1 if name in ("receipts", "transactions") else 2] for name, rows in HISTORY.items()}
"""One act or two of each sheet, seven in all."""


def workbook(sheets):
    """A workbook of some sheets with the heads as codes; amounts are numbers and days are dates, as people have them."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.append(HEADS[name])
        for row in rows:
            page.append([_typed(cell) for cell in row])
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _typed(cell):
    text = str(cell)
    if len(text) == 10 and text[4] == text[7] == "-":
        return datetime.fromisoformat(text)
    try:
        return float(text) if "." in text else cell
    except ValueError:
        return cell


def csv(kind, *rows):
    text = io.StringIO()
    csv_format.writer(text).writerows([HEADS[kind], *rows])
    return text.getvalue().encode()


@dataclass
class Office:
    """A fund and the people who bring in its history."""

    fund: object
    analyst: object
    manager: object
    second: object
    moment: datetime = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)

    def upload(self, content, kind=WHOLE_HISTORY, *, by=None, name="history.xlsx"):
        self.moment += timedelta(hours=1)
        with clock.standing_at(self.moment):
            given = {"name": name, "kind": kind, "by": by or self.analyst, "on": TODAY, "at": clock.now()}
            upload = history.upload(self.fund, content, **given)[0]
            worker.drain()
        upload.refresh_from_db()
        return upload

    def check(self, upload, *, by=None):
        self.moment += timedelta(hours=1)
        with clock.standing_at(self.moment):
            return history.dry_run(upload, by=by or self.analyst, on=TODAY, at=clock.now())

    def apply(self, upload, *, by=None, digest=None):
        self.moment += timedelta(hours=1)
        with clock.standing_at(self.moment):
            digest = digest or imports.latest_run(upload).digest
            return history.apply(upload, digest=digest, by=by or self.manager, on=TODAY, at=clock.now())

    def bring(self, kind, *rows):
        """Upload some rows as CSV and apply them."""
        upload = self.upload(csv(kind, *rows), kind, name="rows.csv")
        said = told(upload)
        assert not [line for line in said if line[2]], said
        return self.apply(upload)


def told(upload):
    """What the latest dry run says of each row: number, result, whether it stands in the way, code and column."""
    found = imports.results(imports.latest_run(upload)).order_by("row__pk")
    return [(one.row.number, one.result, one.is_in_the_way, one.code, one.field) for one in found]


def message(upload, number, language="en"):
    found = imports.results(imports.latest_run(upload))
    return next(one.message.get(language, "") for one in found if one.row.number == number)


def changes(upload, number):
    found = imports.results(imports.latest_run(upload))
    return next(one.changes for one in found if one.row.number == number)


@pytest.fixture
def office(system):
    fund = funds.fund(system=system)
    Currency.objects.get_or_create(code="USD", defaults={"name_en": "US dollar", "name_fr": "dollar"})
    for day in (date(2024, 6, 20), date(2025, 7, 1)):
        ExchangeRate.objects.create(
            currency_id="USD", effective_on=day, units_per_euro=Decimal("1.10"), source="ECB",
            recorded_at=datetime(2025, 7, 2, tzinfo=timezone.utc),
        )  # fmt: skip
    for code in ("EE", "FI", "LU", "SE"):
        nations.ally(code, system=system)
    scope = {"scope_kind": "fund", "scope_ref": fund.public_id, "system": system}
    return Office(
        fund,
        people.person(role="fund-analyst", **scope),
        people.person(role="fund-manager", **scope),
        people.person(role="fund-manager", **scope),
    )
