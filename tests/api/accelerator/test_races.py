"""Fifty requests at one moment: under one key or one name it is one application."""

from collections import Counter

import pytest

from accelerator.applications.models import Application, Intake, Submission
from core import clock
from core.people import services as people
from tests.api.accelerator.conftest import body
from tests.chaos.conftest import together

__all__ = ("together",)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT_ONCE = 50


@pytest.fixture
def system(transactional_db):
    return people.ensure_system(at=clock.now())


def test_fifty_posts_under_one_key_have_one_effect(world, portal, together):
    sent = body(world.ours, submit=True)

    answers = together(AT_ONCE, lambda _number: portal.post("applications", sent, key="once"))

    statuses = Counter(one.status_code for one in answers)
    assert set(statuses) <= {201, 409}
    assert statuses[201] >= 1
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= {"key_in_use"}
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert Application.objects.count() == Intake.objects.count() == Submission.objects.count() == 1


def test_the_same_name_under_many_keys_is_one_application(world, portal, together):
    sent = body(world.ours, submit=True)

    answers = together(12, lambda number: portal.post("applications", sent, key=f"key-{number}"))

    assert Counter(one.status_code for one in answers) == {201: 12}
    assert len({one.json()["id"] for one in answers}) == 1
    assert Submission.objects.count() == 1
