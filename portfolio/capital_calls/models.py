"""Capital calls, their purpose lines, approvals, notices, and the receipts that pay them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import append_only
from core.identity import PublicIdField
from core.web import numerals
from portfolio.capital_calls.lifecycle import STEPS, State
from portfolio.ledger.models import Correction

STATES = [(state.value, state.value) for state in State]

_PASSES = (
    "PERFORM core_ethics_gate(f.public_id, ARRAY[l.holding_id]::text[], 'call-line', c.public_id, l.amount, {day}, {asked}) "
    "FROM portfolio_capitalcall c JOIN portfolio_fund f ON f.id = c.fund_id JOIN {lines} ON c.id = l.call_id "
    "WHERE c.id = {call} AND l.holding_id IS NOT NULL; RETURN NEW;"
)
"""Asks the gate of core.ethics about each line that names a company, by whatever way the call goes on."""
_NEW_LINE = "(SELECT NEW.call_id AS call_id, NEW.holding_id AS holding_id, NEW.amount AS amount) l"
_EDITED_ON = "(c.edited_at AT TIME ZONE 'UTC')::date"
_OF_ITS_FUND = (
    "IF NOT EXISTS (SELECT 1 FROM portfolio_holding h JOIN portfolio_capitalcall c ON c.fund_id = h.fund_id "
    "WHERE h.public_id = NEW.holding_id AND h.kind = 'direct' AND c.id = NEW.call_id) THEN "
    "RAISE EXCEPTION 'a line names a company that the fund of its call holds' USING ERRCODE = 'check_violation'; END IF; "
)


class CapitalCall(models.Model):
    """A demand for capital from every limited partner of a fund. Amounts are in the fund's currency.

    ``version`` rises with every change of what is approved; an approval holds for one digest only.
    """

    public_id = PublicIdField(prefix="call")
    fund = models.ForeignKey("portfolio.Fund", on_delete=models.PROTECT, related_name="capital_calls")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT)
    due_on = models.DateField()
    memo = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    issued_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=300, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="call_number_once"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True, issued_at__isnull=True, issued_by__isnull=True)
                | Q(issued_on__isnull=False, issued_at__isnull=False, issued_by__isnull=False),
                name="call_issued_on_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "settled"]) | Q(issued_on__isnull=False), name="call_issued_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | (~Q(issued_by=F("drafted_by")) & ~Q(issued_by=F("edited_by"))),
                name="call_issued_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False, cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_on__isnull=True, cancelled_at__isnull=True)),
                name="call_cancelled_exactly_when_it_has_a_day",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.issued_on IS NULL AND NEW.issued_on IS NOT NULL"),
                func=_PASSES.format(
                    call="NEW.id",
                    lines="portfolio_callline l",
                    day="NEW.issued_on",
                    asked="greatest(NEW.issued_on, (NEW.issued_at AT TIME ZONE 'UTC')::date)",
                ),
            ),
        ]

    def __str__(self) -> str:
        return _("No. %(number)s") % {"number": self.number}


class CallLine(models.Model):
    """What a part of the money is for. ``inside_commitment`` says whether it uses up unfunded commitment."""

    class Purpose(models.TextChoices):
        INVESTMENT = "investment", "Investment"
        FUND_STAKE = "fund-stake", "Fund stake"
        MANAGEMENT_FEE = "management-fee", "Management fee"
        EXPENSES = "expenses", "Fund expenses"

    call = models.ForeignKey(CapitalCall, on_delete=models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    inside_commitment = models.BooleanField(default=True)
    holding = models.ForeignKey(
        "portfolio.Holding", to_field="public_id", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The company that the money is for, where the line names one: it passes the ethics gate."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "order"], name="call_line_order_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="call_line_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(holding__isnull=True) | Q(purpose="investment"),
                name="call_line_of_a_company_is_an_investment",
            ),
            models.UniqueConstraint(
                fields=["call", "holding"], condition=Q(holding__isnull=False), name="call_line_once_a_company"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__holding__isnull=False),
                func=_OF_ITS_FUND
                + _PASSES.format(call="NEW.call_id", lines=_NEW_LINE, day=_EDITED_ON, asked=_EDITED_ON),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def company(self) -> str:
        """The public id of the holding; empty where the line names none."""
        return self.holding_id or ""


class CallApproval(models.Model):
    """One person's word for exactly what ``digest`` covers; ``signed`` is what it covered, to say later what changed."""

    call = models.ForeignKey(CapitalCall, on_delete=models.PROTECT, related_name="approvals")
    digest = models.CharField(max_length=64)
    signed = models.JSONField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "digest", "by"], name="call_approved_once_a_person")]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_PASSES.format(
                    call="NEW.call_id",
                    lines="portfolio_callline l",
                    day="(NEW.at AT TIME ZONE 'UTC')::date",
                    asked="(NEW.at AT TIME ZONE 'UTC')::date",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{numerals.day(self.at)} {self.digest[:8]}"


class CallNotice(models.Model):
    """What one Ally owes of an issued call: ``amount`` in all, of which ``inside`` uses up its commitment."""

    public_id = PublicIdField(prefix="notice")
    call = models.ForeignKey(CapitalCall, on_delete=models.PROTECT, related_name="notices")
    commitment = models.ForeignKey("portfolio.Commitment", on_delete=models.PROTECT, related_name="notices")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    inside = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "commitment"], name="notice_once_an_ally"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, inside__gte=0, inside__lte=F("amount")), name="notice_amounts_fit"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.public_id}: {numerals.plain(self.amount, 2)}"


