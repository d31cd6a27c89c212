"""The commitments of a fund, and the terms of one, as workbooks: exact amounts in the fund's currency."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.nations.models import Basis
from core.web import sources
from portfolio.funds.models import Commitment, CommitmentTerms, Fund
from portfolio.funds.queries import Standing, in_force

ZERO = Decimal(0)


def commitments(fund: Fund, standings: Sequence[Standing], *, as_of: date, known_at: datetime) -> bytes:
    """Every commitment with the terms in force; the last row has the sum of those."""
    columns = [
        Column(_("Ally")),
        Column(_("Held by")),
        Column(_("Closing"), Kind.DAY),
        Column(_("Amount, %(currency)s") % {"currency": fund.currency_id}, Kind.MONEY),
        Column(_("In force from"), Kind.DAY),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
        Column(_("Times recorded"), Kind.WHOLE),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    rows = [_standing_cells(one) for one in standings]
    terms = [one.terms for one in standings if one.terms]
    total = sum((one.amount for one in terms), ZERO)
    rows.append([_("Total"), "", None, total, None, "", "", "", None, "", ""])
    about = _about(_("%(fund)s: commitments") % {"fund": fund.name}, terms, as_of, known_at)
    return workbook(about, [Sheet(_("Commitments"), columns, rows)])


def commitment(of: Commitment, terms: Sequence[CommitmentTerms], *, as_of: date, known_at: datetime) -> bytes:
    """Everything recorded of one commitment, newest first; ``terms`` in the order in which they became known."""
    columns = [
        Column(_("Known since, UTC"), width=20),
        Column(_("In force from"), Kind.DAY),
        Column(_("Amount, %(currency)s") % {"currency": of.fund.currency_id}, Kind.MONEY),
        Column(_("Basis")),
        Column(_("Source")),
        Column(_("Note")),
        Column(_("State")),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    holds = in_force(list(terms), as_of=as_of)
    rows = [_terms_cells(one, holds, as_of) for one in reversed(terms)]
    title = _("Commitment of %(nation)s") % {"nation": of.nation.name}
    about = _about(f"{of.fund.name}: {title}", terms, as_of, known_at)
    return workbook(about, [Sheet(_("Terms"), columns, rows)])


def basis_in_words(basis: str) -> str:
    return _("illustrative") if basis == Basis.ILLUSTRATIVE else str(sources.confidence_in_words(basis))


def _standing_cells(one: Standing) -> list[Cell]:
    commitment, terms = one.commitment, one.terms
    return [
        commitment.nation.name,
        commitment.holder.name if commitment.holder else "",
        commitment.closing.held_on,
        terms.amount if terms else None,
        terms.effective_on if terms else None,
        basis_in_words(terms.basis) if terms else "",
        terms.source if terms else "",
        terms.note if terms else "",
        one.revisions,
        commitment.public_id,
        _illustrative(terms) if terms else "",
    ]


def _terms_cells(one: CommitmentTerms, holds: CommitmentTerms | None, as_of: date) -> list[Cell]:
    return [
        one.recorded_at.strftime("%Y-%m-%d %H:%M:%S"),
        one.effective_on,
        one.amount,
        basis_in_words(one.basis),
        one.source,
        one.note,
        _state(one, holds, as_of),
        one.public_id,
        _illustrative(one),
    ]


def _state(one: CommitmentTerms, holds: CommitmentTerms | None, as_of: date) -> str:
    if one == holds:
        return _("In force")
    return _("Later") if one.effective_on > as_of else _("Replaced")


def _illustrative(terms: CommitmentTerms) -> str:
    return _("yes") if terms.basis == Basis.ILLUSTRATIVE else _("no")


def _about(title: str, terms: Sequence[CommitmentTerms], as_of: date, known_at: datetime) -> About:
    return About(
        title=title,
        as_of=as_of,
        known_at=known_at,
        source=_("The fund’s commitments as recorded; each public figure has its source beside it."),
        illustrative=any(one.basis == Basis.ILLUSTRATIVE for one in terms),
        remarks=[_("Nothing is overwritten. A correction is a further line, known from its own moment on.")],
    )
