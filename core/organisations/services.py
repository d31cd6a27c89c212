"""Registering organisations."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict
from core.organisations.models import Organisation
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

REGISTERED = declare("organisation.registered", _("{actor} registered the organisation {subject}."))


class AlreadyRegistered(Conflict):
    code = "already_registered"
    sentence = _("An organisation of this name, kind and nation is already registered.")


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
        defaults={"is_illustrative": illustrative, "founded_on": founded_on, "created_at": at},
    )
    if not created:
        raise AlreadyRegistered(field="name")
    audit.record(
        REGISTERED, organisation.public_id, by=by, chain=chain, after={"name": name, "kind": kind, "nation": nation}
    )
    return organisation
