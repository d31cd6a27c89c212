"""Production as it would start: what protects it is on, and nothing of the demo is there."""

import json
import os
from contextlib import nullcontext

import pytest
from celery.signals import beat_init, worker_init
from kombu.exceptions import ContentDisallowed
from kombu.serialization import dumps, loads

from config.celery import app
from tests.config.test_settings import PRODUCTION, SECRET, run
from tests.factories import people

TOLD = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
from core.people.checks import routes
names = json.loads('{names}')
plain = Client(HTTP_HOST="fund.example.org").get("/account/login/")
print(json.dumps({{
    "settings": {{name: getattr(settings, name) for name in names}},
    "demo": sorted(route for route in routes() if route.startswith("demo")),
    "plain": [plain.status_code, plain.headers["Location"]],
    "shown": repr(settings) + str(settings.DATABASES["default"]["OPTIONS"]),
}}, default=str))
"""
EXPECTED = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["fund.example.org"],
    "CSRF_TRUSTED_ORIGINS": ["https://fund.example.org"],
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_SAVE_EVERY_REQUEST": False,
    "SIGNED_COOKIE_LEGACY_SALT_FALLBACK": False,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 63072000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    "USE_X_FORWARDED_HOST": False,
    "USE_X_FORWARDED_PORT": False,
    "EMAIL_USE_SSL": True,
    "EMAIL_USE_TLS": False,
    "KEEP_SENT_MAIL": False,
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "SILENCED_SYSTEM_CHECKS": [],
}


def told(**changes):
    script = TOLD.format(
        names=json.dumps([*EXPECTED, "INSTALLED_APPS", "MIDDLEWARE", "POLICY_MODULES", "PASSWORD_HASHERS"])
    )
    done = run("-c", script, DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION | changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def production():
    return told()


@pytest.mark.parametrize("name", EXPECTED)
def test_what_protects_is_on(production, name):
    assert production["settings"][name] == EXPECTED[name]


def test_nothing_of_the_demo_is_there(production):
    installed = production["settings"]["INSTALLED_APPS"] + production["settings"]["POLICY_MODULES"]

    assert production["demo"] == []
    assert [name for name in installed if "demo" in name] == []


def test_nothing_that_keeps_pages_for_others_is_installed(production):
    assert [name for name in production["settings"]["MIDDLEWARE"] if "cache" in name.lower()] == []


def test_passwords_are_digested_slowly(production):
    assert production["settings"]["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


def test_a_plain_address_leads_to_the_secure_one(production):
    assert production["plain"] == [301, "https://fund.example.org/account/login/"]


def test_what_is_printed_of_settings_holds_no_secret(production):
    assert SECRET not in production["shown"]
    assert "password" not in production["shown"].lower()


def test_without_a_proxy_its_word_on_https_is_not_taken():
    assert told(TRUSTED_PROXIES="0")["settings"]["SECURE_PROXY_SSL_HEADER"] is None


def test_mail_in_the_usual_port_is_upgraded_to_tls():
    asked = told(MAIL_URL="smtp://user:password@mail.example.org:587")["settings"]

    assert (asked["EMAIL_USE_SSL"], asked["EMAIL_USE_TLS"]) == (False, True)


def test_the_worker_takes_json_alone():
    assert (app.conf.accept_content, app.conf.task_serializer) == (["json"], "json")


def test_a_pickled_message_is_not_read():
    content_type, encoding, payload = dumps({"args": []}, serializer="pickle")

    with pytest.raises(ContentDisallowed):
        loads(payload, content_type, encoding, accept=app.conf.accept_content)


ASKED = (
    "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); print(k.fetchone()[0])"
)


@pytest.mark.parametrize(
    ("story", "begin", "longest"),
    [
        ("the web ends what takes too long", "import config.wsgi", "20s"),
        ("a command takes the time it needs", "import django; django.setup()", "0"),
    ],
)
def test_no_page_keeps_the_database_busy_for_long(story, begin, longest):
    served = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}

    done = run("-c", f"{begin}; {ASKED}", DJANGO_SETTINGS_MODULE="config.settings", ENVIRONMENT="test", **served)

    assert done.stdout.splitlines()[-1:] == [longest], done.stderr


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize("starting", [worker_init, beat_init])
def test_no_worker_and_no_beat_starts_on_the_demos_accounts_in_production(system, settings, starting, production):
    people.services.add(
        email="demo@example.org", name="Demo", by=system, at=people.JOINED_AT, illustrative=True, password="x"
    )
    settings.PRODUCTION = production

    with pytest.raises(SystemExit, match="demo accounts") if production else nullcontext():
        starting.send(sender=None)
