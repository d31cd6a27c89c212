"""Gathers the background work of core's parts, so that every process knows its names."""

from core.audit.tasks import verify_chains
from core.clients.tasks import forget
from core.decisions.tasks import close_due, take_effect
from core.documents.tasks import check, check_waiting, verify, verify_all
from core.documents.tasks import sweep as sweep_documents
from core.jobs.tasks import sweep, work
from core.notifications.tasks import remind, send_waiting, start_reminding
from core.people.tasks import clear_ended_sessions
from core.webhooks.tasks import deliver, dispatch, reseal

__all__ = (
    "check",
    "check_waiting",
    "clear_ended_sessions",
    "close_due",
    "deliver",
    "dispatch",
    "forget",
    "remind",
    "reseal",
    "send_waiting",
    "start_reminding",
    "sweep",
    "sweep_documents",
    "take_effect",
    "verify",
    "verify_all",
    "verify_chains",
    "work",
)
