"""Refusals and failures are pages in the language of the person, with a number and without a trace."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory
from django.utils import translation

from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.web import domain_errors, errors


class CallIsIssued(Conflict):
    sentence = "This call was issued on 3 June."


@pytest.fixture
def request_of_a_visitor(rf: RequestFactory):
    request = rf.get("/somewhere")
    request.user, request.session, request.request_id = AnonymousUser(), SessionStore(), "REQ-0123456789"
    request.resolver_match = None
    return request


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotPermitted(), 403), (NotFound(), 404), (CallIsIssued(), 409), (Invalid("Enter a day.", field="day"), 400)],
)
def test_a_refusal_of_the_domain_is_a_page_with_its_own_sentence(db, request_of_a_visitor, error, status):
    response = domain_errors.DomainErrorMiddleware(HttpResponse).process_exception(request_of_a_visitor, error)

    page = response.content.decode()
    assert response.status_code == status
    assert str(error) in page
    assert "REQ-0123456789" in page


def test_any_other_failure_is_left_to_the_page_of_our_own_faults(request_of_a_visitor):
    middleware = domain_errors.DomainErrorMiddleware(HttpResponse)

    assert middleware.process_exception(request_of_a_visitor, ZeroDivisionError()) is None


def test_a_method_that_is_not_taken_has_a_page_and_keeps_what_is_allowed(db, request_of_a_visitor):
    response = domain_errors.DomainErrorMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))(
        request_of_a_visitor
    )

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert b"<h1>" in response.content


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "This page failed"), ("fr", "This page failed|Cette page a échoué")]
)
def test_our_own_fault_asks_neither_database_nor_session(rf, language, heading):
    request = rf.get("/")
    request.LANGUAGE_CODE, request.request_id = language, "REQ-0123456789"

    with connection.execute_wrapper(lambda *_: pytest.fail("asked the database")):
        response = errors.server_error(request)

    page = response.content.decode()
    assert response.status_code == 500
    assert re.search(heading, page)
    assert "REQ-0123456789" in page
    assert "Traceback" not in page


def test_an_unknown_host_is_answered_in_both_languages(client):
    response = client.get("/", headers={"host": "elsewhere.example"})

    page = response.content.decode()
    assert response.status_code == 400
    assert re.findall(r'<section class="stack" lang="(\w+)"', page) == ["en", "fr"]
    assert "elsewhere.example" not in page


def test_a_body_that_is_too_large_is_refused_with_its_limit(db, request_of_a_visitor):
    response = errors.bad_request(request_of_a_visitor, RequestDataTooBig())

    assert response.status_code == 413
    assert f"{settings.REQUEST_BODY_LIMIT // 1024 // 1024} MB" in response.content.decode()


def test_an_address_that_leads_nowhere_is_a_page_in_the_language_asked_for(client, db):
    response = client.get("/nowhere", headers={"accept-language": "fr"})

    assert response.status_code == 404
    assert '<html lang="fr"' in response.content.decode()
    assert response["Content-Language"] == "fr"


def test_a_form_without_its_token_is_refused_and_says_what_to_do(db):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/language", {"language": "fr"})

    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


def test_pages_hold_no_inline_style_or_script(client, db):
    with translation.override("en"):
        page = client.get("/nowhere").content.decode()

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page) == []
