"""Imports and what their dry runs said."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, QuerySet, Value, When

from core.imports.lifecycle import ORDER, Result, State
from core.imports.models import Import, ImportResult, ImportRow, ImportRun
from core.people import rules
from core.people.models import User


def of_scopes(scope_refs: Iterable[str], kinds: list[str]) -> QuerySet[Import]:
    """The imports of some kinds for some funds or programmes, the newest first."""
    imports = Import.objects.filter(scope_ref__in=list(scope_refs), kind__in=kinds)
    return imports.select_related("uploaded_by", "applied_by", "discarded_by", "refused_by").order_by(
        "-uploaded_at", "-pk"
    )


def rows(upload: Import) -> list[ImportRow]:
    """Every staged row, in the order of the file."""
    return list(upload.rows.order_by("pk"))


def latest_run(upload: Import) -> ImportRun | None:
    """The dry run that counts: the one that was applied, else the latest."""
    run: ImportRun | None = upload.applied_run or upload.runs.select_related("by").order_by("-pk").first()
    return run


def results(run: ImportRun, *, result: str = "") -> QuerySet[ImportResult]:
    """What a run said of each row: what stands in the way first, then in the order of the file."""
    found = ImportResult.objects.filter(run=run).select_related("row")
    if result in set(Result):
        found = found.filter(result=result)
    place = Case(
        *(When(result=one, then=Value(number)) for number, one in enumerate(ORDER)), output_field=IntegerField()
    )
    return found.order_by("-is_in_the_way", place, "row_id")


def is_open(upload: Import) -> bool:
    """Whether it may still be checked, applied or discarded."""
    return upload.state in (State.STAGED, State.CHECKED)


def uploaded_by_other(upload: Import, person: User) -> bool:
    return not rules.is_same_human(person, upload.uploaded_by)
