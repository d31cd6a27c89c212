"""What the Allies of a fund decide under silence: a text, and the admission of a late Ally."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.decisions import kinds
from core.decisions.kinds import Decision, Kind, Terms
from core.money.value import Money
from core.nations import queries as nations
from core.nations.models import Basis, Nation
from core.people.roles import Permission
from core.web import fields, numerals
from portfolio.funds import queries, services
from portfolio.funds.models import Closing, Commitment, Fund

RESOLUTION, LATE_ALLY = "fund-resolution", "fund-late-ally"
ZONE, CALENDAR = "Europe/Luxembourg", "LU"
"""The fund's seat."""


def register() -> None:
    """Tell the decisions what is decided about a fund."""
    text = Kind(
        RESOLUTION,
        _("Resolution about the fund"),
        circulate=Permission.FUND_DECIDE,
        read=Permission.FUND_READ,
        zone=ZONE,
        calendar=CALENDAR,
        scopes=scopes,
        entitled=entitled,
    )
    kinds.register(text)
    kinds.register(
        replace(
            text,
            code=LATE_ALLY,
            label=_("Admission of a late Ally"),
            fields=asked,
            told=told,
            check=check,
            take_effect=admit,
        )
    )


def scopes() -> Iterable[tuple[str, str]]:
    return list(Fund.objects.order_by("name", "pk").values_list("public_id", "name"))


def entitled(scope: str, at: datetime) -> list[str]:
    """The Allies with a commitment in force on the day, as known at the moment."""
    fund = _fund(scope)
    return [one.code for one in queries.limited_partners(fund, as_of=queries.day_of(fund, at), known_at=at)]


def asked(scope: str) -> dict[str, forms.Field]:
    committed = Commitment.objects.filter(fund__public_id=scope).values("nation")
    others = Nation.objects.exclude(pk__in=committed).order_by("name_en", "code")
    return {
        "nation": forms.ChoiceField(label=_("Ally to admit"), choices=[(one.code, one.name) for one in others]),
        "amount": fields.Amount(label=_("Commitment, in the fund’s currency"), max_digits=20, decimal_places=2),
        "effective_on": fields.Day(label=_("In force from"), help_text=_("A closing is held on that day.")),
    }


def told(scope: str, terms: Terms) -> list[tuple[str, str]]:
    fund = _fund(scope)
    return [
        (_now("Ally to admit"), Nation.objects.get(pk=terms["nation"]).name),
        (_now("Commitment"), f"{numerals.plain(Decimal(terms['amount']), 2)} {fund.currency_id}"),
        (_now("In force from"), numerals.day(date.fromisoformat(terms["effective_on"]))),
    ]


def check(scope: str, terms: Terms, _on: date) -> None:
    """Raises NotAnAlly, AlreadyCommitted, UnfitAmount."""
    fund, nation = _fund(scope), Nation.objects.get(pk=terms["nation"])
    if not nations.is_ally(nation, date.fromisoformat(terms["effective_on"])):
        raise services.NotAnAlly(field="nation")
    if Commitment.objects.filter(fund=fund, nation=nation).exists():
        raise services.AlreadyCommitted(field="nation")
    amount = Decimal(terms["amount"])
    if amount <= 0 or amount != amount.quantize(Decimal(1).scaleb(-fund.currency.minor_digits)):
        raise services.UnfitAmount(field="amount")


def admit(decision: Decision) -> str:
    """Hold a closing on the day, where there is none yet, and record the commitment. Raises as the fund's services do."""
    fund, day = _fund(decision.scope), date.fromisoformat(decision.terms["effective_on"])
    by, at, source = decision.by, decision.at, decision.source
    closing = Closing.objects.filter(fund=fund, held_on=day).first()
    made = services.commit(
        fund,
        nation=Nation.objects.get(pk=decision.terms["nation"]),
        closing=closing or services.hold_closing(fund, held_on=day, source=source, by=by, at=at),
        holder=None,
        amount=Money(Decimal(decision.terms["amount"]), fund.currency_id),
        effective_on=day,
        basis=Basis.ILLUSTRATIVE if decision.is_illustrative else Basis.SOLID,
        source=source,
        by=by,
        at=at,
    )
    return made.public_id


def _fund(scope: str) -> Fund:
    return Fund.objects.select_related("currency").get(public_id=scope)
