"""How a call is borne by the Allies of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.web import numerals
from portfolio.capital_calls import queries
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.queries import Stated
from portfolio.capital_calls.services.calls import ZERO
from portfolio.finance import call_allocation
from portfolio.finance.call_allocation import Partner
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund


class OverUnfunded(Conflict):
    """The call asks for more than the Allies still owe."""

    code = "over_unfunded"

    def __init__(self, asked: Decimal, unfunded: Decimal) -> None:
        sentence = _("The call asks for {asked} inside commitment; {unfunded} is unfunded. Lower the call by {excess}.")
        amounts = {"asked": asked, "unfunded": unfunded, "excess": asked - unfunded}
        said = {name: numerals.plain(amount, 2) for name, amount in amounts.items()}
        super().__init__(str(sentence).format(**said), field="lines")


class NoPartner(Invalid):
    code = "no_partner"
    sentence = _("No Ally had committed on that day, so there is nobody to call from.")


@dataclass(frozen=True, slots=True)
class Share:
    """One Ally's part of a call before it is issued; ``unfunded`` is what was unfunded before."""

    commitment: Commitment
    amount: Decimal
    inside: Decimal
    unfunded: Decimal


def split(call: CapitalCall, *, on: date, known_at: datetime) -> list[Share]:
    """What each Ally of the day would owe: by commitment, inside lines capped by what is unfunded.

    Inside and outside lines are each split by largest remainder, so the parts add up to the call to the cent. Raises
    NoPartner, OverUnfunded.
    """
    return split_lines(call.fund, list(call.lines.all()), on=on, known_at=known_at)


def split_lines(fund: Fund, lines: Sequence[Stated], *, on: date, known_at: datetime) -> list[Share]:
    """The same for purpose lines that no call holds yet."""
    terms = funds.terms_in_force(fund, as_of=on, known_at=known_at)
    if not terms:
        raise NoPartner
    called = queries.called_inside(fund, as_of=on, known_at=known_at)
    partners = [
        Partner(row.commitment.public_id, row.amount, unfunded=row.amount - called.get(row.commitment_id, ZERO))
        for row in terms
    ]
    inside = _borne(lines, partners, inside=True)
    outside = _borne(lines, partners, inside=False)
    return [
        Share(row.commitment, inside[partner.id] + outside[partner.id], inside[partner.id], partner.room)
        for row, partner in zip(terms, partners, strict=True)
        if inside[partner.id] + outside[partner.id]
    ]


def _borne(lines: Sequence[Stated], partners: Sequence[Partner], *, inside: bool) -> dict[str, Decimal]:
    """What each Ally bears of the lines inside, or outside, commitment. Raises OverUnfunded."""
    asked = sum((line.amount for line in lines if line.inside_commitment is inside), ZERO)
    borne = call_allocation.allocate_call(asked, partners, cap_by_unfunded=inside)
    if borne.status is not call_allocation.Status.OK:
        raise OverUnfunded(asked, sum((partner.room for partner in partners), ZERO))
    return borne.allocations
