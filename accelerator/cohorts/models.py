"""Members of cohorts."""

from django.db import models
from django.db.models import Q

from core.identity import PublicIdField
from core.nations.models import Basis


class CohortMember(models.Model):
    """A start-up selected for a programme, as published."""

    public_id = PublicIdField(prefix="member")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey(
        "accelerator.Challenge", on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    is_challenge_inferred = models.BooleanField(default=False)
    """True where the challenge was inferred from the technology and not published."""
    technology = models.CharField(max_length=20, blank=True)
    """Code of the technology family; empty where no source names one."""
    is_technology_inferred = models.BooleanField(default=False)
    highest_phase = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="cohort_member_once"),
            models.CheckConstraint(condition=Q(highest_phase__in=[1, 2]), name="cohort_phase_one_or_two"),
            models.CheckConstraint(condition=~Q(source=""), name="cohort_member_has_a_source"),
        ]

    def __str__(self) -> str:
        return self.public_id
