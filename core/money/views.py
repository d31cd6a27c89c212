"""The page of exchange rates, its converter, and the import of a file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from core import clock
from core.errors import Invalid
from core.money import ecb, forms, queries, services
from core.money.queries import Rate, RateMissing
from core.money.value import Money
from core.people.requests import PersonRequest
from core.web import asof, numerals

USUAL = {"from_currency": "USD", "to_currency": queries.EURO}
"""What the converter begins with."""
SHOWN_AT_MOST = 50
"""Rows of a preview; the counts say how many there are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One currency on the page. ``remark`` says why there is no rate; ``is_gap`` that there should be one."""

    code: str
    name: str
    rate: Rate | None
    remark: str = ""
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """``digits`` are the decimal places of the given amount, two at least."""

    given: Money
    digits: int
    result: Money
    remarks: list[str]


class Rates(View):
    """The rates of a day as known at a moment."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        names = forms.names()
        asked = {"amount", "from_currency", "to_currency"} & request.GET.keys()
        converter = forms.ConverterForm(request.GET) if asked else forms.ConverterForm(initial=USUAL)
        context = {
            "point": point,
            "lines": _lines(point, names),
            "converter": converter,
            "converted": _convert(converter, point) if asked and converter.is_valid() else None,
            "may_import": request.may_open("manage:rates_import") and point.is_now,
        }
        return render(request, "core/money/rates.html", context)


class Import(View):
    """A file of rates: first what it would add, then the step that adds it."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(request, "core/money/import.html", {"form": forms.ImportForm(initial={"source": ecb.SOURCE})})

    def post(self, request: PersonRequest) -> HttpResponse:
        return self._apply(request) if "apply" in request.POST else self._preview(request)

    def _preview(self, request: PersonRequest) -> HttpResponse:
        form = forms.ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return render(request, "core/money/import.html", {"form": form})
        text, source = form.cleaned_data["file"], form.cleaned_data["source"]
        return render(request, "core/money/import.html", _preview(text, source))

    def _apply(self, request: PersonRequest) -> HttpResponse:
        form = forms.ApplyForm(request.POST)
        if not form.is_valid():
            raise Invalid
        rows, bad = ecb.read(form.cleaned_data["text"])
        if bad:
            raise Invalid
        done = services.publish_rates(rows, source=form.cleaned_data["source"], by=request.user, at=clock.now())
        count = len(done.written)
        messages.success(
            request,
            ngettext("%(count)s rate is published.", "%(count)s rates are published.", count) % {"count": count},
        )
        return redirect("manage:rates")


def _preview(text: str, source: str) -> dict[str, object]:
    rows, bad = ecb.read(text)
    found = services.examine(rows, at=clock.now())
    refused = [(one.line, one.text, _cause(one.cause)) for one in bad]
    refused += [
        (r.row.line, f"{r.row.effective_on},{r.row.currency},{r.row.units_per_euro}", r.reason) for r in found.refused
    ]
    return {
        "form": forms.ImportForm(initial={"source": source}),
        "apply": forms.ApplyForm(initial={"text": text, "source": source}),
        "found": found,
        "shown": found.written[:SHOWN_AT_MOST],
        "refused": sorted(refused)[:SHOWN_AT_MOST],
        "refused_count": len(refused),
        "may_apply": bool(found.written) and not refused,
    }


def _cause(cause: str) -> str:
    return {
        "head": _("The first line must be the head: Date and currency codes, or date, currency, units_per_euro."),
        "day": _("The day cannot be read. Write it like 2026-09-30."),
        "rate": _("The rate is no number. Write it like 1.1172."),
        "length": _("The line has more or fewer columns than the head."),
    }[cause]


def _lines(point: asof.PointInTime, names: dict[str, str]) -> list[Line]:
    found = {one.currency: one for one in queries.rates(on=point.as_of, known_at=point.known_at)}
    return [_line(code, name, found.get(code), point.as_of) for code, name in names.items() if code != queries.EURO]


def _line(code: str, name: str, found: Rate | RateMissing | None, on: date) -> Line:
    joined = ecb.JOINED_EURO.get(code)
    if joined and on >= joined:
        return Line(code, name, None, _("Replaced by the euro on %(day)s.") % {"day": numerals.day(joined)})
    if code in ecb.WITHOUT_RATE and not isinstance(found, Rate):
        return Line(code, name, None, _("The European Central Bank publishes no rate."))
    if isinstance(found, Rate):
        remark = _carried(found) if found.is_carried else ""
        return Line(code, name, found, remark)
    return Line(code, name, None, _gap(found), is_gap=True)


def _carried(rate: Rate) -> str:
    return _("Last known rate, of %(day)s.") % {"day": numerals.day(rate.observed_on)}


def _gap(missing: RateMissing | None) -> str:
    if missing is None or missing.last_known is None:
        return _("None is known on or before this day. Import the rates.")
    return _("The last known is of %(day)s. Import the rates since.") % {"day": numerals.day(missing.last_known)}


def _convert(form: forms.ConverterForm, point: asof.PointInTime) -> Converted | None:
    """The amount in the other currency; a missing rate becomes an error beside its currency."""
    given = Money(Decimal(form.cleaned_data["amount"]), form.cleaned_data["from_currency"])
    into = form.cleaned_data["to_currency"]
    used = []
    for field, code in (("from_currency", given.currency), ("to_currency", into)):
        try:
            used.append(queries.rate(code, on=point.as_of, known_at=point.known_at))
        except RateMissing as missing:
            form.add_error(field, _line(code, code, missing, point.as_of).remark)
    if form.errors:
        return None
    digits = queries.minor_digits(into)
    result = queries.convert(given, into, on=point.as_of, known_at=point.known_at, minor_digits=digits)
    remarks = [
        _("%(currency)s: %(remark)s") % {"currency": rate.currency, "remark": _carried(rate)}
        for rate in used
        if rate.is_carried
    ]
    return Converted(given, max(2, -int(given.amount.as_tuple().exponent)), result, remarks)
