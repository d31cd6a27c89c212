"""Uploading a history, rehearsing it, applying what was read, and discarding it. Locks: the fund first, then the import."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.functional import Promise
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
from core.imports.reading import Contents
from core.imports.services import Played
from core.people import queries as people
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.history import sheets
from portfolio.history.services import playing

NAMED_AT_MOST = 5


class UnknownKind(Invalid):
    code = "unknown_kind"
    sentence = _("Choose what the file holds.")


class ChangedSince(Conflict):
    """Applying would do something else than the dry run that was read."""

    code = "changed_since"

    def __init__(self, differing: Sequence[str]) -> None:
        self.differing = list(differing)
        named = [*differing[:NAMED_AT_MOST], *(["…"] if len(differing) > NAMED_AT_MOST else [])]
        sentence = _(
            "Something has changed since the dry run, so nothing was recorded. It would come out otherwise: %(what)s. Make a "
            "new dry run and read that."
        )
        super().__init__(str(sentence) % {"what": "; ".join(named)})


def upload(
    fund: Fund, content: bytes, *, name: str, kind: str, by: User, on: date, at: datetime
) -> tuple[Import, bool]:
    """Read a file, stage its rows and make the first dry run. The same file again returns the import that stands, and False.

    Raises NotPermitted, UnknownKind, Unreadable; then nothing of the file is kept.
    """
    people_rules.require(by, Permission.IMPORT_STAGE, fund.public_id)
    wanted = sheets.of_kind(kind)
    if not wanted:
        raise UnknownKind(field="kind")
    contents = reading.read(
        content, name=name, wanted=wanted, ignored_tabs=_names(sheets.OUR_TABS), ignored_heads=_names(sheets.OUR_HEADS)
    )
    return _stage(fund, contents, kind=kind, by=by, on=on, at=at)


@transaction.atomic
def dry_run(upload: Import, *, by: User, on: date, at: datetime) -> ImportRun:
    """Play the whole import through the services and take all of it back; keep what it came to. Raises WrongState.

    It acts as the system: what the second person may not do shows when it is applied, and then nothing is.
    """
    fund = _locked_fund(upload)
    row = imports.locked(upload)
    people_rules.require(by, Permission.IMPORT_STAGE, fund.public_id)
    if not import_queries.is_open(row):
        raise imports.WrongState
    with playing.rehearsal():
        played = playing.play(row, fund, by=people.system(), on=on, at=at)
    return imports.keep_run(row, played, by=by, at=at)


@transaction.atomic
def apply(upload: Import, *, digest: str, by: User, on: date, at: datetime) -> Import:
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
    played = playing.play(row, fund, by=by, on=on, at=at)
    if imports.digest(row, played) != run.digest:
        raise ChangedSince(_differing(run, played))
    failpoints.reach("history.played")
    return imports.mark_applied(row, run, by=by, at=at)


def discard(upload: Import, *, because: str, by: User, at: datetime) -> Import:
    """Put an import away. Raises NotPermitted, WrongState, NeedsReason."""
    return imports.discard(upload, because=because, by=by, at=at)


@transaction.atomic
def _stage(fund: Fund, contents: Contents, *, kind: str, by: User, on: date, at: datetime) -> tuple[Import, bool]:
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    staged, is_new = imports.stage(contents, kind=kind, scope_ref=fund.public_id, by=by, at=at)
    if is_new:
        dry_run(staged, by=by, on=on, at=at)
    return staged, is_new


def _locked_fund(upload: Import) -> Fund:
    return locks.in_order(Fund.objects.filter(public_id=upload.scope_ref)).get()


def _differing(run: ImportRun, played: Played) -> list[str]:
    """Which rows and figures come out otherwise now, in words."""
    rows = []
    for one in import_queries.results(run):
        now = played.outcomes[one.row_id]
        if (one.result, one.code, one.field, one.changes) != (
            now.result,
            now.code,
            now.field,
            [list(c) for c in now.changes],
        ):
            rows.append(
                _("%(sheet)s, row %(number)s") % {"sheet": sheets.sheet(one.row.sheet).label, "number": one.row.number}
            )
    return [str(one) for one in rows] or [_now("the figures of the pool")]


def _names(labels: Sequence[Promise]) -> list[str]:
    return [name for label in labels for name in in_every_language(label).values()]
