"""Offers: made by one, released by another, accepted once by an owner who read them, in time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accelerator.cohorts import queries, rules, services
from accelerator.cohorts.models import CohortMember, Offer, Participation, ParticipationStep
from core.audit import digests
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.notifications.models import OutboundMail
from core.people import services as people_services
from tests.factories import accelerator, applications, people, programme_calls
from tests.factories import cohorts as factory
from tests.factories.cohorts import BEGAN_ON, EXPIRES_AT, OFFERED_AT

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


def stands(offer):
    return Offer.objects.filter(pk=offer.pk).values().get()


def test_an_offer_has_the_programmes_funding(programme, startup, manager):
    offer = factory.offered(programme, startup, by=manager)

    assert (offer.amount, offer.currency_id, offer.months, offer.agreement) == (
        Decimal("100000.00"),
        "EUR",
        6,
        "contract",
    )
    event = AuditEvent.objects.get(kind="offer.made")
    assert event.chain == programme.public_id
    assert event.after["amount"] == "100000.00"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"terms": "  "}, services.TermsMissing),
        ({"terms": "x" * 20_001}, services.TermsMissing),
        ({"expires_at": OFFERED_AT}, services.EndsTooSoon),
        ({"technology": "MAGIC"}, services.UnknownTechnology),
    ],
)
def test_an_offer_that_does_not_fit_is_not_made(programme, startup, manager, given, refusal):
    with pytest.raises(refusal):
        factory.offered(programme, startup, by=manager, **given)
    assert not Offer.objects.exists()


def test_a_start_up_has_one_offer_of_a_programme_at_a_time(programme, startup, manager, second, owner):
    offer = factory.released(programme, startup, by=manager, second=second)

    with pytest.raises(services.OfferStands):
        factory.offered(programme, startup, by=manager)

    services.take_back(offer, because="The terms were wrong", by=manager, at=OFFERED_AT)
    again = factory.released(programme, startup, by=manager, second=second)
    services.decline(again, by=owner, at=OFFERED_AT)
    assert factory.offered(programme, startup, by=manager).state == "made"


def test_an_offer_names_an_application_of_the_same_start_up(
    allies, programme, startup, owner, stranger, manager, second
):
    call = programme_calls.published(programme, by=manager, second=second)
    own = applications.submitted(call, startup, by=owner)
    other = accelerator.company("Other Space", by=manager)

    assert factory.offered(programme, startup, by=manager, application=own).application == own
    with pytest.raises(services.ApplicationOfAnother):
        factory.offered(programme, other, by=manager, application=own)


def test_nobody_releases_her_own_offer(programme, startup, manager, system):
    offer = factory.offered(programme, startup, by=manager)
    further = people.person(role="programme-manager", system=system)
    administrator = people.person(role="administrator", system=system)
    people_services.state_same_person(further, manager, reason="She told us", by=administrator, at=OFFERED_AT)
    further.refresh_from_db()
    before = stands(offer)

    for herself in (manager, further):
        with pytest.raises(rules.OwnOffer):
            factory.release(offer, by=herself)
    assert stands(offer) == before
    with pytest.raises(IntegrityError, match="offer_released_by_another"), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(
            state="released", released_by=manager, released_at=OFFERED_AT, digest="0" * 64
        )


def test_what_is_released_is_what_was_read(programme, startup, manager, second):
    offer = factory.offered(programme, startup, by=manager)

    for forged in ("", "0" * 64):
        with pytest.raises(services.ReadAnew):
            services.release_offer(offer, read=forged, by=second, at=OFFERED_AT)
    released = factory.release(offer, by=second)

    assert released.digest == digests.digest(queries.agreed(released))


def test_everybody_who_writes_for_the_start_up_is_told(programme, startup, owner, manager, second, system):
    french = applications.member(startup, system=system, language="fr")

    offer = factory.released(programme, startup, by=manager, second=second)

    mails = {one.recipient: one for one in OutboundMail.objects.filter(body__contains=offer.public_id)}
    assert set(mails) == {owner.email, french.email}
    assert "1\u00a0July\u00a02026" in mails[owner.email].body or "1\u00a0Jul\u00a02026" in mails[owner.email].body


def test_an_owner_accepts_and_phase_1_begins(offer, owner):
    participation = factory.accept(offer, by=owner)

    step = ParticipationStep.objects.get()
    assert (participation.state, participation.began_on) == ("phase-1", BEGAN_ON)
    assert (step.kind, step.amount, step.months, step.by) == ("phase-1", offer.amount, 6, owner)
    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == ("accepted", owner)
    assert AuditEvent.objects.get(kind="offer.accepted").after["digest"] == offer.digest


def test_accepting_again_answers_with_the_same_participation(offer, owner):
    assert factory.accept(offer, by=owner) == factory.accept(offer, by=owner)
    assert Participation.objects.count() == 1
    assert AuditEvent.objects.filter(kind="offer.accepted").count() == 1


def test_a_participation_is_joined_to_the_member_that_was_published(programme, startup, manager, second, owner, system):
    member = accelerator.cohorts.admit(
        programme,
        startup,
        challenge=None,
        highest_phase=1,
        basis="solid",
        source="https://example.org",
        by=system,
        at=OFFERED_AT,
    )

    made = factory.participating(programme, startup, by=manager, second=second, owner=owner)

    assert made.member == member
    assert CohortMember.objects.get().highest_phase == 1


def test_only_owners_of_the_start_up_answer(offer, colleague, stranger, manager):
    before = stands(offer)

    with pytest.raises(rules.OwnersOnly):
        factory.accept(offer, by=colleague)
    for other in (stranger, manager):
        with pytest.raises(NotPermitted):
            factory.accept(offer, by=other)
        with pytest.raises(NotPermitted):
            services.decline(offer, by=other, at=OFFERED_AT)
    assert stands(offer) == before
    assert not Participation.objects.exists()


def test_whoever_made_or_released_an_offer_does_not_accept_it(offer, startup, manager, second, system):
    for one in (manager, second):
        people_services.grant(
            one,
            "startup-owner",
            scope_kind="organisation",
            scope_ref=startup.public_id,
            starts_on=people.JOINED_ON,
            by=system,
            at=OFFERED_AT,
        )
        with pytest.raises(rules.BothSides):
            factory.accept(offer, by=one)
    assert not Participation.objects.exists()


def test_an_offer_ends_to_the_microsecond(offer, owner):
    with pytest.raises(rules.OfferExpired):
        factory.accept(offer, by=owner, at=EXPIRES_AT)
    with pytest.raises(rules.OfferExpired):
        services.decline(offer, by=owner, at=EXPIRES_AT)

    assert factory.accept(offer, by=owner, at=EXPIRES_AT - MICROSECOND)


def test_an_offer_that_nobody_released_is_no_offer(programme, startup, manager, owner):
    offer = factory.offered(programme, startup, by=manager)

    with pytest.raises(rules.WrongState):
        services.accept(offer, read=queries.digest(offer), by=owner, on=BEGAN_ON, at=OFFERED_AT)
    assert not list(queries.own_offers(owner))


def test_what_was_answered_is_not_taken_back(offer, owner, manager):
    factory.accept(offer, by=owner)

    with pytest.raises(rules.WrongState):
        services.take_back(offer, because="We changed our minds", by=manager, at=OFFERED_AT)
    with pytest.raises(rules.WrongState):
        services.decline(offer, by=owner, at=OFFERED_AT)


def test_the_database_keeps_an_offer_as_it_was_made(offer):
    for change in ({"amount": 1}, {"terms": "Other"}, {"expires_at": EXPIRES_AT + MICROSECOND}, {"digest": "0" * 64}):
        with pytest.raises(DatabaseError, match="stays as it was made"), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).delete()


def test_the_database_begins_no_participation_without_an_accepted_offer(offer, programme, startup):
    with pytest.raises(DatabaseError, match="offer that was accepted"), transaction.atomic():
        Participation.objects.create(
            programme=programme, organisation=startup, offer=offer, began_on=BEGAN_ON, recorded_at=OFFERED_AT
        )
