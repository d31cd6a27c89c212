"""A folder of documents that is empty at first, a kind that everybody but strangers may read, and files to send."""

import io

import pytest

from core import clock
from core.documents import access, services
from core.documents.models import Document
from core.organisations import services as organisations
from tests.factories.people import person

KIND, STRANGER = "test-evidence", "stranger@example.org"
SUBJECT = "thing_0000000000000000"

access.register(KIND, lambda reader, _document: reader.email != STRANGER)


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Where the documents of one test stand."""
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.CLAMAV_ADDRESS = ""
    return settings.DOCUMENTS_FOLDER


def bytes_in(folder):
    return [path for path in folder.glob("**/*") if path.is_file()]


@pytest.fixture
def uploader(system):
    return person(email="founder@example.org", system=system)


@pytest.fixture
def organisation(system):
    return organisations.register(
        name="Alder Photonics", kind="company", nation=None, by=system, at=clock.now(), illustrative=True
    )


@pytest.fixture
def send(uploader, organisation):
    """Upload some bytes under a name."""

    def sent(content, name="paper.pdf", *, subject=SUBJECT, **given):
        given = {"kind": KIND, "organisation": organisation, "by": uploader, "at": clock.now()} | given
        return services.receive(io.BytesIO(content), name=name, subject=subject, **given)

    return sent


@pytest.fixture
def checked(send):
    """Upload some bytes, and check them at once; the row afterwards."""

    def done(content, name="paper.pdf", **given):
        document = send(content, name, **given)
        services.check(document.pk, at=clock.now())
        return Document.objects.get(pk=document.pk)

    return done
