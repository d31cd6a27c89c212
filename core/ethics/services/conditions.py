"""Conditions: set with an assessment, answered with evidence, accepted by another, moved or waived with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid, NotPermitted
from core.ethics import rules
from core.ethics.lifecycle import UNMET, ConditionState
from core.ethics.models import Condition, Review
from core.people.models import User

SET = declare("ethics.condition_set", _("{actor} set a condition for {name}, due on {due_on}."))
ANSWERED = declare("ethics.condition_answered", _("{actor} gave evidence for a condition of {name}."))
MET = declare("ethics.condition_met", _("{actor} accepted the evidence for a condition of {name}."))
SENT_BACK = declare(
    "ethics.condition_sent_back", _("{actor} sent the evidence for a condition of {name} back: {because}.")
)
WAIVED = declare("ethics.condition_waived", _("{actor} waived a condition of {name}: {because}."))
MOVED = declare("ethics.condition_moved", _("{actor} moved a condition of {name} to {due_on}: {because}."))


class DueInThePast(Invalid):
    code = "due_in_the_past"
    sentence = _("A condition cannot be due before today. Choose today or a later day.")


class UnfitCondition(Invalid):
    code = "unfit_condition"
    sentence = _("A condition says what must be done, by whom, until when, and which evidence is wanted.")


class AlreadyDecided(Conflict):
    code = "condition_decided"
    sentence = _("This condition was already met or waived. Reload the page to see how it stands.")


class NotAnswered(Conflict):
    code = "condition_not_answered"
    sentence = _("No evidence was given yet. Its owner gives it, then an ethics officer accepts it or sends it back.")


class EvidenceMissing(Invalid):
    code = "evidence_missing"
    sentence = _("Say what was done and where the evidence stands.")


class OwnEvidence(NotPermitted):
    code = "own_evidence"
    sentence = _("You gave this evidence, so you cannot accept it. Another ethics officer can.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = _("Say why, in a few words: the history of the review keeps it.")


@dataclass(frozen=True, slots=True)
class NewCondition:
    """A condition as an officer sets it: see Condition."""

    text: str
    evidence_wanted: str
    owner: User
    due_on: date
    is_blocking: bool = False


def set_conditions(review: Review, wanted: Sequence[NewCondition], *, on: date, by: User, at: datetime) -> None:
    """Add the conditions of an assessment, in its transaction. Raises DueInThePast, of the field ``due_on_1`` where it is
    the first, and UnfitCondition.
    """
    for number, one in enumerate(wanted, 1):
        if not one.text.strip() or not one.evidence_wanted.strip():
            raise UnfitCondition(field="conditions")
        if one.due_on < on:
            raise DueInThePast(field=f"due_on_{number}")
        made = Condition.objects.create(
            review=review,
            text=one.text.strip(),
            evidence_wanted=one.evidence_wanted.strip(),
            owner=one.owner,
            due_on=one.due_on,
            is_blocking=one.is_blocking,
            set_on=on,
            set_at=at,
            set_by=by,
        )
        _record(SET, made, by=by, after={"due_on": one.due_on, "owner": one.owner.public_id})


@transaction.atomic
def answer(condition: Condition, *, evidence: str, by: User, at: datetime) -> Condition:
    """Say what was done and where the evidence stands. Raises NotPermitted, AlreadyDecided, EvidenceMissing."""
    row = _locked(condition)
    rules.require_answer_condition(by, row)
    if not evidence.strip():
        raise EvidenceMissing(field="evidence")
    _require_unmet(row)
    row.state, row.evidence, row.answered_at, row.answered_by = ConditionState.ANSWERED, evidence.strip(), at, by
    row.save()
    _record(ANSWERED, row, by=by)
    return row


@transaction.atomic
def accept(condition: Condition, *, by: User, at: datetime) -> Condition:
    """Accept the evidence: the condition is met. Raises NotPermitted, OwnEvidence, NotAnswered, AlreadyDecided."""
    row = _answered(condition, by)
    if rules.is_own_evidence(by, row):
        raise OwnEvidence
    row.state, row.decided_at, row.decided_by = ConditionState.MET, at, by
    row.save()
    _record(MET, row, by=by)
    return row


@transaction.atomic
def send_back(condition: Condition, *, because: str, by: User) -> Condition:
    """The evidence is not enough: the condition is open again, with its due day. Raises as ``accept``, ReasonMissing."""
    row = _answered(condition, by)
    _require_reason(because)
    row.state = ConditionState.OPEN
    row.save(update_fields=["state"])
    _record(SENT_BACK, row, by=by, after={"because": because.strip()})
    return row


@transaction.atomic
def waive(condition: Condition, *, because: str, by: User, at: datetime) -> Condition:
    """Let a condition go, with the reason. Raises NotPermitted, ReasonMissing, AlreadyDecided."""
    row = _locked(condition)
    rules.require_assess(by, row.review.scope)
    _require_reason(because)
    _require_unmet(row)
    row.state, row.decided_at, row.decided_by = ConditionState.WAIVED, at, by
    row.decided_because = because.strip()[:300]
    row.save()
    _record(WAIVED, row, by=by, after={"because": because.strip()})
    return row


@transaction.atomic
def move(condition: Condition, *, due_on: date, because: str, on: date, by: User) -> Condition:
    """Set another due day, with the reason. Raises NotPermitted, DueInThePast, ReasonMissing, AlreadyDecided."""
    row = _locked(condition)
    rules.require_assess(by, row.review.scope)
    _require_reason(because)
    _require_unmet(row)
    if due_on < on:
        raise DueInThePast(field="due_on")
    before = {"due_on": row.due_on}
    row.due_on = due_on
    row.save(update_fields=["due_on"])
    _record(MOVED, row, by=by, before=before, after={"due_on": due_on, "because": because.strip()})
    return row


def _answered(condition: Condition, by: User) -> Condition:
    row = _locked(condition)
    rules.require_assess(by, row.review.scope)
    _require_unmet(row)
    if row.state != ConditionState.ANSWERED:
        raise NotAnswered
    return row


def _require_unmet(condition: Condition) -> None:
    if condition.state not in UNMET:
        raise AlreadyDecided


def _require_reason(because: str) -> None:
    if not because.strip():
        raise ReasonMissing(field="because")


def _locked(condition: Condition) -> Condition:
    rows = Condition.objects.filter(pk=condition.pk).select_related("review__organisation", "owner")
    return locks.in_order(rows).get()


def _record(
    kind: Kind,
    condition: Condition,
    *,
    by: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    review = condition.review
    named = {"name": review.organisation.name, "condition": condition.public_id} | (after or {})
    audit.record(kind, review.public_id, by=by, chain=review.scope, before=before, after=named)
