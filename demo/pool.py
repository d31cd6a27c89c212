"""The pool in figures, for the screen that `make demo` prints."""

from datetime import date, datetime
from decimal import Decimal

from portfolio.funds import queries as funds


def figures(*, as_of: date, known_at: datetime) -> list[tuple[str, str]]:
    """Lines of label and value: commitments in euro to the cent, and the number of Allies."""
    fund = funds.first()
    if fund is None:
        return []
    pool = funds.pool(fund, as_of=as_of, known_at=known_at)
    published = sum((line.amount.amount for line in pool.lines if line.basis != "illustrative"), Decimal(0))
    return [
        (f"{fund.name}", ""),
        ("Commitments, EUR", f"{pool.total.amount:,.2f}"),
        (
            f"  of which published, {sum(line.basis != 'illustrative' for line in pool.lines)} Allies",
            f"{published:,.2f}",
        ),
        ("  the rest is illustrative", f"{pool.total.amount - published:,.2f}"),
        ("Limited partners", f"{len(pool.lines)} Allies"),
    ]
