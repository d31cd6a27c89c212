"""Every page, in a world whose every name is an attack: headers, markup, sheets, and that reading changes nothing."""

import io
import logging
import re
from urllib.parse import urlencode

import openpyxl
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.test import override_settings

from core import clock
from core.people import policy
from core.people import services as people_services
from core.people.policy import ANYONE
from tests import sampling
from tests.conftest import NOON
from tests.factories import accelerator, funds, people
from tests.query_counts import counting, world
from tests.sweeps import asking, routes

HOSTILE = '=1+1"><svg/onload=alert(1)>'
MARKUP, FORMULA = '"><svg/onload=', "=1+1"
SHEET_STARTS = ("=", "+", "-", "@", "\t", "\r")
FREE_TEXT = {
    "name", "name_en", "name_fr", "title_en", "title_fr", "source", "note", "note_en", "note_fr", "memo", "text", "subject",
    "reason", "co_investors", "body",
}  # fmt: skip
KEEPS_ITS_IDENTITY = "stays_what_it_is"
"""The trigger that lets texts of a row be written anew, and nothing by which others know it."""
ROUTES = counting.counted_routes()
PERSONAL = [route for route in ROUTES if counting.reader_of(route) != counting.VISITOR]


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    logging.disable(logging.CRITICAL)
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), clock.standing_at(NOON), quick, transaction.atomic():
        made = world.build(1)
        _rename_everything(made)
        yield made
        transaction.set_rollback(True)
    cache.clear()
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def answers(played):
    with clock.standing_at(NOON):
        return {route: counting.ask(route, played) for route in ROUTES}


def _rename_everything(played):
    """By the services where rows are written once, in the tables elsewhere."""
    system, at = played.system, clock.now()
    commitment = played.fund.commitments.get()
    funds.amendment(
        commitment, "31000000.00", effective_on=funds.FIRST_CLOSING, at=at, system=system, source=HOSTILE, note=HOSTILE
    )
    programme = accelerator.programme("hostile", by=system)
    accelerator.figures(programme, accelerator.figure("applications", 1, source=HOSTILE, note_en=HOSTILE), by=system)
    accelerator.network(accelerator.size(value=9, stated_for=at.date(), source=HOSTILE), by=system)
    revoked = people.person(role="auditor", system=system).grants.get()
    people_services.revoke(revoked, by=system, at=at, reason=HOSTILE)
    for model in apps.get_models():
        triggers = {one.name for one in getattr(model._meta, "triggers", ())}
        is_ours = model._meta.managed and model._meta.app_label in {"core", "portfolio", "accelerator"}
        if is_ours and triggers <= {KEEPS_ITS_IDENTITY}:
            _rename(model)


def _rename(model):
    texts = [
        field
        for field in model._meta.concrete_fields
        if field.name in FREE_TEXT and isinstance(field, models.CharField | models.TextField) and not field.primary_key
    ]
    for row in model.objects.all() if texts else ():
        for field in texts:
            setattr(row, field.name, f"{HOSTILE} {row.pk}")
        row.save(update_fields=[field.name for field in texts])


def html_of(answers):
    return {
        route: answer.response.bytes.decode()
        for route, answer in answers.items()
        if answer.response.headers["Content-Type"].startswith("text/html")
    }


def books_of(answers):
    return {
        route: openpyxl.load_workbook(io.BytesIO(answer.response.bytes))
        for route, answer in answers.items()
        if answer.response.bytes.startswith(b"PK")
    }


def test_the_attack_is_on_the_pages(answers):
    reached = [route for route, page in html_of(answers).items() if "&lt;svg/onload=" in page]

    assert len(reached) > 50
    assert {"portfolio:pool", "manage:people", "programmes:detail", "ally:account", "admin:core_user_changelist"} <= {
        *reached
    }


def test_no_name_becomes_markup(answers):
    assert [route for route, page in html_of(answers).items() if MARKUP in page] == []


