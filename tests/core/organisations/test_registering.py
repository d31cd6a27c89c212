"""A person registers her own start-up and is its owner; nothing that the fund knows is told by it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.organisations import queries, services
from core.organisations.models import Organisation
from core.people import names, rules
from core.people.models import RoleGrant
from core.people.roles import Permission
from tests.core.organisations.conftest import found


def test_whoever_registers_a_start_up_is_its_owner(ada, system):
    made = found(ada, name="  Deep   Ear ", registration_number=" 12 34 ", website="https://ear.example")

    grant = RoleGrant.objects.get(person=ada)
    assert (made.name, made.kind, made.nation_id, made.is_self_registered) == ("Deep Ear", "company", "EE", True)
    assert (made.registration_number, made.website, made.founded_on) == (
        "12 34",
        "https://ear.example",
        date(2024, 6, 1),
    )
    assert (grant.role, grant.scope_ref, grant.granted_by) == ("startup-owner", made.public_id, system)
    assert grant.reason
    assert rules.may(ada, Permission.ORGANISATION_RUN, made.public_id)
    assert list(queries.of_person(ada)) == [made]


def test_the_audit_trail_says_what_was_registered_and_changed(ada, startup):
    services.change_details(startup, **details(startup, website="https://ear.example"), by=ada, at=clock.now())

    founded = AuditEvent.objects.get(kind="organisation.founded")
    changed = AuditEvent.objects.get(kind="organisation.changed")
    assert (founded.actor, founded.subject) == (ada.public_id, startup.public_id)
    assert founded.after["name"] == "Deep Ear"
    assert (changed.before, changed.after) == ({"website": ""}, {"website": "https://ear.example"})


def test_a_name_known_to_the_fund_is_no_hindrance_and_is_not_told(ada, system):
    known = services.register(name="Deep Ear", kind="company", nation="EE", by=system, at=clock.now())

    made = found(ada)

    assert made != known
    assert not rules.may(ada, Permission.ORGANISATION_RUN, known.public_id)


def test_no_import_takes_a_start_up_for_the_company_whose_name_it_bears(ada, system):
    found(ada)

    assert queries.named("Deep Ear", "company") is None
    assert not queries.is_known("Deep Ear", "company", "EE")
    assert not queries.companies().exists()
    services.register(name="Deep Ear", kind="company", nation="EE", by=system, at=clock.now())
    with pytest.raises(services.AlreadyRegistered):
        services.register(name="Deep Ear", kind="company", nation="EE", by=system, at=clock.now())


def test_the_same_is_registered_once_by_a_person_and_again_by_another(ada, startup, stranger):
    with pytest.raises(services.RegisteredAlready, match="You registered it already"):
        found(ada, name="DEEP EAR")
    found(ada, nation="FR")
    found(stranger)

    assert Organisation.objects.filter(name="Deep Ear").count() == 3


def test_one_person_registers_five_at_most(ada):
    for number in range(services.MOST_A_PERSON):
        found(ada, name=f"Ear {number}")

    with pytest.raises(services.TooMany):
        found(ada, name="One more")

    assert Organisation.objects.count() == RoleGrant.objects.filter(person=ada).count() == 5


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"founded_on": date(2026, 6, 2)}, services.NotFoundedYet, "founded_on"),
        ({"website": "javascript:alert(1)"}, services.UnfitWebsite, "website"),
        ({"name": "Win at www.evil.example"}, names.UnfitName, "name"),
        ({"name": "Ear\nBcc: all"}, names.UnfitName, "name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(ada, wrong, refusal, field):
    with pytest.raises(refusal) as refused:
        found(ada, **wrong)

    assert refused.value.field == field
    assert not Organisation.objects.exists()
    assert not RoleGrant.objects.filter(person=ada).exists()


def test_nobody_but_an_owner_changes_the_details(startup, cy, stranger):
    for person in (cy, stranger):
        with pytest.raises(NotPermitted):
            services.change_details(startup, **details(startup, name="Other"), by=person, at=clock.now())

    startup.refresh_from_db()
    assert startup.name == "Deep Ear"


def test_a_start_up_changes_its_name_to_none_that_its_person_registered(ada, startup):
    other = found(ada, name="Other Ear")

    with pytest.raises(services.RegisteredAlready):
        services.change_details(other, **details(other, name="deep ear"), by=ada, at=clock.now())

    changed = services.change_details(other, **details(other, name="Third Ear", nation="FR"), by=ada, at=clock.now())
    assert (changed.name, changed.nation_id) == ("Third Ear", "FR")


def test_of_what_the_fund_keeps_an_owner_changes_neither_name_nor_nation(ada, system):
    from tests.core.organisations.conftest import joined

    kept = services.register(name="Kept", kind="company", nation="EE", by=system, at=clock.now())
    owner = joined("startup-owner", kept, email="owner@example.org", system=system)

    for change in ({"name": "Other"}, {"nation": "FR"}):
        with pytest.raises(services.KeptByTheFund):
            services.change_details(kept, **details(kept, **change), by=owner, at=clock.now())
    changed = services.change_details(kept, **details(kept, registration_number="7"), by=owner, at=clock.now())

    assert (changed.name, changed.nation_id, changed.registration_number) == ("Kept", "EE", "7")


def test_nothing_changed_is_no_event(ada, startup):
    services.change_details(startup, **details(startup), by=ada, at=clock.now() + timedelta(minutes=1))

    assert not AuditEvent.objects.filter(kind="organisation.changed").exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"is_self_registered": False}, "organisation_registers_itself_by_somebody"),
        ({"registered_by": None}, "organisation_registers_itself_by_somebody"),
        ({"nation": None}, "organisation_registers_itself_by_somebody"),
        ({"kind": "test-centre"}, "stays what it was made as"),
    ],
)
def test_the_table_refuses_what_can_never_be(startup, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Organisation.objects.filter(pk=startup.pk).update(**fields)


def test_the_table_keeps_a_name_once_a_person_and_once_among_what_is_kept(ada, startup, system):
    services.register(name="Kept", kind="company", nation="EE", by=system, at=clock.now())
    same = {"kind": "company", "nation_id": "EE", "created_at": clock.now()}

    with pytest.raises(IntegrityError, match="organisation_registered_once_by_a_person"), transaction.atomic():
        Organisation.objects.create(name="deep ear", is_self_registered=True, registered_by=ada, **same)
    with pytest.raises(IntegrityError, match="organisation_once"), transaction.atomic():
        Organisation.objects.create(name="Kept", **same)


def details(organisation, **changes):
    fields = ("name", "founded_on", "registration_number", "website")
    return {field: getattr(organisation, field) for field in fields} | {"nation": organisation.nation_id} | changes
