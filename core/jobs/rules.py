"""Who may see and steer jobs: administrators all of them, others those of their own fund or programme."""

from core.errors import NotPermitted
from core.jobs.lifecycle import State, leads_to
from core.jobs.models import Job
from core.people import rules
from core.people.models import User
from core.people.roles import Permission


def may_manage(person: User, job: Job) -> bool:
    """Whether the person may run it again or discard it, whatever its state."""
    if job.scope:
        return rules.may(person, Permission.JOB_MANAGE, job.scope)
    return rules.reaches_everywhere(person, Permission.JOB_MANAGE)


def require_manage(person: User, job: Job) -> None:
    """Raises NotPermitted."""
    if not may_manage(person, job):
        raise NotPermitted


def may_retry(person: User, job: Job) -> bool:
    return job.state in (State.FAILED, State.DEAD) and may_manage(person, job)


def may_discard(person: User, job: Job) -> bool:
    return leads_to(job.state, State.DISCARDED) and may_manage(person, job)
