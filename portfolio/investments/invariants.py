"""What is always true of holdings and their transactions, and of the books: queries that return no row.

Opening balances, brought in with a history, stand in the books without a transaction of their own.
"""

from django.utils.translation import gettext_lazy as _

from portfolio.ledger.invariants import Invariant

_TOLD = """
    SELECT side.entry_id, h.public_id AS subject, h.currency_id AS currency, line.code, sum(line.amount * side.sign) AS amount,
           sum(line.fund_amount * side.sign) AS fund_amount
      FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id JOIN portfolio_fund f ON f.id = h.fund_id
      LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id
      CROSS JOIN LATERAL (VALUES (t.entry_id, 1), (b.entry_id, -1)) side (entry_id, sign)
      CROSS JOIN LATERAL (VALUES
        ('investments', CASE WHEN t.kind IN ('purchase', 'stake-call') THEN t.cost ELSE -t.cost END,
                        CASE WHEN t.kind IN ('purchase', 'stake-call') THEN t.fund_cost ELSE -t.fund_cost END),
        ('realised-gains', CASE WHEN t.kind IN ('sale', 'stake-distribution') THEN t.cost - t.amount END,
                           CASE WHEN t.kind IN ('sale', 'stake-distribution') THEN t.fund_cost - t.fund_amount END),
        ('write-offs', CASE WHEN t.kind = 'write-off' THEN t.cost END, CASE WHEN t.kind = 'write-off' THEN t.fund_cost END)
      ) line (code, amount, fund_amount)
     WHERE f.book_id = %(book)s AND line.amount IS NOT NULL AND side.entry_id IS NOT NULL
     GROUP BY side.entry_id, h.id, line.code
"""
"""What the transactions, and those taken back, say about each account of a holding, entry by entry."""
_POSTED = """
    SELECT leg.entry_id, a.subject, a.currency_id AS currency, a.code, sum(leg.amount) AS amount,
           sum(leg.fund_amount) AS fund_amount FROM (
        SELECT entry_id, debit_id AS account_id, amount, fund_amount FROM portfolio_posting WHERE book_id = %(book)s
        UNION ALL
        SELECT entry_id, credit_id, -amount, -fund_amount FROM portfolio_posting WHERE book_id = %(book)s
    ) leg JOIN portfolio_account a ON a.id = leg.account_id JOIN portfolio_entry e ON e.id = leg.entry_id
      LEFT JOIN portfolio_entry o ON o.id = e.reverses_id
     WHERE a.code IN ('investments', 'realised-gains', 'write-offs') AND COALESCE(o.kind, e.kind) <> 'opening'
     GROUP BY leg.entry_id, a.id
"""

INVARIANTS = (
    Invariant(
        "each transaction stands in the books as recorded, and nothing else does",
        _("Each transaction stands in the books as recorded, and nothing else does."),
        f"""
        WITH told AS ({_TOLD}), posted AS ({_POSTED})
        SELECT (SELECT number FROM portfolio_entry WHERE id = entry_id), subject, code, told.amount, posted.amount,
               told.fund_amount, posted.fund_amount
          FROM told FULL JOIN posted USING (entry_id, subject, currency, code)
         WHERE (COALESCE(told.amount, 0), COALESCE(told.fund_amount, 0))
            <> (COALESCE(posted.amount, 0), COALESCE(posted.fund_amount, 0))
        """,  # noqa: S608 -- parts of the query, no values
    ),
    Invariant(
        "a transaction is dated and keyed as its entry",
        _("A transaction is dated and keyed as its entry."),
        """
        SELECT t.public_id, e.number FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id
          JOIN portfolio_fund f ON f.id = h.fund_id JOIN portfolio_entry e ON e.id = t.entry_id
         WHERE f.book_id = %(book)s AND (e.book_id <> f.book_id OR e.effective_on <> t.effective_on OR e.kind <> t.kind
            OR e.key <> 'transaction:' || t.key)
        UNION ALL
        SELECT t.public_id, e.number FROM portfolio_takenback b JOIN portfolio_transaction t ON t.id = b.transaction_id
          JOIN portfolio_holding h ON h.id = t.holding_id JOIN portfolio_fund f ON f.id = h.fund_id
          JOIN portfolio_entry e ON e.id = b.entry_id
         WHERE f.book_id = %(book)s AND (e.effective_on <> b.effective_on OR e.reverses_id IS DISTINCT FROM t.entry_id)
        """,
    ),
    Invariant(
        "no more is sold or written off than was bought",
        _("No more is sold or written off than was bought."),
        """
        SELECT DISTINCT ON (holding) holding, effective_on::text, quantity, cost, fund_cost FROM (
            SELECT h.public_id AS holding, side.effective_on, sum(t.quantity * side.sign) OVER day AS quantity,
                   sum(t.cost * side.sign) OVER day AS cost, sum(t.fund_cost * side.sign) OVER day AS fund_cost
              FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id JOIN portfolio_fund f ON f.id = h.fund_id
              LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id
              CROSS JOIN LATERAL (
                SELECT moved.day AS effective_on,
                       moved.sign * CASE WHEN t.kind IN ('purchase', 'stake-call') THEN 1 ELSE -1 END AS sign
                  FROM (VALUES (t.effective_on, 1), (b.effective_on, -1)) moved (day, sign) WHERE moved.day IS NOT NULL) side
             WHERE f.book_id = %(book)s WINDOW day AS (PARTITION BY h.id ORDER BY side.effective_on)
        ) held WHERE least(quantity, cost, fund_cost) < 0 ORDER BY holding, effective_on
        """,
    ),
    Invariant(
        "a fund is paid no more than was committed to it",
        _("A fund is paid no more than was committed to it."),
        """
        SELECT t.public_id, t.amount, COALESCE(promised.amount, 0), paid.amount FROM portfolio_transaction t
          JOIN portfolio_holding h ON h.id = t.holding_id JOIN portfolio_fund f ON f.id = h.fund_id
          CROSS JOIN LATERAL (SELECT sum(o.amount) AS amount FROM portfolio_transaction o
                               WHERE o.holding_id = h.id AND o.kind = 'stake-call' AND o.id <= t.id AND NOT EXISTS (
                                   SELECT 1 FROM portfolio_takenback b WHERE b.transaction_id = o.id)) paid
          LEFT JOIN LATERAL (SELECT amount FROM portfolio_staketerms
                              WHERE holding_id = h.id AND effective_on <= t.effective_on AND recorded_at <= t.recorded_at
                              ORDER BY effective_on DESC, recorded_at DESC, id DESC LIMIT 1) promised ON true
         WHERE f.book_id = %(book)s AND t.kind = 'stake-call' AND paid.amount > COALESCE(promised.amount, 0)
        """,
    ),
    Invariant(
        "nothing is bought before its round",
        _("Nothing is bought before its round."),
        """
        SELECT t.public_id, t.effective_on::text, r.held_on::text FROM portfolio_transaction t
          JOIN portfolio_holding h ON h.id = t.holding_id JOIN portfolio_fund f ON f.id = h.fund_id
          JOIN portfolio_round r ON r.id = t.round_id
         WHERE f.book_id = %(book)s AND t.effective_on < r.held_on
        """,
    ),
)
