"""Files of what was sent: read at the desk after the closing, by reviewers after they declared, never against a conflict."""

from io import BytesIO

import pytest
from django.urls import reverse

from accelerator.applications import services as applications
from accelerator.applications.models import Attachment
from accelerator.challenges import queries as challenges
from accelerator.challenges import services as calls_services
from accelerator.reviews import reading
from core import clock
from core.documents import access
from core.documents.models import Document
from tests.core.documents import good
from tests.factories import applications as starts
from tests.factories import people
from tests.factories import programme_calls as calls
from tests.factories import reviews as factory
from tests.factories.applications import OPEN_AT
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(allies, programme, manager, second):
    """One question, for a file."""
    asked = (calls_services.Question("file", "Evidence?", "Preuves ?"),)
    made = calls.drafted(programme, by=manager)
    stated = {"by": manager, "at": calls.DRAFTED_AT}
    calls_services.set_sections(made, calls.SECTIONS[:1], **stated)
    calls_services.set_questions(challenges.sections(made)[0], asked, **stated)
    calls_services.set_criteria(made, calls.CRITERIA, **stated)
    waiting = calls_services.submit_call(made, **stated)
    return calls_services.publish_call(waiting, digest=challenges.digest(waiting), by=second, at=calls.DRAFTED_AT)


@pytest.fixture
def application(call, plan, manager, system):
    of = starts.startup("Deep Ear", by=system)
    owner = starts.owner(of, system=system)
    made = starts.begun(call, of, by=owner)
    applications.attach(made, 1, 1, BytesIO(good.pdf()), name="trial.pdf", by=owner, at=OPEN_AT)
    rows = Document.objects.all()
    rows.update(state="scanning")
    rows.update(state="clean", checked_at=OPEN_AT)
    starts.submit(made, by=owner)
    made.refresh_from_db()
    factory.screened(made, by=manager)
    return made


def test_whoever_may_read_the_answers_reads_the_files(application, ann, bo, manager, reader):
    document = Attachment.objects.get().document
    made = factory.assigned(application, ann, by=manager)

    with clock.standing_at(OPEN_AT):
        assert not reading.may_read(manager, application)
    with clock.standing_at(CLOSED_AT):
        assert access.may_read(manager, document)
        for person in (ann, bo, reader):
            assert not access.may_read(person, document)
        factory.declared(made)
        assert access.may_read(ann, document)
        factory.declared(made, "conflict")
        assert not access.may_read(ann, document)


def test_the_files_stand_beside_the_answers(client, application, ann, manager):
    factory.declared(factory.assigned(application, ann, by=manager))
    document = Attachment.objects.get().document

    with clock.standing_at(CLOSED_AT):
        people.signed_in(client, ann)
        page = client.get(reverse("review:review", args=[application.assignments.get().public_id])).content.decode()
        assert "trial.pdf" in page
        assert reverse("documents:download", args=[document.public_id]) in page
        people.signed_in(client, manager)
        desk = client.get(reverse("accelerator:application", args=[application.public_id])).content.decode()
    assert "trial.pdf" in desk
