"""Background work: Celery over Redis. Redis is a doorbell; what is to be done stands in PostgreSQL."""

import os
from contextlib import suppress
from pathlib import Path

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_process_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

VISIBILITY_TIMEOUT_SECONDS = 600
WORK = "core.jobs.work"
LONG_WORK = {"soft_time_limit": 1500, "time_limit": 1800}
"""Most jobs yield after their slice; one that is kept as a whole, as a large import, may take its time. A bell that Redis
gives again meanwhile finds the job leased."""

BEHIND_PAGES = 10
"""By so much (steps of ``nice``) the work of a worker's children gives way to what answers somebody who waits, where both
share the cores."""
SESSION = Path("/proc/self/autogroup")
"""Where Linux takes the same for a whole session, in the same steps: sched(7), the autogroup feature."""

app = Celery("fund")
app.steps["worker"].add(DjangoStructLogInitStep)


@app.on_configure.connect
def configure(sender: Celery, **_: object) -> None:
    """Read what may only be read once settings exist."""
    from config import schedule  # noqa: PLC0415 -- the schedule names settings

    transport = {
        "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    sender.conf.update(
        broker_url=settings.CELERY_BROKER_URL,
        broker_connection_retry_on_startup=True,
        broker_transport_options=transport,
        visibility_timeout=VISIBILITY_TIMEOUT_SECONDS,
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_soft_time_limit=240,
        task_time_limit=270,
        task_annotations={WORK: LONG_WORK},
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_soft_shutdown_timeout=30,
        worker_hijack_root_logger=False,
        timezone="UTC",
        enable_utc=True,
        beat_schedule=schedule.BEAT,
    )


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would otherwise install its own handlers; settings have already installed ours."""


@worker_init.connect
@beat_init.connect
def refuse_illustrative_accounts(**_: object) -> None:
    """Neither a worker nor beat starts in production on the demo's database. Celery logs other errors here and goes on."""
    from core.people import queries as people  # noqa: PLC0415 -- models exist only once the apps are loaded

    try:
        people.refuse_illustrative_accounts()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None


@worker_process_init.connect
def give_way_to_pages(**_: object) -> None:
    """In a rush before a deadline the checks of what was uploaded come after the answers to those who upload.

    Linux may weigh whole sessions against each other; then it is the session of the worker that gives way.
    """
    os.nice(BEHIND_PAGES)
    with suppress(OSError):
        SESSION.write_text(str(BEHIND_PAGES))