def test_no_page_runs_or_styles_anything_inline(answers):
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*[\[{])|\son[a-z]+=|\sstyle=|<style|(?:href|src|action)=[\"']?\s*javascript:",
        re.IGNORECASE,
    )

    found = {route: inline.findall(page) for route, page in html_of(answers).items()}

    assert {route: hits for route, hits in found.items() if hits} == {}


def test_every_page_asks_this_host_alone(answers):
    asked = re.compile(
        r"<(?:script|link|img|iframe|form|source|use)\b[^>]*?\b(?:src|href|action)=\"(https?:)?//", re.IGNORECASE
    )

    assert [route for route, page in html_of(answers).items() if asked.search(page)] == []


def test_no_cell_calculates(answers):
    cells = [
        (route, cell.coordinate, cell.value)
        for route, book in books_of(answers).items()
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith(SHEET_STARTS))
    ]

    assert cells == []


NOBODY_TYPES = {"portfolio:import-template"}
"""A workbook to be filled: nothing in it was typed by anybody."""


def test_the_attack_is_in_the_sheets(answers):
    texts = {
        route: [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        for route, book in books_of(answers).items()
    }

    assert [route for route, found in texts.items() if any(FORMULA in text for text in found)] == sorted(
        texts.keys() - NOBODY_TYPES
    )


def test_every_answer_carries_what_keeps_browsers_careful(answers):
    kept = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    without = {
        route: {name for name, value in kept.items() if answer.response.headers.get(name) != value}
        for route, answer in answers.items()
    }

    assert {route: names for route, names in without.items() if names} == {}


DOWNLOAD = "documents:download"
"""What others sent is handed on as a file, under a stricter policy, and the trail notes who had it."""


def test_every_answer_carries_one_policy_without_exceptions(answers):
    given = {route: answer.response.headers["Content-Security-Policy"] for route, answer in answers.items()}
    policies = {policy for route, policy in given.items() if route != DOWNLOAD}

    assert set(given[DOWNLOAD].split("; ")) == {"sandbox", "default-src 'none'"}

    (one,) = policies
    directives = dict(part.strip().partition(" ")[::2] for part in one.split(";"))
    assert directives["default-src"] == directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["form-action"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:|nonce", one)


def test_no_cache_keeps_an_answer(answers):
    kept = [route for route, answer in answers.items() if "no-store" not in answer.response.headers["Cache-Control"]]

    assert kept == []


def test_personal_pages_differ_by_cookie(answers):
    assert [route for route in PERSONAL if "Cookie" not in answers[route].response.headers.get("Vary", "")] == []


def test_files_are_saved_and_never_shown(answers):
    files = {route: answers[route].response.headers for route in books_of(answers)}

    assert {headers["Content-Disposition"].partition(";")[0] for headers in files.values()} == {"attachment"}
    assert all(
        re.fullmatch(r'attachment; filename="[a-z0-9-]+\.xlsx"', one["Content-Disposition"]) for one in files.values()
    )


def test_reading_writes_nothing(answers):
    """Besides when a session was last seen, the framework's own list of models, which it writes where it is empty, and who read
    a text under silence."""
    writes = re.compile(r'\b(?:INSERT INTO|(?<!FOR )(?<!DO )UPDATE|DELETE FROM) "?(\w+)"?')

    written = {
        route: {match[1] for sql in answer.statements for match in writes.finditer(sql)}
        - {"django_session", "django_content_type"}
        - ({"core_auditchain", "core_auditevent"} if route == DOWNLOAD else set())
        - ({"core_reading"} if route == "core:decision" else set())
        for route, answer in answers.items()
    }

    assert {route: tables for route, tables in written.items() if tables} == {}


PARAMETERS = [
    "as_of",
    "known_at",
    "fund",
    "edition",
    "sort",
    "page",
    "cursor",
    "q",
    "role",
    "state",
    "kind",
    "person",
    "subject",
    "chain",
    "first_day",
    "last_day",
    "account",
    "amount",
    "from_currency",
    "to_currency",
    "nation",
    "commitment",
    "technology",
    "challenge",
    "phase",
    "name",
    "measure",
    "next",
    "p",
    "o",
    "e",
]
ODD = [
    "\x00",
    "9" * 5000,
    "x" * 20_000,
    "-1",
    "1e999",
    "NaN",
    "\u200b\u202e🦢",
    "' OR 1=1 --",
    "{{ 7 * 7 }}%s%(x)s",
    "../../../../etc/passwd",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30",
    "٢٠٢٦-٠١-٠١",
    "x\r\nSet-Cookie: forged=1",
    "-" * 3000,
    "[" * 50_000,
    "",
    "1",
    "true",
]


def odd_for(route):
    """All of them with FULL, else one, another of the next route."""
    return ODD if sampling.FULL else [ODD[sampling.turn(route, len(ODD))]]


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("admin:")])
def test_odd_questions_are_answered(route, played):
    path, actor = counting.address(route, played)
    asked = {odd: asking.ask(f"{path}?{urlencode(dict.fromkeys(PARAMETERS, odd))}", actor) for odd in odd_for(route)}

    failed = {odd[:20]: answer.failure for odd, answer in asked.items() if answer.status_code >= 500}

    assert failed == {}
    assert {answer.status_code for answer in asked.values()} <= {200, 302, 400, 404, 409}
    assert not any("forged" in str(answer.cookies) for answer in asked.values())


