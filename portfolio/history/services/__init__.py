"""Uploading a history, rehearsing it, applying what was read, and discarding it. Locks: the fund first, then the import."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.errors import Conflict, Invalid
from core.imports import queries as import_queries
from core.imports import reading
from core.imports import services as imports
from core.imports.cells import in_every_language
from core.imports.lifecycle import State
from core.imports.models import Import, ImportRun
from core.imports.services import Played
from core.jobs.models import Job
from core.jobs.running import Running
from core.people import queries as people
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.history import sheets
from portfolio.history.services import background, playing
from portfolio.history.services.background import APPLY, CHECK
from portfolio.history.services.playing import Tell, untold

NAMED_AT_MOST = 5


class UnknownKind(Invalid):
    code = "unknown_kind"
    sentence = _("Choose what the file holds.")


class ChangedSince(Conflict):
    """Applying would do something else than the dry run that was read. ``differing`` are sheets with numbers of rows."""

    code = "changed_since"

    def __init__(self, differing: Sequence[tuple[str, int]]) -> None:
        self.differing = list(differing)
        super().__init__(lazy(_what_changed, str)(self.differing))


class AtWork(Conflict):
    code = "at_work"
    sentence = _("The import is being worked on in the background. Wait until that is done; this page says when.")


def upload(
    fund: Fund, content: bytes, *, name: str, kind: str, by: User, on: date, at: datetime
) -> tuple[Import, bool]:
    """Read a file, stage its rows and start the first dry run. The same file again returns the import that stands, and False.

    Raises NotPermitted, UnknownKind, Unreadable; then nothing of the file is kept.
    """
    people_rules.require(by, Permission.IMPORT_STAGE, fund.public_id)
    wanted = sheets.of_kind(kind)
    if not wanted:
        raise UnknownKind(field="kind")
    contents = reading.read(
        content, name=name, wanted=wanted, ignored_tabs=_names(sheets.OUR_TABS), ignored_heads=_names(sheets.OUR_HEADS)
    )
    with transaction.atomic():
        staged, is_new = imports.stage(contents, kind=kind, scope_ref=fund.public_id, by=by, at=at)
        if is_new:
            background.start(CHECK, staged, by=by, on=on)
    return staged, is_new


def ask_for_dry_run(upload: Import, *, by: User, on: date) -> Job:
    """Start a further dry run; the work that is under way already is returned. Raises NotPermitted, WrongState."""
    people_rules.require(by, Permission.IMPORT_STAGE, upload.scope_ref)
    if not import_queries.is_open(upload):
        raise imports.WrongState
    return background.start(CHECK, upload, by=by, on=on)


@transaction.atomic
def ask_to_apply(upload: Import, *, digest: str, by: User, on: date) -> Job | None:
    """Start recording exactly what the dry run with ``digest`` said, by the authority of ``by``; None where it is done.

    Raises what ``apply`` raises for what can be seen before; the rest is said on the page of the import.
    """
    people_rules.require(by, Permission.IMPORT_APPLY, upload.scope_ref)
    if (under_way := background.under_way(upload)) and under_way.name == APPLY:
        return under_way
    if under_way:
        raise AtWork
    row = imports.locked(upload)
    if row.state == State.APPLIED:
        return None
    run = imports.ready_to_apply(row, digest=digest, by=by)
    return background.start(APPLY, row, by=by, on=on, run=run.pk)


@transaction.atomic
def dry_run(upload: Import, *, by: User, on: date, at: datetime, job: str = "", tell: Tell = untold) -> ImportRun:
    """Play the whole import through the services and take all of it back; keep what it came to. Raises WrongState.

    ``job`` is the job that does it and ``tell`` hears how far it is. It acts as the system: what the second person may not do
    shows when it is applied, and then nothing is.
    """
    fund = _locked_fund(upload)
    row = imports.locked(upload)
    people_rules.require(by, Permission.IMPORT_STAGE, fund.public_id)
    if not import_queries.is_open(row):
        raise imports.WrongState
    with playing.rehearsal():
        played = playing.play(row, fund, by=people.system(), on=on, at=at, tell=tell)
    return imports.keep_run(row, played, by=by, at=at, job=job)


@transaction.atomic
def apply(upload: Import, *, digest: str, by: User, on: date, at: datetime, tell: Tell = untold) -> Import:
    """Record everything or nothing: by a second person, and exactly what the dry run with ``digest`` said.

    Everything is recorded at ``at`` and effective on its own days. An import that is applied already is returned as it
    stands. Raises NotPermitted, OwnUpload, ReadAnother, StandsInTheWay, NothingToRecord, ChangedSince, WrongState.
    """
    fund = _locked_fund(upload)
    row = imports.locked(upload)
    people_rules.require(by, Permission.IMPORT_APPLY, fund.public_id)
    if row.state == State.APPLIED:
        return row
    run = imports.ready_to_apply(row, digest=digest, by=by)
    played = playing.play(row, fund, by=by, on=on, at=at, tell=tell)
    if imports.digest(row, played) != run.digest:
        raise ChangedSince(_differing(run, played))
    failpoints.reach("history.played")
    return imports.mark_applied(row, run, by=by, at=at)


def discard(upload: Import, *, because: str, by: User, at: datetime) -> Import:
    """Put an import away. Raises NotPermitted, WrongState, NeedsReason, AtWork."""
    people_rules.require(by, Permission.IMPORT_STAGE, upload.scope_ref)
    if background.under_way(upload):
        raise AtWork
    return imports.discard(upload, because=because, by=by, at=at)


def work_on_dry_run(job: Running, *, at: datetime) -> None:
    """Make the dry run that a job is for, unless it was kept already."""
    upload, by = background.upload_of(job), background.authority_of(job)
    if ImportRun.objects.filter(job=job.public_id).exists():
        return
    with background.said_on_the_page(job, upload, by=by, at=at), transaction.atomic():
        dry_run(upload, by=by, on=job.on, at=at, job=job.public_id, tell=job.tell)
        failpoints.reach("history.run_kept")
        job.hold()


def work_on_applying(job: Running, *, at: datetime) -> None:
    """Record what the dry run of the job said, by whoever confirmed it; what is recorded already stays as it stands."""
    upload, by = background.upload_of(job), background.authority_of(job)
    run = ImportRun.objects.get(pk=job.ids["run"], of=upload)
    with background.said_on_the_page(job, upload, by=by, at=at), transaction.atomic():
        apply(upload, digest=run.digest, by=by, on=job.on, at=at, tell=job.tell)
        failpoints.reach("history.applied")
        job.hold()


def work_on(upload: Import) -> Job | None:
    """The latest work on an import, for its page."""
    return background.latest(upload)


def _locked_fund(upload: Import) -> Fund:
    return locks.in_order(Fund.objects.filter(public_id=upload.scope_ref)).get()


def _differing(run: ImportRun, played: Played) -> list[tuple[str, int]]:
    """Which rows come out otherwise now, each by its sheet and number."""
    rows = []
    for one in import_queries.results(run):
        now = played.outcomes[one.row_id]
        if (one.result, one.code, one.field, one.changes) != (
            now.result,
            now.code,
            now.field,
            [list(c) for c in now.changes],
        ):
            rows.append((one.row.sheet, one.row.number))
    return rows


def _what_changed(differing: Sequence[tuple[str, int]]) -> str:
    """The sentence in the language that is read; without a row, the figures alone differ."""
    places = [
        _now("%(sheet)s, row %(number)s") % {"sheet": sheets.sheet(sheet).label, "number": number}
        for sheet, number in differing[:NAMED_AT_MOST]
    ]
    named = [*places, *(["…"] if len(differing) > NAMED_AT_MOST else [])] or [_now("the figures of the pool")]
    sentence = _now(
        "Something has changed since the dry run, so nothing was recorded. It would come out otherwise: %(what)s. Make a "
        "new dry run and read that."
    )
    return sentence % {"what": "; ".join(named)}


def _names(labels: Sequence[Promise]) -> list[str]:
    return [name for label in labels for name in in_every_language(label).values()]
