"""Start-ups with their people, and applications as tests begin, fill in and submit them."""

from datetime import datetime, timezone

from accelerator.applications import queries, services
from core.organisations import services as organisations
from tests.factories import people

OPEN_AT = datetime(2026, 7, 10, 12, tzinfo=timezone.utc)
"""A moment within the window of the calls of ``tests.factories.programme_calls``."""
CLOSES_AT = datetime(2026, 8, 14, 15, tzinfo=timezone.utc)
ANSWERS = {1: "It hears what others do not.", 2: "1"}
"""To the two questions of each section, by their place."""


def startup(name="Deep Ear", *, nation="EE", by):
    return organisations.register(name=name, kind="company", nation=nation, by=by, at=OPEN_AT)


def owner(of, *, system, **given):
    return _of(of, "startup-owner", system, given)


def member(of, *, system, **given):
    return _of(of, "startup-member", system, given)


def begun(call, of, *, by, challenge=None, at=OPEN_AT):
    return services.begin(call, of, challenge, by=by, at=at)


def save(application, answers=None, *, section=1, edition=0, by, at=OPEN_AT):
    given = {order: services.Typed(text, edition) for order, text in (answers or ANSWERS).items()}
    return services.save(application, section, given, by=by, at=at)


def filled(call, of, *, by, challenge=None, at=OPEN_AT, in_words=False):
    """Every question of every section answered."""
    application = begun(call, of, by=by, challenge=challenge, at=at)
    for part in queries.sheet(application).parts:
        asked = {one.question.order: "Yes" for one in part.items} if in_words else None
        save(application, asked, section=part.order, by=by, at=at)
    return application


def submit(application, *, by, at=OPEN_AT):
    return services.submit(application, read=queries.digest(application), by=by, at=at)


def submitted(call, of, *, by, challenge=None, at=OPEN_AT):
    application = filled(call, of, by=by, challenge=challenge, at=at)
    submit(application, by=by, at=at)
    application.refresh_from_db()
    return application


def _of(organisation, role, system, given):
    return people.person(role=role, scope_kind="organisation", scope_ref=organisation.public_id, system=system, **given)
