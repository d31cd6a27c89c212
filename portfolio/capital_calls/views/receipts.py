"""Receipts: the list with what stands in suspense, recording one, and using what is in suspense."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.exports import xlsx
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof, numerals, tables
from core.web.forms import take
from portfolio.capital_calls import forms, paying, queries, services, workbooks
from portfolio.capital_calls.models import Receipt
from portfolio.capital_calls.paying import Plan
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund

ZERO = Decimal(0)
CONFIRMED, BACK = "confirmed", "back"
"""The buttons of the page that shows what a receipt would pay."""


class Receipts(View):
    """Every receipt, newest first, and what stands in suspense."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own}
        if fund:
            allies = funds.commitments_of(fund, known_at=point.known_at)
            ally = _asked_for(request, allies)
            found = paying.received(fund, as_of=point.as_of, known_at=point.known_at, commitment=ally)
            pages = tables.paginate(request, found)
            rows = paying.with_calls(list(pages.page.object_list), as_of=point.as_of, known_at=point.known_at)
            entries = paying.entries_of(fund, rows)
            taken_back = paying.taken_back(fund, as_of=point.as_of, known_at=point.known_at, commitment=ally)
            records = point.is_now and people_rules.may(request.user, Permission.RECEIPT_RECORD, fund.public_id)
            context |= {
                "pages": pages,
                "rows": [(row, entries.get(row.line.receipt.public_id)) for row in rows],
                "taken_back": list(taken_back),
                "held": paying.held(fund, as_of=point.as_of, known_at=point.known_at),
                "announced": paying.announced(fund, known_at=point.known_at, commitment=ally),
                "ally": ally,
                "allies": allies,
                "illustrative": queries.is_illustrative(fund),
                "may_record": records,
                "may_apply": records,
                "may_take_back": point.is_now
                and people_rules.may(request.user, Permission.INVESTMENT_RECORD, fund.public_id),
            }
        return render(request, "portfolio/receipts/list.html", context)


class ReceiptsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        ally = _asked_for(request, funds.commitments_of(fund, known_at=point.known_at))
        found = list(paying.received(fund, as_of=point.as_of, known_at=point.known_at, commitment=ally))
        rows = paying.with_calls(found, as_of=point.as_of, known_at=point.known_at)
        taken_back = paying.taken_back(fund, as_of=point.as_of, known_at=point.known_at, commitment=ally)
        about = workbooks.about_receipts(
            fund, as_of=point.as_of, known_at=point.known_at, illustrative=queries.is_illustrative(fund)
        )
        content = workbooks.receipts(fund, rows, list(taken_back), about)
        return xlsx.response(content, name=f"receipts-{point.as_of.isoformat()}")


class RecordReceipt(View):
    """First what came in, then what it would pay, then it is booked."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        asked = request.GET.get("commitment", "")
        initial = {"commitment": asked, "received_on": clock.today()}
        form = self._form(fund, initial=initial)
        owed = form.open_of(asked)
        if owed:
            initial["amount"] = owed
        return self._page(request, fund, form)

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = _fund_to_record(request)
        form = self._form(fund, request.POST)
        if not form.is_valid() or BACK in request.POST:
            return self._page(request, fund, form)
        given = form.cleaned_data
        try:
            if CONFIRMED in request.POST:
                return self._receive(request, fund, given)
            return self._confirm(request, fund, form, services.plan(**given, on=clock.today()))
        except services.PlanChanged as refusal:
            plan = services.plan(**given, on=clock.today())
            return self._confirm(request, fund, form, plan, str(refusal))
        except (Conflict, Invalid) as refusal:
            take(form, refusal, {"effective_on": "received_on"})
            return self._page(request, fund, form)

    def _receive(self, request: PersonRequest, fund: Fund, given: dict[str, Any]) -> HttpResponse:
        shown = request.POST.get("shown", "")
        receipt = services.receive(**given, shown=shown, by=request.user, at=clock.now())
        messages.success(request, _said(receipt))
        return redirect(f"{reverse('portfolio:receipts')}?fund={fund.public_id}")

    def _form(self, fund: Fund, data: Any = None, **given: Any) -> forms.ReceiptForm:
        commitments = funds.commitments_of(fund, known_at=clock.now())
        return forms.ReceiptForm(data, commitments=commitments, owed=queries.open_by_commitment(fund), **given)

    def _page(self, request: PersonRequest, fund: Fund, form: django_forms.Form) -> HttpResponse:
        return render(request, "portfolio/receipts/record.html", {"fund": fund, "form": form})

    def _confirm(
        self, request: PersonRequest, fund: Fund, form: django_forms.Form, plan: Plan, refusal: str = ""
    ) -> HttpResponse:
        context = {"fund": fund, "sent": form, "given": form.cleaned_data, "plan": plan, "refusal": refusal}
        return render(request, "portfolio/receipts/confirm.html", context)


class ApplySuspense(View):
    """Use what stands in suspense for an Ally's open notices, after a look at what that pays."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, self._commitment(request, public_id))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        commitment = self._commitment(request, public_id)
        shown = request.POST.get("shown", "")
        try:
            written = services.apply_suspense(
                commitment, by=request.user, on=clock.today(), at=clock.now(), shown=shown
            )
        except (Conflict, Invalid) as refusal:
            return self._page(request, commitment, str(refusal))
        amount = numerals.plain(sum((one.amount for one in written), ZERO), 2)
        messages.success(request, _("%(amount)s from suspense pays open notices now.") % {"amount": amount})
        return redirect(f"{reverse('portfolio:receipts')}?fund={commitment.fund.public_id}")

    def _commitment(self, request: PersonRequest, public_id: str) -> Commitment:
        """An Ally of a fund of which the person may record receipts. Raises NotFound, NotPermitted."""
        commitment = funds.get_commitment(request.user, public_id)
        people_rules.require(request.user, Permission.RECEIPT_RECORD, commitment.fund.public_id)
        return commitment

    def _page(self, request: PersonRequest, commitment: Commitment, refusal: str = "") -> HttpResponse:
        context = {
            "commitment": commitment,
            "fund": commitment.fund,
            "plan": paying.plan_from_suspense(commitment, on=clock.today()),
            "refusal": refusal,
        }
        return render(request, "portfolio/receipts/suspense.html", context)


def _asked_for(request: PersonRequest, commitments: Sequence[Commitment]) -> Commitment | None:
    """The Ally whose receipts are asked for; None for all. Raises NotFound for one that is not of the fund."""
    asked = request.GET.get("commitment", "")
    if not asked:
        return None
    for commitment in commitments:
        if commitment.public_id == asked:
            return commitment
    raise NotFound


def _fund_to_record(request: PersonRequest) -> Fund:
    """The fund asked for, to somebody who may record its receipts. Raises NotFound, NotPermitted."""
    fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    people_rules.require(request.user, Permission.RECEIPT_RECORD, fund.public_id)
    return fund


def _said(receipt: Receipt) -> str:
    """What became of the money."""
    line = paying.line_of(receipt)
    words = {
        "amount": numerals.plain(receipt.amount, 2),
        "paid": numerals.plain(line.allocated, 2),
        "suspense": numerals.plain(line.suspense, 2),
    }
    if line.suspense:
        return _("Recorded: of %(amount)s, %(paid)s pays notices and %(suspense)s stands in suspense.") % words
    return _("Recorded: %(amount)s pays notices.") % words
