"""One row a job: what is to be done, by whose authority, how far it is, and who works on it until when."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import translation

from core.identity import PublicIdField
from core.jobs.lifecycle import STEPS, State

STATES = [(state.value, state.value) for state in State]


class Job(models.Model):
    """``name`` says what is done and ``key`` to what: the same pair is one job for ever.

    ``lease`` is a secret of the worker that has the job until ``leased_until``, by the database's clock; whoever finds
    another lease in the row has lost the job and stops. ``done`` of ``total`` counts items; without a total no bar is
    shown.
    """

    public_id = PublicIdField(prefix="job")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=120)
    scope = models.CharField(max_length=40, blank=True)
    """Public id of the fund or programme that it is for; empty where it is for neither."""
    ids = models.JSONField(default=dict)
    on = models.DateField()
    """The day that the job is about, in the fund's zone."""
    state = models.CharField(max_length=10, choices=STATES, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField()
    """Not before this moment."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    """Why the last attempt failed, or why a person discarded it."""
    reason_fr = models.CharField(max_length=500, blank=True)
    """The same in French, where it is the product that says it."""
    started_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], name="job_once_a_key"),
            models.CheckConstraint(
                condition=Q(state="running", lease__isnull=False, leased_until__isnull=False)
                | (~Q(state="running") & Q(lease__isnull=True, leased_until__isnull=True)),
                name="job_is_leased_exactly_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "discarded"], finished_at__isnull=False)
                | (~Q(state__in=["done", "discarded"]) & Q(finished_at__isnull=True)),
                name="job_finished_at_exactly_when_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "dead", "discarded"]) | ~Q(reason=""), name="job_says_why_it_failed"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="job_does_not_do_more_than_all"
            ),
        ]
        indexes = [
            models.Index(fields=["run_at", "id"], name="job_due", condition=Q(state__in=["queued", "failed"])),
            models.Index(fields=["leased_until"], name="job_running", condition=Q(state="running")),
            models.Index(fields=["state", "-created_at"], name="job_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"

    @property
    def because(self) -> str:
        """The reason in the reader's language, where the product said it; else as it was written."""
        is_in_french = (translation.get_language() or "").startswith("fr")
        return (is_in_french and self.reason_fr) or self.reason
