"""Staging what was read, keeping dry runs, marking what was applied or discarded. Who applies it calls these last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import digests
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, DomainError, Invalid, NotPermitted
from core.imports.cells import in_every_language
from core.imports.lifecycle import Result, State, leads_to
from core.imports.models import Import, ImportResult, ImportRow, ImportRun
from core.imports.reading import Contents
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

STAGED = declare("import.staged", _("{actor} uploaded a file of {rows} rows to bring in."))
CHECKED = declare("import.checked", _("{actor} made a dry run of an import: {new} new, {in_the_way} in the way."))
APPLIED = declare("import.applied", _("{actor} applied an import: {new} new, {differs} changed, {same} there already."))
REFUSED = declare("import.refused", _("{actor} asked for work on an import, which was refused: {because}"))
DISCARDED = declare("import.discarded", _("{actor} discarded an import: {because}."))

AT_ONCE = 2_000
"""Rows of one INSERT: large enough that the number of statements no longer matters."""


class WrongState(Conflict):
    code = "wrong_state"
    sentence = _("The import was applied or discarded already, so this can no longer be done with it.")


class OwnUpload(NotPermitted):
    code = "own_upload"
    sentence = _("You uploaded this file, so you cannot apply it. Another fund manager can.")


class ReadAnother(Conflict):
    """The dry run on the page that was read is not the latest."""

    code = "read_another"
    sentence = _("A later dry run was made since you opened the page. Read that one, then apply it.")


class StandsInTheWay(Conflict):
    code = "stands_in_the_way"
    sentence = _("Some rows cannot be recorded. Correct them in the file and upload it anew.")


class NothingToRecord(Conflict):
    code = "nothing_to_record"
    sentence = _("Everything in the file is recorded already. There is nothing to apply.")


class NeedsReason(Invalid):
    code = "needs_reason"
    sentence = _("Say why the import is discarded.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run says of one row. ``message`` is by language; ``changes`` are (column, recorded, in the file)."""

    result: Result
    is_in_the_way: bool = False
    code: str = ""
    field: str = ""
    message: Mapping[str, str] = made(default_factory=dict)
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a run moves, exact, as texts."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Played:
    """A run as it was played: one outcome a row, by its key."""

    outcomes: Mapping[int, Outcome]
    figures: Sequence[Figure]


