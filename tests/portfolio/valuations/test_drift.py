"""People are told of marks that drift: by mail and in the product, in their language, once a run and a drift."""

import pytest

from core import clock
from core.jobs import worker
from core.jobs.models import Job
from core.notifications.models import Message, OutboundMail
from portfolio.valuations import queries, services, tasks
from tests.factories import people
from tests.portfolio.valuations.conftest import JULY_1

pytestmark = pytest.mark.django_db


@pytest.fixture
def drift(monkeypatch):
    """From here on a mark comes to so much more than is stored."""

    def by(amount):
        monkeypatch.setattr(queries, "recomputed", lambda one: (one.local_value, one.value + amount))

    return by


@pytest.fixture
def night():
    """What happens in a night: the marks are computed again, and what waits is worked on."""

    def passes():
        with clock.standing_at(JULY_1):
            tasks.report_drift()
            worker.drain()

    return passes


@pytest.fixture
def run(holding, stake, locked, someone, fund, system):
    people.person(
        role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, language="fr",
        email="manager@example.org", system=system,
    )  # fmt: skip
    return locked()


def test_whoever_prepares_is_told_with_the_page_to_open(run, drift, night, analyst):
    drift(1)

    night()

    told = Message.objects.get(reader=analyst)
    mail = OutboundMail.objects.get(recipient=analyst.email)
    assert told.address == f"/manage/valuations/{run.public_id}"
    assert told.title == (
        "Test fund, Q2\u00a02026, version 1: 2 marks do not follow from their pinned inputs any more."
    )
    assert mail.subject == " ".join(told.title.split())
    assert mail.body.count("/manage/valuations/marks/mark_") == 2
    assert f"/manage/valuations/{run.public_id}\n" in mail.body


def test_each_reads_it_in_her_own_language_and_the_committee_is_left_out(run, drift, night, analyst):
    drift(1)

    night()

    french = OutboundMail.objects.get(recipient="manager@example.org")
    assert "valeurs retenues ne découlent plus" in french.subject
    assert sorted(OutboundMail.objects.values_list("recipient", flat=True)) == sorted(
        [analyst.email, "manager@example.org"]
    )


def test_the_same_drift_is_told_once_and_another_one_again(run, drift, night):
    drift(1)
    for _night in range(3):
        night()
    assert (OutboundMail.objects.count(), Message.objects.count()) == (2, 2)

    drift(2)
    night()

    assert (OutboundMail.objects.count(), Message.objects.count()) == (4, 4)


def test_a_worker_that_died_after_telling_tells_nobody_again(run, drift, night):
    drift(1)
    night()
    job = Job.objects.get(name=services.TELL_DRIFT)
    again = worker.Running(
        pk=job.pk, public_id=job.public_id, key=job.key, lease=job.lease, ids=job.ids, on=job.on, authority="", attempt=1
    )  # fmt: skip

    services.tell_drift(again, at=JULY_1)

    assert OutboundMail.objects.count() == 2


def test_where_nothing_drifts_nobody_is_told(run, night):
    night()

    assert not Job.objects.filter(name=services.TELL_DRIFT).exists()
    assert not Message.objects.exists()


def test_what_follows_again_before_people_are_told_is_not_told(run, drift):
    drift(1)
    with clock.standing_at(JULY_1):
        tasks.report_drift()
    drift(0)

    with clock.standing_at(JULY_1):
        worker.drain()

    assert Job.objects.get(name=services.TELL_DRIFT).state == "done"
    assert not Message.objects.exists()
    assert queries.marks_of(run)
