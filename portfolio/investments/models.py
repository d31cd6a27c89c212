"""Rounds as published, holdings, the commitments to fund stakes, and the transactions that change a position."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.identity import PublicIdField
from core.nations.models import Basis
from core.web import numerals
from portfolio.ledger.models import Correction

PRECISIONS = [("day", _("day")), ("month", _("month")), ("quarter", _("quarter")), ("year", _("year"))]


class Round(models.Model):
    """A financing round of a company as published. ``total`` is everybody's money, never the fund's ticket."""

    public_id = PublicIdField(prefix="round")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=80)
    held_on = models.DateField()
    """The day announced; the first of the month, quarter or year where no more is known."""
    precision = models.CharField(max_length=7, choices=PRECISIONS, default="day")
    total = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    co_investors = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "held_on"], name="round_once"),
            models.CheckConstraint(
                condition=Q(total__isnull=True, currency__isnull=True)
                | Q(total__gt=0, total__isnull=False, currency__isnull=False),
                name="round_total_and_currency_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {numerals.day(self.held_on)}"


class Holding(models.Model):
    """The fund's position in a company, or its stake in another fund."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct")
        FUND = "fund", _("Fund stake")

    public_id = PublicIdField(prefix="holding")
    fund = models.ForeignKey("portfolio.Fund", on_delete=models.PROTECT, related_name="holdings")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    technology = models.CharField(max_length=20, blank=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    """The currency in which the position is held."""
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "organisation"], name="holding_once")]
        triggers = [append_only.kept("public_id", "fund_id", "organisation_id", "kind")]

    def __str__(self) -> str:
        return str(self.public_id)


class StakeTerms(models.Model):
    """How much the fund has committed to another fund from ``effective_on`` on, in the holding's currency."""

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="stake_terms")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    effective_on = models.DateField()
    """The day published; the first of the month, quarter or year where no more is known."""
    precision = models.CharField(max_length=7, choices=PRECISIONS, default="day")
    recorded_at = models.DateTimeField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name_plural = "stake terms"
        constraints = [
            models.UniqueConstraint(
                fields=["holding", "effective_on", "recorded_at"], name="stake_terms_recorded_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stake_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(precision__in=[code for code, _word in PRECISIONS]), name="stake_terms_precision_known"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{numerals.day(self.effective_on)}: {numerals.plain(self.amount, 2)}"


_NO_MORE_LEAVES = (
    "IF EXISTS (SELECT 1 FROM (SELECT sum(t.quantity * side.sign) OVER day AS quantity, "
    "sum(t.cost * side.sign) OVER day AS cost, sum(t.fund_cost * side.sign) OVER day AS fund_cost "
    "FROM portfolio_transaction t LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id CROSS JOIN LATERAL "
    "(SELECT moved.day, moved.sign * CASE WHEN t.kind IN ('purchase', 'stake-call') THEN 1 ELSE -1 END AS sign "
    "FROM (VALUES (t.effective_on, 1), (b.effective_on, -1)) AS moved (day, sign) WHERE moved.day IS NOT NULL) side "
    "WHERE t.holding_id IN ({touched}) "
    "WINDOW day AS (PARTITION BY t.holding_id ORDER BY side.day)) held "
    "WHERE least(held.quantity, held.cost, held.fund_cost) < 0) THEN "
    "RAISE EXCEPTION 'no more leaves a holding than is held on that day and on every later one' "
    "USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
)
"""What is held after each day, what was taken back left out from the day of its taking back on."""


_PASSES = (
    "PERFORM core_ethics_gate(f.public_id, ARRAY[h.public_id]::text[], 'purchase', NEW.public_id, NEW.amount, "
    "NEW.effective_on, greatest(NEW.effective_on, (NEW.recorded_at AT TIME ZONE 'UTC')::date)) "
    "FROM portfolio_holding h JOIN portfolio_fund f ON f.id = h.fund_id JOIN core_organisation o ON o.id = h.organisation_id "
    "WHERE h.id = NEW.holding_id AND (NEW.kind = 'purchase' OR h.kind = 'direct' OR o.kind = 'company'); RETURN NEW;"
)
"""Asks the gate of core.ethics about a purchase, by whatever way it comes: a company is never paid as a fund is."""


class Transaction(models.Model):
    """One change of a position. Amounts are above zero; the kind says which way they go. Written once.

    ``amount`` is money paid or received in the holding's currency and ``fund_amount`` the same in the fund's;
    ``cost`` and ``fund_cost`` are what was added to cost, or taken off it by a sale, a write-off or a return of capital.
    """

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        SALE = "sale", _("Sale")
        WRITE_OFF = "write-off", _("Write-off")
        STAKE_CALL = "stake-call", _("Paid to a fund")
        STAKE_DISTRIBUTION = "stake-distribution", _("Received from a fund")

    public_id = PublicIdField(prefix="tx")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="transactions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="transactions")
    tranche = models.PositiveSmallIntegerField(default=1)
    effective_on = models.DateField()
    quantity = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    """Shares bought or sold; empty for fund stakes."""
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    fund_amount = models.DecimalField(max_digits=20, decimal_places=2)
    cost = models.DecimalField(max_digits=20, decimal_places=2)
    fund_cost = models.DecimalField(max_digits=20, decimal_places=2)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    rate_observed_on = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, unique=True)
    """Idempotency: asked twice, done once."""
    entry = models.OneToOneField("portfolio.Entry", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    is_illustrative = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, fund_amount__gte=0, cost__gte=0, fund_cost__gte=0),
                name="transaction_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="transaction_quantity_above_zero"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["purchase", "stake-call"]) | Q(cost=F("amount"), fund_cost=F("fund_amount")),
                name="transaction_costs_what_was_paid",
            ),
            models.CheckConstraint(
                condition=~Q(kind="write-off") | Q(amount=0, fund_amount=0), name="transaction_write_off_moves_no_money"
            ),
        ]
        indexes = [models.Index(fields=["holding", "effective_on", "recorded_at"], name="transaction_as_of")]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind__in=["purchase", "stake-call"]),
                func=_PASSES,
            ),
            pgtrigger.Trigger(
                name="no_more_leaves_than_is_held",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=_NO_MORE_LEAVES.format(
                    touched="SELECT holding_id FROM written WHERE kind NOT IN ('purchase', 'stake-call')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {numerals.day(self.effective_on)}: {numerals.plain(self.amount, 2)}"


class TakenBack(Correction):
    """A transaction that was wrong and counts as nothing."""

    transaction = models.OneToOneField(Transaction, on_delete=models.PROTECT, related_name="taken_back")

    class Meta:
        verbose_name_plural = "taken back"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="taken_back_with_a_reason")]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="no_less_stays_than_left",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=_NO_MORE_LEAVES.format(
                    touched="SELECT holding_id FROM portfolio_transaction WHERE id IN (SELECT transaction_id FROM written)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} {numerals.day(self.effective_on)}"
