"""All applications of a call given to reviewers at once: a job does exactly what was tried and read, or nothing."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.challenges.models import Call
from accelerator.reviews import queries
from accelerator.reviews.models import Assigning, Assignment
from accelerator.reviews.services.assigning import ASSIGNED, given, locked_plan, tell, told_of
from accelerator.reviews.services.trying import preview
from core import failpoints, locks
from core.errors import Conflict, DomainError
from core.imports.cells import in_every_language
from core.jobs import services as jobs
from core.jobs.lifecycle import OPEN
from core.jobs.running import Running
from core.notifications import services as notifications
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

ASSIGN = "accelerator.reviews.assign"
LABEL = _("Assignment of reviewers")
BATCH = 500


class ChangedSinceTried(Conflict):
    code = "changed_since_tried"
    sentence = _("Something changed since you tried it. Nothing was assigned. Read the list once more, then assign.")


@transaction.atomic
def ask_for_all(call: Call, *, read: str, by: User, on: date, at: datetime) -> Assigning:
    """
    Let a job give every application that passed its screening the reviewers that it lacks; what is under way is returned.

    ``read`` is the digest of the trial. Raises NotPermitted, StillSealed, NoPlan, ChangedSinceTried.
    """
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, call.programme.public_id)
    locked_plan(call)
    last = queries.last_assigning(call)
    if last and last.job and last.job.state in OPEN:
        return last
    if preview(call, by=by, at=at).digest != read:
        raise ChangedSinceTried
    made = Assigning.objects.create(call=call, read=read, asked_by=by, asked_at=at)
    scope = call.programme.public_id
    made.job = jobs.start(ASSIGN, key=made.public_id, by=by, on=on, scope=scope, assigning=made.pk)
    made.save(update_fields=["job"])
    return made


def work_on_all(job: Running, *, at: datetime) -> None:
    """
    By the authority that whoever asked has now, whole or not at all: a job that comes late or again assigns nothing twice.

    A refusal ends the work, because trying again would be refused again: the page says why, and whoever asked is told.
    """
    asked = Assigning.objects.select_related("call__programme", "asked_by").get(pk=job.ids["assigning"])
    try:
        _do(job, asked, at=at)
    except DomainError as refusal:
        _note(job, asked, refusal, at=at)


@transaction.atomic
def _do(job: Running, asked: Assigning, *, at: datetime) -> None:
    """
    Every row that it goes by is locked before it is tried again, so that nothing changes between what is read and what is written.

    Raises what ``preview`` raises, and ChangedSinceTried.
    """
    call, by = asked.call, asked.asked_by
    plan = locked_plan(call)
    row = locks.in_order(Assigning.objects.filter(pk=asked.pk)).get()
    if row.ended_at is not None:
        return
    held = {one.pk: one for one in rows.all_locked(Application.objects.filter(call=call).values("pk"))}
    trial = preview(call, by=by, at=at)
    if trial.digest != row.read:
        raise ChangedSinceTried
    whole = [given(held[application.pk], reviewer, plan, by=by, at=at) for application, reviewer in trial.pairs]
    for start in range(0, len(whole), BATCH):
        made = Assignment.objects.bulk_create(whole[start : start + BATCH])
        rows.record_all(ASSIGNED, [(one.application, told_of(one)) for one in made], by)
        job.tell(start + len(made), len(whole))
        failpoints.reach("reviews.assigned_some")
    for reviewer in {one.reviewer for one in whole}:
        tell(reviewer, call, plan, at=at)
    row.assigned, row.ended_at = len(whole), at
    row.save(update_fields=["assigned", "ended_at"])
    job.hold()


@transaction.atomic
def _note(job: Running, asked: Assigning, refusal: DomainError, *, at: datetime) -> None:
    row = locks.in_order(Assigning.objects.filter(pk=asked.pk)).get()
    row.refusal, row.ended_at = in_every_language(refusal.sentence), at
    row.save(update_fields=["refusal", "ended_at"])
    with translation.override(asked.asked_by.language):
        said = f"{asked.call}: {refusal.sentence}"
    address = reverse("accelerator:assign-reviewers", args=[asked.call.public_id])
    notifications.tell(asked.asked_by, title=said, address=address, at=at)
    job.hold()
