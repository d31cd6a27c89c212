"""Offers and participations on their pages, from the offer to the alumni; and who finds nothing there."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from accelerator.cohorts.models import Advancement, Offer, Participation
from core import clock
from tests.core.people.sessions import fresh
from tests.factories import accelerator, people
from tests.factories.cohorts import OFFERED_AT
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_offers_stand():
    with clock.standing_at(OFFERED_AT):
        yield


def text_of(response):
    return " ".join(response.content.decode().split())


def browser(person):
    return fresh(signed_in(Client(), person), person)


def test_from_the_offer_to_phase_2(programme, startup, owner, manager, second):
    one, other, ours = browser(manager), browser(second), browser(owner)
    cohort = f"/manage/cohorts/{programme.public_id}"

    made = one.post(
        f"{cohort}/offer",
        {"organisation": startup.public_id, "terms": "You build it.", "expires_on": "2026-06-30", "technology": "AI"},
        follow=True,
    )
    offer = Offer.objects.get()
    assert "Deep Ear: Release the offer" in text_of(made)
    assert ours.get(f"/portal/offers/{offer.public_id}").status_code == 404

    read = other.get(f"/manage/offers/{offer.public_id}/release").context["form"].initial["read"]
    other.post(f"/manage/offers/{offer.public_id}/release", {"read": read})
    page = ours.get(f"/portal/offers/{offer.public_id}")
    assert 'value="100000.00"' in text_of(page)
    assert manager.name not in text_of(page)
    read = ours.get(f"/portal/offers/{offer.public_id}/accept").context["form"].initial["read"]
    ours.post(f"/portal/offers/{offer.public_id}/accept", {"read": read})

    participation = Participation.objects.get()
    assert "Deep Ear" in text_of(one.get(cohort))
    assert "No review" in text_of(one.get(cohort))
    own = f"/manage/participations/{participation.public_id}"
    one.post(f"{own}/advance", {"amount": "250000.00", "reason": "It hears."})
    waiting = Advancement.objects.get()
    other.post(f"{own}/advancements/{waiting.public_id}/approve", {"on": "2026-12-01"})
    assert "Phase 2 began" in text_of(one.get(own))
    assert 'value="250000.00"' in text_of(ours.get(f"/portal/participations/{participation.public_id}"))
    one.post(f"{own}/graduate", {"on": "2027-06-01"})
    participation.refresh_from_db()
    assert participation.state == "alumni"


def test_a_refusal_keeps_what_was_written(programme, startup, offer, manager):
    page = browser(manager).post(
        f"/manage/cohorts/{programme.public_id}/offer",
        {"organisation": startup.public_id, "terms": "Words that took an hour.", "expires_on": "2026-06-30"},
    )

    assert page.status_code == 409
    assert "Take that one back before you make another." in text_of(page)
    assert "Words that took an hour." in text_of(page)


def test_a_start_up_declines_without_a_reason(offer, owner):
    browser(owner).post(f"/portal/offers/{offer.public_id}/decline", {"because": ""})

    offer.refresh_from_db()
    assert offer.state == "declined"


def test_published_members_stand_beside_participations(programme, participation, manager, system):
    accelerator.member(programme, "Published Space", by=system, nation="LU")

    page = text_of(browser(manager).get(f"/manage/cohorts/{programme.public_id}"))

    assert "2 start-ups" in page
    assert "Phase 1, as published" in page
    assert "Start-ups from 2 nations" in page
    assert 'value="100000.00"' in page
    book = browser(manager).get(f"/manage/cohorts/{programme.public_id}/cohort.xlsx")
    rows = [[one.value for one in row] for row in load_workbook(BytesIO(book.content))["Cohort"]]
    (ours,) = [row for row in rows if row[0] == "Deep Ear"]
    assert (ours[4], ours[8], ours[10]) == ("Phase 1", 100000, 0)
    assert "Published Space" in {row[0] for row in rows}


def test_others_find_nothing(programme, participation, offer, stranger, system):
    other = accelerator.programme("2027", by=system)
    elsewhere = people.person(
        role="programme-manager", scope_kind="programme", scope_ref=other.public_id, system=system
    )
    ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    desk = (
        f"/manage/cohorts/{programme.public_id}",
        f"/manage/offers/{offer.public_id}",
        f"/manage/participations/{participation.public_id}",
    )
    portal = (f"/portal/offers/{offer.public_id}", f"/portal/participations/{participation.public_id}")

    assert {browser(elsewhere).get(one).status_code for one in desk} == {404}
    assert {browser(ally).get(one).status_code for one in desk} == {403}
    assert {browser(one).get(page).status_code for one in (stranger, ally) for page in portal} == {404}
    assert {Client().get(page).status_code for page in (*desk, *portal)} == {302}


def test_the_web_admin_shows_those_of_ones_own_programmes(participation, manager, manager_of_one, system):
    other = accelerator.programme("2027", by=system)
    elsewhere = people.person(
        role="programme-manager", scope_kind="programme", scope_ref=other.public_id, system=system
    )
    lists = [f"/admin/accelerator/{one}/" for one in ("offer", "participation", "participationstep", "advancement")]

    assert all(browser(one).get(page).status_code == 200 for one in (manager, elsewhere) for page in lists)
    assert "Deep Ear" in text_of(browser(manager_of_one).get(lists[1]))
    assert "Deep Ear" not in text_of(browser(elsewhere).get(lists[1]))


def test_an_offer_in_french(offer, startup, system):
    from tests.factories import applications

    french = applications.owner(startup, system=system, language="fr")

    page = browser(french).get(f"/portal/offers/{offer.public_id}")

    assert 'lang="fr"' in text_of(page)
