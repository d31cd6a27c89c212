"""From the plan to the payment on the pages of both sides; and who finds nothing there."""

import pytest
from django.test import Client

from accelerator.grants.models import Budget, PaymentLine
from accelerator.milestones.models import Milestone
from core import clock
from tests.accelerator.cohorts.test_pages import browser, text_of
from tests.factories import accelerator, people
from tests.factories import cohorts as factory
from tests.factories.cohorts import OFFERED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_offers_stand():
    with clock.standing_at(OFFERED_AT):
        yield


def in_rows(*rows):
    sent = {"milestones-TOTAL_FORMS": str(len(rows)), "milestones-INITIAL_FORMS": "0"}
    return sent | {f"milestones-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def test_from_the_plan_to_the_payment(programme, participation, owner, manager, second, officers):
    one, other, ours = browser(manager), browser(second), browser(owner)
    own = f"/manage/participations/{participation.public_id}"
    row = {"title_en": "A prototype", "due_on": "2026-09-01", "amount": "99999.99"}

    wrong = one.post(f"{own}/milestones/phase-1", in_rows(row))
    assert wrong.status_code == 409
    assert "have to add up to the funding" in text_of(wrong)
    assert "A prototype" in text_of(wrong)
    one.post(f"{own}/milestones/phase-1", in_rows(row | {"amount": "100000.00"}))
    milestone = Milestone.objects.get()
    assert "A prototype" in text_of(one.get(f"{own}/milestones"))

    shown = f"/portal/milestones/{milestone.public_id}"
    assert "A prototype" in text_of(ours.get(f"/portal/participations/{participation.public_id}/milestones"))
    ours.post(f"{shown}/evidence", {"text": "It hears."})
    desk = f"/manage/milestones/{milestone.public_id}"
    read = one.get(f"{desk}/accept").context["form"].initial["read"]
    other.post(f"{desk}/send-back", {"read": read, "because": "Where is the report?"})
    assert "Where is the report?" in text_of(ours.get(shown))
    assert second.name not in text_of(ours.get(shown))
    ours.post(f"{shown}/evidence", {"text": "It hears; here is the report."})
    for accepting in (one, other):
        read = accepting.get(f"{desk}/accept").context["form"].initial["read"]
        accepting.post(f"{desk}/accept", {"read": read})
    milestone.refresh_from_db()
    assert milestone.state == "accepted"

    one.post(f"/manage/cohorts/{programme.public_id}/budget", {"amount": "500000.00", "reason": "As decided"})
    assert Budget.objects.get().edition == 1
    offered = one.get(f"{desk}/pay").context["form"].initial
    for _twice in range(2):
        one.post(f"{desk}/pay", {"amount": str(offered["amount"]), "key": offered["key"]})
    line = PaymentLine.objects.get()
    assert text_of(ours.get(f"/portal/participations/{participation.public_id}/payments")).count("A prototype") == 0

    held = other.post(f"/manage/payments/{line.public_id}/approve")
    assert held.status_code == 409
    assert "No ethics review stands." in text_of(held)
    factory.cleared(participation, officer=officers[0], second=officers[1])
    other.post(f"/manage/payments/{line.public_id}/approve")
    one.post(f"/manage/payments/{line.public_id}/paid", {"paid_on": "2026-06-01", "reference": "SEPA-1"})
    line.refresh_from_db()
    assert line.state == "paid"
    assert "SEPA-1" in text_of(one.get(f"{own}/payments"))
    assert "SEPA-1" in text_of(ours.get(f"/portal/participations/{participation.public_id}/payments"))


def test_the_cohort_says_what_waits_for_whom(programme, participation, milestone, manager, second):
    factory.proposed(participation, by=manager)
    factory.budget(programme, by=manager)
    factory.payment(milestone, "1.00", by=manager)
    page = f"/manage/cohorts/{programme.public_id}"

    told = {
        one: [(str(w.said), w.is_yours) for w in browser(one).get(page).context["waiting"]] for one in (manager, second)
    }

    assert told[second] == [("Decide on phase 2", True), ("Approve the payment", True)]
    assert told[manager] == [("Decide on phase 2", False), ("Approve the payment", False)]


def test_others_find_nothing(programme, milestone, participation, manager, stranger, system):
    factory.budget(programme, by=manager)
    line = factory.payment(milestone, "1.00", by=manager)
    other = accelerator.programme("2027", by=system)
    elsewhere = people.person(
        role="programme-manager", scope_kind="programme", scope_ref=other.public_id, system=system
    )
    ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    desk = [
        f"/manage/participations/{participation.public_id}/milestones",
        f"/manage/participations/{participation.public_id}/payments",
        f"/manage/milestones/{milestone.public_id}",
    ]
    steps = [
        f"/manage/milestones/{milestone.public_id}/accept",
        f"/manage/milestones/{milestone.public_id}/pay",
        f"/manage/payments/{line.public_id}/approve",
        f"/manage/payments/{line.public_id}/refuse",
        f"/manage/cohorts/{programme.public_id}/budget",
    ]
    portal = [
        f"/portal/participations/{participation.public_id}/milestones",
        f"/portal/participations/{participation.public_id}/payments",
        f"/portal/milestones/{milestone.public_id}",
        f"/portal/milestones/{milestone.public_id}/evidence",
    ]

    assert {browser(elsewhere).get(page).status_code for page in (*desk, *steps)} == {404}
    assert {browser(ally).get(page).status_code for page in (*desk, *steps)} == {403}
    assert {browser(one).get(page).status_code for one in (stranger, ally) for page in portal} == {404}
    assert {Client().get(page).status_code for page in (*desk, *steps, *portal)} == {302}


def test_the_web_admin_shows_what_is_of_ones_own_programmes(programme, milestone, manager, system):
    factory.budget(programme, by=manager)
    factory.payment(milestone, "1.00", by=manager)
    other = accelerator.programme("2027", by=system)
    elsewhere = people.person(
        role="programme-manager", scope_kind="programme", scope_ref=other.public_id, system=system
    )

    for name in ("milestone", "evidence", "judgement", "budget", "paymentline"):
        page = f"/admin/accelerator/{name}/"
        assert browser(manager).get(page).context["cl"].result_count > 0
        assert browser(elsewhere).get(page).context["cl"].result_count == 0
