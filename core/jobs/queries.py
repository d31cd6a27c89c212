"""What waits, runs, failed and gave up, for those who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from core.errors import NotFound
from core.jobs import registry, rules
from core.jobs.lifecycle import OPEN, State
from core.jobs.models import Job
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

ORDER = {State.DEAD: 0, State.FAILED: 1, State.RUNNING: 2, State.QUEUED: 3, State.DISCARDED: 4, State.DONE: 5}


@dataclass(frozen=True, slots=True)
class Line:
    """A job for people. ``share`` is how much of it is done, a fraction of one; None where the total is not known."""

    job: Job
    label: str
    share: float | None
    may_retry: bool
    may_discard: bool

    @property
    def is_open(self) -> bool:
        return self.job.state in OPEN


def visible_to(person: User) -> QuerySet[Job]:
    """Every job to whoever reads them everywhere; to others those of their funds and programmes."""
    jobs = Job.objects.select_related("started_by").order_by("-created_at", "-pk")
    if people_rules.reaches_everywhere(person, Permission.JOB_READ):
        return jobs
    return jobs.filter(scope__in=people_rules.scopes_of(person, Permission.JOB_READ))


def get(person: User, public_id: str) -> Job:
    """One job. Raises NotFound."""
    job = visible_to(person).filter(public_id=public_id).first()
    if job is None:
        raise NotFound
    return job


def search(person: User, *, state: str = "", name: str = "") -> QuerySet[Job]:
    """The jobs asked for, the newest first."""
    jobs = visible_to(person)
    jobs = jobs.filter(state=state) if state else jobs
    return jobs.filter(name=name) if name else jobs


def counts(person: User) -> dict[str, int]:
    """How many jobs there are in each state."""
    found = dict(visible_to(person).order_by().values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in sorted(State, key=lambda one: ORDER[one])}


def names(person: User) -> list[tuple[str, str]]:
    """The names of work that there are jobs of, with their words."""
    found = visible_to(person).order_by("name").values_list("name", flat=True).distinct()
    return [(name, registry.label(name)) for name in found]


def line(person: User, job: Job) -> Line:
    share = job.done / job.total if job.total else None
    may_discard = rules.may_discard(person, job) and not registry.is_awaited(job.name)
    return Line(job, registry.label(job.name), share, rules.may_retry(person, job), may_discard)


def find(name: str, key: str) -> Job | None:
    """The job of a name and key, for the page that started it."""
    return Job.objects.select_related("started_by").filter(name=name, key=key).first()


def latest(names: Sequence[str], key_prefix: str) -> Job | None:
    """The latest job of some names whose key begins like this, for a page that may start several one after another."""
    jobs = Job.objects.select_related("started_by").filter(name__in=names, key__startswith=key_prefix)
    return jobs.order_by("-pk").first()


def waiting(*, at: datetime) -> bool:
    """Whether anything is due, or has lost its worker."""
    return Job.objects.filter(state__in=[State.QUEUED, State.FAILED], run_at__lte=at).exists() or bool(
        Job.objects.filter(state=State.RUNNING).extra(where=["leased_until < statement_timestamp()"]).exists()
    )


def open_ids(name: str, id_name: str) -> set[int]:
    """What the jobs of a name that are yet to end are about, by one of their ids."""
    found = Job.objects.filter(name=name, state__in=[State.QUEUED, State.RUNNING, State.FAILED])
    return set(found.values_list(f"ids__{id_name}", flat=True))


def started_by(person: User) -> QuerySet[Job]:
    """What one account started."""
    return Job.objects.filter(started_by=person)
