"""Budgets of programmes by edition, and payment lines of accepted milestones."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accelerator.grants.lifecycle import STEPS, State
from core import append_only
from core.identity import PublicIdField

_LIVE = "l.state <> 'refused'"
_SPENT = f"""
    SELECT COALESCE(sum(l.amount), 0) FROM accelerator_paymentline l JOIN accelerator_milestone m ON m.id = l.milestone_id
      JOIN accelerator_participationstep s ON s.id = m.phase_id JOIN accelerator_participation p ON p.id = s.participation_id
     WHERE {_LIVE} AND p.programme_id = """  # noqa: S608 -- parts of a trigger, no values
"""What the live lines of a programme add up to; the programme's key comes after it."""

_WITHIN = f"""
    IF NEW.state = 'refused' THEN RETURN NEW; END IF;
    SELECT m.state, m.amount AS released, s.id AS phase, s.amount AS funding, p.programme_id INTO of
      FROM accelerator_milestone m JOIN accelerator_participationstep s ON s.id = m.phase_id
      JOIN accelerator_participation p ON p.id = s.participation_id WHERE m.id = NEW.milestone_id;
    PERFORM 1 FROM accelerator_programme WHERE id = of.programme_id FOR UPDATE;
    IF of.state <> 'accepted'
       OR NEW.amount + (SELECT COALESCE(sum(l.amount), 0) FROM accelerator_paymentline l
                         WHERE l.milestone_id = NEW.milestone_id AND {_LIVE} AND l.id <> NEW.id) > of.released
       OR NEW.amount + (SELECT COALESCE(sum(l.amount), 0) FROM accelerator_paymentline l
                          JOIN accelerator_milestone o ON o.id = l.milestone_id
                         WHERE o.phase_id = of.phase AND {_LIVE} AND l.id <> NEW.id) > of.funding
       OR NEW.amount + ({_SPENT} of.programme_id AND l.id <> NEW.id)
          > COALESCE((SELECT b.amount FROM accelerator_budget b WHERE b.programme_id = of.programme_id
                       ORDER BY b.edition DESC LIMIT 1), 0) THEN
        RAISE EXCEPTION 'payments stay within an accepted milestone, its phase and the budget'
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""  # noqa: S608 -- parts of a trigger, no values
"""The programme's row is held while its sums are read, so that two payments never use the same room."""


class Budget(models.Model):
    """What a programme may spend in all from an edition on, in its currency. The last edition counts. Written once."""

    public_id = PublicIdField(prefix="budget")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="budgets")
    edition = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    reason = models.CharField(max_length=500)
    set_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "edition"], name="budget_edition_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, edition__gte=1), name="budget_above_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="budget_has_a_reason"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="covers_what_is_spent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "PERFORM 1 FROM accelerator_programme WHERE id = NEW.programme_id FOR UPDATE; "
                    f"IF NEW.amount < ({_SPENT} NEW.programme_id) THEN "
                    "RAISE EXCEPTION 'a budget covers the payments that stand' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


_GATE = """
    IF NEW.state = 'refused' OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;
    SELECT g.public_id AS scope, array_remove(ARRAY[p.public_id, o.public_id, c.public_id], NULL)::text[] AS subjects INTO of
      FROM accelerator_milestone m JOIN accelerator_participationstep s ON s.id = m.phase_id
      JOIN accelerator_participation p ON p.id = s.participation_id JOIN accelerator_programme g ON g.id = p.programme_id
      JOIN accelerator_offer o ON o.id = p.offer_id LEFT JOIN accelerator_cohortmember c ON c.id = p.member_id
     WHERE m.id = NEW.milestone_id;
    PERFORM core_ethics_gate(of.scope, of.subjects, 'payment', NEW.public_id, NEW.amount, moved.day, moved.day)
       FROM (SELECT (COALESCE(NEW.paid_at, NEW.approved_at, NEW.proposed_at) AT TIME ZONE 'UTC')::date AS day) moved;
    RETURN NEW;
"""
"""Asks the gate of core.ethics when a line is proposed, approved and paid."""


class PaymentLine(models.Model):
    """One payment of what an accepted milestone releases: proposed, approved by another, paid with its reference."""

    public_id = PublicIdField(prefix="payline")
    milestone = models.ForeignKey("accelerator.Milestone", on_delete=models.PROTECT, related_name="payment_lines")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """In the programme's currency."""
    key = models.CharField(max_length=60, unique=True)
    """Of whoever proposed it: asked twice, there is one line."""
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.PROPOSED)
    proposed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    """The day of value at the bank."""
    reference = models.CharField(max_length=80, blank=True)
    """Of the transfer, as the bank's statement has it."""
    paid_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Who recorded the payment."""
    paid_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_line_above_zero"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payment_line_approved_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", approved_by__isnull=True)
                | Q(state__in=["approved", "paid"], approved_by__isnull=False)
                | Q(state="refused"),
                name="payment_line_says_who_approved_it",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="payment_line_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, paid_by__isnull=False, paid_at__isnull=False)
                & ~Q(reference="")
                | ~Q(state="paid") & Q(paid_on__isnull=True, paid_by__isnull=True, paid_at__isnull=True, reference=""),
                name="payment_line_paid_with_a_day_and_reference",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_by__isnull=False, refused_at__isnull=False) & ~Q(because="")
                | ~Q(state="refused") & Q(refused_by__isnull=True, refused_at__isnull=True, because=""),
                name="payment_line_refused_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["milestone", "state"], name="payment_line_of_milestone")]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_payment_line",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="payment_line_is_kept", operation=pgtrigger.Delete),
            append_only.kept("public_id"),
            pgtrigger.Trigger(
                name="payment_line_stays_as_proposed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (OLD.milestone_id, OLD.amount, OLD.key, OLD.proposed_by_id, OLD.proposed_at) IS DISTINCT FROM "
                    "(NEW.milestone_id, NEW.amount, NEW.key, NEW.proposed_by_id, NEW.proposed_at) OR OLD.state = 'paid' THEN "
                    "RAISE EXCEPTION 'a payment line stays as it was proposed, and what was paid stays paid' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="within_milestone_phase_and_budget",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("of", "RECORD")],
                func=_WITHIN,
            ),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("of", "RECORD")],
                func=_GATE,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
