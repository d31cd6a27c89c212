"""What is always true of locked valuations, and what people should look at: queries that return no row.

Whether two accounts are two people is judged by what was stated when an approval was given. A statement that comes later
breaks nothing that was rightly done; what it shows of the marks in force is a remark.
"""

from django.utils.translation import gettext_lazy as _

from core.people.rules import human_as_of
from portfolio.ledger.invariants import Invariant, Remark

_NOW = "'infinity'"
"""After every statement."""


def _by_fewer_than_two(states: str, *, approved_at: str, locked_at: str) -> str:
    """Runs whose last contents were approved by fewer than two who are none of its authors, as known at these moments."""
    return f"""
        SELECT r.public_id, count(DISTINCT {human_as_of("u", locked_at)}) AS approvers
          FROM portfolio_valuationrun r JOIN portfolio_fund f ON f.id = r.fund_id
          LEFT JOIN LATERAL (SELECT digest FROM portfolio_markapproval a WHERE a.run_id = r.id
                              ORDER BY a.at DESC, a.id DESC LIMIT 1) last ON true
          LEFT JOIN portfolio_markapproval a ON a.run_id = r.id AND a.digest = last.digest
          LEFT JOIN core_user u ON u.id = a.by_id
           AND NOT EXISTS (SELECT 1 FROM core_user author
                            WHERE {human_as_of("author", approved_at)} = {human_as_of("u", approved_at)}
                              AND (author.id IN (r.opened_by_id, r.submitted_by_id) OR EXISTS (
                                   SELECT 1 FROM portfolio_mark m WHERE m.run_id = r.id AND m.recorded_by_id = author.id)))
         WHERE f.book_id = %(book)s AND r.state IN ({states})
         GROUP BY r.id HAVING count(DISTINCT {human_as_of("u", locked_at)}) < 2
        """  # noqa: S608 -- parts of the query, no value


INVARIANTS = (
    Invariant(
        "a locked valuation was approved by two others",
        _("Every locked valuation was approved by two people who neither opened, changed nor submitted it."),
        _by_fewer_than_two("'locked', 'superseded'", approved_at="a.at", locked_at="r.locked_at"),
    ),
    Invariant(
        "a locked valuation has a mark of every holding known to it",
        _("Every locked valuation has a mark of each holding that was known when it was opened."),
        """
        SELECT r.public_id, h.public_id FROM portfolio_valuationrun r JOIN portfolio_fund f ON f.id = r.fund_id
          JOIN portfolio_holding h ON h.fund_id = f.id
         WHERE f.book_id = %(book)s AND r.state IN ('locked', 'superseded')
           AND EXISTS (SELECT 1 FROM portfolio_transaction t WHERE t.holding_id = h.id
                        AND t.effective_on <= r.quarter_end AND t.recorded_at <= r.opened_at AND NOT EXISTS (
                            SELECT 1 FROM portfolio_takenback b WHERE b.transaction_id = t.id AND b.recorded_at <= r.opened_at))
           AND NOT EXISTS (SELECT 1 FROM portfolio_mark m WHERE m.run_id = r.id AND m.holding_id = h.id)
        """,
    ),
)
REMARKS = (
    Remark(
        "a locked valuation turned out to be approved by fewer than two others",
        _(
            "Accounts that approved this valuation turned out to belong to one person, or to one who prepared it. Reopen the "
            "quarter, so that two others approve it anew."
        ),
        _by_fewer_than_two("'locked'", approved_at=_NOW, locked_at=_NOW),
    ),
)
