"""What a start-up is told of its milestones and its money, in each reader's language, and nobody else."""

from datetime import date

import pytest

from accelerator.grants import services as grants
from accelerator.milestones import queries, services
from core.notifications.models import Message, OutboundMail
from tests.factories import cohorts as factory
from tests.factories.cohorts import OFFERED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(owner):
    owner.language = "fr"
    owner.save(update_fields=["language"])
    return owner


@pytest.fixture
def planned(participation, manager):
    (whole,) = factory.planned(queries.get_phase(participation, "phase-1"), by=manager)
    return whole


def told():
    """Mail by its reader, after what came before it was taken away."""
    return {one.recipient: one for one in OutboundMail.objects.all()}


def forget():
    OutboundMail.objects.all().delete()
    Message.objects.all().delete()


def test_what_is_missing_is_told_with_its_reason(planned, french, colleague, stranger, manager):
    shown = factory.shown(planned, by=french)
    forget()

    services.send_back(planned, read=shown.public_id, because="Where is the report?", by=manager, at=OFFERED_AT)

    mails = told()
    assert mails.keys() == {french.email, colleague.email}
    assert mails[colleague.email].subject == "Something is missing for “Milestone 1”"
    assert mails[french.email].subject == "Il manque quelque chose pour « Jalon 1 »"
    assert all("Where is the report?" in one.body and planned.public_id in one.body for one in mails.values())
    assert {one.reader for one in Message.objects.all()} == {french, colleague}


def test_the_second_acceptance_is_told_and_not_the_first(planned, owner, colleague, manager, second):
    factory.shown(planned, by=owner)
    forget()

    factory.judged(planned, manager)
    assert told() == {}
    factory.judged(planned, second)
    factory.judged(planned, second)

    assert OutboundMail.objects.count() == 2
    assert {one.subject for one in told().values()} == {"“Milestone 1” is accepted"}


def test_money_is_told_once_when_it_is_paid(milestone, participation, french, colleague, manager, second, officers):
    factory.cleared(participation, officer=officers[0], second=officers[1])
    factory.budget(participation.programme, by=manager)
    line = grants.approve(
        factory.payment(milestone, "40000.00", by=manager), by=second, on=OFFERED_AT.date(), at=OFFERED_AT
    )
    forget()

    for _asked in range(2):
        paid = {"paid_on": date(2026, 6, 1), "reference": "T-1", "on": date(2026, 6, 1)}
        grants.pay(line, by=manager, at=OFFERED_AT, **paid)

    mails = told()
    assert OutboundMail.objects.count() == 2
    assert "40 000.00 EUR" in mails[colleague.email].body.replace("\u202f", " ").replace("\u00a0", " ")
    assert "40 000,00 EUR" in mails[french.email].body.replace("\u202f", " ").replace("\u00a0", " ")
    assert "T-1" in mails[french.email].body
