"""Production starts only when it is told everything that it needs, and says what is missing by its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import environment

ROOT = Path(__file__).resolve().parents[2]
SECRET = "k3J9-plenty-of-different-characters-8Xq2-so-that-it-is-strong-Zt5w"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "fund.example.org",
    "SITE_URL": "https://fund.example.org",
    "DATABASE_URL": "postgresql://fund_app@localhost/fund",
    "DATABASE_OWNER_URL": "postgresql://fund_owner@localhost/fund",
    "REDIS_URL": "redis://localhost/1",
    "MAIL_URL": "smtps://user:password@mail.example.org:465",
    "MAIL_FROM": "Fund <no-reply@fund.example.org>",
    "DOCUMENTS_FOLDER": "/srv/fund/documents",
    "TRUSTED_PROXIES": "1",
}


def run(*arguments, **variables):
    told = {key: value for key, value in os.environ.items() if key not in PRODUCTION}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=told | variables, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"ENVIRONMENT", "DATABASE_OWNER_URL"}))
def test_a_missing_variable_stops_the_start_and_is_named(missing):
    told = {key: value for key, value in PRODUCTION.items() if key != missing}

    with pytest.raises(environment.MissingVariable, match=missing):
        environment.read(told)


@pytest.mark.parametrize(
    ("story", "variable", "value"),
    [
        ("a secret that is too short", "SECRET_KEY", "short"),
        ("a secret of one letter", "SECRET_KEY", "a" * 80),
        ("the secret that stands in the code", "SECRET_KEY", environment.PRINTED_SECRET),
        ("a former secret that is weak", "SECRET_KEY_FALLBACKS", f"{SECRET},short"),
        ("mails with links in clear", "SITE_URL", "http://fund.example.org"),
        ("fewer proxies than none", "TRUSTED_PROXIES", "-1"),
        ("every host", "ALLOWED_HOSTS", "*"),
        ("a count in words", "TRUSTED_PROXIES", "one"),
        ("a clock that stands off", "CLOCK_OFFSET_SECONDS", "-5"),
    ],
)
def test_production_refuses(story, variable, value):
    with pytest.raises(environment.MissingVariable, match=variable):
        environment.read(PRODUCTION | {variable: value})


def test_another_database_than_postgresql_is_refused():
    with pytest.raises(environment.MissingVariable, match="PostgreSQL"):
        environment.database("sqlite:///fund.db")


def test_demo_and_test_need_nothing():
    assert environment.read({}).mode == "demo"
    assert environment.read({"ENVIRONMENT": "test"}).mode == "test"


def test_the_deployment_check_is_free_of_warnings_and_silences_nothing():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_one_role_for_both_is_found_by_the_deployment_check():
    done = run(
        "manage.py", "check", "--deploy", **PRODUCTION | {"DATABASE_OWNER_URL": PRODUCTION["DATABASE_URL"]}
    )  # fmt: skip

    assert done.returncode == 1
    assert "one role" in done.stderr


def test_what_only_serves_needs_no_owner_of_the_database_and_does_not_migrate():
    serving = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_OWNER_URL"}

    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **serving)
    migrated = run("manage.py", "migrate", **serving)

    assert checked.returncode == 0, checked.stderr
    assert migrated.returncode == 1
    assert migrated.stderr.splitlines() == [
        "CommandError: DATABASE_OWNER_URL is not set. Migrations are run by the role that owns the tables."
    ]


CELERY = ("-m", "celery", "-A", "config.celery")


@pytest.mark.parametrize(
    ("story", "command"),
    [
        ("web", ("-c", "import config.wsgi")),
        ("worker", (*CELERY, "worker", "--pool=solo")),
        ("beat", (*CELERY, "beat", "--schedule=beat-schedule", "--pidfile=")),
    ],
)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_production_does_not_start_on_a_database_with_demo_accounts(story, command, system, tmp_path):
    from django.db import connections

    from tests.factories import people

    people.services.add(
        email="demo@example.org",
        name="Demo",
        by=system,
        at=people.JOINED_AT,
        illustrative=True,
        password="illustrative-2026",
    )
    name = connections["default"].settings_dict["NAME"]
    urls = {
        variable: os.environ[variable].replace("/fund?", f"/{name}?").replace("@/fund", f"@/{name}")
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }

    command = [one.replace("=beat-schedule", f"={tmp_path}/beat-schedule") for one in command]
    done = run(*command, **PRODUCTION | urls | {"REDIS_URL": os.environ["REDIS_URL"]})

    assert done.returncode != 0
    assert "demo accounts" in done.stderr


def test_no_model_waits_for_a_migration():
    done = run("manage.py", "makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout
