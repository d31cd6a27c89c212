"""What falls due in reviews is reminded of: to the officer, to a condition's owner, and to those behind them."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client

from core import clock
from core.ethics import services
from core.jobs import worker
from core.notifications import services as notifications
from core.notifications.models import Message, ReminderStep
from core.people import services as roles
from tests.core.ethics.conftest import SCOPE, TODAY
from tests.factories import people

pytestmark = pytest.mark.django_db


def sweep(day, system):
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=timezone.utc)
    with clock.standing_at(moment):
        notifications.start_reminding(by=system, at=moment)
        worker.drain()


def told(person):
    return list(Message.objects.filter(reader=person).order_by("pk").values_list("title", flat=True))


def test_the_officer_is_reminded_thirty_days_before_a_review_expires(answered, officer, found, system):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())

    sweep(date(2027, 5, 2), system)

    assert told(officer) == ["Ethics review of Alder Robotics: due on Tue\u00a01\u00a0Jun\u00a02027, in 30 days."]


def test_the_owner_is_reminded_of_a_condition_and_its_officers_when_it_stays_late(
    condition, manager, officer, other_officer, system
):
    sweep(date(2026, 6, 24), system)
    assert [len(told(person)) for person in (manager, officer, other_officer)] == [1, 0, 0]

    sweep(date(2026, 7, 8), system)

    assert [len(told(person)) for person in (manager, officer, other_officer)] == [2, 1, 1]
    assert "“Name who answers”" in told(officer)[0]


def test_whoever_manages_on_the_day_is_told_not_whoever_will(condition, manager, system):
    grants = {"scope_kind": "fund", "scope_ref": SCOPE, "by": system, "at": clock.now()}
    coming, going = people.person(system=system), people.person(system=system)
    roles.grant(coming, "fund-manager", starts_on=date(2026, 7, 20), **grants)
    roles.grant(going, "fund-manager", starts_on=TODAY, ends_before=date(2026, 7, 20), **grants)

    sweep(date(2026, 7, 8), system)

    assert [len(told(person)) for person in (going, coming)] == [1, 0]


def test_a_moved_day_begins_a_new_plan_and_a_met_condition_ends_it(condition, manager, officer, system):
    services.move(condition, due_on=date(2026, 8, 3), because="the test centre is closed", on=TODAY, by=officer)
    sweep(date(2026, 7, 6), system)
    services.answer(condition, evidence="Letter", by=manager, at=clock.now())
    services.accept(condition, by=officer, at=clock.now())

    sweep(date(2026, 8, 10), system)

    assert {row.due_on for row in ReminderStep.objects.all()} == {date(2026, 8, 3)}
    assert ReminderStep.objects.filter(state="sent").count() == 1


def test_pages_tell_the_whole_story(condition, officer, manager):
    client = people.signed_in(Client(), officer)

    listed = client.get("/manage/ethics").content.decode()
    page = client.get(f"/manage/ethics/{condition.review.public_id}").content.decode()
    calendar = client.get("/manage/ethics/calendar").content.decode()
    one = client.get(f"/manage/ethics/conditions/{condition.public_id}").content.decode()

    assert "Alder Robotics" in listed
    assert "Holds money back" in listed
    assert "Person officer opened the ethics review of Alder Robotics." in page
    assert "Name who answers" in calendar
    assert "It holds new money back." in one


def test_a_refusal_stands_in_the_form_and_keeps_what_was_typed(condition, officer):
    client = people.signed_in(Client(), officer)

    sent = client.post(
        f"/manage/ethics/conditions/{condition.public_id}/move", {"due_on": "2026-01-05", "because": "typed reason"}
    ).content.decode()

    assert "A condition cannot be due before today. Choose today or a later day." in sent
    assert "typed reason" in sent


def test_another_funds_review_is_not_there(condition, system):
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_other", system=system)
    client = people.signed_in(Client(), stranger)

    assert client.get(f"/manage/ethics/{condition.review.public_id}").status_code == 404
    assert client.get(f"/manage/ethics/conditions/{condition.public_id}").status_code == 404
    assert "Alder" not in client.get("/manage/ethics").content.decode()
    assert "Alder" not in client.get("/manage/ethics/calendar").content.decode()
    assert "Alder" not in client.get("/manage/ethics/conditions?state=every").content.decode()


def test_conditions_are_listed_by_state_and_company_and_a_late_one_says_so(condition, officer, manager):
    def listed(query=""):
        return people.signed_in(Client(), officer).get(f"/manage/ethics/conditions{query}").content.decode()

    open_ones, others = listed(), listed("?q=nobody")
    with clock.standing_at(clock.now() + timedelta(days=60)):
        late = listed()
    services.answer(condition, evidence="Letter", by=manager, at=clock.now())
    services.accept(condition, by=officer, at=clock.now())

    assert "Name who answers" in open_ones
    assert "Late" not in open_ones
    assert "Late" in late
    assert "No condition fits what you are looking for." in others
    assert "No condition is open." in listed()
    assert "Name who answers" in listed("?state=met")
    assert "Name who answers" in listed("?state=every")