class Receipt(models.Model):
    """Money that an Ally paid in. ``reference`` is the bank's, unique in the fund, so that nothing is booked twice."""

    public_id = PublicIdField(prefix="receipt")
    fund = models.ForeignKey("portfolio.Fund", on_delete=models.PROTECT, related_name="receipts")
    commitment = models.ForeignKey("portfolio.Commitment", on_delete=models.PROTECT, related_name="receipts")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    received_on = models.DateField()
    reference = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "reference"], name="receipt_reference_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount_above_zero"),
            models.CheckConstraint(condition=~Q(reference=""), name="receipt_has_a_reference"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.reference}: {numerals.plain(self.amount, 2)}"


class ReceiptAllocation(models.Model):
    """The part of a receipt that pays a notice. What is allocated to no notice stands in suspense."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    notice = models.ForeignKey(CallNotice, on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_amount_above_zero")]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="never_more_than_is_owed_or_was_received",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM portfolio_receipttakenback WHERE receipt_id = NEW.receipt_id) "
                    "OR NEW.amount + COALESCE((SELECT sum(a.amount) FROM portfolio_receiptallocation a "
                    "LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = a.receipt_id "
                    "WHERE a.notice_id = NEW.notice_id AND b.id IS NULL), 0) "
                    "> (SELECT amount FROM portfolio_callnotice WHERE id = NEW.notice_id) "
                    "OR NEW.amount + COALESCE((SELECT sum(amount) FROM portfolio_receiptallocation "
                    "WHERE receipt_id = NEW.receipt_id), 0) > (SELECT amount FROM portfolio_receipt WHERE id = NEW.receipt_id) "
                    "THEN RAISE EXCEPTION 'more is allocated than is owed or was received' "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{numerals.day(self.effective_on)}: {numerals.plain(self.amount, 2)}"


class ReceiptTakenBack(Correction):
    """A receipt that was wrong: it and its parts count as nothing."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="taken_back")

    class Meta:
        verbose_name_plural = "receipts taken back"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="receipt_taken_back_with_a_reason")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.receipt_id} {numerals.day(self.effective_on)}"


class ReceiptNotice(models.Model):
    """An Ally's word that it has paid a notice, before the money is seen: nothing is booked by it. Written once."""

    public_id = PublicIdField(prefix="advice")
    notice = models.ForeignKey(CallNotice, on_delete=models.PROTECT, related_name="announced")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    value_on = models.DateField()
    """The day on which the payer's bank sends the money."""
    reference = models.CharField(max_length=100)
    announced_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "reference"], name="receipt_notice_once_a_reference"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(reference=""), name="receipt_notice_has_amount_and_reference"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.reference}: {numerals.plain(self.amount, 2)}"
