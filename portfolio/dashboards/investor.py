"""What an Ally sees: its own line of the pool and its own defence expenditure."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core import clock
from core.errors import NotFound
from core.ethics import passed
from core.ethics.passed import Passed
from core.exports import xlsx
from core.nations.models import Nation
from core.people.requests import PersonRequest
from core.web import asof
from portfolio.capital_calls import words
from portfolio.dashboards import charts, partner, partner_workbook, queries, workbooks
from portfolio.dashboards.partner import Money


class Account(View):
    """The account of one Ally. Somebody who speaks for several chooses."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        nation, nations = _chosen(request)
        found = _account(request, nation, point)
        money = _money(found, point)
        let_past = _let_past(found, point)
        context: dict[str, Any] = {
            "point": point,
            "account": found,
            "money": money,
            "notices": [(one, words.NOTICES[one.stage]) for one in money.standing.notices] if money else [],
            "called_width": f"{money.standing.called_share * 100:.2f}" if money else "",
            "nations": nations,
            "chart": charts.own_expenditure(found),
            "latest": found.series[-1] if found.series else None,
            "lets_pass": bool(let_past),
            "illustration_passed": any(one.is_illustrative for one in let_past),
            "illustrative": bool(found.line and found.line.is_illustrative),
            "terms": list(reversed(found.terms)),
        }
        return render(request, "portfolio/account.html", context)


class AccountWorkbook(View):
    """The same figures, exact. A point in time that cannot be read is refused, not replaced."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        nation, _nations = _chosen(request)
        found = _account(request, nation, point)
        money = _money(found, point)
        content = workbooks.account(
            found,
            partner_workbook.sheets(money) if money else (),
            lets_pass=bool(_let_past(found, point)),
            as_of=point.as_of,
            known_at=point.known_at,
        )
        return xlsx.response(content, name=f"account-{nation.code.lower()}-{point.as_of.isoformat()}")


def _account(request: PersonRequest, nation: Nation, point: asof.PointInTime) -> queries.Account:
    asked = request.GET.get("commitment", "")
    return queries.account(request.user, nation, as_of=point.as_of, known_at=point.known_at, commitment=asked)


def _let_past(account: queries.Account, point: asof.PointInTime) -> list[Passed]:
    """What of the fund passed the ethics gate under an override: an Ally is told that something did, and not what."""
    fund = account.commitment.fund if account.commitment else None
    return passed.under_override(fund.public_id, known_at=point.known_at) if fund else []


def _money(account: queries.Account, point: asof.PointInTime) -> Money | None:
    """Calls, payments and returns of the commitment shown; None where none is in force."""
    if account.commitment is None or account.line is None:
        return None
    committed = account.line.amount.amount
    return partner.money(account.commitment, committed=committed, as_of=point.as_of, known_at=point.known_at)


def _chosen(request: PersonRequest) -> tuple[Nation, list[Nation]]:
    """The nation asked for, the first without a wish, and all for which the person speaks. Raises NotFound."""
    nations = queries.represented(request.user)
    asked = request.GET.get("nation", "")
    for nation in nations:
        if asked in ("", nation.code):
            return nation, nations
    raise NotFound
