"""The pool in figures, and the rows of one of them, as workbooks: exact amounts, each with its formula."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.ethics import passed
from core.ethics.passed import Passed
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.web import numerals
from portfolio.dashboards import figures, findings
from portfolio.dashboards.figures import Figure, Screen, Shares
from portfolio.funds.models import Fund
from portfolio.performance.breakdowns import Group
from portfolio.performance.pool import MEANINGS, Opens

EXPORTED_AT_MOST = 20_000
"""Rows of one workbook; its first sheet says when there would be more."""


def pool(screen: Screen, shares: Shares, let_past: Sequence[Passed] = (), *, as_of: date, known_at: datetime) -> bytes:
    """Every figure with its formula, each breakdown, the course by quarter, each Ally's part, what passed the ethics gate."""
    fund = screen.fund
    about = _about(fund, _("%(fund)s: the pool") % {"fund": fund.name}, as_of, known_at, screen.is_illustrative)
    breakdowns = [_breakdown(by, groups, screen) for by, groups in screen.breakdowns.items()]
    sheets = [_figures(screen), *breakdowns, _course(screen), _shares(shares, fund), *passed.sheets(let_past)]
    return workbook(about, sheets)


def figure(fund: Fund, found: Figure, let_past: Sequence[Passed], *, as_of: date, known_at: datetime) -> bytes:
    """The rows of a figure, or the figures that it is made of, with the figure in the last row; and what passed the gate."""
    title = _("%(fund)s: %(figure)s") % {"fund": fund.name, "figure": str(found.meaning.name)}
    remarks = [str(found.meaning.formula), *([str(found.meaning.remark)] if found.meaning.remark else [])]
    if found.status:
        remarks.append(_("Rate of return: %(status)s.") % {"status": found.status})
    if found.opened and len(found.opened.found) > EXPORTED_AT_MOST:
        remarks.append(_("Only the first %(count)s rows are here.") % {"count": EXPORTED_AT_MOST})
    about = _about(fund, title, as_of, known_at, found.is_illustrative, remarks)
    return workbook(about, [_rows(fund, found) if found.opened else _parts(fund, found), *passed.sheets(let_past)])


def _figures(screen: Screen) -> Sheet:
    columns = [
        Column(_("Figure")),
        Column(_("Amount, %(currency)s") % {"currency": screen.fund.currency_id}, Kind.MONEY),
        Column(_("Multiple or rate"), Kind.NUMBER),
        Column(_("Formula"), width=60),
        Column(_("Illustrative"), width=12),
    ]
    mark = _yes_or_no(screen.is_illustrative)
    rows: list[list[Cell]] = []
    for name, meaning in MEANINGS.items():
        said = f"{meaning.formula} {meaning.remark}".strip()
        if meaning.opens is Opens.FLOWS:
            said = f"{said} {figures.status(screen.returns)}."
        amount = screen.figures.amount(name) if meaning.is_amount else None
        ratio = None if meaning.is_amount else figures.ratio(screen.returns, name)
        rows.append([str(meaning.name), amount, ratio, said, mark])
    return Sheet(_("Figures"), columns, rows)


def _breakdown(by: str, groups: Sequence[Group], screen: Screen) -> Sheet:
    unit = {"currency": screen.fund.currency_id}
    columns = [
        Column(str(findings.NARROWED_BY[by])),
        Column(_("Holdings"), Kind.WHOLE),
        Column(_("Invested, %(currency)s") % unit, Kind.MONEY),
        Column(_("At cost, %(currency)s") % unit, Kind.MONEY),
        Column(_("Fair value, %(currency)s") % unit, Kind.MONEY),
        Column(_("Illustrative"), width=12),
    ]
    mark = _yes_or_no(screen.is_illustrative)
    rows: list[list[Cell]] = [
        [str(one.name), one.holdings, one.invested, one.at_cost, one.fair_value, mark] for one in groups
    ]
    shown = screen.figures
    rows.append([_("Total"), screen.holdings, shown.invested, shown.at_cost, shown.fair_value, mark])
    return Sheet(str(findings.PLAIN[by]), columns, rows)


