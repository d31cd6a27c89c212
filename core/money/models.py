"""Currencies and dated exchange rates."""

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from core import append_only


class Currency(models.Model):
    """A currency by ISO 4217: its code and the decimal places of its minor unit."""

    code = models.CharField(primary_key=True, max_length=3)
    name_en = models.CharField(max_length=60)
    name_fr = models.CharField(max_length=60)
    minor_digits = models.PositiveSmallIntegerField(default=2)

    class Meta:
        verbose_name_plural = "currencies"
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="currency_code_is_three_capitals"),
            models.CheckConstraint(condition=Q(minor_digits__lte=4), name="currency_minor_digits_up_to_four"),
        ]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(models.Model):
    """
    One published rate: how many units of the currency one euro bought on the day ``effective_on``.

    A rate is written once. A correction is a further row with a later ``recorded_at``.
    """

    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="rates")
    effective_on = models.DateField()
    units_per_euro = models.DecimalField(max_digits=18, decimal_places=6)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "effective_on", "recorded_at"], name="rate_recorded_once"),
            models.CheckConstraint(condition=Q(units_per_euro__gt=0), name="rate_above_zero"),
            models.CheckConstraint(condition=~Q(currency="EUR"), name="rate_is_not_of_the_euro_itself"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.currency_id} {date_format(self.effective_on)}"
