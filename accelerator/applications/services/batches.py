"""Many applications at once, each standing alone: done in the request where they are few, by a job where they are many."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Batch
from accelerator.applications.services.bringing import Fault, Item, bring, faults_of, pointed
from core import locks
from core.errors import DomainError
from core.jobs import services as jobs
from core.jobs.running import Running
from core.people.models import User

BRING = "accelerator.applications.bring"
LABEL = _("Applications brought in by a partner system")
MOST, MOST_AT_ONCE = 100, 20
"""How many a batch holds, and how many of them are done within the request."""

TWICE = _("This external_id stands twice in what was sent.")

Unshaped = Sequence[Mapping[str, str]]
"""What is wrong with the shape of an item: it is refused before anything is asked of it."""


def try_all(items: Sequence[Item | Unshaped], *, is_dry_run: bool, by: User, at: datetime) -> list[dict[str, Any]]:
    """Bring each item in, or refuse it, in order: what is wrong with one does not touch another."""
    return [result(index, one, is_dry_run=is_dry_run, by=by, at=at) for index, one in enumerate(items)]


@transaction.atomic
def start(
    items: Sequence[Item | Unshaped], *, is_dry_run: bool, language: str, by: User, on: date, at: datetime
) -> Batch:
    """Let a job do it. ``at`` is when the request arrived."""
    made = Batch.objects.create(
        by=by,
        items=[one.plain() if isinstance(one, Item) else {"faults": list(one)} for one in items],
        total=len(items),
        is_dry_run=is_dry_run,
        language=language[:2],
        arrived_at=at,
    )
    made.job = jobs.start(BRING, key=made.public_id, by=by, on=on, batch=made.pk)
    made.save(update_fields=["job"])
    return made


def work(job: Running) -> None:
    """One item a chunk, so that work that was stopped goes on behind the last result."""
    is_over = False
    while not is_over:
        with job.chunk() as chunk:
            row = locks.in_order(Batch.objects.filter(pk=job.ids["batch"]).select_related("by")).get()
            if len(row.results) < row.total:
                _further(row)
                chunk.done(len(row.results), row.total)
            is_over = len(row.results) >= row.total


def _further(row: Batch) -> None:
    index = len(row.results)
    plain = row.items[index]
    item = plain["faults"] if "faults" in plain else Item.of(plain)
    with translation.override(row.language):
        row.results.append(result(index, item, is_dry_run=row.is_dry_run, by=row.by, at=row.arrived_at))
    if len(row.results) == row.total:
        row.items = []
    row.save(update_fields=["results", "items"])


def result(index: int, item: Item | Unshaped, *, is_dry_run: bool, by: User, at: datetime) -> dict[str, Any]:
    """What became of one item, as values; of a dry run what would."""
    if not isinstance(item, Item):
        return _told(index, "", "refused", faults=pointed((Fault(**one) for one in item), f"/items/{index}"))
    told: dict[str, Any] = {}
    try:
        with transaction.atomic():
            brought = bring(item, by=by, at=at)
            outcome = "submitted" if brought.submission else "begun"
            told = _told(index, item.external_id, outcome if brought.is_new else "stands")
            if is_dry_run and brought.is_new:
                transaction.set_rollback(True)  # to before this item alone
            else:
                told["application"] = brought.application.public_id
                told["number"] = brought.submission.number if brought.submission else None
    except DomainError as refusal:
        return _told(index, item.external_id, "refused", faults=pointed(faults_of(refusal), f"/items/{index}"))
    return told


def _told(index: int, external_id: str, outcome: str, *, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    return {
        "index": index,
        "external_id": external_id,
        "outcome": outcome,
        "application": None,
        "number": None,
        "errors": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in faults],
    }
