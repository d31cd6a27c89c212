"""Holdings as workbooks: exact amounts in both currencies, with rates and sources."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.ethics import passed
from core.ethics.passed import Passed
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.nations.models import Basis
from core.web import numerals, sources
from portfolio.funds.models import Fund
from portfolio.funds.workbooks import basis_in_words
from portfolio.investments import telling, words
from portfolio.investments.listing import Listed, Returned, Row, Valued, Whole
from portfolio.investments.models import Holding, TakenBack
from portfolio.investments.worth import Worth


def holdings(fund: Fund, found: Listed, let_past: Sequence[Passed] = (), *, as_of: date, known_at: datetime) -> bytes:
    """The list with its sums in the last row, and what passed the ethics gate under an override."""
    own = fund.currency_id
    columns = [
        Column(_("Company or fund")),
        Column(_("Nation")),
        Column(_("Technology")),
        Column(_("Kind")),
        Column(_("First investment"), Kind.DAY),
        Column(_("Currency"), width=10),
        Column(_("Invested, in its currency"), Kind.MONEY),
        Column(_("At cost, in its currency"), Kind.MONEY),
        Column(_("Invested, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("At cost, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Received, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Fair value, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Fair value rests on"), width=30),
        Column(_("DPI"), Kind.NUMBER),
        Column(_("RVPI"), Kind.NUMBER),
        Column(_("TVPI (MOIC)"), Kind.NUMBER),
        Column(_("IRR"), Kind.NUMBER),
        Column(_("Rate of return")),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [_holding_row(row) for row in found.rows]
    sums: list[Cell] = [found.invested, found.at_cost, found.received, found.fair_value]
    rows.append([_("Total"), "", "", "", None, "", None, None, *sums, "", *_returned(found.returned), ""])
    about = _about(_("%(fund)s: holdings") % {"fund": fund.name}, as_of, known_at, illustrative=found.is_illustrative)
    return workbook(about, [Sheet(_("Holdings"), columns, rows), *passed.sheets(let_past)])


def holding(whole: Whole, valued: Valued, taken_back: Sequence[TakenBack], *, as_of: date, known_at: datetime) -> bytes:
    """One holding: its figures, its transactions, what is committed to it, where it is a fund, the published rounds, and what
    was taken back, if anything.
    """
    title = whole.holding.organisation.name
    invented = any(one.basis == Basis.ILLUSTRATIVE for one in whole.terms)
    illustrative = whole.position.is_illustrative or valued.worth.is_illustrative or invented
    about = _about(title, as_of, known_at, illustrative=illustrative)
    sheets = [_figures(whole, valued), _transactions(whole)]
    if whole.terms:
        sheets.append(_terms(whole))
    sheets.append(_rounds(whole))
    if taken_back:
        sheets.append(_taken_back(whole.holding, taken_back))
    return workbook(about, sheets)


def _holding_row(row: Row) -> list[Cell]:
    one = row.position
    return [
        one.holding.organisation.name,
        row.nation,
        row.technology,
        row.kind,
        one.first_on,
        one.holding.currency_id,
        one.invested,
        one.cost,
        one.fund_invested,
        one.fund_cost,
        one.fund_received,
        row.worth.value,
        _rests_on(row.worth),
        *_returned(row.returned),
        _yes_or_no(row.is_illustrative),
    ]


def _returned(found: Returned) -> list[Cell]:
    return [found.dpi, found.rvpi, found.tvpi, found.rate, found.status]


def _rests_on(worth: Worth) -> str:
    if worth.marked_on is None:
        return _("cost: no mark is approved")
    return _("mark as of %(day)s, carried forward") % {"day": numerals.day(worth.marked_on).replace(numerals.NBSP, " ")}


def _figures(whole: Whole, valued: Valued) -> Sheet:
    """What the headline figures of the page are, exactly, each with its formula."""
    position, found = whole.position, valued.returned
    columns = [
        Column(_("Figure")),
        Column(_("Amount, %(currency)s") % {"currency": whole.holding.fund.currency_id}, Kind.MONEY),
        Column(_("Multiple or rate"), Kind.NUMBER),
        Column(_("Formula"), width=60),
    ]
    rows: list[list[Cell]] = [
        [_("Invested"), position.fund_invested, None, _("cost of what was bought")],
        [_("At cost"), position.fund_cost, None, _("cost of what is still held")],
        [_("Received"), position.fund_received, None, _("sales, and what funds paid out")],
        [_("Fair value"), valued.worth.value, None, _rests_on(valued.worth)],
        [_("TVPI (MOIC)"), None, found.tvpi, _("received and fair value, over invested")],
        [_("DPI"), None, found.dpi, _("received over invested")],
        [_("RVPI"), None, found.rvpi, _("fair value over invested")],
        [_("IRR"), None, found.rate, _("per year: %(status)s") % {"status": found.status}],
    ]
    return Sheet(_("Figures"), columns, rows)


def _transactions(whole: Whole) -> Sheet:
    theirs, ours = whole.holding.currency_id, whole.holding.fund.currency_id
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Kind")),
        Column(_("Round")),
        Column(_("Shares"), Kind.NUMBER),
        Column(_("Money, %(currency)s") % {"currency": theirs}, Kind.MONEY),
        Column(_("Cost, %(currency)s") % {"currency": theirs}, Kind.MONEY),
        Column(_("Money in the fund’s currency, %(currency)s") % {"currency": ours}, Kind.MONEY),
        Column(_("Cost in the fund’s currency, %(currency)s") % {"currency": ours}, Kind.MONEY),
        Column(_("Rate"), Kind.NUMBER),
        Column(_("Day of the rate"), Kind.DAY),
        Column(_("Source of the rate")),
        Column(_("Reason")),
        Column(_("Ledger entry")),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [
        [
            one.effective_on,
            str(words.TRANSACTIONS[one.kind]),
            one.round.name if one.round else "",
            one.quantity,
            one.amount,
            one.cost,
            one.fund_amount,
            one.fund_cost,
            one.rate,
            one.rate_observed_on,
            one.rate_source,
            one.reason,
            one.entry.public_id,
            _yes_or_no(one.is_illustrative),
        ]
        for one in whole.transactions
    ]
    return Sheet(_("Transactions"), columns, rows)


def _taken_back(holding: Holding, taken_back: Sequence[TakenBack]) -> Sheet:
    """What counts as nothing, and why."""
    theirs = {"currency": holding.currency_id}
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Kind")),
        Column(_("Shares"), Kind.NUMBER),
        Column(_("Money, %(currency)s") % theirs, Kind.MONEY),
        Column(_("Cost, %(currency)s") % theirs, Kind.MONEY),
        Column(_("Reason"), width=50),
        Column(_("Counts as nothing from"), Kind.DAY),
        Column(_("Taken back")),
        Column(_("Taken back by")),
        Column(_("Ledger entry")),
    ]
    rows: list[list[Cell]] = [
        [
            one.transaction.effective_on,
            str(words.TRANSACTIONS[one.transaction.kind]),
            one.transaction.quantity,
            one.transaction.amount,
            one.transaction.cost,
            one.reason,
            one.effective_on,
            numerals.moment(one.recorded_at),
            one.recorded_by.name,
            one.entry.public_id,
        ]
        for one in taken_back
    ]
    return Sheet(_("Taken back"), columns, rows)


def _terms(whole: Whole) -> Sheet:
    columns = [
        Column(_("In force from")),
        Column(_("Known since, UTC"), width=20),
        Column(_("Committed in all, %(currency)s") % {"currency": whole.holding.currency_id}, Kind.MONEY),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [
        [
            when,
            one.recorded_at.strftime("%Y-%m-%d %H:%M:%S"),
            one.amount,
            basis_in_words(one.basis),
            one.source,
            one.note,
            _yes_or_no(one.basis == Basis.ILLUSTRATIVE),
        ]
        for one, when in telling.terms(whole)
    ]
    return Sheet(_("Committed to the fund"), columns, rows)


def _rounds(whole: Whole) -> Sheet:
    columns = [
        Column(_("Round")),
        Column(_("When")),
        Column(_("Total"), Kind.MONEY),
        Column(_("Currency"), width=10),
        Column(_("Role of the fund")),
        Column(_("With")),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
    ]
    rows: list[list[Cell]] = [
        [
            one.name,
            words.period(one.held_on, one.precision),
            one.total,
            one.currency_id or "",
            one.role,
            one.co_investors,
            str(sources.confidence_in_words(one.basis)),
            one.source,
            one.note,
        ]
        for one in whole.rounds
    ]
    return Sheet(_("Rounds as published"), columns, rows)


def _about(title: str, as_of: date, known_at: datetime, *, illustrative: bool) -> About:
    return About(
        title=title,
        as_of=as_of,
        known_at=known_at,
        source=_("The fund’s own books; rounds as published, with their sources."),
        illustrative=illustrative,
        remarks=[
            _("Fair value is the latest approved mark, carried forward since, and cost where there is none."),
            _("Returns are gross, before fees and carried interest, with fair value as what is left."),
        ],
    )


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
