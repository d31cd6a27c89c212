"""The pool on one screen, and as a workbook."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core import clock
from core.errors import NotFound
from core.exports import xlsx
from core.people.requests import PersonRequest
from core.web import asof
from portfolio.dashboards import charts, queries, workbooks
from portfolio.funds import queries as funds

ZERO = Decimal(0)


class Pool(View):
    """Who committed what, beside what each spends on defence, as of any day."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own_funds}
        if fund:
            view = queries.view(
                fund,
                as_of=point.as_of,
                known_at=point.known_at,
                choice=request.GET.get("edition", ""),
                sort=request.GET.get("sort", ""),
            )
            context |= _figures(view) | {
                "sort": queries.LARGEST_FIRST,
                "chart": charts.europe_and_canada(view.expenditure),
            }
            if not view.rows:
                context["first_closing"] = funds.first_closing(fund, known_at=point.known_at)
        return render(request, "portfolio/pool.html", context)


class PoolWorkbook(View):
    """The same figures, exact, with their sources. A point in time that cannot be read is refused, not replaced."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        fund, _own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        view = queries.view(fund, as_of=point.as_of, known_at=point.known_at, choice=request.GET.get("edition", ""))
        content = workbooks.pool(view, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"pool-{point.as_of.isoformat()}")


def _figures(view: queries.View) -> dict[str, Any]:
    """What the page shows, ready to be formatted."""
    pool = view.pool
    amounts = [row.line.amount.amount for row in view.rows]
    shares = [row.expenditure.share_of_gdp for row in view.rows if row.expenditure]
    rule = view.expenditure.rule
    published_share = pool.published.amount / pool.total.amount if pool.total else None
    return {
        "view": view,
        "illustrative": any(row.line.is_illustrative for row in view.rows),
        "largest": pool.lines[0] if pool.lines else None,
        "bars": [(row, row.line.amount.amount / max(amounts)) for row in view.rows],
        "most_spent": max([*shares, rule.share_of_gdp if rule else ZERO], default=ZERO),
        "published_share": published_share,
        "published_width": f"{(published_share or ZERO) * 100:.2f}",
        "illustrative_share": pool.illustrative.amount / pool.total.amount if pool.total else None,
        "of_target": pool.total.amount / view.fund.target_size,
        "published_count": sum(not row.line.is_illustrative for row in view.rows),
        "illustrative_count": sum(row.line.is_illustrative for row in view.rows),
        "spenders": len(shares),
    }
