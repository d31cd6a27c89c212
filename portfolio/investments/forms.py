"""Forms of the transactions, and of what comes before them. They check shape; what may be done is the services' to say.

That of a transaction carries a key made when it was opened: sent twice, the transaction is recorded once.
"""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.nations.models import Basis, Nation
from core.organisations.models import Organisation
from core.organisations.technologies import TECHNOLOGIES
from core.web import fields
from portfolio.investments import services, words
from portfolio.investments.models import PRECISIONS, Holding, Round
from portfolio.ledger.fields import PostedAmount

ZERO = Decimal(0)
QUANTITY_STEP = Decimal("0.000001")
LARGEST_QUANTITY = Decimal(10) ** 18
KEY = r"^[A-Za-z0-9_-]{16,60}$"
UNFIT_KEY = _("This form was changed on its way. Open it anew and fill it in again.")


def fresh_key() -> str:
    return secrets.token_urlsafe(18)


class Quantity(fields.Amount):
    """Shares: above zero, at most six decimal places."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and (not ZERO < value < LARGEST_QUANTITY or value != value.quantize(QUANTITY_STEP)):
            raise ValidationError(str(services.UnfitQuantity.sentence), code="unfit_quantity")


class RecordForm(forms.Form):
    """What every transaction says."""

    effective_on = fields.Day(label=_("Day"), help_text=_("The day on which it took effect."))
    key = forms.RegexField(
        regex=KEY, widget=forms.HiddenInput, error_messages={"required": UNFIT_KEY, "invalid": UNFIT_KEY}
    )


class BuyForm(RecordForm):
    round = forms.ChoiceField(label=_("Round"))
    quantity = Quantity(label=_("Shares"), help_text=_("At most six decimal places."))
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the currency of the holding, to the cent."))
    tranche = forms.IntegerField(
        label=_("Tranche"), min_value=1, max_value=99, initial=1, help_text=_("1 unless the round is paid in parts.")
    )
    field_order = ("round", "quantity", "amount", "tranche", "effective_on", "key")

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = {one.public_id: one for one in rounds}
        offered = [(key, f"{one.name}, {words.period(one.held_on, one.precision)}") for key, one in self.rounds.items()]
        cast(forms.ChoiceField, self.fields["round"]).choices = [("", _("Choose a round")), *offered]

    def clean_round(self) -> Round:
        return self.rounds[self.cleaned_data["round"]]


class SellForm(RecordForm):
    quantity = Quantity(label=_("Shares"), help_text=_("At most what is held."))
    amount = PostedAmount(label=_("Amount received"), help_text=_("In the currency of the holding, to the cent."))
    field_order = ("quantity", "amount", "effective_on", "key")


class WriteOffForm(RecordForm):
    cost = PostedAmount(
        label=_("Cost to write off"), help_text=_("In the currency of the holding; at most what stands at cost.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    field_order = ("cost", "reason", "effective_on", "key")


class PayStakeForm(RecordForm):
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the currency of the holding, to the cent."))
    field_order = ("amount", "effective_on", "key")


class ReceiveForm(RecordForm):
    amount = PostedAmount(label=_("Amount received"), help_text=_("In the currency of the holding, to the cent."))
    returned_capital = fields.Amount(
        label=_("Of it, capital returned"),
        min_value=ZERO,
        max_digits=20,
        decimal_places=2,
        help_text=_("It lowers the cost; the rest is a gain."),
    )
    field_order = ("amount", "returned_capital", "effective_on", "key")


class CommitForm(forms.Form):
    """What is committed to another fund from a day on: all of it, not what is added."""

    amount = PostedAmount(
        label=_("Committed in all"),
        help_text=_("In the currency of the holding, to the cent, with what was committed before."),
    )
    effective_on = fields.Day(label=_("In force from"), help_text=_("The first day on which it is committed."))
    precision = forms.ChoiceField(label=_("How exactly the day is known"), choices=PRECISIONS)
    source = forms.CharField(
        label=_("Source"), max_length=400, required=False, help_text=_("Such as the subscription agreement.")
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, is_illustrative: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].required = not is_illustrative

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"effective_on", "precision"} <= given.keys():
            given["effective_on"] = _first_day(given["effective_on"], given["precision"])
        return given


class RoundForm(forms.Form):
    """A round as it was published: everybody's money, and how exactly its day is known."""

    name = forms.CharField(label=_("Round"), max_length=80, help_text=_("As it was published, such as Series A."))
    held_on = fields.Day(
        label=_("Announced on"), help_text=_("Any day of it where only the month, the quarter or the year is known.")
    )
    precision = forms.ChoiceField(label=_("How exactly the day is known"), choices=PRECISIONS)
    total = PostedAmount(
        label=_("Total"), required=False, help_text=_("What everybody paid together, not the fund alone.")
    )
    currency = forms.ChoiceField(label=_("Currency of the total"), required=False)
    role = forms.CharField(
        label=_("Part of the fund"), max_length=40, required=False, help_text=_("Such as lead or co-investor.")
    )
    co_investors = forms.CharField(label=_("With"), max_length=300, required=False)
    basis = forms.ChoiceField(
        label=_("Basis"), choices=[("", _("Choose")), *Basis.choices], help_text=_("How far this may be trusted.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=400, required=False, help_text=_("Needed unless the round is illustrative.")
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, currencies: dict[str, str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, f"{code}, {name}") for code, name in currencies.items()]
        cast(forms.ChoiceField, self.fields["currency"]).choices = [("", _("No total")), *offered]
        cast(fields.Day, self.fields["held_on"]).last = today

    def clean_currency(self) -> str | None:
        return self.cleaned_data["currency"] or None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"held_on", "precision"} <= given.keys():
            given["held_on"] = _first_day(given["held_on"], given["precision"])
        if {"total", "currency"} <= given.keys():
            if given["total"] is not None and given["currency"] is None:
                self.add_error("currency", _now("Choose the currency of the total."))
            if given["total"] is None and given["currency"] is not None:
                self.add_error("total", _now("Fill in the total, or choose no currency for it."))
        return given


