"""The product's background work with shorter waits, so that a test with real workers takes seconds: times alone differ."""

import os

from config import schedule
from config.celery import app

SWEEP_SECONDS = 0.5
VISIBILITY_SECONDS = 2
LIMIT_SECONDS = [float(limit) for limit in os.environ.get("CHAOS_LIMITS", "").split()]
"""After the first a task is asked to stop, after the second it is killed."""

schedule.BEAT["find waiting jobs"]["schedule"] = SWEEP_SECONDS
schedule.BEAT["end silences"]["schedule"] = SWEEP_SECONDS
schedule.BEAT["send waiting mail"]["schedule"] = SWEEP_SECONDS
schedule.BEAT["remind people"]["schedule"] = SWEEP_SECONDS
if os.environ.get("CHAOS_EACH_TICK"):
    schedule.BEAT["count"] = {"task": os.environ["CHAOS_EACH_TICK"], "schedule": SWEEP_SECONDS}


@app.on_after_configure.connect
def hurry(sender, **_):
    sender.conf.broker_transport_options["visibility_timeout"] = VISIBILITY_SECONDS
    sender.conf.visibility_timeout = VISIBILITY_SECONDS
    if LIMIT_SECONDS:
        sender.conf.task_soft_time_limit, sender.conf.task_time_limit = LIMIT_SECONDS
        sender.conf.task_annotations = {}
