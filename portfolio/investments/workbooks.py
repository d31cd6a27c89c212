"""Holdings as workbooks: exact amounts in both currencies, with rates and sources."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.web import sources
from portfolio.funds.models import Fund
from portfolio.investments import words
from portfolio.investments.listing import Listed, Row, Whole


def holdings(fund: Fund, found: Listed, *, as_of: date, known_at: datetime) -> bytes:
    """The list with its sums in the last row."""
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
        Column(_("Multiple"), Kind.NUMBER),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [_holding_row(row) for row in found.rows]
    rows.append([_("Total"), "", "", "", None, "", None, None, found.invested, found.at_cost, None, None, ""])
    about = _about(_("%(fund)s: holdings") % {"fund": fund.name}, as_of, known_at, illustrative=found.is_illustrative)
    return workbook(about, [Sheet(_("Holdings"), columns, rows)])


def holding(whole: Whole, *, as_of: date, known_at: datetime) -> bytes:
    """One holding: its transactions and the published rounds."""
    title = whole.holding.organisation.name
    about = _about(title, as_of, known_at, illustrative=whole.position.is_illustrative)
    return workbook(about, [_transactions(whole), _rounds(whole)])


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
        row.moic,
        _yes_or_no(one.is_illustrative),
    ]


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
        remarks=[_("Multiples are at cost; what marks say above or below it stands with the valuations.")],
    )


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
