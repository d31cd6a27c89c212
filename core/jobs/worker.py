"""Working through what is due: claim, do, say how it ended. Run by Celery's children, any number of them."""

import contextvars
import faulthandler
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError
from core.jobs import registry, services
from core.jobs.models import Job
from core.jobs.running import LeaseLost, Running, Yielded

logger = structlog.get_logger(__name__)

SLICE_SECONDS = 45.0
"""How long one call works, so that a doorbell never comes near its time limit and long jobs let short ones pass."""
PULSE_SECONDS = 2.0
STDERR = 2
"""Where a stack is written, whatever Celery has put in the place of ``sys.stderr``."""
DEAF_SECONDS = 1860.0
"""For how long an attempt may go on: a minute beyond the limit at which Celery kills the child. Where that kill did not come
the process ends itself, whatever it hangs in, and leaves its stack in the log: no attempt holds its job for ever."""


def drain(*, seconds: float = SLICE_SECONDS) -> bool:
    """Work on what is due for a while; True where the time was used up and more may wait."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        job = services.claim(at=clock.now())
        if job is None:
            return False
        work_on(job, ends)
    return True


def work_on(job: Job, ends: float) -> None:
    """Do one job that was claimed, until it is finished, fails, or its slice of time ends."""
    lease = _lease_of(job)
    running = Running(
        pk=job.pk,
        public_id=job.public_id,
        key=job.key,
        lease=lease,
        ids=job.ids,
        on=job.on,
        authority=job.started_by.public_id,
        attempt=job.attempts,
        done=job.done,
        total=job.total,
        ends=ends,
    )
    named = structlog.contextvars.bound_contextvars(job=job.public_id, request_id=job.request_id or job.public_id)
    with named, _end_when_deaf(), _pulse(running):
        _attempt(job, running)


def _attempt(job: Job, running: Running) -> None:
    """Do the work and note how it ended. The last line of a job catches all: a state that people see, never silence."""
    kind = registry.find(job.name)
    try:
        if kind is None:
            unknown = format_lazy(_("This release knows no work of this name: {name}."), name=job.name)
            services.fail(job.pk, running.lease, reason=unknown, at=clock.now())
            return
        kind.run(running)
    except Yielded:
        services.put_back(job.pk, running.lease, at=clock.now())
    except LeaseLost:
        logger.info("job lost to another worker", name=job.name)
    except DomainError as refusal:
        services.fail(job.pk, running.lease, reason=refusal.sentence, at=clock.now())
    except Exception as failure:
        logger.exception("job failed", name=job.name)
        services.fail(job.pk, running.lease, reason=_in_short(failure), at=clock.now())
    else:
        services.finish(job.pk, running.lease, at=clock.now())


@contextmanager
def _end_when_deaf() -> Iterator[None]:
    """A thread of the interpreter's own counts: it needs neither the lock of Python nor the database, which may hang, too."""
    faulthandler.dump_traceback_later(DEAF_SECONDS, exit=True, file=STDERR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def _pulse(running: Running) -> Iterator[None]:
    """Say every few seconds that the worker lives, and how far it is, from a thread beside the work, on a connection of its own."""
    stop = threading.Event()
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(_beat, running, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(running: Running, stop: threading.Event) -> None:
    try:
        while not stop.wait(PULSE_SECONDS):
            if not services.keep(running.pk, running.lease, at=clock.now(), told=running.told):
                return
    except Exception:  # noqa: BLE001 -- the lease lapses and another worker goes on; the work itself says what broke
        logger.warning("pulse of a job stopped", job=running.pk)
    finally:
        connection.close()


def _lease_of(job: Job) -> UUID:
    if job.lease is None:
        raise ValueError(f"{job} is not leased")
    return job.lease


def _in_short(failure: Exception) -> str:
    """What broke, without the data that broke it: those stand in the log under the job's number."""
    return f"{type(failure).__name__}. The log tells more under the number of the job."