@transaction.atomic
def stage(contents: Contents, *, kind: str, scope_ref: str, by: User, at: datetime) -> tuple[Import, bool]:
    """Keep what was read. The same file for the same use returns the import that stands, and False. Raises NotPermitted."""
    rules.require(by, Permission.IMPORT_STAGE, scope_ref)
    row = Import(
        kind=kind,
        scope_ref=scope_ref,
        file_name=contents.file_name,
        size_bytes=contents.size_bytes,
        digest=contents.digest,
        row_count=contents.row_count,
        not_read=list(contents.not_read),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        standing = Import.objects.filter(scope_ref=scope_ref, kind=kind, digest=contents.digest)
        return standing.exclude(state=State.DISCARDED).get(), False
    ImportRow.objects.bulk_create(
        (
            ImportRow(of=row, sheet=table.sheet, number=one.number, values=one.values)
            for table in contents.tables
            for one in table.rows
        ),
        batch_size=AT_ONCE,
    )
    told = {"kind": kind, "digest": row.digest, "rows": row.row_count}
    audit.record(STAGED, row.public_id, by=by, chain=scope_ref, after=told)
    return row, True


@transaction.atomic
def keep_run(upload: Import, played: Played, *, by: User, at: datetime, job: str = "") -> ImportRun:
    """Keep what a dry run said, and sign it with a digest; ``job`` made it. Raises NotPermitted, WrongState."""
    row = locked(upload)
    rules.require(by, Permission.IMPORT_STAGE, row.scope_ref)
    if row.state not in (State.STAGED, State.CHECKED):
        raise WrongState
    counts = {result: sum(one.result == result for one in played.outcomes.values()) for result in Result}
    run = ImportRun.objects.create(
        of=row,
        at=at,
        by=by,
        digest=digest(row, played),
        new=counts[Result.NEW],
        same=counts[Result.SAME],
        differs=counts[Result.DIFFERS],
        refused=counts[Result.REFUSED],
        in_the_way=sum(one.is_in_the_way for one in played.outcomes.values()),
        figures=[[one.code, one.before, one.after] for one in played.figures],
        job=job,
    )
    ImportResult.objects.bulk_create(
        (_result(run, key, outcome) for key, outcome in played.outcomes.items()), batch_size=AT_ONCE
    )
    if row.state == State.STAGED:
        row.state = State.CHECKED
        row.save(update_fields=["state"])
    told = {"digest": run.digest, "new": run.new, "in_the_way": run.in_the_way}
    audit.record(CHECKED, row.public_id, by=by, chain=row.scope_ref, after=told)
    return run


@transaction.atomic
def ready_to_apply(upload: Import, *, digest: str, by: User) -> ImportRun:
    """The dry run that may be applied: the latest, read by a second person, with nothing in the way.

    The import stays locked. Raises NotPermitted, WrongState, OwnUpload, ReadAnother, StandsInTheWay, NothingToRecord.
    """
    row = locked(upload)
    rules.require(by, Permission.IMPORT_APPLY, row.scope_ref)
    if not leads_to(row.state, State.APPLIED):
        raise WrongState
    if rules.is_same_human(by, row.uploaded_by):
        raise OwnUpload
    run = row.runs.order_by("-pk")[0]
    if run.digest != digest:
        raise ReadAnother
    if run.in_the_way:
        raise StandsInTheWay
    if not run.to_write:
        raise NothingToRecord
    return run


@transaction.atomic
def mark_applied(upload: Import, run: ImportRun, *, by: User, at: datetime) -> Import:
    """Say that everything of ``run`` was recorded, in the transaction that recorded it."""
    row = locked(upload)
    rules.require(by, Permission.IMPORT_APPLY, row.scope_ref)
    if not leads_to(row.state, State.APPLIED):
        raise WrongState
    row.state, row.applied_run, row.applied_by, row.applied_at = State.APPLIED, run, by, at
    row.save(update_fields=["state", "applied_run", "applied_by", "applied_at"])
    told = {"kind": row.kind, "digest": run.digest, "new": run.new, "differs": run.differs, "same": run.same}
    audit.record(APPLIED, row.public_id, by=by, chain=row.scope_ref, after=told)
    return row


@transaction.atomic
def discard(upload: Import, *, because: str, by: User, at: datetime) -> Import:
    """Put an import away that will not be applied; the file may then be uploaded anew. Raises WrongState, NeedsReason."""
    row = locked(upload)
    rules.require(by, Permission.IMPORT_STAGE, row.scope_ref)
    if not leads_to(row.state, State.DISCARDED):
        raise WrongState
    if not because.strip():
        raise NeedsReason(field="because")
    row.state, row.discarded_by, row.discarded_at, row.discarded_because = State.DISCARDED, by, at, because.strip()
    row.save(update_fields=["state", "discarded_by", "discarded_at", "discarded_because"])
    audit.record(DISCARDED, row.public_id, by=by, chain=row.scope_ref, after={"because": row.discarded_because})
    return row


@transaction.atomic
def note_refusal(upload: Import, refusal: DomainError, *, by: User, at: datetime) -> Import:
    """Keep why work that ``by`` asked for was refused, in every language, for the page of the import."""
    row = locked(upload)
    row.refused_by, row.refused_at, row.refusal = by, at, in_every_language(refusal.sentence)
    row.save(update_fields=["refused_by", "refused_at", "refusal"])
    told = {"because": row.refusal["en"], "code": refusal.code}
    audit.record(REFUSED, row.public_id, by=by, chain=row.scope_ref, after=told)
    return row


def locked(upload: Import) -> Import:
    """The import, locked until the transaction ends: after the fund or programme that it is for."""
    return locks.in_order(Import.objects.filter(pk=upload.pk)).get()


def digest(upload: Import, played: Played) -> str:
    """What an apply is bound to: the file, what the run said of each row, and every figure. No words of any language."""
    return digests.digest(
        {
            "file": upload.digest,
            "kind": upload.kind,
            "scope": upload.scope_ref,
            "rows": [
                [key, one.result, one.is_in_the_way, one.code, one.field, [list(change) for change in one.changes]]
                for key, one in sorted(played.outcomes.items())
            ],
            "figures": [[one.code, one.before, one.after] for one in played.figures],
        }
    )


def _result(run: ImportRun, key: int, outcome: Outcome) -> ImportResult:
    return ImportResult(
        run=run,
        row_id=key,
        result=outcome.result,
        is_in_the_way=outcome.is_in_the_way,
        code=outcome.code,
        field=outcome.field,
        message=dict(outcome.message),
        changes=[list(change) for change in outcome.changes],
    )
