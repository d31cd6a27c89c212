"""Programmes, challenges and the figures published about them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.identity import PublicIdField
from core.nations.models import Basis
from core.web.bilingual import Words


class Programme(models.Model):
    """A challenge programme. The year of its call and the year of its cohort differ, so each has its own field."""

    public_id = PublicIdField(prefix="programme")
    slug = models.SlugField(unique=True, max_length=40)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    call_opens_on = models.DateField()
    call_closes_on = models.DateField()
    call_closes_at = models.DateTimeField(null=True, blank=True)
    """The moment of closing, where it was published."""
    cohort_year = models.PositiveSmallIntegerField()
    phase_1_starts_on = models.DateField()
    phase_1_announced_on = models.DateField(null=True, blank=True)
    phase_1_announced_precision = models.CharField(
        max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))], default="day"
    )
    phase_2_announced_on = models.DateField(null=True, blank=True)
    phase_2_announced_precision = models.CharField(
        max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))], default="day"
    )
    phase_1_amount = models.DecimalField(max_digits=20, decimal_places=2)
    """Contractual funding of a participant in phase 1, in ``currency``."""
    phase_1_months = models.PositiveSmallIntegerField()
    phase_2_amount_at_most = models.DecimalField(max_digits=20, decimal_places=2)
    phase_2_months = models.PositiveSmallIntegerField()
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT)
    agreement = models.CharField(
        max_length=10, choices=[("grant", _("Grant")), ("contract", _("Contract"))], default="contract"
    )
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=400, blank=True)
    note_fr = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(call_closes_on__gte=F("call_opens_on")), name="programme_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(phase_1_amount__gt=0, phase_2_amount_at_most__gt=0), name="programme_funding_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return str(Words(self.name_en, self.name_fr))


class Challenge(models.Model):
    """One challenge of a programme."""

    public_id = PublicIdField(prefix="challenge")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="challenges")
    code = models.CharField(max_length=20, unique=True)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    order = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "order"], name="challenge_order_once")]

    def __str__(self) -> str:
        return str(Words(self.title_en, self.title_fr))


class ProgrammeFigure(models.Model):
    """One published figure of a programme's funnel. Two sources that disagree are two rows."""

    class Stage(models.TextChoices):
        APPLICATIONS = "applications", _("Applications")
        PHASE_1 = "phase-1", _("Selected for phase 1")
        PHASE_1_NATIONS = "phase-1-nations", _("Nations in phase 1")
        PHASE_2 = "phase-2", _("Selected for phase 2")
        PHASE_2_NATIONS = "phase-2-nations", _("Nations in phase 2")
        APPLICATIONS_OF_NATION = "applications-of-nation", _("Applications of one nation")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="figures")
    stage = models.CharField(max_length=24, choices=Stage.choices)
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, null=True, blank=True)
    value = models.PositiveIntegerField()
    is_at_least = models.BooleanField(default=False)
    """True where the source says "more than" the value."""
    is_preferred = models.BooleanField(default=True)
    """False for the figure of a source that another contradicts."""
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "stage", "nation"],
                condition=Q(is_preferred=True),
                name="programme_one_preferred_figure_a_stage",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(stage="applications-of-nation", nation__isnull=False)
                | (~Q(stage="applications-of-nation") & Q(nation__isnull=True)),
                name="programme_figure_names_a_nation_where_it_is_of_one",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="programme_figure_has_a_source"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.value}"
