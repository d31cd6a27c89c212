"""A valuation and a holding's marks as workbooks: exact amounts, inputs with their sources, rates and approvals."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding
from portfolio.valuations import words
from portfolio.valuations.listing import Compared, Quarter, Sum, Totals
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.queries import Signed


def run(
    of: ValuationRun, rows: Sequence[Compared], totals: Totals, signed: Sequence[Signed], *, known_at: datetime
) -> bytes:
    """The marks with their sums in the last row, every input, the rates that are pinned, and who approved."""
    title = _("%(fund)s: valuation, version %(version)s") % {"fund": of.fund.name, "version": of.version}
    remarks = [
        _("State: %(state)s. Policy %(policy)s.") % {"state": words.state(of.state)[1], "policy": of.policy_version}
    ]
    about = _about(title, of.quarter_end, known_at, remarks, illustrative=of.is_illustrative)
    return workbook(about, [_marks(of, rows, totals), _inputs(rows), _rates(of), _approvals(signed)])


def runs(
    fund: Fund, found: Sequence[ValuationRun], sums: Mapping[int, Sum], *, as_of: date, known_at: datetime
) -> bytes:
    """Every run of the fund, the latest quarter first; ``sums`` by run are of its marks in force."""
    columns = [
        Column(_("Quarter end"), Kind.DAY),
        Column(_("Version"), Kind.WHOLE),
        Column(_("State")),
        Column(_("Marks"), Kind.WHOLE),
        Column(_("Value, %(currency)s") % {"currency": fund.currency_id}, Kind.MONEY),
        Column(_("Policy")),
        Column(_("Opened by")),
        Column(_("Submitted by")),
        Column(_("Submitted, UTC"), width=20),
        Column(_("Locked, UTC"), width=20),
        Column(_("Reason")),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    rows = [_run_cells(one, sums.get(one.pk, Sum())) for one in found]
    title = _("%(fund)s: valuations") % {"fund": fund.name}
    about = _about(title, as_of, known_at, [], illustrative=any(one.is_illustrative for one in found))
    return workbook(about, [Sheet(_("Valuations"), columns, rows)])


def _run_cells(one: ValuationRun, total: Sum) -> list[Cell]:
    return [
        one.quarter_end,
        one.version,
        str(words.state(one.state)[1]),
        total.marks,
        total.value if total.marks else None,
        one.policy_version,
        one.opened_by.name,
        one.submitted_by.name if one.submitted_by else "",
        _moment(one.submitted_at),
        _moment(one.locked_at),
        one.reason,
        one.public_id,
        _yes_or_no(one.is_illustrative),
    ]


def holding(of: Holding, quarters: Sequence[Quarter], *, as_of: date, known_at: datetime) -> bytes:
    """The holding from locked mark to locked mark."""
    own = of.fund.currency_id
    columns = [
        Column(_("Quarter end"), Kind.DAY),
        Column(_("Version"), Kind.WHOLE),
        Column(_("Technique")),
        Column(_("Opening, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Purchases, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Proceeds, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Realised, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Revaluation, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Closing, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("At cost, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [
        [
            one.mark.run.quarter_end,
            one.mark.run.version,
            str(one.mark.get_technique_display()),
            one.opening,
            one.bought,
            one.proceeds,
            one.realised,
            one.revalued,
            one.closing,
            one.mark.cost,
            _yes_or_no(one.mark.run.is_illustrative),
        ]
        for one in quarters
    ]
    illustrative = any(one.mark.run.is_illustrative for one in quarters)
    about = _about(of.organisation.name, as_of, known_at, [], illustrative=illustrative)
    return workbook(about, [Sheet(_("Marks"), columns, rows)])


def _marks(of: ValuationRun, rows: Sequence[Compared], totals: Totals) -> Sheet:
    own = of.fund.currency_id
    columns = [
        Column(_("Company or fund")),
        Column(_("Technique")),
        Column(_("Level"), Kind.WHOLE),
        Column(_("Currency"), width=10),
        Column(_("Value in its currency"), Kind.MONEY),
        Column(_("At cost, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Before, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Bought less sold, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Revaluation, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(_("Value, %(currency)s") % {"currency": own}, Kind.MONEY),
        Column(pgettext("difference", "Change"), Kind.SHARE),
        Column(_("Outlier"), width=10),
        Column(_("Edition"), Kind.WHOLE),
        Column(_("Relevance")),
        Column(_("Reason")),
        Column(_("Recorded by")),
        Column(_("Illustrative"), width=12),
    ]
    listed: list[list[Cell]] = [_mark_row(of, one) for one in rows]
    sums: list[Cell] = [totals.cost, totals.start, totals.moved, totals.revalued, totals.value, totals.share]
    listed.append([_("Total"), "", None, "", None, *sums, "", None, "", "", "", ""])
    return Sheet(_("Marks"), columns, listed)


def _mark_row(of: ValuationRun, one: Compared) -> list[Cell]:
    mark: Mark = one.mark
    return [
        mark.holding.organisation.name,
        str(mark.get_technique_display()),
        mark.level,
        mark.holding.currency_id,
        mark.local_value,
        mark.cost,
        one.changed.start,
        one.changed.moved,
        one.changed.revalued,
        mark.value,
        one.changed.share,
        _yes_or_no(one.is_outlier),
        mark.edition,
        mark.relevance,
        mark.because,
        mark.recorded_by.name,
        _yes_or_no(of.is_illustrative),
    ]


def _inputs(rows: Sequence[Compared]) -> Sheet:
    columns = [
        Column(_("Company or fund")),
        Column(_("Input")),
        Column(_("Value"), Kind.NUMBER, width=20),
        Column(_("Source")),
        Column(_("Day"), Kind.DAY),
    ]
    listed: list[list[Cell]] = [
        [
            one.mark.holding.organisation.name,
            words.input_name(given["name"]),
            _decimal(given["value"]),
            words.source(given["source"]),
            date.fromisoformat(given["date"]),
        ]
        for one in rows
        for given in one.mark.inputs
    ]
    return Sheet(_("Inputs"), columns, listed)


def _decimal(exact: str) -> Decimal:
    value = Fraction(exact)
    return Decimal(value.numerator) / value.denominator


def _rates(of: ValuationRun) -> Sheet:
    columns = [
        Column(_("Currency"), width=10),
        Column(_("Units for one euro"), Kind.NUMBER),
        Column(_("Day of the rate"), Kind.DAY),
        Column(_("Source of the rate")),
    ]
    listed: list[list[Cell]] = [
        [
            one["currency"],
            Decimal(one["units_per_euro"]),
            date.fromisoformat(one["observed_on"]),
            words.source(one["source"]),
        ]
        for one in of.rates
    ]
    return Sheet(_("Rates"), columns, listed)


def _approvals(signed: Sequence[Signed]) -> Sheet:
    columns = [Column(_("Approved by")), Column(_("When")), Column(_("Holds"), width=10), Column(_("Digest"))]
    listed: list[list[Cell]] = [
        [one.approval.by.name, one.approval.at.isoformat(), _yes_or_no(one.holds), one.approval.digest]
        for one in signed
    ]
    return Sheet(_("Approvals"), columns, listed)


def _about(title: str, as_of: date, known_at: datetime, remarks: list[str], *, illustrative: bool) -> About:
    source = _("Marks of the fund’s valuations; each input has its source beside it.")
    return About(title=title, as_of=as_of, known_at=known_at, source=source, illustrative=illustrative, remarks=remarks)


def _moment(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else ""


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
