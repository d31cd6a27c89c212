"""Allies, membership periods, defence expenditure by edition, and guidelines as dated rules."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.web import numerals


class DateSpan(Func):
    """The half-open range from one date to another; no end means without end."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Basis(models.TextChoices):
    """How far a fact may be trusted, in the words of whoever collected it."""

    SOLID = "solid", _("Solid")
    PARTIAL = "partial", _("Partial")
    WEAK = "weak", _("Weak")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    ILLUSTRATIVE = "illustrative", _("Illustrative")


class Nation(models.Model):
    """An Ally, by its ISO 3166-1 alpha-2 code."""

    code = models.CharField(primary_key=True, max_length=2)
    name_en = models.CharField(max_length=60)
    name_fr = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2}$"), name="nation_code_is_two_capitals")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _in_readers_language(self.name_en, self.name_fr)


class MembershipPeriod(models.Model):
    """A half-open span of days in which a nation is an Ally; ``ends_before`` empty means until further notice."""

    nation = models.ForeignKey(Nation, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="membership_periods_of_a_nation_do_not_overlap",
                expressions=[
                    (
                        DateSpan(
                            "starts_on", "ends_before", RangeBoundary(inclusive_lower=True, inclusive_upper=False)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("nation", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nation_id} {numerals.day(self.starts_on)}"


class ExpenditureEdition(models.Model):
    """One publication of defence expenditure. Each edition restates history, so figures belong to it."""

    code = models.SlugField(primary_key=True, max_length=40)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    published_on = models.DateField()
    """Where only the month or year is known: its last day, so that no figure stands before it was surely public."""
    published_precision = models.CharField(
        max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))], default="month"
    )
    is_full_series = models.BooleanField(default=False)
    """True where the edition gives every year from 2014 on."""
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _in_readers_language(self.name_en, self.name_fr)


class DefenceExpenditure(models.Model):
    """
    Defence expenditure as a share of gross domestic product, a fraction of one, as an edition stated it.

    ``nation`` is empty for an aggregate, which ``aggregate`` then names. Written once; an edition that restates
    a year is a row of its own.
    """

    class Aggregate(models.TextChoices):
        NONE = "", _("One nation")
        EUROPE_AND_CANADA = "europe-canada", _("European Allies and Canada")
        NATO = "nato", _("NATO total")

    edition = models.ForeignKey(ExpenditureEdition, on_delete=models.PROTECT, related_name="figures")
    nation = models.ForeignKey(Nation, on_delete=models.PROTECT, null=True, blank=True, related_name="expenditure")
    aggregate = models.CharField(max_length=20, choices=Aggregate.choices, blank=True, default="")
    year = models.PositiveSmallIntegerField()
    share_of_gdp = models.DecimalField(max_digits=7, decimal_places=6)
    decimals_published = models.PositiveSmallIntegerField(default=2)
    """Decimal places of the percentage as published: an edition with one decimal is shown with one."""
    is_estimate = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "defence expenditure"
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "nation", "aggregate", "year"],
                name="expenditure_once_an_edition",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(nation__isnull=False, aggregate="") | (Q(nation__isnull=True) & ~Q(aggregate="")),
                name="expenditure_of_a_nation_or_an_aggregate",
            ),
            models.CheckConstraint(
                condition=Q(share_of_gdp__gte=0, share_of_gdp__lt=1), name="expenditure_is_a_fraction_of_one"
            ),
            models.CheckConstraint(condition=Q(year__gte=1949, year__lte=2100), name="expenditure_year_is_plausible"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.nation_id or self.get_aggregate_display()} {self.year}"


class Guideline(models.Model):
    """A share of gross domestic product that Allies agreed to spend, as a dated rule."""

    code = models.SlugField(primary_key=True, max_length=40)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    share_of_gdp = models.DecimalField(max_digits=7, decimal_places=6)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    """The first day on which a later rule replaces it, if any."""
    due_year = models.PositiveSmallIntegerField(null=True, blank=True)
    """The year by which it is to be met."""
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share_of_gdp__gt=0, share_of_gdp__lt=1), name="guideline_is_a_fraction_of_one"
            ),
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")),
                name="guideline_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _in_readers_language(self.name_en, self.name_fr)


def _in_readers_language(english: str, french: str) -> str:
    return french if (translation.get_language() or "").startswith("fr") else english
