"""Holdings: the list, one holding, and the forms that record what happens to it."""

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
from core.exports import xlsx
from core.organisations import technologies
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof
from core.web.forms import take
from portfolio.funds import queries as funds
from portfolio.investments import forms, listing, queries, services, telling, words, workbooks
from portfolio.investments.listing import Wanted
from portfolio.investments.models import Holding as Held


class Holdings(View):
    """What the fund holds, as of a day and as known on a moment."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        wanted = _wanted(request)
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own, "wanted": wanted}
        if fund:
            context["listed"] = listing.listed(fund, wanted, as_of=point.as_of, known_at=point.known_at)
        return render(request, "portfolio/holdings/list.html", context)


class HoldingsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        found = listing.listed(fund, _wanted(request), as_of=point.as_of, known_at=point.known_at)
        content = workbooks.holdings(fund, found, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"holdings-{point.as_of.isoformat()}")


class Holding(View):
    """One holding: rounds as published, what the fund paid and received, and what that comes to."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        holding = listing.get(request.user, public_id)
        whole = listing.whole(holding, as_of=point.as_of, known_at=point.known_at)
        taken_back = queries.taken_back(holding, as_of=point.as_of, known_at=point.known_at)
        context: dict[str, Any] = {
            "point": point,
            "holding": holding,
            "whole": whole,
            "kind": words.HOLDINGS[holding.kind],
            "technology": technologies.name(holding.technology) if holding.technology else "",
            "rounds": [(one, words.period(one.held_on, one.precision)) for one in whole.rounds],
            "transactions": [(one, words.TRANSACTIONS[one.kind]) for one in whole.transactions],
            "taken_back": [(one, words.TRANSACTIONS[one.transaction.kind]) for one in taken_back],
            "story": telling.story(whole),
            "rate": listing.shown(whole.rate.rate),
            "status": words.STATUSES[whole.rate.status],
            "acts": _acts(request, holding) if point.is_now else [],
        }
        return render(request, "portfolio/holdings/holding.html", context)


class HoldingWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        holding = listing.get(request.user, public_id)
        whole = listing.whole(holding, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.holding(whole, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"holding-{point.as_of.isoformat()}")


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

    def _holding(self, request: PersonRequest, public_id: str) -> Held:
        """The holding, of the kind that this form is for, to somebody who may record. Raises NotFound, NotPermitted."""
        holding = listing.get(request.user, public_id)
        people_rules.require(request.user, Permission.INVESTMENT_RECORD, holding.fund.public_id)
        if self.kind not in ("", holding.kind):
            raise services.WrongKind
        return holding

    def _offered(self, holding: Held) -> dict[str, Any]:
        return {}

    def _page(self, request: PersonRequest, holding: Held, form: django_forms.Form) -> HttpResponse:
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
    kind, form, service = Held.Kind.DIRECT, forms.BuyForm, staticmethod(services.buy)
    heading, explanation = _("Record a purchase"), _("Shares of a published round, or a further tranche of it.")

    def _offered(self, holding: Held) -> dict[str, Any]:
        return {"rounds": list(queries.rounds(holding, known_at=clock.now()))}


class Sell(Record):
    kind, form, service = Held.Kind.DIRECT, forms.SellForm, staticmethod(services.sell)
    heading, explanation = _("Record a sale"), _("Cost leaves at its average, all of it with the last share.")


class WriteOff(Record):
    kind, form, service = "", forms.WriteOffForm, staticmethod(services.write_off)
    heading, explanation = _("Record a write-off"), _("Cost is taken off for ever. No money moves.")
    renamed = {"quantity": "cost", "amount": "cost"}


class PayStake(Record):
    kind, form, service = Held.Kind.FUND, forms.PayStakeForm, staticmethod(services.pay_stake)
    heading, explanation = _("Record a payment to the fund"), _("A call of the fund in which the stake is held.")


class ReceiveFromStake(Record):
    kind, form, service = Held.Kind.FUND, forms.ReceiveForm, staticmethod(services.receive_from_stake)
    heading, explanation = _("Record a distribution"), _("What the fund paid out: capital returned, and gain.")
    renamed = {"quantity": "returned_capital"}


def _wanted(request: PersonRequest) -> Wanted:
    asked = request.GET
    return Wanted(*(asked.get(name, "") for name in ("kind", "nation", "technology", "year")))


def _acts(request: PersonRequest, holding: Held) -> list[tuple[str, Promise]]:
    """What this person may record of this holding: routes and the words on their buttons."""
    if not people_rules.may(request.user, Permission.INVESTMENT_RECORD, holding.fund.public_id):
        return []
    if holding.kind == Held.Kind.DIRECT:
        return [
            ("portfolio:buy", _("Purchase…")),
            ("portfolio:sell", _("Sale…")),
            ("portfolio:write-off", _("Write-off…")),
        ]
    return [
        ("portfolio:pay-stake", _("Payment…")),
        ("portfolio:receive-from-stake", _("Distribution…")),
        ("portfolio:write-off", _("Write-off…")),
    ]
