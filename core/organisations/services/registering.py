"""Registering organisations."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.organisations.models import Organisation
from core.people import names, queries, rules
from core.people import services as people
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Permission, Scope

REGISTERED = declare("organisation.registered", _("{actor} registered the organisation {subject}."))
FOUNDED = declare("organisation.founded", _("{actor} registered a start-up of her own, {subject}."))
BROUGHT = declare("organisation.brought", _("{actor} registered the start-up {subject} on its behalf."))
CHANGED = declare("organisation.changed", _("{actor} changed what is said of the organisation {subject}."))

MOST_A_PERSON = 5
"""How many start-ups one person registers."""


class AlreadyRegistered(Conflict):
    code = "already_registered"
    sentence = _("An organisation of this name, kind and nation is already registered.")


class RegisteredAlready(Conflict):
    """By the same person: nobody is told of another's."""

    code = "registered_already"
    sentence = _("You registered it already. Open it under “Your organisations”.")


class TooMany(Conflict):
    code = "too_many_organisations"
    sentence = _("One person registers five start-ups at most. Ask an administrator where there are more.")


class NotFoundedYet(Invalid):
    code = "not_founded_yet"
    sentence = _("This day lies ahead. Give the day on which the start-up was founded.")


class UnfitWebsite(Invalid):
    code = "unfit_website"
    sentence = _("Give an address that begins with https:// or http://, or leave it empty.")


class KeptByTheFund(Invalid):
    code = "kept_by_the_fund"
    sentence = _("Name and nation of this organisation are kept by the fund. Write to it where one of them is wrong.")


class NationOutOfReach(NotPermitted):
    code = "nation_out_of_reach"
    sentence = _("This client acts for start-ups of other nations than this one.")


class ToldOtherwise(Conflict):
    code = "organisation_told_otherwise"
    sentence = _(
        "This client registered a start-up of this name and nation with other facts. Send the same, or another name."
    )


@transaction.atomic
def register(
    *,
    name: str,
    kind: str,
    nation: str | None,
    by: User,
    at: datetime,
    illustrative: bool = False,
    founded_on: date | None = None,
    chain: str = audit.GENERAL,
) -> Organisation:
    """Add an organisation. ``nation`` is an ISO code, or None where no source confirms it. Raises AlreadyRegistered.

    ``chain`` is where it is told. A long transaction, which holds the chain of its fund anyway, tells it there: the end
    of the general chain stays free for everybody else.
    """
    rules.require(by, Permission.ORGANISATION_REGISTER)
    organisation, created = Organisation.objects.get_or_create(
        name=name.strip(),
        kind=kind,
        nation_id=nation,
        is_self_registered=False,
        defaults={"is_illustrative": illustrative, "founded_on": founded_on, "created_at": at},
    )
    if not created:
        raise AlreadyRegistered(field="name")
    audit.record(
        REGISTERED, organisation.public_id, by=by, chain=chain, after={"name": name, "kind": kind, "nation": nation}
    )
    return organisation


@transaction.atomic
def found(
    *,
    name: str,
    nation: str,
    founded_on: date,
    registration_number: str = "",
    website: str = "",
    by: User,
    at: datetime,
) -> Organisation:
    """Register a start-up of one's own and become its owner. ``nation`` is an ISO code.

    Raises UnfitName, NotFoundedYet, UnfitWebsite, RegisteredAlready, TooMany.
    """
    person = locks.in_order(User.objects.filter(pk=by.pk)).get()
    said = _checked(name, founded_on, registration_number, website, at=at)
    own = Organisation.objects.filter(is_self_registered=True, registered_by=person)
    if own.filter(name__iexact=said["name"], nation_id=nation).exists():
        raise RegisteredAlready(field="name")
    if own.count() >= MOST_A_PERSON:
        raise TooMany
    organisation = Organisation.objects.create(
        **said,
        kind=Organisation.Kind.COMPANY,
        nation_id=nation,
        is_self_registered=True,
        registered_by=person,
        is_illustrative=person.is_illustrative,
        created_at=at,
    )
    audit.record(FOUNDED, organisation.public_id, by=by, after=said | {"nation": nation})
    people.grant(
        by,
        "startup-owner",
        scope_kind=Scope.ORGANISATION,
        scope_ref=organisation.public_id,
        starts_on=clock.day_of(at),
        reason=_now("Registered this start-up."),
        by=queries.system(),
        at=at,
    )
    return organisation


