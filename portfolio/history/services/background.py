"""Dry runs and applying as jobs: one at a time for an import, by the authority of whoever asked, said on its page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from core.errors import DomainError
from core.imports import services as imports
from core.imports.models import Import
from core.jobs import queries as job_queries
from core.jobs import services as jobs
from core.jobs.lifecycle import OPEN
from core.jobs.models import Job
from core.jobs.running import Running
from core.people.models import User

CHECK, APPLY = "portfolio.history.check", "portfolio.history.apply"


def start(name: str, upload: Import, *, by: User, on: date, **ids: int) -> Job:
    """Start work on an import, or return what is under way. Its key tells operations nothing of the file."""
    last = latest(upload)
    if last and last.state in OPEN:
        return last
    number = int(last.key.rpartition("-")[2]) + 1 if last else 1
    key = f"{_prefix(upload)}{number}"
    return jobs.start(name, key=key, by=by, on=on, scope=upload.scope_ref, upload=upload.pk, **ids)


def latest(upload: Import) -> Job | None:
    """The latest work on an import, however it ended."""
    return job_queries.latest((CHECK, APPLY), _prefix(upload))


def under_way(upload: Import) -> Job | None:
    """The work on an import that goes on without a person."""
    last = latest(upload)
    return last if last and last.state in OPEN else None


def upload_of(job: Running) -> Import:
    return Import.objects.get(pk=job.ids["upload"])


def authority_of(job: Running) -> User:
    """Whoever asked for it, with the roles that she has now."""
    return User.objects.get(public_id=job.authority)


@contextmanager
def said_on_the_page(job: Running, upload: Import, *, by: User, at: datetime) -> Iterator[None]:
    """A refusal ends the work, because trying again would be refused again: the page of the import says why."""
    try:
        yield
    except DomainError as refusal:
        with transaction.atomic():
            imports.note_refusal(upload, refusal, by=by, at=at)
            job.hold()


def _prefix(upload: Import) -> str:
    return f"import-{upload.pk}-"
