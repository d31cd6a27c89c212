"""No address leads past the ethics gate: every form of the businesses that writes is tried by everybody, or named as moving no money."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin

from accelerator.challenges.models import Programme
from core import clock
from core.ethics import gate
from core.ethics import services as ethics
from core.ethics.models import Review
from core.people import factors, policy
from tests import sampling
from tests.sweeps import asking, routes
from tests.sweeps.pages import Page
from tests.sweeps.world import NOW

PARTS = (
    "portfolio:",
    "accelerator:",
    "portal:",
    "portfolio_api:",
    "accelerator_api:",
    "admin:portfolio_",
    "admin:accelerator_",
)
"""Where money is moved."""
MONEY = {
    "portfolio:buy": "portfolio_transaction",
    "accelerator:release-offer": "accelerator_offer",
    "portal:accept-offer": "accelerator_participation",
    "accelerator:approve-advancement": "accelerator_participationstep",
    "accelerator:propose-payment": "accelerator_paymentline",
    "accelerator:approve-payment": "accelerator_paymentline",
    "accelerator:record-payment": "accelerator_paymentline",
}
"""Routes that lead to money which the gate judges, and the table that it then stands in: a further kind is a further line."""
MOVED = MONEY.keys() - {"accelerator:propose-payment"}
"""Where the world has something that waits to be done; of its accepted milestone nothing is left to propose."""
BROUGHT = ("portfolio:import-upload", "portfolio:import-check", "portfolio:import-apply")
"""Purchases among them are judged as any other: tests/security/gate/test_imports.py."""
NAMING = ("portfolio:draft-call", "portfolio:edit-call", "portfolio:approve-call", "portfolio:issue-call")
"""A line of a call that names a company is judged: tests/portfolio/capital_calls/test_companies.py."""
OUT = {
    "portfolio:sell": "an exit is never held",
    "portfolio:write-off": "an exit is never held",
    "portfolio:receive-from-stake": "what comes in is never held",
    "portfolio:record-receipt": "what comes in is never held",
    "portfolio:apply-suspense": "what came in is used for a notice",
    "portfolio:pay-stake": "a fund is no company; tests/security/gate/test_sql.py",
    "portfolio:commit-to-stake": "a fund is no company",
    "portfolio:pay-fee": "no company is paid",
    "portfolio:take-back": "what was recorded counts as nothing; taken back is no purchase",
}
NOTHING = {
    "portfolio": re.compile(
        r"portfolio:(import-discard|open-holding|record-round|ledger-\w+|(submit|cancel)-call|\w+-valuation|valuation-policy|\w+-mark)"
    ),
    "accelerator": re.compile(
        r"accelerator:(add-programme|challenges|call-\w+|\w+-call|hand-back-call|application|ask-application|screen|"
        r"reopen-screening|own-conflict|assign-reviewers?|end-assignment|clear-doubt|write-feedback|\w+-selection|"
        r"send-back-selection|make-offer|take-back-offer|propose-advancement|refuse-advancement|leave|graduate|plan|"
        r"accept-evidence|send-evidence-back|budget|refuse-payment)"
    ),
    "portal": re.compile(
        r"portal:(begin|section|save|attach|compare|check|withdraw|take-up|clarification|decline-offer|give-evidence|"
        r"attach-evidence|give-consent|withdraw-consent)"
    ),
    "interface": re.compile(
        r"(portfolio_api:(receipt-notices|reported-navs)|accelerator_api:(applications|bulk|documents|application|evidence-files))"
    ),
    "web admin": re.compile(r"admin:(portfolio|accelerator)_\w+_(changelist|add|delete|history)"),
}
"""What writes and moves no money: drafts, plans, judgements, valuations, and the web admin, which reads."""


OF_LISTS = {
    "portfolio.book: check_the_books": "it reads",
    "portfolio.capitalcall: submit_for_approval": "it asks; who approves and who issues is judged: tests/portfolio/capital_calls",
    "portfolio.valuationrun: submit_for_approval": "a valuation is never held",
    "portfolio.mark: compute_again": "a valuation is never held",
}
"""What can be done with rows of a list of the web admin, and why it moves no money."""


def _writing():
    table = policy.table()
    return sorted(
        {row.route for row in table.rows if row.route.startswith(PARTS) and {"POST", "PATCH", "PUT"} & set(row.methods)}
    )


def test_every_route_that_writes_is_tried_or_named_as_moving_no_money():
    named = {*MONEY, *BROUGHT, *NAMING, *OUT}
    unnamed = [
        route
        for route in _writing()
        if route not in named and not any(pattern.fullmatch(route) for pattern in NOTHING.values())
    ]

    assert unnamed == []
    assert named <= set(_writing())


def test_the_web_admin_writes_nothing_of_the_businesses(world):
    """What has actions of its own has them beside reading alone, and no form of a row is ever saved."""
    kept = [
        (model, one)
        for model, one in admin.site._registry.items()
        if model._meta.app_label in {"portfolio", "accelerator"}
    ]
    request = _asked_as(world, "fund-manager")
    for model, one in kept:
        rights = (
            one.has_add_permission(request),
            one.has_change_permission(request),
            one.has_delete_permission(request),
        )
        assert rights == (False, False, False), model
    assert kept


def test_what_the_lists_of_the_web_admin_do_moves_no_money(world):
    request = _asked_as(world, "fund-manager")
    found = {
        f"{model._meta.label_lower}: {name}"
        for model, one in admin.site._registry.items()
        for name in {*one.get_actions(request), *(one.actions or ())}
    }

    assert found == OF_LISTS.keys()


def _asked_as(world, name):
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = world.actor(name).user
    return request


@pytest.fixture(autouse=True)
def _proven_and_later(monkeypatch):
    """A second factor was given just now, and a minute has passed since the latest valuation was opened."""
    monkeypatch.setattr(factors, "is_fresh", lambda _request: True)
    with clock.standing_at(NOW + timedelta(minutes=1)):
        yield


@pytest.fixture
def shut(world):
    """The gate is in force for everything since last year, and no review stands."""
    _end_reviews(world)
    officer = world.actor("ethics-officer").user
    scopes = [world.fund.public_id, *Programme.objects.values_list("public_id", flat=True)]
    for scope in scopes:
        told = {"from_day": NOW.date() - timedelta(days=400), "because": "Adopted."}
        ethics.put_in_force(scope, **told, by=world.system if scope.startswith("programme") else officer, at=NOW)
    return world


def _end_reviews(world):
    Review.objects.filter(state="concluded").update(state="closed", closed_on=NOW.date())


def _form(world, route, actor):
    """The form of the page as it is offered, with every field that is asked for filled in."""
    path = routes.path(route, world)
    page = asking.ask(path, actor)
    if page.status_code != 200:
        return path, {}
    forms = [one for one in Page.of(page.bytes.decode()).forms if one.method.lower() == "post" and _is_own(one, path)]
    given = {}
    for field in (field for one in forms[:1] for field in one.fields):
        if field.name and field.kind not in {"button", "file"}:
            given[field.name] = field.value or _filled(field)
    return path, given


def _is_own(form, path):
    return not form.action or form.action.split("?")[0] == path


FILL = {"day": NOW.date().isoformat(), "number": "1", "text": "1.00", "check": "on", "email": "a@example.org"}


def _filled(field):
    if field.options:
        return next((one for one in field.options if one), "")
    return FILL.get(field.kind, "1")


def _sent(world, route, actor):
    path, given = _form(world, route, actor)
    return asking.ask(path, actor, "POST", form=given)


def _may(actor, route):
    row = policy.table().find(route, "POST")
    return actor.signed_in and bool(row.roles & actor.roles)


def _asking(world, route):
    """Whoever may by her role, and some of the others; with FULL everybody."""
    for actor in world.actors:
        if sampling.FULL or _may(actor, route) or sampling.turn(f"{route} {actor}", 8) == 0:
            yield actor


@pytest.mark.parametrize("route", MONEY)
def test_nobody_moves_money_while_the_gate_is_shut(shut, route):
    for actor in _asking(shut, route):
        answer = _sent(shut, route, actor)
        assert answer.status_code < 500, (str(actor), answer.failure)
        assert MONEY[route] not in answer.written, str(actor)


def test_control_where_the_gate_is_not_in_force_money_moves(world, monkeypatch):
    """By whoever may, and did not do the step before it."""
    monkeypatch.setattr(gate, "require", lambda *_asked, **_always: None)
    moved = {
        route
        for route, table in MONEY.items()
        for actor in world.actors
        if _may(actor, route) and table in _sent(world, route, actor).written
    }

    assert moved == MOVED


@pytest.mark.parametrize("route", sorted(MOVED))
def test_control_without_the_service_s_question_the_database_is_asked(shut, route, monkeypatch):
    monkeypatch.setattr(gate, "require", lambda *_asked, **_always: None)
    answers = [_sent(shut, route, actor) for actor in shut.actors if _may(actor, route)]

    assert any("ethics gate holds this money back" in one.failure for one in answers)
    assert not any(one.status_code in {200, 302} and MONEY[route] in one.written for one in answers)
