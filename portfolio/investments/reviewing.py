"""Holdings as things whose responsible use is reviewed, told to the ethics reviews."""

from collections.abc import Iterable
from datetime import date, datetime, timezone
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.ethics import gate, subjects
from core.ethics.gate import Asked, Standing
from core.ethics.lifecycle import Money
from core.ethics.subjects import Keeper, Subject
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.investments.models import Holding

KIND = "holding"


def register() -> None:
    """Tell the ethics reviews who keeps holdings."""
    subjects.register(KIND, Keeper(_("Holding"), find, all_for))


def find(ids: Iterable[str]) -> dict[str, Subject]:
    """The holdings of some ids."""
    rows = Holding.objects.filter(public_id__in=list(ids)).select_related("organisation", "fund")
    return {row.public_id: _subject(row) for row in rows}


def all_for(person: User) -> list[Subject]:
    """The companies held by the funds whose ethics the person assesses."""
    rows = Holding.objects.filter(kind=Holding.Kind.DIRECT).select_related("organisation", "fund")
    if not people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS):
        rows = rows.filter(fund__public_id__in=people_rules.scopes_of(person, Permission.ETHICS_ASSESS))
    return [_subject(row) for row in rows.order_by("organisation__name", "pk")]


def passing(holding: Holding, amount: Decimal, *, effective_on: date, at: datetime) -> Asked:
    """A purchase as the gate is asked about it: back-dated, it is judged as of the day on which it is recorded."""
    day = at.astimezone(timezone.utc).date()
    return Asked(
        holding.fund.public_id,
        (holding.public_id,),
        Money.PURCHASE,
        amount,
        day=effective_on,
        on=max(effective_on, day),
    )


def standing(holding: Holding, *, on: date) -> Standing | None:
    """How the gate stands for purchases of a company; None for a stake in another fund."""
    if holding.kind != Holding.Kind.DIRECT:
        return None
    return gate.standing(holding.fund.public_id, [holding.public_id], kind=Money.PURCHASE, on=on)


def _subject(row: Holding) -> Subject:
    return Subject(
        kind=KIND,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=row.organisation.name,
        scope=row.fund.public_id,
        technologies=(row.technology,) if row.technology else (),
        address=reverse("portfolio:holding", args=[row.public_id]),
        is_illustrative=row.organisation.is_illustrative,
    )