def _course(screen: Screen) -> Sheet:
    unit = {"currency": screen.fund.currency_id}
    columns = [
        Column(_("Quarter")),
        Column(_("Called, %(currency)s") % unit, Kind.MONEY),
        Column(_("Invested, %(currency)s") % unit, Kind.MONEY),
        Column(_("Illustrative"), width=12),
    ]
    mark = _yes_or_no(screen.is_illustrative)
    rows: list[list[Cell]] = [
        [numerals.quarter(one.starts_on).replace(numerals.NBSP, " "), one.called, one.invested, mark]
        for one in screen.quarters
    ]
    return Sheet(_("By quarter, cumulative"), columns, rows)


def _shares(shares: Shares, fund: Fund) -> Sheet:
    unit = {"currency": fund.currency_id}
    columns = [
        Column(_("Ally")),
        Column(_("Committed, %(currency)s") % unit, Kind.MONEY),
        Column(_("Paid in, %(currency)s") % unit, Kind.MONEY),
        Column(_("Distributed, %(currency)s") % unit, Kind.MONEY),
        Column(_("Part of the net asset value, %(currency)s") % unit, Kind.MONEY),
        Column(_("TVPI"), Kind.NUMBER),
        Column(_("DPI"), Kind.NUMBER),
        Column(_("RVPI"), Kind.NUMBER),
        Column(_("PIC"), Kind.NUMBER),
        Column(_("IRR"), Kind.NUMBER),
        Column(_("Rate of return")),
        Column(_("Illustrative"), width=12),
    ]
    mark = _yes_or_no(shares.is_illustrative)
    rows: list[list[Cell]] = [
        [
            one.partner.commitment.nation.name,
            one.partner.committed,
            one.partner.paid_in,
            one.partner.distributed,
            one.partner.nav,
            one.tvpi,
            one.dpi,
            one.rvpi,
            one.pic,
            one.irr,
            one.status,
            mark,
        ]
        for one in shares.every
    ]
    shown = shares.figures
    sums: list[Cell] = [shown.committed, shown.paid_in, shown.distributed, shown.nav]
    rows.append([_("Total"), *sums, *figures.ratios(shares.returns), figures.status(shares.returns), mark])
    return Sheet(_("Returns by Ally"), columns, rows)


def _rows(fund: Fund, found: Figure) -> Sheet:
    if found.opened is None:
        raise ValueError(f"{found.name} opens into no rows")
    heads = found.opened.heads
    columns = [
        Column(str(heads.what)),
        Column(str(heads.day) or _("Day"), Kind.DAY),
        Column(str(heads.about) or _("About")),
        Column(_("Ledger entry"), width=12),
        Column(fund.currency_id, Kind.MONEY),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [
        [one.what.name, one.day, one.about.name, one.entry.name, one.amount, _yes_or_no(one.is_illustrative)]
        for one in found.opened.tell(list(found.opened.found[:EXPORTED_AT_MOST]))
    ]
    rows.append([str(heads.total), None, "", "", found.opened.total, ""])
    return Sheet(_("Rows"), columns, rows)


def _parts(fund: Fund, found: Figure) -> Sheet:
    columns = [
        Column(_("Figure")),
        Column(_("Counts as"), width=12),
        Column(fund.currency_id, Kind.MONEY),
        Column(_("Multiple"), Kind.NUMBER),
        Column(_("Formula"), width=60),
    ]
    rows: list[list[Cell]] = [
        [str(one.meaning.name), _("plus") if one.sign > 0 else _("less"), one.counted, None, str(one.meaning.formula)]
        for one in found.parts
    ]
    if found.over:
        rows.append([str(found.over.meaning.name), _("over"), found.over.amount, None, str(found.over.meaning.formula)])
    rows.append([str(found.meaning.name), "", found.amount, found.ratio, str(found.meaning.formula)])
    return Sheet(_("Figures"), columns, rows)


def _about(
    fund: Fund, title: str, as_of: date, known_at: datetime, illustrative: bool, remarks: Sequence[str] = ()
) -> About:
    return About(
        title=title,
        as_of=as_of,
        known_at=known_at,
        source=_("The fund’s own books."),
        illustrative=illustrative,
        remarks=[
            _("Amounts in %(currency)s.") % {"currency": fund.currency_id},
            _("Value is at cost until marks are approved."),
            *remarks,
        ],
    )


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
