"""The log: one JSON object a line whatever is sent, and nothing in it that opens an account."""

import io
import json
import logging
import re

import pytest
import structlog
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from config import logging as product_logging
from core import clock
from core.notifications.models import OutboundMail
from core.people import services
from core.people.models import User
from tests.core.people import sessions
from tests.factories import people

CANARY = "canary-4711-seven-quiet-herons"


@pytest.fixture
def log():
    """What the product's own handler writes."""
    (handler,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    usual = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(usual)


@pytest.fixture
def manager(system):
    return people.person(role="auditor", email="auditor@example.org", password=CANARY, system=system)


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_what_opens_an_account_is_in_no_line(log, manager, system):
    secret = sessions.with_factor(manager)
    spare = RecoveryCodes.activate(manager).get_unused_codes()
    client = Client()
    sessions.give_password(client, manager.email, f"{CANARY}-wrong")
    sessions.give_password(client, manager.email, CANARY)
    code = sessions.code(secret)
    sessions.give_code(client, code)
    Client().post(reverse("account_reset_password"), {"email": manager.email})
    reset = re.search(r"reset/key/(\S+?)/", OutboundMail.objects.last().body).group(1)
    Client().get(reverse("account_reset_password_from_key", args=reset.split("-", maxsplit=1)))
    token = services.invite(
        email="new@example.org", name="New", language="en", role="auditor", scope_kind="everywhere", scope_ref="",
        starts_on=clock.today(), ends_before=None, by=system, at=clock.now(),
    )[1]  # fmt: skip
    Client().get(reverse("core:invitation", args=[token]))
    Client().post(reverse("core:invitation", args=[token]), {"name": "N", "password": CANARY, "again": "other"})

    written = log.getvalue()

    assert len(lines(log)) > 10
    session = client.cookies["session"].value
    for name, value in {
        "password": CANARY, "secret": secret, "code": f'"{code}"', "session": session, "reset": reset, "token": token,
        "spare code": spare[0], "address": manager.email, "name": manager.name,
    }.items():  # fmt: skip
        assert value not in written, name


def test_a_failure_is_written_without_the_links_and_words_of_its_request(log, manager, monkeypatch):
    def fail(*_args, **_given):
        raise DatabaseError("no row for /invitation/tell-nobody and /reset/key/1-tell-nobody")

    monkeypatch.setattr(services, "find_invitation", fail)
    client = Client(raise_request_exception=False)

    answer = client.get(reverse("core:invitation", args=["tell-nobody"]))

    failure = next(line for line in lines(log) if "exception" in line)
    assert answer.status_code == 500
    assert "DatabaseError" in failure["exception"]
    assert "/invitation/[redacted]" in failure["exception"]
    assert "tell-nobody" not in log.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        '/nowhere%0a{"event": "forged"}',
        '/nowhere%0d%0a%0d%0a{"event":%20"forged"}',
        "/nowhere%e2%80%a8{%22event%22:%22forged%22}",
        "/nowhere%1b[2J",
        "/" + "x" * 3000,
    ],
)
def test_a_path_forges_no_line(log, db, path):
    Client().get(path)

    assert all(line["event"] != "forged" for line in lines(log))
    assert not re.search("[\x00-\x09\x0b-\x1f]", log.getvalue())


@pytest.mark.parametrize("header", ["HTTP_USER_AGENT", "HTTP_X_REQUEST_ID", "HTTP_X_CORRELATION_ID", "HTTP_REFERER"])
def test_a_header_forges_no_line_and_no_number(log, db, header):
    Client(**{header: '1\n{"event": "forged"}'}).get("/")

    assert all(line["event"] != "forged" for line in lines(log))
    assert {re.fullmatch(r"REQ-[0-9A-F]{10}", line["request_id"]) is not None for line in lines(log)} == {True}


def test_a_forged_host_is_written_in_one_line(log, db):
    Client(HTTP_HOST='evil.example"}\n{"event": "forged"}').get("/")

    assert all(line["event"] != "forged" for line in lines(log))


@pytest.mark.parametrize(
    ("story", "event", "kept"),
    [
        ("a key that names a secret", {"password": CANARY}, {"password": "[redacted]"}),
        ("whatever its letters", {"Authorization": CANARY}, {"Authorization": "[redacted]"}),
        ("inside another value", {"data": {"token": CANARY}}, {"data": {"token": "[redacted]"}}),
        ("in a list", {"sent": [{"cookie": CANARY}]}, {"sent": [{"cookie": "[redacted]"}]}),
        ("a longer name", {"new_password": CANARY}, {"new_password": "[redacted]"}),
        ("a link", {"path": f"/invitation/{CANARY}"}, {"path": "/invitation/[redacted]"}),
        ("a link inside", {"links": [f"/reset/key/{CANARY}/"]}, {"links": ["/reset/key/[redacted]/"]}),
        ("anything else stays", {"key_figure": 3, "n": "x"}, {"key_figure": 3, "n": "x"}),
    ],
)
def test_secrets_are_blanked_wherever_they_stand(story, event, kept):
    assert product_logging.redact(None, "info", dict(event)) == kept


def test_a_library_that_logs_at_its_lowest_level_is_not_heard(log, manager):
    for name in ("allauth", "django.db.backends", "celery", "kombu", "urllib3", "fido2"):
        logging.getLogger(name).debug("password %s", CANARY)

    assert log.getvalue() == ""


def test_an_upload_is_not_written(log, manager):
    client = people.signed_in(Client(), people.person(role="administrator", system=User.objects.get(is_system=True)))

    client.post(
        reverse("manage:rates_import"), {"file": SimpleUploadedFile("r.csv", CANARY.encode()), "source": CANARY}
    )

    assert lines(log)
    assert CANARY not in log.getvalue()


def test_every_line_says_when_how_grave_and_from_whom(log, db):
    structlog.get_logger("core").warning("something", number=3)

    (line,) = lines(log)

    assert {"ts", "level", "logger", "event", "number"} <= line.keys()
    assert line["ts"].endswith("Z")
