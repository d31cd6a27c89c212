"""The pool on one screen, each figure of it opened, its course and its returns, and burden sharing; as pages and workbooks."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from core import clock
from core.errors import NotFound
from core.ethics import passed
from core.exports import xlsx
from core.people import navigation
from core.people.requests import PersonRequest
from core.web import asof, numerals, tables
from portfolio.dashboards import charts, figure_workbooks, figures, findings, queries, workbooks
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund

ZERO = Decimal(0)


class Pool(View):
    """The figures with which everything begins, as of any day and as known on any moment."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own_funds, "view_name": "pool"}
        if fund:
            approver = None if point.query else request.user
            screen = figures.screen(fund, as_of=point.as_of, known_at=point.known_at, approver=approver)
            context |= _on_screen(screen, point)
            if approver and len(own_funds) == 1:
                navigation.know(approver, "portfolio:calls", len(screen.waiting) + screen.drafts)
            if screen.is_empty:
                context["first_closing"] = funds.first_closing(fund, known_at=point.known_at)
        return render(request, "portfolio/pool.html", context)


class PoolWorkbook(View):
    """The same figures, exact. A point in time that cannot be read is refused, not replaced."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point, fund = _asked(request)
        screen = figures.screen(fund, as_of=point.as_of, known_at=point.known_at)
        shares = figures.shares(fund, as_of=point.as_of, known_at=point.known_at)
        let_past = passed.under_override(fund.public_id, known_at=point.known_at)
        content = figure_workbooks.pool(screen, shares, let_past, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"pool-{point.as_of.isoformat()}")


class OverTime(View):
    """The drawing of calls against investments: a fragment where the pool page asks, a page for everybody else.

    It is drawn here, so that the figures never wait for it.
    """

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, _own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        screen = figures.screen(fund, as_of=point.as_of, known_at=point.known_at)
        context: dict[str, Any] = {"point": point, "fund": fund, "illustrative": screen.is_illustrative}
        if len(screen.quarters) > 1:
            context["chart"] = charts.calls_and_investments(
                screen.quarters, currency=fund.currency_id, illustrative=screen.is_illustrative
            )
        template = "portfolio/drawing.html" if request.headers.get("HX-Request") else "portfolio/over_time.html"
        return render(request, template, context)


class Returns(View):
    """What each Ally paid in, what of the pool is its own, and what that comes to."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own_funds, "view_name": "returns"}
        if fund:
            found = figures.shares(fund, as_of=point.as_of, known_at=point.known_at)
            context |= {"shares": found, "illustrative": found.is_illustrative}
            context |= dict(zip(figures.RATIOS, figures.ratios(found.returns), strict=True))
            context["status"] = figures.status(found.returns)
        return render(request, "portfolio/returns.html", context)


class Figure(View):
    """One figure: its formula, its rounding, and the rows or figures that make it."""

    def get(self, request: PersonRequest, name: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, _own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        if fund is None:
            raise NotFound
        found = figures.figure(fund, name, as_of=point.as_of, known_at=point.known_at)
        context: dict[str, Any] = {"point": point, "fund": fund, "figure": found, "illustrative": found.is_illustrative}
        if found.amount is not None:
            context["residue"] = found.amount - numerals.rounded(found.amount / numerals.MILLION, 1) * numerals.MILLION
        if found.opened:
            pages = tables.paginate(request, found.opened.found)
            context |= {"pages": pages, "rows": found.opened.tell(list(pages.page))}
        return render(request, "portfolio/figure.html", context)


class FigureWorkbook(View):
    """Every row of a figure, exact."""

    def get(self, request: PersonRequest, name: str) -> HttpResponse:
        point, fund = _asked(request)
        found = figures.figure(fund, name, as_of=point.as_of, known_at=point.known_at)
        let_past = passed.under_override(fund.public_id, known_at=point.known_at)
        content = figure_workbooks.figure(fund, found, let_past, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"{name.replace('_', '-')}-{point.as_of.isoformat()}")


class BurdenSharing(View):
    """Who committed what, beside what each spends on defence, as of any day."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        fund, own_funds = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"point": point, "fund": fund, "funds": own_funds, "view_name": "burden-sharing"}
        if fund:
            view = queries.view(
                fund,
                as_of=point.as_of,
                known_at=point.known_at,
                choice=request.GET.get("edition", ""),
                sort=request.GET.get("sort", ""),
            )
            context |= _burdens(view) | {
                "sort": queries.LARGEST_FIRST,
                "chart": charts.europe_and_canada(view.expenditure),
            }
            if not view.rows:
                context["first_closing"] = funds.first_closing(fund, known_at=point.known_at)
        return render(request, "portfolio/burden_sharing.html", context)


class BurdenSharingWorkbook(View):
    """The same figures, exact, with their sources. A point in time that cannot be read is refused, not replaced."""

    def get(self, request: PersonRequest) -> HttpResponse:
        point, fund = _asked(request)
        view = queries.view(fund, as_of=point.as_of, known_at=point.known_at, choice=request.GET.get("edition", ""))
        let_past = passed.under_override(fund.public_id, known_at=point.known_at)
        content = workbooks.pool(view, let_past, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"burden-sharing-{point.as_of.isoformat()}")


def _asked(request: PersonRequest) -> tuple[asof.PointInTime, Fund]:
    """The point in time and the fund of a workbook. Raises BadPoint, NotFound."""
    point = asof.read(request, today=clock.today(), now=clock.now())
    fund, _own_funds = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    return point, fund


def _on_screen(screen: figures.Screen, point: asof.PointInTime) -> dict[str, Any]:
    """What the page shows, ready to be formatted."""
    context: dict[str, Any] = {
        "screen": screen,
        "illustrative": screen.is_illustrative,
        "tiles": findings.tiles(screen),
        "called_share": findings.called_share(screen),
        "standing": findings.standing(screen),
        "tables": findings.tables(screen) if screen.holdings else [],
        "waiting": findings.waiting(screen, today=clock.today()),
    }
    if screen.quarters:
        context["course"] = findings.quarters(screen, point)
        context["ahead"] = charts.ahead(screen.quarters, currency=screen.fund.currency_id)
    if len(screen.quarters) > 1:
        address = f"{reverse('portfolio:pool-over-time')}?fund={screen.fund.public_id}"
        context |= {"loads_htmx": True, "drawing_url": asof.with_point(address, point)}
    return context


def _burdens(view: queries.View) -> dict[str, Any]:
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
