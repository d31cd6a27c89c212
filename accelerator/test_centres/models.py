"""Published sizes of the network."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.nations.models import Basis


class NetworkFigure(models.Model):
    """The size of one side of the network as published for a day."""

    class Measure(models.TextChoices):
        ACCELERATOR_SITES = "accelerator-sites", _("Accelerator sites")
        TEST_CENTRES = "test-centres", _("Test centres")
        NATIONS = "nations", _("Nations with a site")
        MENTORS = "mentors", _("Mentors")

    measure = models.CharField(max_length=20, choices=Measure.choices)
    stated_for = models.DateField()
    precision = models.CharField(max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))])
    value = models.PositiveIntegerField()
    is_at_least = models.BooleanField(default=False)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "stated_for", "source"], name="network_figure_once_a_source"),
            models.CheckConstraint(condition=~Q(source=""), name="network_figure_has_a_source"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.stated_for}: {self.value}"
