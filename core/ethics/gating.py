"""What people know of the gate: where it is in force for them, its overrides, and what they may ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.ethics import rules, subjects
from core.ethics.models import GateStart, Override
from core.ethics.subjects import Subject
from core.people import rules as people_rules
from core.people import scopes
from core.people.models import User
from core.people.roles import Permission, Scope

USED, EXPIRED, APPROVED, WAITING = _("Used"), _("Expired"), _("Approved"), _("Waits for a second person")


@dataclass(frozen=True, slots=True)
class Line:
    """An override with its subject and scope in words, how it stands, and whether the reader may approve it."""

    row: Override
    name: str
    scope: str
    state: Promise
    tone: str
    may_approve: bool


def starts(person: User) -> list[tuple[str, GateStart]]:
    """The statements of what the person may know, each with the name of its fund or programme, the newest first."""
    names = _names()
    rows = GateStart.objects.select_related("stated_by").order_by("-stated_at", "-pk")
    return [(names.get(one.scope, one.scope), one) for one in rows if _may_know(person, one.scope)]


def overrides(person: User, *, on: date) -> list[Line]:
    """Every override of the person's funds and programmes, the newest first; every one to an auditor."""
    rows = Override.objects.select_related("asked_by", "approval__by", "use").order_by("-asked_at", "-pk")
    return _lines([one for one in rows if _may_know(person, one.scope)], on, reader=person)


def override(person: User, public_id: str, *, on: date) -> Line:
    """One of them. Raises NotFound."""
    rows = Override.objects.select_related("asked_by", "approval__by", "use").filter(public_id=public_id)
    found = _lines([one for one in rows if _may_know(person, one.scope)], on, reader=person)
    if not found:
        raise NotFound
    return found[0]


def scopes_to_start(person: User) -> dict[str, str]:
    """Funds and programmes over which the person is an ethics officer, by id, with their names."""
    return {ref: name for ref, name in _names().items() if people_rules.may(person, Permission.ETHICS_ASSESS, ref)}


def may_ask(person: User) -> bool:
    """Whether the person speaks for a side anywhere."""
    wanted = (Permission.ETHICS_ASSESS, Permission.INVESTMENT_RECORD, Permission.COHORT_RUN)
    return any(people_rules.may(person, one) for one in wanted)


def subjects_for(person: User, *, also: str = "") -> list[Subject]:
    """What the person may have reviewed, and the one thing that a page led her from, where she speaks for a side of it."""
    found = {one.public_id: one for one in subjects.all_for(person)}
    if also and also not in found:
        found |= subjects.find((kind, also) for kind in subjects.keepers())
    mine = [one for one in found.values() if rules.sides(one.scope, of=person)]
    return sorted(mine, key=lambda one: (one.name, one.public_id))


def _lines(rows: Iterable[Override], on: date, *, reader: User) -> list[Line]:
    listed = list(rows)
    known = subjects.find((kind, one.subject) for one in listed for kind in subjects.keepers())
    names = _names() if listed else {}
    return [_line(reader, one, known, names, on) for one in listed]


def _line(person: User, row: Override, known: dict[str, Subject], names: dict[str, str], on: date) -> Line:
    is_approved = hasattr(row, "approval")
    state, tone = (APPROVED, "good") if is_approved else (WAITING, "warn")
    if hasattr(row, "use"):
        state, tone = USED, ""
    elif row.expires_on < on:
        state, tone = EXPIRED, ""
    own = rules.sides(row.scope, of=person)
    is_for_her = not is_approved and row.expires_on >= on and not people_rules.is_same_human(person, row.asked_by)
    may_approve = is_for_her and rules.cover_both(rules.sides(row.scope, of=row.asked_by), own)
    name = known[row.subject].name if row.subject in known else row.subject
    return Line(row, name, names.get(row.scope, row.scope), state, tone, may_approve)


def _may_know(person: User, scope: str) -> bool:
    return bool(rules.sides(scope, of=person)) or people_rules.reads_everything(person)


def _names() -> dict[str, str]:
    return {ref: name for (_kind, ref), name in scopes.names([Scope.FUND, Scope.PROGRAMME]).items()}
