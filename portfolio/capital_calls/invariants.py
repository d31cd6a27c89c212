"""What is always true of calls and receipts, and of the books that they were posted to: queries that return no row.

Opening balances, brought in with a history, stand in the books without a call or a receipt of their own. Whether two accounts
are two people is judged by what was stated when a call was issued; what a later statement shows of it is a remark.
"""

from django.utils.translation import gettext_lazy as _

from core.people.rules import human_as_of
from portfolio.ledger.invariants import Invariant, Remark

_BALANCES = """
    SELECT a.code, a.subject, sum(leg.amount) AS amount FROM (
        SELECT entry_id, debit_id AS account_id, fund_amount AS amount FROM portfolio_posting WHERE book_id = %(book)s
        UNION ALL
        SELECT entry_id, credit_id, -fund_amount FROM portfolio_posting WHERE book_id = %(book)s
    ) leg JOIN portfolio_account a ON a.id = leg.account_id JOIN portfolio_entry e ON e.id = leg.entry_id
      LEFT JOIN portfolio_entry o ON o.id = e.reverses_id
     WHERE a.code IN ('calls-receivable', 'capital', 'suspense') AND COALESCE(o.kind, e.kind) <> 'opening'
     GROUP BY a.code, a.subject
"""


def _by_one(states: str, *, at: str) -> str:
    """Issued calls that one of their authors issued, or that nobody else approved, as known at a moment."""
    return f"""
        SELECT c.public_id FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id
          JOIN core_user drafter ON drafter.id = c.drafted_by_id JOIN core_user editor ON editor.id = c.edited_by_id
          CROSS JOIN LATERAL (SELECT ARRAY[{human_as_of("drafter", at)}, {human_as_of("editor", at)}] AS humans) author
         WHERE f.book_id = %(book)s AND c.issued_on IS NOT NULL AND c.state IN ({states}) AND (
               EXISTS (SELECT 1 FROM core_user u
                        WHERE u.id = c.issued_by_id AND {human_as_of("u", at)} = ANY (author.humans))
            OR NOT EXISTS (SELECT 1 FROM portfolio_callapproval a JOIN core_user u ON u.id = a.by_id
                            WHERE a.call_id = c.id AND NOT {human_as_of("u", at)} = ANY (author.humans)))
        """  # noqa: S608 -- parts of the query, no value


