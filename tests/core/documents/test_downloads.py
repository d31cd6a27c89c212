"""Downloads over HTTP: whoever may not is told that nothing is there, and no browser runs what it gets."""

from urllib.parse import quote

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.audit.models import AuditEvent
from core.documents import access, queries, services
from core.documents.models import Document
from core.errors import NotFound
from tests.core.documents.conftest import KIND, STRANGER, SUBJECT
from tests.core.documents.good import pdf
from tests.core.documents.hostile import with_password
from tests.factories.people import person, signed_in

pytestmark = pytest.mark.django_db


def asked(reader, document, method="get"):
    client = signed_in(Client(), reader) if reader else Client()
    return getattr(client, method)(reverse("documents:download", args=[document.public_id]))


def test_a_clean_file_comes_as_an_attachment_under_its_own_name(checked, uploader):
    answer = asked(uploader, checked(pdf(), "Étude « finale » 計画.pdf"))

    assert b"".join(answer.streaming_content) == pdf()
    disposition = f"attachment; filename*=utf-8''{quote('Étude « finale » 計画.pdf')}"
    assert answer["Content-Disposition"] == disposition
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_stranger_and_an_address_of_nothing_get_the_same_answer(checked, system):
    document, stranger = checked(pdf()), person(email=STRANGER, system=system)

    real = asked(stranger, document)
    none = asked(stranger, Document(public_id="doc_0000000000000000"))

    assert real.status_code == none.status_code == 404
    assert document.name not in real.content.decode()
    assert not AuditEvent.objects.filter(kind="document.read").exists()


def test_a_visitor_is_led_to_the_door(checked):
    answer = asked(None, checked(pdf()))

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_file_of_a_kind_that_nobody_registered_is_absent(checked, uploader, monkeypatch):
    document = checked(pdf())
    monkeypatch.delitem(access._kinds, KIND)

    assert asked(uploader, document).status_code == 404


def test_the_permission_is_asked_at_each_download(checked, uploader, monkeypatch):
    document = checked(pdf())
    assert b"".join(asked(uploader, document).streaming_content) == pdf()

    monkeypatch.setitem(access._kinds, KIND, lambda _reader, _document: False)

    assert asked(uploader, document).status_code == 404


def test_what_waits_and_what_was_refused_is_said_in_words(send, checked, uploader):
    waits, refused = asked(uploader, send(pdf())), asked(uploader, checked(with_password()))

    assert waits.status_code == refused.status_code == 409
    assert "waits for its check" in waits.content.decode()
    assert "protected by a password" in refused.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_download_is_only_ever_asked_for(method, checked, uploader):
    assert asked(uploader, checked(pdf()), method).status_code in (403, 404, 405)


def test_a_page_shows_each_document_with_its_state_and_a_link_where_it_can_be_read(send, checked):
    checked(pdf(), "<b>plan</b>.pdf")
    checked(with_password(), "secret.pdf")
    send(pdf(), "new.pdf")

    clean, refused, waits = queries.of(KIND, SUBJECT)
    pages = [render_to_string("components/document.html", {"document": one}) for one in (clean, refused, waits)]

    assert [one.label for one in (clean, refused, waits)] == ["Checked", "Refused", "Waits for its check"]
    assert [one.waits for one in (clean, refused, waits)] == [False, False, True]
    assert ["/documents/doc_" in page for page in pages] == [True, False, False]
    assert "<b>" not in "".join(pages)
    assert "protected by a password" in pages[1]


def test_a_french_reader_reads_french(checked):
    checked(with_password(), "secret.pdf")

    with translation.override("fr"):
        (refused,) = queries.of(KIND, SUBJECT)
        page = render_to_string("components/document.html", {"document": refused})

    assert refused.label == "Refusé"
    assert "«\u00a0secret.pdf\u00a0» est protégé par un mot de passe" in page
    assert "0,1\u00a0Mo" in page


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        access.register(KIND, lambda _reader, _document: True)


def test_a_kind_that_nobody_registered_is_not_received(send):
    with pytest.raises(ValueError, match="nobody registered"):
        send(pdf(), kind="unheard-of")


def test_a_disabled_person_reads_nothing(checked, uploader):
    document = checked(pdf())
    uploader.is_active = False

    with pytest.raises(NotFound):
        services.open_for(uploader, document.public_id, at=clock.now())
