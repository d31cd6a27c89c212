"""Answers that say no carry the same headers as pages, no trace of the inside, and cost little however much is sent."""

import time

import pytest
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from core.audit.models import AuditEvent
from core.people import services
from core.people.forms import AcceptForm
from tests.core.people import sessions
from tests.factories import people

MEGABYTE = 1024 * 1024
SOON_SECONDS = 3
"""Generous: a shared machine is slow, and what this would catch takes minutes."""


@pytest.fixture
def auditor(system):
    return people.person(role="auditor", system=system)


@pytest.fixture
def signed_in(auditor):
    return people.signed_in(Client(raise_request_exception=False), auditor)


def broken(monkeypatch):
    """A page that fails inside, with something in the failure that nobody outside may read."""

    def fail(*_args, **_given):
        raise RuntimeError("inside-4711")

    monkeypatch.setattr(services, "find_invitation", fail)
    return Client(raise_request_exception=False).get(reverse("core:invitation", args=["x"]))


@pytest.fixture
def refusal(signed_in, monkeypatch):
    """The answer by its status."""
    too_long = {"content_type": "text/plain", "CONTENT_LENGTH": str(31 * MEGABYTE)}
    reset = (reverse("account_reset_password"), {"email": "a@example.org"})
    kinds = {
        400: lambda: Client(HTTP_HOST="evil.example").get("/"),
        403: lambda: signed_in.get(reverse("manage:rates_import")),
        404: lambda: signed_in.get("/nowhere"),
        405: lambda: signed_in.delete("/"),
        413: lambda: signed_in.post("/", b"x", **too_long),
        429: lambda: [Client().post(*reset) for _ in range(6)][-1],
        500: lambda: broken(monkeypatch),
    }
    return lambda kind: kinds[kind]()


@pytest.mark.parametrize("kind", [400, 403, 404, 405, 413, 429, 500])
def test_a_refusal_is_as_careful_as_a_page(kind, refusal):
    answer = refusal(kind)

    assert answer.status_code == kind
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("kind", [400, 403, 404, 405, 413, 500])
def test_a_refusal_tells_its_number_and_nothing_of_the_inside(kind, refusal):
    answer = refusal(kind)

    page = answer.content.decode()
    assert answer.headers["X-Request-Id"] in page

    for word in ("Traceback", "inside-4711", "django", "Django", "psycopg", "/site-packages/", ".py", "DEBUG"):
        assert word not in page


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PURGE", "POST\r\nX: y"])
def test_no_other_method_does_anything(method, signed_in):
    assert signed_in.generic(method, reverse("core:settings")).status_code == 405


@pytest.mark.parametrize(
    ("story", "name", "value"),
    [
        ("the method is not overridden", "HTTP_X_HTTP_METHOD_OVERRIDE", "POST"),
        ("nor the address", "HTTP_X_ORIGINAL_URL", "/manage/people/"),
        ("nor by another name", "HTTP_X_REWRITE_URL", "/manage/people/"),
        ("nobody is trusted by name", "HTTP_REMOTE_USER", "administrator@example.org"),
        ("nor by another", "REMOTE_USER", "administrator@example.org"),
        ("languages without end", "HTTP_ACCEPT_LANGUAGE", "en-" * 3000),
        ("what is accepted without end", "HTTP_ACCEPT", "text/html;q=0." + "9" * 5000),
        ("a range without end", "HTTP_RANGE", "bytes=" + "0-1," * 2000),
        ("cookies that are none", "HTTP_COOKIE", 'session=; csrf=; theme="><script>; language=xx; messages=W10'),
    ],
)
def test_headers_do_no_harm(story, name, value, db):
    begun = time.monotonic()

    answer = Client(**{name: value}).get("/")

    assert answer.status_code == 200
    assert b"<script>" not in answer.content
    assert time.monotonic() - begun < SOON_SECONDS


def test_a_theme_from_a_cookie_is_one_of_ours(db):
    client = Client()
    client.cookies["theme"] = 'dark" onload="alert(1)'

    assert "data-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("story", "body", "kind", "status"),
    [
        ("a form of two megabytes", b"login=" + b"a" * (2 * MEGABYTE + 1), "application/x-www-form-urlencoded", 413),
        ("seven thousand fields", b"&".join(b"f%d=1" % n for n in range(7000)), "application/x-www-form-urlencoded", 413),
        ("a part without end", b"--x\r\n" + b"a" * MEGABYTE, "multipart/form-data; boundary=x", 400),
        ("no boundary", b"login=x", "multipart/form-data", 400),
        ("blanks in base64", b'--x\r\nContent-Disposition: form-data; name="login"\r\nContent-Transfer-Encoding: base64'
         b"\r\n\r\n" + b" " * MEGABYTE + b"\r\n--x--", "multipart/form-data; boundary=x", 200),
        ("a kind that is none", b"{}", "application/json", 400),
        ("letters that are none", b"login=%ff%fe&password=%00", "application/x-www-form-urlencoded; charset=utf-16", 400),
    ],
)  # fmt: skip
def test_bodies_do_no_harm(story, body, kind, status, db):
    begun = time.monotonic()

    answer = Client(raise_request_exception=False).post(reverse("account_login"), body, content_type=kind)

    assert answer.status_code == status
    assert time.monotonic() - begun < SOON_SECONDS


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "9" * 30, " 5", "+5", "٣"])
def test_a_length_that_is_none_is_refused(length, db):
    answer = Client(raise_request_exception=False).post(
        "/account/login/", b"", content_type="text/plain", CONTENT_LENGTH=length
    )

    assert answer.status_code in {200, 400, 413}


def test_a_password_of_a_megabyte_costs_no_more_than_another(system):
    people.person(email="member@example.org", password=sessions.PASSWORD, system=system)
    begun = time.monotonic()

    answer = sessions.give_password(Client(), "member@example.org", "x" * MEGABYTE)

    assert answer.status_code == 200
    assert time.monotonic() - begun < SOON_SECONDS
    assert AuditEvent.objects.filter(kind="session.refused").count() == 1


def test_names_and_passwords_of_an_invitation_have_an_end():
    form = AcceptForm({"name": "x" * 121, "password": "y" * 257, "again": "y" * 257})

    assert set(form.errors) == {"name", "password", "again"}


def test_the_length_is_asked_before_the_body_is_read(db):
    class Unread:
        def read(self, *_size):
            pytest.fail("read")

        readline = read

    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST", PATH_INFO="/account/login/", SERVER_NAME="localhost"
    )

    answer = ClientHandler()(environ | {"CONTENT_LENGTH": str(100 * MEGABYTE), "wsgi.input": Unread()})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static/..%2f..%2fmanage.py",
        "/static//etc/passwd",
        "/static/css/../../config/settings.py",
        "/static/css/..\\..\\manage.py",
        "/static/css/tokens.css%00.py",
        "/.git/config",
        "/.env",
        "/.demo/clock.json",
        "/manage.py",
        "/requirements.txt",
    ],
)
def test_no_file_but_the_published_ones_is_served(path, db):
    assert Client(raise_request_exception=False).get(path).status_code in {400, 404}
