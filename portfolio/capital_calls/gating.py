"""Lines of a call that name a company: which companies may be named, and how the ethics gate stands for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal

from core.ethics import gate
from core.ethics.gate import Asked, Standing
from core.ethics.lifecycle import Money
from portfolio.capital_calls.splitting import Stated
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding


@dataclass(frozen=True, slots=True)
class Named:
    """A company that a line names, and how the gate stands for it."""

    name: str
    standing: Standing


def companies(fund: Fund) -> list[Holding]:
    """The companies that a line may name: those of which the fund may hold shares, by name."""
    return [one for one in investments.of_fund(fund) if one.kind == Holding.Kind.DIRECT]


def names(lines: Sequence[Stated]) -> dict[str, str]:
    """The companies that the lines name, by public id. No query where they name none."""
    ids = {line.company for line in lines if line.company}
    return investments.names(ids) if ids else {}


def standings(fund: Fund, lines: Sequence[Stated], *, on: date) -> list[Named]:
    """How the gate stands on a day for each company that is named, where it is in force. No query where none is named."""
    told = [
        Named(name, gate.standing(fund.public_id, [company], kind=Money.CALL_LINE, on=on))
        for company, name in names(lines).items()
    ]
    return [one for one in told if one.standing.began]


def require(fund: Fund, call: str, lines: Sequence[Stated], *, at: datetime, on: date | None = None) -> None:
    """
    Ask the gate about each line that names a company; ``on`` is the money's day, by default that of the moment.

    Raises HeldByEthics, with the number of the line.
    """
    today = at.astimezone(timezone.utc).date()
    for number, line in enumerate(lines, start=1):
        if line.company:
            try:
                gate.require(
                    _passing(fund, call, line.company, line.amount, day=on or today, on=max(on or today, today))
                )
            except gate.HeldByEthics as held:
                held.row, held.field = number, "company"
                raise


def _passing(fund: Fund, call: str, company: str, amount: Decimal, *, day: date, on: date) -> Asked:
    return Asked(fund.public_id, (company,), Money.CALL_LINE, amount, day=day, on=on, item=call)
