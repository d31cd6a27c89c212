"""The forms that record what happens to a holding."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from portfolio.investments import forms, listing, queries, services
from portfolio.investments.models import Holding


class Record(View):
    """A form that records one transaction. What the service refuses stands beside the field; nothing is half-written."""

    kind: ClassVar[str]
    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    form: ClassVar[type[forms.RecordForm]]
    service: ClassVar[Callable[..., Any]]
    renamed: ClassVar[dict[str, str]] = {}

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        holding = self._holding(request, public_id)
        initial = {"key": forms.fresh_key(), "effective_on": clock.today()}
        return self._page(request, holding, self.form(initial=initial, **self._offered(holding)))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        holding = self._holding(request, public_id)
        form = self.form(request.POST, **self._offered(holding))
        if not form.is_valid():
            return self._page(request, holding, form)
        illustrative = queries.is_illustrative(holding)
        try:
            type(self).service(holding, **form.cleaned_data, illustrative=illustrative, by=request.user, at=clock.now())
        except (Conflict, Invalid, NotFound) as refusal:
            take(form, refusal, self.renamed)
            return self._page(request, holding, form)
        messages.success(request, _now("Recorded and posted to the ledger."))
        return redirect("portfolio:holding", holding.public_id)

    def _holding(self, request: PersonRequest, public_id: str) -> Holding:
        """The holding, of the kind that this form is for, to somebody who may record. Raises NotFound, NotPermitted."""
        holding = listing.get(request.user, public_id)
        people_rules.require(request.user, Permission.INVESTMENT_RECORD, holding.fund.public_id)
        if self.kind not in ("", holding.kind):
            raise services.WrongKind
        return holding

    def _offered(self, holding: Holding) -> dict[str, Any]:
        return {}

    def _page(self, request: PersonRequest, holding: Holding, form: django_forms.Form) -> HttpResponse:
        known = listing.whole(holding, as_of=clock.today(), known_at=clock.now())
        context = {
            "holding": holding,
            "whole": known,
            "form": form,
            "heading": self.heading,
            "explanation": self.explanation,
        }
        return render(request, "portfolio/holdings/record.html", context)


class Buy(Record):
    kind, form, service = Holding.Kind.DIRECT, forms.BuyForm, staticmethod(services.buy)
    heading, explanation = _("Record a purchase"), _("Shares of a published round, or a further tranche of it.")

    def _offered(self, holding: Holding) -> dict[str, Any]:
        return {"rounds": list(queries.rounds(holding, known_at=clock.now()))}


class Sell(Record):
    kind, form, service = Holding.Kind.DIRECT, forms.SellForm, staticmethod(services.sell)
    heading, explanation = _("Record a sale"), _("Cost leaves at its average, all of it with the last share.")


class WriteOff(Record):
    kind, form, service = "", forms.WriteOffForm, staticmethod(services.write_off)
    heading, explanation = _("Record a write-off"), _("Cost is taken off for ever. No money moves.")
    renamed = {"quantity": "cost", "amount": "cost"}


class PayStake(Record):
    kind, form, service = Holding.Kind.FUND, forms.PayStakeForm, staticmethod(services.pay_stake)
    heading, explanation = _("Record a payment to the fund"), _("A call of the fund in which the stake is held.")


class ReceiveFromStake(Record):
    kind, form, service = Holding.Kind.FUND, forms.ReceiveForm, staticmethod(services.receive_from_stake)
    heading, explanation = _("Record a distribution"), _("What the fund paid out: capital returned, and gain.")
    renamed = {"quantity": "returned_capital"}
