"""The pool and an Ally's own figures as workbooks: real numbers, each with its basis and source."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.ethics import passed
from core.ethics.passed import Passed
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.nations.queries import Share
from core.web import numerals, published
from portfolio.dashboards.queries import Account, Expenditure, View
from portfolio.funds.models import CommitmentTerms
from portfolio.funds.queries import Line
from portfolio.funds.workbooks import basis_in_words

ILLUSTRATIVE = "illustrative"
LET_PAST = gettext_noop(
    "Money of this fund was let past the ethics gate by two people. The managers of the fund tell you what, why and by whom."
)


def pool(view: View, let_past: Sequence[Passed] = (), *, as_of: date, known_at: datetime) -> bytes:
    """The commitments, and European Allies and Canada by edition."""
    about = About(
        title=_("%(fund)s: the pool") % {"fund": view.fund.name},
        as_of=as_of,
        known_at=known_at,
        source=view.fund.source,
        illustrative=any(row.line.is_illustrative for row in view.rows),
        remarks=[
            _("Amounts in %(currency)s.") % {"currency": view.fund.currency_id},
            _edition_remark(view.expenditure),
        ],
    )
    sheets = [_commitments(view), _aggregates(view.expenditure), _guidelines(view.expenditure)]
    return workbook(about, [*sheets, *passed.sheets(let_past)])


def account(
    found: Account, money: Sequence[Sheet] = (), *, lets_pass: bool = False, as_of: date, known_at: datetime
) -> bytes:
    """One Ally's commitment, the sheets of its money, and its defence expenditure; nothing of any other."""
    about = About(
        title=_("Account of %(nation)s") % {"nation": found.nation.name},
        as_of=as_of,
        known_at=known_at,
        source=found.line.source if found.line else "",
        illustrative=bool(found.line and found.line.is_illustrative),
        remarks=[_(LET_PAST)] if lets_pass else [],
    )
    return workbook(about, [_summary(found), *money, _history(found), _own_expenditure(found)])


def _edition_remark(expenditure: Expenditure) -> str:
    if expenditure.chosen is None:
        return _("No edition of defence expenditure was published by this day.")
    words = {"edition": expenditure.chosen.edition.edition.name, "year": expenditure.chosen.year}
    return _("Defence expenditure of %(year)s as stated by: %(edition)s.") % words


def _commitments(view: View) -> Sheet:
    unit = view.fund.currency_id
    columns = [
        Column(_("Code"), width=6),
        Column(_("Ally")),
        Column(_("Holder")),
        Column(_("Closing"), Kind.DAY),
        Column(_("In force from"), Kind.DAY),
        Column(_("Commitment, %(currency)s") % {"currency": unit}, Kind.MONEY),
        Column(_("Share of the pool"), Kind.SHARE),
        Column(_("Illustrative"), width=12),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
        Column(_("Defence expenditure, share of gross domestic product"), Kind.SHARE),
        Column(_("Year of expenditure"), Kind.YEAR),
        Column(_("Edition")),
        Column(_("Estimate"), width=10),
    ]
    rows: list[list[Cell]] = [
        [*_line_cells(row.line), *_share_cells(row.expenditure, view.expenditure)] for row in view.rows
    ]
    count = view.pool.count
    total = ngettext("Total, %(count)s Ally", "Total, %(count)s Allies", count) % {"count": count}
    whole = Decimal(1) if view.rows else None
    rows.append(["", total, "", None, None, view.pool.total, whole, "", "", "", "", None, None, "", ""])
    return Sheet(_("Commitments"), columns, rows)


def _line_cells(line: Line) -> list[Cell]:
    return [
        line.nation.code,
        line.nation.name,
        line.holder,
        line.closing,
        line.effective_on,
        line.amount,
        line.share,
        _yes_or_no(line.is_illustrative),
        basis_in_words(line.basis),
        line.source,
        line.note,
    ]