@transaction.atomic
def bring(
    *,
    name: str,
    nation: str,
    founded_on: date | None,
    registration_number: str = "",
    website: str = "",
    by: User,
    at: datetime,
) -> Organisation:
    """
    Register a start-up on its behalf, as a partner system that acts for its nation; the one that it registered before.

    It is nobody's own: the partner gets no grant over it. Raises NationOutOfReach, UnfitName, NotFoundedYet, UnfitWebsite,
    ToldOtherwise.
    """
    person = locks.in_order(User.objects.filter(pk=by.pk)).get()
    if nation not in person.scope_refs(PARTNER_SYSTEM.slug, Scope.NATION):
        raise NationOutOfReach(field="nation")
    said = _checked(name, founded_on, registration_number, website, at=at)
    known = Organisation.objects.filter(
        is_self_registered=True, registered_by=person, name__iexact=said["name"], nation_id=nation
    ).first()
    if known is not None:
        if any(getattr(known, field) != value for field, value in said.items() if field != "name"):
            raise ToldOtherwise(field="name")
        return known
    made = Organisation.objects.create(
        **said,
        kind=Organisation.Kind.COMPANY,
        nation_id=nation,
        is_self_registered=True,
        registered_by=person,
        is_illustrative=person.is_illustrative,
        created_at=at,
    )
    audit.record(BROUGHT, made.public_id, by=by, after=said | {"nation": nation})
    return made


@transaction.atomic
def change_details(
    organisation: Organisation,
    *,
    name: str,
    nation: str | None,
    founded_on: date | None,
    registration_number: str,
    website: str,
    by: User,
    at: datetime,
) -> Organisation:
    """Say anew what the start-up is. Name and nation are its own where it registered itself.

    Raises NotPermitted, UnfitName, NotFoundedYet, UnfitWebsite, KeptByTheFund, RegisteredAlready.
    """
    row = locks.in_order(Organisation.objects.filter(pk=organisation.pk)).get()
    rules.require(by, Permission.ORGANISATION_RUN, row.public_id)
    said = _checked(name, founded_on, registration_number, website, at=at) | {"nation_id": nation}
    changed = {field: value for field, value in said.items() if value != getattr(row, field)}
    if changed.keys() & {"name", "nation_id"}:
        _check_name_is_free(row, said)
    if changed:
        before = {field: getattr(row, field) for field in changed}
        for field, value in changed.items():
            setattr(row, field, value)
        row.save(update_fields=list(changed))
        audit.record(CHANGED, row.public_id, by=by, before=_told(before), after=_told(changed))
    return row


def _checked(
    name: str, founded_on: date | None, registration_number: str, website: str, *, at: datetime
) -> dict[str, object]:
    if founded_on and founded_on > clock.day_of(at):
        raise NotFoundedYet(field="founded_on")
    if website and not website.startswith(("https://", "http://")):
        raise UnfitWebsite(field="website")
    return {
        "name": names.plain(name),
        "founded_on": founded_on,
        "registration_number": registration_number.strip(),
        "website": website.strip(),
    }


def _check_name_is_free(row: Organisation, said: dict[str, object]) -> None:
    if not row.is_self_registered:
        raise KeptByTheFund(field="name")
    same = {"registered_by": row.registered_by, "name__iexact": said["name"], "nation_id": said["nation_id"]}
    if Organisation.objects.filter(**same).exclude(pk=row.pk).exists():
        raise RegisteredAlready(field="name")


def _told(fields: dict[str, object]) -> dict[str, object]:
    """As the audit trail names them."""
    return {field.removesuffix("_id"): value for field, value in fields.items()}
