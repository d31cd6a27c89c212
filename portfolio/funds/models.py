"""Funds, closings and commitments.

A commitment's terms are bitemporal: ``effective_on`` is the day from which an amount is owed, ``recorded_at`` the
moment at which that became known. Nothing is overwritten; a correction is a further row.
"""

from django.db import models
from django.db.models import F, Q

from core import append_only
from core.identity import PublicIdField
from core.nations.models import Basis
from core.web import numerals


class Fund(models.Model):
    """A fund whose limited partners are Allies. Amounts are in ``currency``, days in ``time_zone``."""

    public_id = PublicIdField(prefix="fund")
    name = models.CharField(max_length=120, unique=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT)
    book = models.OneToOneField("portfolio.Book", on_delete=models.PROTECT, null=True, blank=True, related_name="fund")
    """The fund's books, opened when it is established."""
    target_size = models.DecimalField(max_digits=20, decimal_places=2)
    time_zone = models.CharField(max_length=40, default="Europe/Luxembourg")
    term_years = models.PositiveSmallIntegerField()
    investment_period_years = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300, blank=True)
    is_illustrative = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(target_size__gt=0), name="fund_target_size_above_zero"),
            models.CheckConstraint(
                condition=Q(term_years__gt=0, investment_period_years__gt=0)
                & Q(investment_period_years__lte=F("term_years")),
                name="fund_invests_within_its_term",
            ),
        ]
        triggers = [append_only.kept("public_id")]

    def __str__(self) -> str:
        return self.name


class Closing(models.Model):
    """A day on which limited partners are admitted."""

    public_id = PublicIdField(prefix="closing")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="closings")
    held_on = models.DateField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "held_on"], name="closing_once_a_day")]

    def __str__(self) -> str:
        return f"{self.fund} {numerals.day(self.held_on)}"


class Commitment(models.Model):
    """The standing of one Ally in one fund: a limited partner since its closing, through a holder of its choice."""

    public_id = PublicIdField(prefix="commitment")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="commitments")
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, related_name="commitments")
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="commitments")
    holder = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    """Ministry or state investor that holds the commitment; empty where not published."""
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "nation"], name="commitment_once_an_ally")]

    def __str__(self) -> str:
        return f"{self.nation_id} {self.public_id}"


class CommitmentTerms(models.Model):
    """How much the Ally commits from ``effective_on`` on, in the fund's currency. Written once."""

    public_id = PublicIdField(prefix="terms")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="terms")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "commitment terms"
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "effective_on", "recorded_at"], name="commitment_terms_recorded_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="commitment_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(basis="illustrative") | ~Q(source=""), name="commitment_published_figure_has_a_source"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.public_id}: {numerals.plain(self.amount, 2)} ({numerals.day(self.effective_on)})"
