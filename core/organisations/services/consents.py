"""Consents of an organisation: given and withdrawn by whoever runs it, each time as a further row."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Invalid
from core.organisations import queries
from core.organisations.models import Consent, Organisation
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

CONSENTED = declare("consent.given", _("{actor} consented for {organisation}: {what}."))
WITHDRAWN = declare("consent.withdrawn", _("{actor} withdrew a consent of {organisation}: {what}."))


class UnknownConsent(Invalid):
    code = "unknown_consent"
    sentence = _("There is no such consent. Load the page again.")


@transaction.atomic
def give_consent(organisation: Organisation, what: str, *, by: User, at: datetime) -> Consent:
    """
    Consent for an organisation, as somebody who runs it. Where it stands already, it is that one.

    Where it is one company with another, the consent is for both; it is noted at whichever can give it in turn.

    Raises NotPermitted, UnknownConsent.
    """
    row = _consenting(organisation, what, by)
    if standing := queries.consent_in_force(row, what):
        return standing
    giving = next(one for one in queries.one_with(row) if not _is_given(one, what))
    return _further(giving, what, is_given=True, by=by, at=at)


@transaction.atomic
def withdraw_consent(organisation: Organisation, what: str, *, by: User, at: datetime) -> Consent | None:
    """
    Take a consent back, of both where two are one company: nobody reads on from the next request. None where none was given.

    Raises NotPermitted, UnknownConsent.
    """
    row = _consenting(organisation, what, by)
    if queries.consent_in_force(row, what) is None:
        return next(iter(queries.consents(row, what)), None)
    given = [one for one in queries.one_with(row) if _is_given(one, what)]
    withdrawn = [_further(one, what, is_given=False, by=by, at=at) for one in given]
    return withdrawn[0]


def _consenting(organisation: Organisation, what: str, by: User) -> Organisation:
    """The organisation, held with the one that is the same company: as a statement about them holds both."""
    both = [one.pk for one in queries.one_with(organisation)]
    row = next(one for one in locks.in_order(Organisation.objects.filter(pk__in=both)) if one.pk == organisation.pk)
    rules.require(by, Permission.ORGANISATION_RUN, row.public_id)
    if what not in Consent.What.values:
        raise UnknownConsent
    return row


def _is_given(row: Organisation, what: str) -> bool:
    last = row.consents.filter(what=what).order_by("-edition").first()
    return last is not None and last.is_given


def _further(row: Organisation, what: str, *, is_given: bool, by: User, at: datetime) -> Consent:
    edition = row.consents.filter(what=what).count() + 1
    made = Consent.objects.create(organisation=row, what=what, edition=edition, is_given=is_given, by=by, at=at)
    after = {"organisation": row.name, "what": what, "edition": edition}
    audit.record(CONSENTED if is_given else WITHDRAWN, made.public_id, by=by, chain=row.public_id, after=after)
    return made
