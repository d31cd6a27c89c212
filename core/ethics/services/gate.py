"""Putting the gate in force, and letting one thing pass it: asked by one person, approved by another."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.ethics import rules
from core.ethics.lifecycle import Money
from core.ethics.models import GateStart, Override, OverrideApproval
from core.ethics.services.conditions import ReasonMissing
from core.people import rules as people_rules
from core.people.models import User

LONGEST_REASON = 500
PUT_IN_FORCE = declare(
    "ethics.gate_put_in_force", _("{actor} put the ethics gate in force from {in_force_from}: {because}")
)
ASKED = declare("ethics.override_asked", _("{actor} asked that {amount} pass the ethics gate: {because}"))
APPROVED = declare("ethics.override_approved", _("{actor} let {amount} pass the ethics gate: {because}"))


class UnfitOverride(Invalid):
    code = "unfit_override"
    sentence = _("An override names an amount above zero in whole cents, and a last day that is today or later.")


class OwnOverride(NotPermitted):
    code = "own_override"
    sentence = _("You asked for this override, so another person has to approve it.")


class OneSided(NotPermitted):
    code = "one_sided_override"
    sentence = _("An override takes an ethics officer and a manager. Somebody of the other side has to approve it.")


class OverrideDecided(Conflict):
    code = "override_decided"
    sentence = _("This override was approved already, or its last day is over. Ask for another where one is needed.")


@transaction.atomic
def put_in_force(scope: str, *, from_day: date, because: str, by: User, at: datetime) -> GateStart:
    """Say from which day the gate judges a fund or programme. It is never put off: the earliest day counts.

    Raises NotPermitted, ReasonMissing.
    """
    rules.require_assess(by, scope)
    said = _because(because)
    made = GateStart.objects.create(scope=scope, in_force_from=from_day, reason=said[:300], stated_by=by, stated_at=at)
    told = {"in_force_from": from_day, "because": said}
    audit.record(PUT_IN_FORCE, made.public_id, by=by, chain=scope, after=told)
    return made


@transaction.atomic
def ask_override(
    scope: str,
    subject: str,
    *,
    kind: Money,
    amount: Decimal,
    expires_on: date,
    because: str,
    by: User,
    on: date,
    at: datetime,
    decision: str = "",
) -> Override:
    """Ask that one thing of a subject passes, up to an amount and to a last day. Raises NotPermitted, ReasonMissing, UnfitOverride."""
    if not rules.sides(scope, of=by):
        raise NotPermitted
    said = _because(because)
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise UnfitOverride(field="amount")
    if expires_on < on:
        raise UnfitOverride(field="expires_on")
    row = Override.objects.create(
        scope=scope,
        kind=kind,
        subject=subject,
        amount=amount,
        reason=said,
        decision=decision,
        expires_on=expires_on,
        asked_by=by,
        asked_on=on,
        asked_at=at,
    )
    told = {"subject": subject, "kind": kind, "amount": amount, "expires_on": expires_on, "because": said}
    audit.record(ASKED, row.public_id, by=by, chain=scope, after=told | ({"decision": decision} if decision else {}))
    return row


@transaction.atomic
def approve_override(override: Override, *, by: User, on: date, at: datetime) -> OverrideApproval:
    """Let it pass. Of the two people one is an ethics officer and the other a manager.

    Raises NotPermitted, OwnOverride, OneSided, OverrideDecided.
    """
    locks.by_name(f"override:{override.public_id}")
    row = Override.objects.select_related("asked_by").get(pk=override.pk)
    own = rules.sides(row.scope, of=by)
    if not own:
        raise NotPermitted
    if people_rules.is_same_human(by, row.asked_by):
        raise OwnOverride
    if not rules.cover_both(rules.sides(row.scope, of=row.asked_by), own):
        raise OneSided
    if row.expires_on < on or OverrideApproval.objects.filter(override=row).exists():
        raise OverrideDecided
    made = OverrideApproval.objects.create(override=row, by=by, at=at)
    told = {"subject": row.subject, "kind": row.kind, "amount": row.amount, "because": row.reason}
    audit.record(APPROVED, row.public_id, by=by, chain=row.scope, after=told)
    return made


@transaction.atomic
def override_by_decision(
    scope: str,
    subject: str,
    *,
    kind: Money,
    amount: Decimal,
    expires_on: date,
    because: str,
    decision: str,
    asked_by: User,
    by: User,
    on: date,
    at: datetime,
) -> Override:
    """Let one thing pass on the authority of an adopted proposal, which the caller has verified: ``asked_by`` put it
    forward, ``by`` carries it out. Both sides are needed here too. Raises as ``ask_override`` and ``approve_override``.
    """
    row = ask_override(
        scope,
        subject,
        kind=kind,
        amount=amount,
        expires_on=expires_on,
        because=because,
        by=asked_by,
        on=on,
        at=at,
        decision=decision,
    )
    approve_override(row, by=by, on=on, at=at)
    return row


def _because(because: str) -> str:
    said = because.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise ReasonMissing(field="because")
    return said