@pytest.mark.parametrize("raw", ["%ff%fe", "as_of=%ff", "a=1&" * 2000, "=&=&&;;", "as_of[]=1&as_of[x]=2", "%00=%00"])
def test_addresses_that_are_no_text_are_answered(raw, played):
    answers = [
        asking.ask(f"/manage/{page}?{raw}", played.actor("auditor")) for page in ("pool", "audit", "people", "rates")
    ]

    assert {answer.status_code for answer in answers} <= {200, 400, 413}


WRITES = sorted(
    row.route
    for row in policy.table().rows
    if "POST" in row.methods and row.roles and not row.route.startswith("admin:")
)
FIELDS = [
    "next",
    "language",
    "theme",
    "keep",
    "reason",
    "key",
    "apply",
    "text",
    "source",
    "email",
    "code",
    "password",
    "password1",
    "password2",
    "oldpassword",
    "login",
    "name",
    "again",
    "role",
    "scope",
    "starts_on",
    "last_day",
    "action",
    "action_add",
    "action_remove",
    "action_primary",
    "through",
    "amount",
    "quantity",
    "round",
    "effective_on",
    "tranche",
    "cost",
    "returned_capital",
    "credential",
    "passwordless",
    "_selected_action",
    "select_across",
    "index",
]


def writer_of(route):
    row = policy.table().find(route, "POST")
    if row.roles == ANYONE:
        return None
    return next(role for role in ("administrator", "fund-manager", "auditor", *sorted(row.roles)) if row.admits({role}))


@pytest.mark.parametrize("route", WRITES)
def test_odd_forms_are_answered(route, played):
    role = writer_of(route)
    actor = played.actor(role) if role else None
    path = routes.path(route, played)
    shown = asking.ask(path, actor).bytes.decode(errors="replace") if policy.table().find(route, "GET") else ""
    fields = {*FIELDS, *re.findall(r'name="([A-Za-z_0-9-]+)"', shown)}

    answers = {odd: asking.ask(path, actor, "POST", form=dict.fromkeys(fields, odd)) for odd in odd_for(route)}

    assert {odd[:20]: answer.failure for odd, answer in answers.items() if answer.status_code >= 500} == {}
    assert not any("forged" in str(answer.cookies) for answer in answers.values())
    assert not any("evil" in asking.location(answer) for answer in answers.values())
