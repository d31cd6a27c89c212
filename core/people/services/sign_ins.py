"""Notes in the audit trail about signing in and about what protects an account."""

from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.people import queries
from core.people.models import User

UNKNOWN = "unknown"
"""The subject where an address belongs to nobody. What was typed is kept nowhere."""

SIGNED_IN = declare("session.started", _("{actor} signed in."))
SIGN_IN_FAILED = declare("session.refused", _("Somebody failed to sign in as {subject}."))
FACTOR_ADDED = declare("factor.added", _("{actor} set up a second factor ({type})."))
FACTOR_REMOVED = declare("factor.removed", _("{actor} removed a second factor ({type})."))
FACTOR_REFUSED = declare("factor.refused", _("A second factor was refused for {subject}."))
CODES_REPLACED = declare("recovery_codes.replaced", _("{actor} made new recovery codes."))
CODES_READ = declare("recovery_codes.read", _("{actor} looked at the recovery codes."))
PASSWORD_CHANGED = declare("password.changed", _("{actor} changed the password."))
PASSWORD_RESET = declare("password.reset", _("{actor} reset the password by mail."))
ADDRESS_CHANGED = declare("address.changed", _("{actor} changed the e-mail address."))


def note_sign_in(person: User, *, methods: list[str]) -> None:
    """``methods`` are the ways in which the person proved herself, such as password and mfa."""
    audit.record(SIGNED_IN, person.public_id, by=person, after={"methods": methods})


def note_sign_in_failed(email: str) -> None:
    """Known and unknown addresses cost the same work."""
    person = queries.by_email(email)
    audit.record(SIGN_IN_FAILED, person.public_id if person else UNKNOWN, by=queries.system())


def note_factor_added(person: User, *, kind: str) -> None:
    audit.record(FACTOR_ADDED, person.public_id, by=person, after={"type": kind})


def note_factor_removed(person: User, *, kind: str) -> None:
    audit.record(FACTOR_REMOVED, person.public_id, by=person, before={"type": kind})


def note_factor_refused(person: User) -> None:
    audit.record(FACTOR_REFUSED, person.public_id, by=queries.system())


def note_codes_replaced(person: User) -> None:
    audit.record(CODES_REPLACED, person.public_id, by=person)


def note_codes_read(person: User) -> None:
    audit.record(CODES_READ, person.public_id, by=person)


def note_password_changed(person: User) -> None:
    audit.record(PASSWORD_CHANGED, person.public_id, by=person)


def note_password_reset(person: User) -> None:
    audit.record(PASSWORD_RESET, person.public_id, by=person)


def note_address_changed(person: User) -> None:
    audit.record(ADDRESS_CHANGED, person.public_id, by=person)
