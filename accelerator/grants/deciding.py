"""What all Allies decide under silence about a programme: a text, and a change of the limit of what it may spend."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import Programme
from accelerator.grants import queries, services
from core import clock
from core.decisions import kinds
from core.decisions.kinds import Decision, Kind, Terms
from core.nations import queries as nations
from core.people.roles import Permission
from core.web import fields, numerals

RESOLUTION, BUDGET = "programme-resolution", "programme-budget"
ZONE, CALENDAR = "Europe/Brussels", "BE"
"""Where the Allies' delegations sit."""


def register() -> None:
    """Tell the decisions what is decided about a programme."""
    text = Kind(
        RESOLUTION,
        _("Resolution about the programme"),
        circulate=Permission.PROGRAMME_DECIDE,
        read=Permission.COHORT_READ,
        zone=ZONE,
        calendar=CALENDAR,
        scopes=scopes,
        entitled=entitled,
    )
    kinds.register(text)
    kinds.register(
        replace(
            text,
            code=BUDGET,
            label=_("Change of the programme’s limit"),
            fields=asked,
            told=told,
            check=check,
            take_effect=change,
        )
    )


def scopes() -> Iterable[tuple[str, str]]:
    return [(one.public_id, str(one)) for one in Programme.objects.order_by("-cohort_year", "pk")]


def entitled(_scope: str, at: datetime) -> list[str]:
    """Every Ally of the day: all take part in the accelerator."""
    return [one.code for one in nations.allies(clock.day_of(at))]


def asked(_scope: str) -> dict[str, forms.Field]:
    return {"amount": fields.Amount(label=_("What the programme may spend in all"), max_digits=20, decimal_places=2)}


def told(scope: str, terms: Terms) -> list[tuple[str, str]]:
    programme = _programme(scope)
    amount = f"{numerals.plain(Decimal(terms['amount']), 2)} {programme.currency_id}"
    return [(_now("What the programme may spend in all"), amount)]


def check(scope: str, terms: Terms, _on: date) -> None:
    """Raises UnfitAmount, BelowWhatIsSpent."""
    amount = Decimal(terms["amount"])
    if amount <= 0 or amount != round(amount, 2):
        raise services.UnfitAmount(field="amount")
    if amount < queries.live_sum(queries.of_programme(_programme(scope))):
        raise services.BelowWhatIsSpent(field="amount")


def change(decision: Decision) -> str:
    """Set the budget as a further edition. Raises BelowWhatIsSpent."""
    amount = Decimal(decision.terms["amount"])
    programme = _programme(decision.scope)
    made = services.set_budget(programme, amount=amount, reason=decision.source, by=decision.by, at=decision.at)
    return made.public_id


def _programme(scope: str) -> Programme:
    return Programme.objects.get(public_id=scope)
