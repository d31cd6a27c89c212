"""Stating that a start-up and a company that is kept are one: by one person, agreed to by another; taken back by either."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid
from core.organisations import queries
from core.organisations.models import OneCompany, OneCompanyAgreed, Organisation
from core.organisations.rules import refusal_to_agree, refusal_to_part, refusal_to_state
from core.people.models import User

LONGEST_REASON = 500
STATED = declare("organisation.stated_one", _("{actor} stated that {registered} and {kept} are one company: {because}"))
AGREED = declare("organisation.agreed_one", _("{actor} agreed that {registered} and {kept} are one company."))
PARTED = declare(
    "organisation.stated_two", _("{actor} stated that {registered} and {kept} are two companies: {because}")
)


class UnfitPair(Invalid):
    code = "unfit_pair"
    sentence = _("One of the two registered itself, the other is a company that the fund or the accelerator keeps.")


class StatedAlready(Conflict):
    code = "stated_already"
    sentence = _("One of the two is stated to be one with another already. Take that back first.")


class HowMissing(Invalid):
    code = "one_company_reason_missing"
    sentence = _("Say how you know, in at most 500 characters: the audit trail keeps it.")


@transaction.atomic
def state_one(registered: Organisation, kept: Organisation, *, reason: str, by: User, at: datetime) -> OneCompany:
    """
    State that the two are one company; it holds once another person agrees.

    Raises NotPermitted, ActsForIt, UnfitPair, StatedAlready, HowMissing.
    """
    startup, company = _locked(registered, kept)
    if refused := refusal_to_state(by, startup):
        raise refused
    if not startup.is_self_registered or company.is_self_registered or company.kind != Organisation.Kind.COMPANY:
        raise UnfitPair
    is_free = queries.to_join().filter(pk=startup.pk).exists() and queries.to_be_joined().filter(pk=company.pk).exists()
    if not is_free:
        raise StatedAlready
    return _further(STATED, startup, company, OneCompany.Says.ONE, reason, by, at)


@transaction.atomic
def agree_one(statement: OneCompany, *, by: User, at: datetime) -> OneCompany:
    """
    Agree that the two are one: from now on consent and timeline are of both.

    Raises NotPermitted, ActsForIt, OwnStatement, CountsNoMore.
    """
    startup, company = _locked(statement.registered, statement.kept)
    row = queries.get_statement(statement.public_id)
    if refused := refusal_to_agree(by, row, counts=queries.counts(row)):
        raise refused
    OneCompanyAgreed.objects.create(statement=row, by=by, at=at)
    _record(AGREED, row, startup, company, by)
    return queries.get_statement(row.public_id)


@transaction.atomic
def state_two(statement: OneCompany, *, reason: str, by: User, at: datetime) -> OneCompany:
    """
    State that the two are two after all, whether or not somebody agreed: one person is enough, and it holds at once.

    Raises NotPermitted, ActsForIt, CountsNoMore, HowMissing.
    """
    startup, company = _locked(statement.registered, statement.kept)
    row = queries.get_statement(statement.public_id)
    if refused := refusal_to_part(by, row, counts=queries.counts(row)):
        raise refused
    return _further(PARTED, startup, company, OneCompany.Says.TWO, reason, by, at)


def _locked(registered: Organisation, kept: Organisation) -> tuple[Organisation, Organisation]:
    """Both as they stand, held until the transaction ends: of two statements about one of them the second sees the first."""
    rows = {one.pk: one for one in locks.in_order(Organisation.objects.filter(pk__in=[registered.pk, kept.pk]))}
    return rows[registered.pk], rows[kept.pk]


def _further(
    kind: Kind, startup: Organisation, company: Organisation, says: str, reason: str, by: User, at: datetime
) -> OneCompany:
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise HowMissing(field="reason")
    edition = OneCompany.objects.filter(registered=startup).count() + 1
    made = OneCompany.objects.create(
        registered=startup, kept=company, edition=edition, says=says, reason=said, by=by, at=at
    )
    _record(kind, made, startup, company, by, because=said)
    return made


def _record(
    kind: Kind, row: OneCompany, startup: Organisation, company: Organisation, by: User, **told: object
) -> None:
    after = {"registered": startup.name, "kept": company.name, "ids": [startup.public_id, company.public_id], **told}
    audit.record(kind, row.public_id, by=by, chain=startup.public_id, after=after)
