"""What is always true of locked valuations: queries that return no row."""

from django.utils.translation import gettext_lazy as _

from portfolio.ledger.invariants import Invariant

INVARIANTS = (
    Invariant(
        "a locked valuation was approved by two others",
        _("Every locked valuation was approved by two people who neither opened, changed nor submitted it."),
        """
        SELECT r.public_id, count(DISTINCT coalesce(u.same_person_as_id, u.id)) AS approvers
          FROM portfolio_valuationrun r JOIN portfolio_fund f ON f.id = r.fund_id
          LEFT JOIN LATERAL (SELECT digest FROM portfolio_markapproval a WHERE a.run_id = r.id
                              ORDER BY a.at DESC, a.id DESC LIMIT 1) last ON true
          LEFT JOIN portfolio_markapproval a ON a.run_id = r.id AND a.digest = last.digest
          LEFT JOIN core_user u ON u.id = a.by_id
           AND NOT EXISTS (SELECT 1 FROM core_user author
                            WHERE coalesce(author.same_person_as_id, author.id) = coalesce(u.same_person_as_id, u.id)
                              AND (author.id IN (r.opened_by_id, r.submitted_by_id) OR EXISTS (
                                   SELECT 1 FROM portfolio_mark m WHERE m.run_id = r.id AND m.recorded_by_id = author.id)))
         WHERE f.book_id = %(book)s AND r.state IN ('locked', 'superseded')
         GROUP BY r.id HAVING count(DISTINCT coalesce(u.same_person_as_id, u.id)) < 2
        """,
    ),
    Invariant(
        "a locked valuation has a mark of every holding known to it",
        _("Every locked valuation has a mark of each holding that was known when it was opened."),
        """
        SELECT r.public_id, h.public_id FROM portfolio_valuationrun r JOIN portfolio_fund f ON f.id = r.fund_id
          JOIN portfolio_holding h ON h.fund_id = f.id
         WHERE f.book_id = %(book)s AND r.state IN ('locked', 'superseded') AND r.supersedes_id IS NULL
           AND EXISTS (SELECT 1 FROM portfolio_transaction t WHERE t.holding_id = h.id
                        AND t.effective_on <= r.quarter_end AND t.recorded_at <= r.opened_at)
           AND NOT EXISTS (SELECT 1 FROM portfolio_mark m WHERE m.run_id = r.id AND m.holding_id = h.id)
        """,
    ),
)
