"""What the Allies of a fund decide under silence about a company: that one purchase passes the ethics gate."""

from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.decisions import kinds
from core.decisions.kinds import Decision, Kind, Terms
from core.decisions.models import Proposal
from core.ethics import services as ethics
from core.ethics.lifecycle import Money
from core.people.roles import Permission
from core.web import fields, numerals
from portfolio.funds import deciding as funds
from portfolio.investments.models import Holding

GUARD = "fund-gate-override"


def register() -> None:
    """Tell the decisions what is decided about a company."""
    kinds.register(
        Kind(
            GUARD,
            _("Override of the ethics gate"),
            circulate=Permission.FUND_DECIDE,
            read=Permission.FUND_READ,
            zone=funds.ZONE,
            calendar=funds.CALENDAR,
            scopes=funds.scopes,
            entitled=funds.entitled,
            fields=asked,
            told=told,
            check=check,
            take_effect=let_pass,
        )
    )


def asked(scope: str) -> dict[str, forms.Field]:
    rows = _holdings(scope).order_by("organisation__name", "pk")
    return {
        "holding": forms.ChoiceField(
            label=_("Company"), choices=list(rows.values_list("public_id", "organisation__name"))
        ),
        "amount": fields.Amount(label=_("Up to, in the currency of the holding"), max_digits=20, decimal_places=2),
        "expires_on": fields.Day(label=_("Last day of the purchase"), help_text=_("One purchase passes until then.")),
    }


def told(scope: str, terms: Terms) -> list[tuple[str, str]]:
    holding = _holdings(scope).get(public_id=terms["holding"])
    amount = f"{numerals.plain(Decimal(terms['amount']), 2)} {holding.currency_id}"
    return [
        (_now("Company"), holding.organisation.name),
        (_now("Up to, in the currency of the holding"), amount),
        (_now("Last day of the purchase"), numerals.day(date.fromisoformat(terms["expires_on"]))),
    ]


def check(_scope: str, terms: Terms, on: date) -> None:
    """Raises UnfitOverride."""
    amount = Decimal(terms["amount"])
    if amount <= 0 or amount != round(amount, 2):
        raise ethics.UnfitOverride(field="amount")
    if date.fromisoformat(terms["expires_on"]) <= on:
        raise ethics.UnfitOverride(field="expires_on")


def let_pass(decision: Decision) -> str:
    """Write the override, in the name of whoever put the proposal forward and on the Allies' authority. Raises as the gate does."""
    proposal = Proposal.objects.select_related("drafted_by").get(public_id=decision.public_id)
    made = ethics.override_by_decision(
        decision.scope,
        decision.terms["holding"],
        kind=Money.PURCHASE,
        amount=Decimal(decision.terms["amount"]),
        expires_on=date.fromisoformat(decision.terms["expires_on"]),
        because=decision.source,
        decision=decision.public_id,
        asked_by=proposal.drafted_by,
        by=decision.by,
        on=decision.on,
        at=decision.at,
    )
    return made.public_id


def _holdings(scope: str) -> QuerySet[Holding]:
    return Holding.objects.filter(fund__public_id=scope, kind=Holding.Kind.DIRECT).select_related("organisation")
