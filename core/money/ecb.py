"""The European Central Bank's euro reference rates, as files hold them (pure)."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import resources

SOURCE = "European Central Bank, euro foreign exchange reference rates"
CURRENCIES: Mapping[str, tuple[str, str, int]] = {
    "EUR": ("Euro", "Euro", 2),
    "ALL": ("Albanian lek", "Lek albanais", 2),
    "BGN": ("Bulgarian lev", "Lev bulgare", 2),
    "CAD": ("Canadian dollar", "Dollar canadien", 2),
    "CHF": ("Swiss franc", "Franc suisse", 2),
    "CZK": ("Czech koruna", "Couronne tchèque", 2),
    "DKK": ("Danish krone", "Couronne danoise", 2),
    "GBP": ("Pound sterling", "Livre sterling", 2),
    "HUF": ("Hungarian forint", "Forint hongrois", 2),
    "ISK": ("Icelandic króna", "Couronne islandaise", 0),
    "MKD": ("Macedonian denar", "Denar macédonien", 2),
    "NOK": ("Norwegian krone", "Couronne norvégienne", 2),
    "PLN": ("Polish złoty", "Złoty polonais", 2),
    "RON": ("Romanian leu", "Leu roumain", 2),
    "SEK": ("Swedish krona", "Couronne suédoise", 2),
    "TRY": ("Turkish lira", "Livre turque", 2),
    "USD": ("US dollar", "Dollar des États-Unis", 2),
}
"""Code to English name, French name and decimal places (ISO 4217): the Allies' currencies and the Swiss franc."""
WITHOUT_RATE = frozenset({"ALL", "MKD"})
"""The bank publishes no reference rate of these."""
JOINED_EURO = {"BGN": date(2026, 1, 1)}
"""The first day on which the euro replaced a currency: from there on it has no rate and needs none."""

LONG_HEAD = ["date", "currency", "units_per_euro"]


@dataclass(frozen=True, slots=True)
class Row:
    """One rate of a file: units of the currency for one euro. ``line`` counts from one, the head included."""

    currency: str
    effective_on: date
    units_per_euro: Decimal
    line: int = 0


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read: ``cause`` is head, day, rate or length."""

    line: int
    text: str
    cause: str


def packaged_history(*, since: date) -> list[Row]:
    """The history that the package currency_converter carries, from a day on, in our currencies; offline."""
    packed = resources.files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    rows, _bad = read(text)
    return [row for row in rows if row.effective_on >= since]


def read(text: str) -> tuple[list[Row], list[BadLine]]:
    """
    The rates of a CSV file, and the lines that cannot be read.

    Two forms: the bank's own, a head ``Date,USD,...`` and a line a day with N/A for what is missing, of which our
    currencies are taken; or a head ``date,currency,units_per_euro`` and a line a rate.
    Commas or semicolons.
    """
    text = text.removeprefix("\ufeff")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return [], [BadLine(1, text[:80], "head")]
    head = [cell.strip() for cell in lines[0]] if lines else []
    if [cell.lower() for cell in head] == LONG_HEAD:
        return _gather(_long(lines))
    if head[:1] == ["Date"] and any(code in CURRENCIES for code in head[1:]):
        return _gather(_wide(head, lines))
    return [], [BadLine(1, ",".join(head)[:80], "head")]


def _long(lines: list[list[str]]) -> Iterator[Row | BadLine]:
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(LONG_HEAD):
            yield BadLine(number, ",".join(cells)[:80], "length")
        else:
            yield _row(number, cells[0], cells[1], cells[2])


def _wide(head: list[str], lines: list[list[str]]) -> Iterator[Row | BadLine]:
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) > len(head):
            yield BadLine(number, ",".join(cells)[:80], "length")
            continue
        for code, rate in zip(head[1:], cells[1:], strict=False):
            if code in CURRENCIES and rate.strip() not in {"", "N/A"}:
                yield _row(number, cells[0], code, rate)


def _row(number: int, day: str, currency: str, rate: str) -> Row | BadLine:
    text = f"{day},{currency},{rate}"[:80]
    try:
        effective_on = date.fromisoformat(day.strip())
    except ValueError:
        return BadLine(number, text, "day")
    try:
        units = Decimal(rate.strip())
    except InvalidOperation:
        return BadLine(number, text, "rate")
    if not units.is_finite():
        return BadLine(number, text, "rate")
    return Row(currency.strip().upper(), effective_on, units, number)


def _gather(found: Iterator[Row | BadLine]) -> tuple[list[Row], list[BadLine]]:
    rows: list[Row] = []
    bad: list[BadLine] = []
    for one in found:
        (bad if isinstance(one, BadLine) else rows).append(one)  # type: ignore[arg-type]
    return rows, bad
