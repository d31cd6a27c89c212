"""A job as its handler sees it: the ids it is about, and a checkpoint that can be taken from it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from core.jobs.models import Job


class LeaseLost(Exception):
    """Another worker has the job now, or nobody should: stop, and write nothing more."""


class Yielded(Exception):
    """The slice of time is used up; the job goes back to the queue with its progress."""


@dataclass
class Running:
    """``ids`` are what the job was started with. ``authority`` is the public id of the person who started it.

    A handler does its work in chunks, each ``with job.chunk() as chunk:``. A chunk is one transaction that holds the
    job's row: what is written in it and the progress stand or fall together, and a worker that lost the job writes
    nothing. ``chunk.done(...)`` says how far the job is then.
    """

    pk: int
    public_id: str
    key: str
    lease: UUID
    ids: dict[str, int]
    on: date
    authority: str
    attempt: int
    done: int = 0
    total: int | None = None
    ends: float = field(default=float("inf"))
    """When the slice is used up, on the clock that only runs forward."""
    told: tuple[int, int] | None = None
    """How far work is that stands or falls as a whole: what is done, of how much."""

    def tell(self, done: int, total: int) -> None:
        """Say how far the work is before anything of it is kept: the worker's pulse writes it where people see it."""
        self.told = done, total

    def hold(self) -> None:
        """
        Hold the job's row until the caller's transaction ends, which is all of its work: a worker that lost the job
        keeps nothing of it. At the end, so that the pulse goes on until then. Raises LeaseLost.
        """
        row = Job.objects.select_for_update().get(pk=self.pk)
        if row.lease != self.lease:
            raise LeaseLost

    @contextmanager
    def chunk(self) -> Iterator["Chunk"]:
        """Raises LeaseLost where the job is no longer this worker's, Yielded after a chunk that ends the slice."""
        with transaction.atomic():
            row = Job.objects.select_for_update().get(pk=self.pk)
            if row.lease != self.lease:
                raise LeaseLost
            chunk = Chunk(row.done, row.total)
            yield chunk
            if chunk.moved:
                row.done, row.total, row.attempts = chunk.count, chunk.total, 0
                row.save(update_fields=["done", "total", "attempts"])
        self.done, self.total = chunk.count, chunk.total
        if chunk.moved and time.monotonic() > self.ends:
            raise Yielded


@dataclass
class Chunk:
    """``count`` items of ``total`` are done before the chunk; ``done`` says what holds when it commits."""

    count: int
    total: int | None
    moved: bool = False

    def done(self, count: int, total: int | None = None) -> None:
        self.count, self.total, self.moved = count, total if total is not None else self.total, True
