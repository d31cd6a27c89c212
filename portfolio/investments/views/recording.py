"""The forms that record what happens to a holding."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.money import forms as money
from core.nations.models import Basis
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take
from portfolio.investments import forms, listing, queries, reviewing, services, telling
from portfolio.investments.models import Holding, Round


class Record(View):
    """A form that records one transaction. What the service refuses stands beside the field; nothing is half-written."""

    kind: ClassVar[str]
    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    form: ClassVar[type[django_forms.Form]]
    service: ClassVar[Callable[..., Any]]
    renamed: ClassVar[dict[str, str]] = {}
    is_posted: ClassVar[bool] = True

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        holding = self._holding(request, public_id)
        return self._page(request, holding, self.form(initial=self._initial(request), **self._offered(holding)))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        holding = self._holding(request, public_id)
        form = self.form(request.POST, **self._offered(holding))
        if not form.is_valid():
            return self._page(request, holding, form)
        try:
            made = self._record(holding, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid, NotFound) as refusal:
            take(form, refusal, self.renamed)
            return self._page(request, holding, form)
        messages.success(request, _now("Recorded and posted to the ledger.") if self.is_posted else _now("Recorded."))
        return redirect(self._next(request, holding, made))

    def _record(self, holding: Holding, **given: Any) -> Any:
        return type(self).service(holding, **given, illustrative=queries.is_illustrative(holding))

    def _initial(self, _request: PersonRequest) -> dict[str, Any]:
        return {"key": forms.fresh_key(), "effective_on": clock.today()}

    def _next(self, _request: PersonRequest, holding: Holding, _made: Any) -> str:
        """The address to which a record leads."""
        return reverse("portfolio:holding", args=[holding.public_id])

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
            "is_posted": self.is_posted,
            "buys": isinstance(self, Buy),
            "gate": reviewing.standing(holding, on=clock.today()) if isinstance(self, Buy) else None,
            "commits": isinstance(self, CommitToStake),
            "terms": telling.terms(known),
        }
        return render(request, "portfolio/holdings/record.html", context)


class Buy(Record):
    kind, form, service = Holding.Kind.DIRECT, forms.BuyForm, staticmethod(services.buy)
    heading, explanation = _("Record a purchase"), _("Shares of a published round, or a further tranche of it.")

    def _offered(self, holding: Holding) -> dict[str, Any]:
        return {"rounds": list(queries.rounds(holding, known_at=clock.now()))}

    def _initial(self, request: PersonRequest) -> dict[str, Any]:
        return super()._initial(request) | {"round": request.GET.get("round", "")}


class RecordRound(Record):
    """A published round of the company. From the form that buys it leads back there, with the round chosen."""

    kind, form, is_posted = Holding.Kind.DIRECT, forms.RoundForm, False
    heading, explanation = _("Record a round"), _("A financing round of the company as published. No money moves.")

    def _record(self, holding: Holding, **given: Any) -> Round:
        return services.record_round(holding.organisation, **given, fund=holding.fund)

    def _offered(self, _holding: Holding) -> dict[str, Any]:
        return {"currencies": money.names(), "today": clock.today()}

    def _next(self, request: PersonRequest, holding: Holding, made: Round) -> str:
        if request.GET.get("then") != "buy":
            return super()._next(request, holding, made)
        return f"{reverse('portfolio:buy', args=[holding.public_id])}?round={made.public_id}"


class Sell(Record):
    kind, form, service = Holding.Kind.DIRECT, forms.SellForm, staticmethod(services.sell)
    heading, explanation = _("Record a sale"), _("Cost leaves at its average, all of it with the last share.")


class WriteOff(Record):
    kind, form, service = "", forms.WriteOffForm, staticmethod(services.write_off)
    heading, explanation = _("Record a write-off"), _("Cost is taken off for ever. No money moves.")
    renamed = {"quantity": "cost", "amount": "cost"}


class CommitToStake(Record):
    """What the fund commits to another one. Its own promise is sure, unless the figures of the holding are illustrative."""

    kind, form, is_posted = Holding.Kind.FUND, forms.CommitForm, False
    heading = _("Commit to the stake")
    explanation = _("What was committed before stays on record. Nothing is paid by it.")

    def _record(self, holding: Holding, **given: Any) -> Any:
        basis = Basis.ILLUSTRATIVE if queries.is_illustrative(holding) else Basis.SOLID
        return services.commit_to_stake(holding, **given, basis=basis.value)

    def _offered(self, holding: Holding) -> dict[str, Any]:
        return {"is_illustrative": queries.is_illustrative(holding)}


class PayStake(Record):
    kind, form, service = Holding.Kind.FUND, forms.PayStakeForm, staticmethod(services.pay_stake)
    heading, explanation = _("Record a payment to the fund"), _("A call of the fund in which the stake is held.")


class ReceiveFromStake(Record):
    kind, form, service = Holding.Kind.FUND, forms.ReceiveForm, staticmethod(services.receive_from_stake)
    heading, explanation = _("Record a distribution"), _("What the fund paid out: capital returned, and gain.")
    renamed = {"quantity": "returned_capital"}
