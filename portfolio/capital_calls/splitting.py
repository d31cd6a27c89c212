"""How a call is borne by the Allies of a day, and what of their commitments is called already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.web import numerals
from portfolio.capital_calls.models import CallNotice, CapitalCall
from portfolio.finance import call_allocation
from portfolio.finance.call_allocation import Partner
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, CommitmentTerms, Fund

ZERO = Decimal(0)


class Stated(Protocol):
    """A purpose line, kept or only typed."""

    @property
    def purpose(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def amount(self) -> Decimal: ...

    @property
    def inside_commitment(self) -> bool: ...

    @property
    def company(self) -> str: ...


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


class Part(Protocol):
    """What one Ally bears of a call in all, of which ``inside`` uses up its commitment."""

    @property
    def commitment(self) -> Commitment: ...

    @property
    def amount(self) -> Decimal: ...

    @property
    def inside(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Share:
    """One Ally's part of a call before it is issued; ``unfunded`` is what was unfunded before."""

    commitment: Commitment
    amount: Decimal
    inside: Decimal
    unfunded: Decimal


class Day:
    """The Allies of a day, as known on a moment: each fund's are read once, however many calls are split over them."""

    def __init__(self, on: date, known_at: datetime) -> None:
        self.on, self.known_at = on, known_at
        self._terms: dict[int, list[CommitmentTerms]] = {}
        self._called: dict[int, dict[int, Decimal]] = {}

    def terms(self, fund: Fund) -> list[CommitmentTerms]:
        if fund.pk not in self._terms:
            self._terms[fund.pk] = funds.terms_in_force(fund, as_of=self.on, known_at=self.known_at)
        return self._terms[fund.pk]

    def called(self, fund: Fund) -> dict[int, Decimal]:
        if fund.pk not in self._called:
            self._called[fund.pk] = called_inside(fund, as_of=self.on, known_at=self.known_at)
        return self._called[fund.pk]

    def split(self, call: CapitalCall) -> list[Share]:
        """What each Ally would owe of a call: by commitment, inside lines capped by what is unfunded.

        Inside and outside lines are each split by largest remainder, so the parts add up to the call to the cent.
        Raises NoPartner, OverUnfunded.
        """
        return _split(call.fund, list(call.lines.all()), self)

    def split_lines(self, fund: Fund, lines: Sequence[Stated]) -> list[Share]:
        """The same for purpose lines that no call holds yet, or no longer."""
        return _split(fund, lines, self)


def stated(parts: Iterable[Part]) -> list[list[str]]:
    """A split as plain values, by the Allies' codes: each with its amount and what of it is inside commitment."""
    return sorted([part.commitment.nation_id, f"{part.amount:.2f}", f"{part.inside:.2f}"] for part in parts)


def called_inside(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """Issued calls inside commitment, by key of the commitment: what is no longer unfunded."""
    rows = (
        _in_force(CallNotice.objects.filter(call__fund=fund), as_of, known_at)
        .values("commitment_id")
        .annotate(total=Sum("inside"))
    )
    return {row["commitment_id"]: row["total"] for row in rows}


def _in_force(rows: QuerySet[CallNotice], as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    """Notices of calls issued by then and not cancelled by then, as known by then."""
    return rows.filter(call__issued_on__lte=as_of, call__issued_at__lte=known_at).exclude(
        call__cancelled_on__lte=as_of, call__cancelled_at__lte=known_at
    )


def _split(fund: Fund, lines: Sequence[Stated], day: Day) -> list[Share]:
    terms, called = day.terms(fund), day.called(fund)
    if not terms:
        raise NoPartner
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
