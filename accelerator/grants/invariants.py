"""What is always true of offers, phases, milestones and payments: queries that return no row."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Invariant:
    """``query`` gives the rows that break it; ``words`` say to people what should hold."""

    name: str
    words: Promise
    query: str


_SPENT = """
    SELECT p.programme_id, sum(l.amount) AS amount FROM accelerator_paymentline l
      JOIN accelerator_milestone m ON m.id = l.milestone_id JOIN accelerator_participationstep s ON s.id = m.phase_id
      JOIN accelerator_participation p ON p.id = s.participation_id WHERE l.state <> 'refused' GROUP BY p.programme_id
"""

INVARIANTS = (
    Invariant(
        "milestones add up to the phase",
        _("The milestones of a phase add up to its funding."),
        """
        SELECT s.public_id, s.amount, sum(m.amount) FROM accelerator_participationstep s
          JOIN accelerator_milestone m ON m.phase_id = s.id GROUP BY s.id HAVING sum(m.amount) IS DISTINCT FROM s.amount
        """,
    ),
    Invariant(
        "phases are funded as agreed",
        _("Phase 1 is funded as the accepted offer says, phase 2 as it was decided and within the programme’s limit."),
        """
        SELECT s.public_id, s.amount FROM accelerator_participationstep s
          JOIN accelerator_participation p ON p.id = s.participation_id JOIN accelerator_offer o ON o.id = p.offer_id
          JOIN accelerator_programme g ON g.id = p.programme_id
          LEFT JOIN accelerator_advancement a ON a.id = s.advancement_id
         WHERE (s.kind = 'phase-1' AND s.amount <> o.amount)
            OR (s.kind = 'phase-2' AND (a.state <> 'approved' OR s.amount <> a.amount
                                        OR s.amount > g.phase_2_amount_at_most))
        """,
    ),
    Invariant(
        "a participation stands at its last step",
        _("A participation stands where its steps led."),
        """
        SELECT p.public_id, p.state FROM accelerator_participation p WHERE NOT EXISTS (
            SELECT 1 FROM accelerator_participationstep s WHERE s.participation_id = p.id AND s.kind = p.state)
            OR EXISTS (SELECT 1 FROM accelerator_participationstep s WHERE s.participation_id = p.id
                       AND s.kind IN ('left', 'alumni') AND p.state <> s.kind)
        """,
    ),
    Invariant(
        "accepted by two people",
        _("What is accepted was accepted by two different people."),
        """
        SELECT m.public_id FROM accelerator_milestone m WHERE m.state = 'accepted' AND (
            SELECT count(DISTINCT COALESCE(CASE WHEN u.same_person_since < j.at THEN u.same_person_as_id END, u.id))
              FROM accelerator_judgement j JOIN core_user u ON u.id = j.by_id
             WHERE j.verdict = 'accepted' AND j.evidence_id = (
                SELECT e.id FROM accelerator_evidence e WHERE e.milestone_id = m.id ORDER BY e."order" DESC LIMIT 1)) < 2
        """,
    ),
    Invariant(
        "payments within the milestone",
        _("The payments of a milestone stay within what it releases, and it is accepted."),
        """
        SELECT m.public_id, m.amount, sum(l.amount) FROM accelerator_milestone m
          JOIN accelerator_paymentline l ON l.milestone_id = m.id AND l.state <> 'refused'
         GROUP BY m.id HAVING sum(l.amount) > m.amount OR m.state <> 'accepted'
        """,
    ),
    Invariant(
        "payments within the budget",
        _("The payments of a programme stay within its budget."),
        f"""
        SELECT g.public_id, spent.amount FROM ({_SPENT}) spent JOIN accelerator_programme g ON g.id = spent.programme_id
         WHERE spent.amount > COALESCE((SELECT b.amount FROM accelerator_budget b WHERE b.programme_id = g.id
                                         ORDER BY b.edition DESC LIMIT 1), 0)
        """,  # noqa: S608 -- parts of the query, no values
    ),
    Invariant(
        "proposed and approved by two people",
        _("A payment is proposed and approved by two different people."),
        """
        SELECT l.public_id FROM accelerator_paymentline l JOIN core_user a ON a.id = l.proposed_by_id
          JOIN core_user b ON b.id = l.approved_by_id
         WHERE COALESCE(CASE WHEN a.same_person_since < l.approved_at THEN a.same_person_as_id END, a.id)
             = COALESCE(CASE WHEN b.same_person_since < l.approved_at THEN b.same_person_as_id END, b.id)
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and up to ten of the rows that show it."""

    name: str
    words: Promise
    rows: tuple[tuple[Any, ...], ...]


def broken() -> list[Broken]:
    """What does not hold, over all programmes."""
    with connection.cursor() as cursor:
        asked = [(one, _rows(cursor, one.query)) for one in INVARIANTS]
    return [Broken(one.name, one.words, tuple(rows[:SHOWN])) for one, rows in asked if rows]


def _rows(cursor: Any, query: str) -> list[tuple[Any, ...]]:
    cursor.execute(query)
    return list(cursor.fetchall())
