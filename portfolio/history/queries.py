"""Imports of a person's funds, and what she may do with one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from core.errors import NotFound
from core.imports import queries as imports
from core.imports.lifecycle import Result, State
from core.imports.models import Import, ImportRun
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import ROLES, Permission, Scope
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.history import figures, sheets


@dataclass(frozen=True, slots=True)
class Listed:
    """One import of the list with its latest dry run; None where there is none yet."""

    upload: Import
    run: ImportRun | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of the pool before and after; ``difference`` is after less before."""

    name: str | Promise
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Permitted:
    """What a person may do with an import. ``waits_for`` are the names of those who may apply it."""

    check: bool
    discard: bool
    apply: bool
    is_own: bool
    waits_for: tuple[str, ...]


def visible_to(person: User) -> QuerySet[Import]:
    """The imports of the funds that a person reads as a whole, the newest first."""
    own = funds.visible_to(person).values_list("public_id", flat=True)
    return imports.of_scopes(own, list(sheets.KINDS))


def of_fund(fund: Fund) -> QuerySet[Import]:
    return imports.of_scopes([fund.public_id], list(sheets.KINDS))


def listed(uploads: list[Import]) -> list[Listed]:
    """Some imports, each with its latest dry run, in one query more."""
    latest = ImportRun.objects.filter(of=OuterRef("of")).order_by("-pk").values("pk")[:1]
    runs = ImportRun.objects.filter(of__in=uploads, pk=Subquery(latest))
    by_import = {run.of_id: run for run in runs}
    return [Listed(upload, by_import.get(upload.pk)) for upload in uploads]


def get_import(person: User, public_id: str) -> tuple[Import, Fund]:
    """One import that the person may read, with its fund. Raises NotFound."""
    found = visible_to(person).select_related("applied_run__by").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found, Fund.objects.get(public_id=found.scope_ref)


def moved(run: ImportRun) -> list[Moved]:
    """The figures of a dry run, in the order in which the pool shows them."""
    return [Moved(figures.name(code), Decimal(before), Decimal(after)) for code, before, after in run.figures]


def counts(run: ImportRun) -> dict[str, int]:
    """How many rows came out which way, in the order of work."""
    return {
        Result.REFUSED.value: run.refused,
        Result.DIFFERS.value: run.differs,
        Result.NEW.value: run.new,
        Result.SAME.value: run.same,
    }


def permitted(person: User, upload: Import, run: ImportRun | None, *, on: date, at_work: bool = False) -> Permitted:
    """What shows on the page is what the services will let pass: nothing while it is worked on in the background."""
    stages = people_rules.may(person, Permission.IMPORT_STAGE, upload.scope_ref)
    applies = people_rules.may(person, Permission.IMPORT_APPLY, upload.scope_ref)
    is_open = imports.is_open(upload) and not at_work
    is_own = people_rules.is_same_human(person, upload.uploaded_by)
    ready = is_open and upload.state == State.CHECKED and run is not None and not run.in_the_way and run.to_write > 0
    return Permitted(
        check=stages and is_open,
        discard=stages and is_open,
        apply=applies and ready and not is_own,
        is_own=is_own,
        waits_for=tuple(_who_may_apply(upload, on=on)) if ready else (),
    )


def _who_may_apply(upload: Import, *, on: date) -> list[str]:
    able = [slug for slug, role in ROLES.items() if Permission.IMPORT_APPLY in role.permissions]
    people = User.objects.filter(
        Q(grants__scope_kind=Scope.EVERYWHERE) | Q(grants__scope_ref=upload.scope_ref),
        Q(grants__ends_before__isnull=True) | Q(grants__ends_before__gt=on),
        grants__role__in=able,
        grants__starts_on__lte=on,
        grants__revoked_at__isnull=True,
        is_active=True,
    ).exclude(people_rules.of_same_human("", upload.uploaded_by))
    return list(people.order_by("name").values_list("name", flat=True).distinct())
