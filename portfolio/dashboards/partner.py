"""The money of one Ally: what it was asked for and paid, and its returns."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise

from portfolio.capital_calls import standing
from portfolio.capital_calls.standing import Standing
from portfolio.funds.models import Commitment
from portfolio.investments import words
from portfolio.performance import partners

FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Returns:
    """Net returns, each None where it is undefined; ``why`` says of the rate what its status is."""

    irr: Decimal | None
    why: Promise
    tvpi: Decimal | None
    dpi: Decimal | None
    rvpi: Decimal | None
    pic: Decimal | None


@dataclass(frozen=True, slots=True)
class Money:
    """``returns`` is None before anything was paid in."""

    standing: Standing
    returns: Returns | None


def money(commitment: Commitment, *, committed: Decimal, as_of: date, known_at: datetime) -> Money:
    """What the account of one Ally shows of calls, payments and returns."""
    own = standing.standing(commitment, committed=committed, as_of=as_of, known_at=known_at)
    return Money(own, _returns(commitment, as_of, known_at) if own.paid_in else None)


def _returns(commitment: Commitment, as_of: date, known_at: datetime) -> Returns | None:
    own = partners.partner(commitment, as_of=as_of, known_at=known_at)
    if own is None:
        return None
    found = own.returns
    return Returns(
        _shown(found.irr.rate),
        words.STATUSES[found.irr.status],
        _shown(found.tvpi),
        _shown(found.dpi),
        _shown(found.rvpi),
        _shown(found.pic),
    )


def _shown(ratio: float | None) -> Decimal | None:
    """To four decimal places: more than any page shows."""
    return None if ratio is None else Decimal(ratio).quantize(FOUR_PLACES)
