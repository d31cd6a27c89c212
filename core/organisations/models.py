"""Organisations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.identity import PublicIdField


class Organisation(models.Model):
    """A body that the fund or the accelerator deals with. A company known to both is one row."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        STATE_INVESTOR = "state-investor", _("Holder of an Ally's commitment")
        FUND_MANAGER = "fund-manager", _("Fund manager")
        TEST_CENTRE = "test-centre", _("Test centre")
        ACCELERATOR_SITE = "accelerator-site", _("Accelerator site")

    public_id = PublicIdField(prefix="org")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, null=True, blank=True)
    """Nation of the head office; empty where no source confirms it."""
    founded_on = models.DateField(null=True, blank=True)
    """Empty where nobody said it."""
    is_illustrative = models.BooleanField(default=False)
    """True for an invented organisation."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "kind", "nation"], name="organisation_once", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