def _first_day(day: date, precision: str) -> date:
    """The first of the month, quarter or year in which a day lies; the day itself where it is known."""
    first_month = {"year": 1, "quarter": day.month - (day.month - 1) % 3}
    return day if precision == "day" else date(day.year, first_month.get(precision, day.month), 1)


class OpenForm(forms.Form):
    """The company or the fund of a new holding: one that is known already, or the name of a new one."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose")), *words.HOLDINGS.items()],
        help_text=_("Direct: shares of a company. Fund stake: a commitment to another fund."),
    )
    organisation = forms.ChoiceField(label=_("Company or fund manager"), required=False)
    name = forms.CharField(
        label=_("Name, where it is new"), max_length=200, required=False, help_text=_("It then joins the directory.")
    )
    nation = forms.ChoiceField(
        label=_("Nation, where it is new"),
        required=False,
        help_text=_("Of the head office. Leave it open where no source confirms it."),
    )
    technology = forms.ChoiceField(
        label=_("Technology"),
        required=False,
        choices=lambda: [("", _("None of its own")), *((one.code, one.name) for one in TECHNOLOGIES.values())],
        help_text=_("Of a company that is held directly."),
    )
    currency = forms.ChoiceField(label=_("Currency"), help_text=_("In which the holding is paid and kept."))

    def __init__(
        self,
        *args: Any,
        organisations: list[Organisation],
        nations: list[Nation],
        currencies: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.public_id: one for one in organisations}
        offered: dict[str, list[Any]] = {
            "organisation": [("", _("A new one, named below")), *self._by_kind()],
            "nation": [
                ("", _("Not confirmed")),
                *sorted(((one.code, one.name) for one in nations), key=lambda it: it[1]),
            ],
            "currency": [(code, f"{code}, {name}") for code, name in currencies.items()],
        }
        for name, choices in offered.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["organisation"])

    def clean_nation(self) -> str | None:
        return self.cleaned_data["nation"] or None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"organisation", "name", "nation"} <= given.keys():
            self._check_one(**{name: given[name] for name in ("organisation", "name", "nation")})
        if {"kind", "technology"} <= given.keys():
            self._check_technology(given["kind"], given["technology"])
        organisation, kind = given.get("organisation"), given.get("kind")
        if organisation and kind and organisation.kind != services.BODIES[kind]:
            self.add_error(
                "organisation",
                _now("Shares are held in a company, a stake with a fund manager. Choose another, or the other kind."),
            )
        return given

    def _check_one(self, organisation: Organisation | None, name: str, nation: str | None) -> None:
        """Either one that is known or a new one."""
        if organisation is None and not name:
            self.add_error("organisation", _now("Choose one that is known, or name a new one below."))
        if organisation and name:
            self.add_error("name", _now("Choose one that is known or name a new one, not both."))
        if organisation and nation not in (None, organisation.nation_id):
            self.add_error("nation", _now("Of one that is known the nation is kept already. Leave it open."))

    def _check_technology(self, kind: str, technology: str) -> None:
        if kind == Holding.Kind.DIRECT and not technology:
            self.add_error("technology", _now("Choose the technology of the company."))
        if kind == Holding.Kind.FUND and technology:
            self.add_error("technology", _now("A stake in a fund has no technology of its own. Choose none."))

    def _by_kind(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Companies apart from fund managers, each with its nation: two nations may have one of the same name."""
        heads = {Organisation.Kind.COMPANY: _("Companies"), Organisation.Kind.FUND_MANAGER: _("Fund managers")}
        rows = {kind: [one for one in self.organisations.values() if one.kind == kind] for kind in heads}
        return [(heads[kind], [(one.public_id, _named(one)) for one in found]) for kind, found in rows.items() if found]


def _named(organisation: Organisation) -> str:
    nation = organisation.nation
    return f"{organisation.name}, {nation.name}" if nation else organisation.name
