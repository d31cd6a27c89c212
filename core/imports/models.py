"""Imports: the file as it was read, and every dry run of it. What was uploaded and what was said of it is written once."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import append_only
from core.identity import PublicIdField
from core.imports.lifecycle import STEPS, Result, State

STATES = [(state.value, state.value) for state in State]
RESULTS = [(result.value, result.value) for result in Result]
AS_UPLOADED = [
    "public_id",
    "kind",
    "scope_ref",
    "file_name",
    "size_bytes",
    "digest",
    "row_count",
    "not_read",
    "uploaded_by",
    "uploaded_at",
]


class Import(models.Model):
    """One uploaded file. ``digest`` is the SHA-256 of its bytes; ``scope_ref`` says for which fund or programme it is."""

    public_id = PublicIdField(prefix="import")
    kind = models.CharField(max_length=40)
    scope_ref = models.CharField(max_length=40)
    file_name = models.CharField(max_length=150)
    size_bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    not_read = models.JSONField(default=list)
    """Names of the sheets that belong to no kind and were left alone."""
    state = models.CharField(max_length=10, choices=STATES, default=State.STAGED)
    uploaded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_run = models.OneToOneField(
        "core.ImportRun", on_delete=models.PROTECT, null=True, blank=True, related_name="applied_as"
    )
    """The dry run that was read before it was applied."""
    applied_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_because = models.CharField(max_length=300, blank=True)
    refused_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Who asked for the work that was refused last; nothing of it was kept."""
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    """Why, by language."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope_ref", "kind", "digest"],
                condition=~Q(state="discarded"),
                name="import_once_a_file",
            ),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="import_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True) | ~Q(applied_by=F("uploaded_by")),
                name="import_applied_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="applied", applied_run__isnull=False, applied_by__isnull=False, applied_at__isnull=False
                )
                | (~Q(state="applied") & Q(applied_run__isnull=True, applied_by__isnull=True, applied_at__isnull=True)),
                name="import_applied_run_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="discarded", discarded_by__isnull=False, discarded_at__isnull=False)
                    & ~Q(discarded_because="")
                )
                | (
                    ~Q(state="discarded")
                    & Q(discarded_by__isnull=True, discarded_at__isnull=True, discarded_because="")
                ),
                name="import_discarded_by_at_and_because_together",
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refusal={})
                | (Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refusal={})),
                name="import_refused_by_at_and_why_together",
            ),
        ]
        indexes = [models.Index(fields=["scope_ref", "-uploaded_at"], name="import_newest_first")]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.ReadOnly(name="as_it_was_uploaded", fields=AS_UPLOADED),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.file_name}"


class ImportRow(models.Model):
    """One row as it stood in the file. ``number`` is the row's in its spreadsheet; ``values`` are texts by column code."""

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "sheet", "number"], name="import_row_once")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class ImportRun(models.Model):
    """One dry run: what applying would do at that moment. ``digest`` covers every result and every figure of it.

    ``figures`` are rows of a code, an amount before and an amount after, as texts.
    """

    of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="runs")
    at = models.DateTimeField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    new = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    differs = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    in_the_way = models.PositiveIntegerField()
    """Rows that must be put right before anything is applied: refused ones, and differences that cannot be recorded."""
    figures = models.JSONField(default=list)
    job = models.CharField(max_length=40, blank=True)
    """Public id of the job that made it: a job that runs again after it was kept makes no second one."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="import_run_digest_is_sha256"),
            models.UniqueConstraint(fields=["job"], condition=~Q(job=""), name="import_run_once_a_job"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.of_id} at {self.at}"

    @property
    def to_write(self) -> int:
        """How many rows applying would record."""
        return self.new + self.differs


class ImportResult(models.Model):
    """What one dry run said of one row. ``message`` is by language; ``changes`` are rows of a column, old and new."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="results")
    row = models.ForeignKey(ImportRow, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=8, choices=RESULTS)
    is_in_the_way = models.BooleanField()
    code = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=40, blank=True)
    """The column at fault, where there is one."""
    message = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "row"], name="import_result_once_a_row"),
            models.CheckConstraint(
                condition=~Q(result="refused") | Q(is_in_the_way=True), name="import_refused_stands_in_the_way"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.row_id}: {self.result}"
