"""Every route and method is asked, with FULL as everybody: what answers is what was agreed, and nothing else answers."""

import os
from itertools import groupby

import pytest
from django.http import HttpResponse
from django.template.backends.django import Template
from django.urls import resolve

from core.people import policy
from core.people.checks import routes as existing_routes
from core.people.roles import ROLES
from core.web import errors
from tests.sweeps import agreement, checks, routes

AGREED = {route: list(entries) for route, entries in groupby(agreement.agreed(), key=lambda entry: entry.route)}


@pytest.fixture(autouse=True)
def _plain_answers(monkeypatch):
    """Answers are asked for by the thousand; how they look is another sweep's question."""
    monkeypatch.setattr(errors, "render", lambda _request, _template, _context, status: HttpResponse(status=status))
    monkeypatch.setattr(Template, "render", lambda _template, _context=None, _request=None: "")


def test_the_policy_table_says_what_was_agreed():
    if os.environ.get("UPDATE_WHO_MAY"):
        agreement.write(policy.table())

    assert agreement.of_table(policy.table()) == agreement.agreed()


def test_every_route_of_the_product_was_agreed():
    assert sorted(set(existing_routes())) == sorted(AGREED)


def test_every_role_is_among_those_who_ask(world):
    assert {role for actor in world.actors for role in actor.roles} == set(ROLES)


GROUPS = {
    "managers and staff": {
        "administrator",
        "auditor",
        "ethics-officer",
        "fund-analyst",
        "fund-manager",
        "programme-manager",
        "valuation-committee",
    },
    "Allies": {"ally-representative"},
    "start-ups and reviewers": {"reviewer", "startup-member", "startup-owner"},
    "partner systems": {"partner-system"},
}
"""Whom every role belongs to. What partner systems may in the interface is asked in tests/api/test_cases.py."""
LEAST = 6000
"""Distinct cases that FULL asks, each of an actor, a route and a method."""
OVER_ANOTHER_THING = ("ally-representative", "ethics-officer", "fund-manager", "programme-manager", "startup-owner")


def test_every_group_asks_every_route_as_agreed_and_over_what_is_anothers(world):
    every = {
        (actor.name, route, method): (actor, expected)
        for route, entries in AGREED.items()
        for actor, method, expected in checks.cases(world, entries, everyone=True)
    }

    assert len(every) >= LEAST
    assert {role for roles in GROUPS.values() for role in roles} == set(ROLES)
    for roles in GROUPS.values():
        asked = {key: expected for key, (actor, expected) in every.items() if actor.roles & roles}
        assert {route for _name, route, _method in asked} == set(AGREED)
        assert {"in", "forbidden", "absent", "no token"} <= set(asked.values())
    names = {actor.name for actor in world.actors}
    assert {f"{role} elsewhere" for role in OVER_ANOTHER_THING} <= names


def test_every_address_leads_to_its_route(world):
    elsewhere = [route for route in AGREED if resolve(routes.path(route, world)).view_name not in {route, ""}]

    assert elsewhere == []


@pytest.mark.parametrize("route", AGREED)
def test_a_route_answers_everybody_as_agreed(route, world):
    assert list(checks.faults(world, AGREED[route])) == []