def _share_cells(share: Share | None, expenditure: Expenditure) -> list[Cell]:
    chosen = expenditure.chosen
    if share is None or chosen is None:
        return [None, None, "", ""]
    return [share.share_of_gdp, share.year, chosen.edition.edition.name, _yes_or_no(share.is_estimate)]


def _aggregates(expenditure: Expenditure) -> Sheet:
    columns = [
        Column(_("Edition")),
        Column(_("Year"), Kind.YEAR),
        Column(_("European Allies and Canada, share of gross domestic product"), Kind.SHARE, width=24),
        Column(_("Estimate"), width=10),
        Column(_("Source")),
    ]
    rows: list[list[Cell]] = [
        [edition.edition.name, share.year, share.share_of_gdp, _yes_or_no(share.is_estimate), share.source]
        for edition in expenditure.editions
        for share in edition.europe_and_canada
    ]
    return Sheet(_("Burden sharing"), columns, rows)


def _guidelines(expenditure: Expenditure) -> Sheet:
    """The rules for defence expenditure that were agreed by then; of the day no more than its month is known."""
    columns = [
        Column(_("Guideline")),
        Column(_("Share of gross domestic product"), Kind.SHARE),
        Column(_("In force since")),
        Column(_("Due by"), Kind.YEAR),
        Column(_("Source")),
    ]
    known = [*([expenditure.rule] if expenditure.rule else []), *expenditure.later_rules]
    rows: list[list[Cell]] = [
        [
            one.name,
            one.share_of_gdp,
            published.period(one.starts_on, "month").replace(numerals.NBSP, " "),
            one.due_year,
            one.source,
        ]
        for one in known
    ]
    return Sheet(_("Guidelines"), columns, rows)


def _summary(found: Account) -> Sheet:
    columns = [
        Column(_("Ally")),
        Column(_("Holder")),
        Column(_("Partner since"), Kind.DAY),
        Column(_("Commitment"), Kind.MONEY),
        Column(_("Share of the pool"), Kind.SHARE),
        Column(_("All commitments"), Kind.MONEY),
        Column(_("Allies in the fund"), Kind.WHOLE),
        Column(_("Illustrative"), width=12),
        Column(_("Basis")),
        Column(_("Source")),
    ]
    line = found.line
    if line is None:
        return Sheet(_("Account"), columns, [])
    cells: list[Cell] = [
        line.nation.name,
        line.holder,
        line.closing,
        line.amount,
        line.share,
        found.total,
        found.partners,
    ]
    illustrative: list[Cell] = [_yes_or_no(line.is_illustrative), basis_in_words(line.basis), line.source]
    return Sheet(_("Account"), columns, [[*cells, *illustrative]])


def _history(found: Account) -> Sheet:
    columns = [
        Column(_("In force from"), Kind.DAY),
        Column(_("Known since"), Kind.DAY),
        Column(_("Commitment"), Kind.MONEY),
        Column(_("Illustrative"), width=12),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
    ]
    return Sheet(_("Terms"), columns, [_terms_cells(terms) for terms in found.terms])


def _terms_cells(terms: CommitmentTerms) -> list[Cell]:
    known_since = terms.recorded_at.date()
    illustrative = _yes_or_no(terms.basis == ILLUSTRATIVE)
    return [
        terms.effective_on,
        known_since,
        terms.amount,
        illustrative,
        basis_in_words(terms.basis),
        terms.source,
        terms.note,
    ]


def _own_expenditure(found: Account) -> Sheet:
    columns = [
        Column(_("Year"), Kind.YEAR),
        Column(_("Defence expenditure, share of gross domestic product"), Kind.SHARE, width=24),
        Column(_("Estimate"), width=10),
        Column(_("Edition")),
        Column(_("Source")),
    ]
    name = found.edition.edition.name if found.edition else ""
    rows: list[list[Cell]] = [
        [share.year, share.share_of_gdp, _yes_or_no(share.is_estimate), name, share.source] for share in found.series
    ]
    return Sheet(_("Defence expenditure"), columns, rows)


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
