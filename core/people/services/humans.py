"""Stating that two accounts belong to one human, so that they count as one wherever two people are asked for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Invalid, NotPermitted
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

STATED = declare("person.same_as", _("{actor} stated that {subject} and {person} belong to one person: {reason}."))
PARTED = declare("person.not_same_as", _("{actor} stated that {subject} and {person} belong to two people: {reason}."))


class ReasonMissing(Invalid):
    code = "same_person_reason_missing"
    sentence = _("Say how you know, in a sentence: the audit trail keeps it.")


class SameAccount(Invalid):
    code = "same_account"
    sentence = _("These are one person already. Choose an account that was taken for somebody else’s.")


@transaction.atomic
def state_same_person(person: User, other: User, *, reason: str, by: User, at: datetime) -> User:
    """State that ``person`` is a further account of whoever holds ``other``. What was approved before stays approved.

    Accounts that move with theirs to another human bear the moment as well.
    Raises NotPermitted, also of one's own accounts; SameAccount, ReasonMissing.
    """
    row = _checked(person, other, reason, by)
    before, first = row.human, User.objects.get(pk=other.pk).human
    if before == first:
        raise SameAccount(field="other")
    User.objects.filter(Q(pk=before) | Q(same_person_as=before)).update(same_person_as=first, same_person_since=at)
    row.refresh_from_db()
    audit.record(STATED, row.public_id, by=by, after={"person": other.public_id, "reason": reason.strip()})
    return row


@transaction.atomic
def part(person: User, *, reason: str, by: User) -> User:
    """Take back that a further account belongs to whoever holds the first. Raises NotPermitted, ReasonMissing."""
    first = person.same_person_as
    if first is None:
        return person
    row = _checked(person, first, reason, by)
    if row.same_person_as_id is None:
        return row
    row.same_person_as = row.same_person_since = None
    row.save(update_fields=["same_person_as", "same_person_since"])
    audit.record(PARTED, row.public_id, by=by, after={"person": first.public_id, "reason": reason.strip()})
    return row


def _checked(person: User, other: User, reason: str, by: User) -> User:
    """Both accounts locked, the right and the reason there; the first of the two, fresh.

    The system's account is locked as well, which lets one statement pass at a time: two at once, each about another pair,
    could leave an account whose first account is a further one.
    """
    rows = list(locks.in_order(User.objects.filter(Q(pk__in=[person.pk, other.pk]) | Q(is_system=True))))
    told = [row for row in rows if row.pk in (person.pk, other.pk)]
    rules.require(by, Permission.PEOPLE_GRANT)
    if rules.is_same_human(by, *told) or any(row.is_system for row in told):
        raise NotPermitted
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return next(row for row in told if row.pk == person.pk)