INVARIANTS = (
    Invariant(
        "an Ally has one notice of a call",
        _("An Ally has one notice of a call."),
        """
        SELECT n.call_id, n.commitment_id, count(*) FROM portfolio_callnotice n JOIN portfolio_capitalcall c ON c.id = n.call_id
          JOIN portfolio_fund f ON f.id = c.fund_id
         WHERE f.book_id = %(book)s GROUP BY n.call_id, n.commitment_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "the notices of a call add up to its lines",
        _("The notices of a call add up to its lines, to the cent."),
        """
        SELECT c.public_id, lines.amount, noticed.amount, lines.inside, noticed.inside
          FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id
          LEFT JOIN (SELECT call_id, sum(amount) AS amount, sum(CASE WHEN inside_commitment THEN amount ELSE 0 END) AS inside
                       FROM portfolio_callline GROUP BY call_id) lines ON lines.call_id = c.id
          LEFT JOIN (SELECT call_id, sum(amount) AS amount, sum(inside) AS inside
                       FROM portfolio_callnotice GROUP BY call_id) noticed ON noticed.call_id = c.id
         WHERE f.book_id = %(book)s AND CASE WHEN c.issued_on IS NULL THEN noticed.amount IS NOT NULL
            ELSE (lines.amount, lines.inside) IS DISTINCT FROM (noticed.amount, noticed.inside) END
        """,
    ),
    Invariant(
        "what is called inside commitment stays within it",
        _("What is called inside commitment stays within it."),
        """
        SELECT n.public_id, t.amount, (
            SELECT sum(earlier.inside) FROM portfolio_callnotice earlier JOIN portfolio_capitalcall ec ON ec.id = earlier.call_id
             WHERE earlier.commitment_id = n.commitment_id AND ec.issued_at <= c.issued_at AND ec.issued_on <= c.issued_on
               AND (ec.cancelled_at IS NULL OR ec.cancelled_at > c.issued_at OR ec.cancelled_on > c.issued_on)) AS called
          FROM portfolio_callnotice n JOIN portfolio_capitalcall c ON c.id = n.call_id JOIN portfolio_fund f ON f.id = c.fund_id
          LEFT JOIN LATERAL (
            SELECT amount FROM portfolio_commitmentterms WHERE commitment_id = n.commitment_id
               AND effective_on <= c.issued_on AND recorded_at <= c.issued_at
             ORDER BY effective_on DESC, recorded_at DESC, id DESC LIMIT 1) t ON true
         WHERE f.book_id = %(book)s AND n.inside > 0 AND COALESCE(t.amount, 0) < (
            SELECT sum(earlier.inside) FROM portfolio_callnotice earlier JOIN portfolio_capitalcall ec ON ec.id = earlier.call_id
             WHERE earlier.commitment_id = n.commitment_id AND ec.issued_at <= c.issued_at AND ec.issued_on <= c.issued_on
               AND (ec.cancelled_at IS NULL OR ec.cancelled_at > c.issued_at OR ec.cancelled_on > c.issued_on))
        """,
    ),
    Invariant(
        "a call was approved and issued by a second person",
        _("A call was approved and issued by a second person."),
        _by_one("'issued', 'settled', 'cancelled'", at="c.issued_at"),
    ),
    Invariant(
        "no notice is paid by more than it asks",
        _("No notice is paid by more than it asks."),
        """
        SELECT n.public_id, n.amount, sum(p.amount) FROM portfolio_callnotice n
          JOIN portfolio_capitalcall c ON c.id = n.call_id JOIN portfolio_fund f ON f.id = c.fund_id
          JOIN portfolio_receiptallocation p ON p.notice_id = n.id
         WHERE f.book_id = %(book)s AND NOT EXISTS (
            SELECT 1 FROM portfolio_receipttakenback b WHERE b.receipt_id = p.receipt_id)
         GROUP BY n.id HAVING sum(p.amount) > n.amount
        """,
    ),
    Invariant(
        "no receipt pays more than it brought, nor another Ally's notice",
        _("No receipt pays more than it brought, nor another Ally’s notice."),
        """
        SELECT r.public_id, r.amount, sum(p.amount) FROM portfolio_receipt r JOIN portfolio_fund f ON f.id = r.fund_id
          JOIN portfolio_receiptallocation p ON p.receipt_id = r.id JOIN portfolio_callnotice n ON n.id = p.notice_id
         WHERE f.book_id = %(book)s
         GROUP BY r.id HAVING sum(p.amount) > r.amount OR bool_or(n.commitment_id <> r.commitment_id)
        """,
    ),
    Invariant(
        "a call is settled exactly when it is paid",
        _("A call is settled exactly when it is paid in full."),
        """
        SELECT c.public_id, c.state FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id
         WHERE f.book_id = %(book)s AND c.state IN ('issued', 'settled') AND (c.state = 'settled') = EXISTS (
            SELECT 1 FROM portfolio_callnotice n WHERE n.call_id = c.id AND n.amount > COALESCE(
                (SELECT sum(p.amount) FROM portfolio_receiptallocation p
                   LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = p.receipt_id
                  WHERE p.notice_id = n.id AND b.id IS NULL), 0))
        """,
    ),
    Invariant(
        "each issued call stands in the books as its notices say",
        _("Each issued call stands in the books as its notices say."),
        """
        WITH issued AS (
            SELECT c.id, c.public_id, c.issued_on FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id
             WHERE f.book_id = %(book)s AND c.issued_on IS NOT NULL
        ), noticed AS (
            SELECT c.public_id, m.public_id AS subject, n.amount FROM issued c JOIN portfolio_callnotice n ON n.call_id = c.id
              JOIN portfolio_commitment m ON m.id = n.commitment_id
        ), posted AS (
            SELECT c.public_id, d.subject, p.amount FROM issued c
              JOIN portfolio_entry e ON e.book_id = %(book)s AND e.key = 'call:' || c.public_id AND e.effective_on = c.issued_on
              JOIN portfolio_posting p ON p.entry_id = e.id
              JOIN portfolio_account d ON d.id = p.debit_id AND d.code = 'calls-receivable'
              JOIN portfolio_account k ON k.id = p.credit_id AND k.code = 'capital' AND k.subject = d.subject
        )
        SELECT public_id, subject, n.amount, p.amount FROM noticed n FULL JOIN posted p USING (public_id, subject)
         WHERE n.amount IS DISTINCT FROM p.amount
        """,
    ),
    Invariant(
        "a call is offset in the books exactly when it is cancelled",
        _("A call is offset in the books exactly when it is cancelled."),
        """
        SELECT c.public_id, c.state FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id
          LEFT JOIN portfolio_entry e ON e.book_id = f.book_id AND e.key = 'call:' || c.public_id
         WHERE f.book_id = %(book)s AND c.issued_on IS NOT NULL
           AND (c.state = 'cancelled') <> EXISTS (SELECT 1 FROM portfolio_entry r WHERE r.reverses_id = e.id)
        """,
    ),
    Invariant(
        "each receipt stands in the books as cash",
        _("Each receipt stands in the books as cash, and is offset exactly when it was taken back."),
        """
        SELECT r.public_id, r.amount, sum(p.amount) FROM portfolio_receipt r JOIN portfolio_fund f ON f.id = r.fund_id
          LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = r.id
          LEFT JOIN portfolio_entry e ON e.book_id = f.book_id AND e.key = 'receipt:' || r.public_id
               AND e.effective_on = r.received_on
          LEFT JOIN portfolio_entry o ON o.reverses_id = e.id
          LEFT JOIN (portfolio_posting p JOIN portfolio_account d ON d.id = p.debit_id AND d.code = 'cash') ON p.entry_id = e.id
               AND (b.entry_id, b.effective_on) IS NOT DISTINCT FROM (o.id, o.effective_on)
         WHERE f.book_id = %(book)s GROUP BY r.id HAVING sum(p.amount) IS DISTINCT FROM r.amount
        """,
    ),
    Invariant(
        "what each Ally was called, owes and has in suspense agrees with the books",
        _("What each Ally was called, owes and has in suspense agrees with the books."),
        f"""
        WITH balances AS ({_BALANCES}), called AS (
            SELECT m.public_id AS subject, sum(n.amount) AS amount FROM portfolio_callnotice n
              JOIN portfolio_capitalcall c ON c.id = n.call_id JOIN portfolio_commitment m ON m.id = n.commitment_id
              JOIN portfolio_fund f ON f.id = c.fund_id
             WHERE f.book_id = %(book)s AND c.state <> 'cancelled' GROUP BY m.public_id
        ), received AS (
            SELECT m.public_id AS subject, sum(r.amount) AS amount, sum(COALESCE((
                SELECT sum(amount) FROM portfolio_receiptallocation WHERE receipt_id = r.id), 0)) AS allocated
              FROM portfolio_receipt r JOIN portfolio_commitment m ON m.id = r.commitment_id
              JOIN portfolio_fund f ON f.id = r.fund_id LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = r.id
             WHERE f.book_id = %(book)s AND b.id IS NULL GROUP BY m.public_id
        ), told AS (
            SELECT 'capital' AS code, subject, -amount AS amount FROM called
            UNION ALL SELECT 'calls-receivable', subject, amount FROM called
            UNION ALL SELECT 'calls-receivable', subject, -allocated FROM received
            UNION ALL SELECT 'suspense', subject, allocated - amount FROM received
        ), summed AS (SELECT code, subject, sum(amount) AS amount FROM told GROUP BY code, subject)
        SELECT code, subject, COALESCE(s.amount, 0), COALESCE(b.amount, 0)
          FROM summed s FULL JOIN balances b USING (code, subject)
         WHERE COALESCE(s.amount, 0) <> COALESCE(b.amount, 0)
        """,  # noqa: S608 -- a part of the query, no value
    ),
)
REMARKS = (
    Remark(
        "a call turned out to be approved or issued by its author",
        _(
            "The accounts that prepared and that approved or issued this call turned out to belong to one person. Have another "
            "person look through it; where it is wrong, cancel it and prepare it anew."
        ),
        _by_one("'issued', 'settled'", at="'infinity'"),
    ),
)
