"""Gathers the background work of core's parts, so that every process knows its names."""

from core.audit.tasks import verify_chains
from core.jobs.tasks import sweep, work
from core.notifications.tasks import remind, send_waiting, start_reminding
from core.people.tasks import clear_ended_sessions

__all__ = ("clear_ended_sessions", "remind", "send_waiting", "start_reminding", "sweep", "verify_chains", "work")
