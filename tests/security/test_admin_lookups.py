"""An address of the web admin asks what the list's filters ask; it spells out no column and hands over no pattern."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.test import Client
from django.urls import reverse

from core.people.models import User
from core.web.admin import ReadOnlyAdmin
from tests.core.people import sessions
from tests.factories import people

ADMINS = sorted(admin.site._registry.values(), key=lambda one: one.opts.label_lower)
PRYING = ("startswith", "contains", "regex", "iregex", "gt", "in", "range")
PEOPLE, RATES = "/admin/core/user/", "/admin/core/exchangerate/"


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", password=sessions.PASSWORD, system=system)


@pytest.fixture
def office(administrator):
    return people.signed_in(Client(), administrator)


def allowed(lists, lookup):
    return lists.lookup_allowed(lookup, "x", None)


def test_the_digest_of_a_password_is_not_spelled_out_letter_by_letter(office, administrator):
    digest = User.objects.get(pk=administrator.pk).password

    answers = [office.get(PEOPLE, {"password__startswith": digest[:length]}).status_code for length in (1, 8, 30)]

    assert answers == [400, 400, 400]


def test_without_the_rule_it_would_be(office, administrator, monkeypatch):
    monkeypatch.setattr(ReadOnlyAdmin, "lookup_allowed", admin.ModelAdmin.lookup_allowed)
    digest = User.objects.get(pk=administrator.pk).password
    row = reverse("admin:core_user_change", args=[administrator.pk])

    right = office.get(PEOPLE, {"password__startswith": digest[:30]}).content.decode()
    wrong = office.get(PEOPLE, {"password__startswith": digest[:29] + "!"}).content.decode()

    assert row in right
    assert row not in wrong


@pytest.mark.parametrize("lists", ADMINS, ids=lambda one: one.opts.label_lower)
def test_no_list_takes_a_lookup_of_the_askers_own(lists):
    fields = [field.name for field in lists.model._meta.concrete_fields]

    taken = [f"{name}__{kind}" for name in fields for kind in PRYING if allowed(lists, f"{name}__{kind}")]

    assert taken == []


@pytest.mark.parametrize("lists", ADMINS, ids=lambda one: one.opts.label_lower)
def test_no_list_asks_a_field_that_it_does_not_filter_by(lists):
    named = {name_of(one) for one in lists.list_filter}
    others = [field.name for field in lists.model._meta.concrete_fields if field.name not in named]

    assert [name for name in others if allowed(lists, name) or allowed(lists, f"{name}__exact")] == []


@pytest.mark.parametrize("lists", ADMINS, ids=lambda one: one.opts.label_lower)
def test_every_filter_of_a_list_is_taken(lists, rf, system):
    request = rf.get("/")
    request.user = people.person(role="auditor", system=system)

    asked = [parameter for filtered in lists.list_filter for parameter in parameters(lists, filtered, request)]

    assert [one for one in asked if not lists.lookup_allowed(one, "x", request)] == []


def name_of(filtered):
    """A field by its name, or with a filter of its own kind, or a filter that reads a word itself."""
    if isinstance(filtered, type):
        return filtered.parameter_name
    return filtered if isinstance(filtered, str) else filtered[0]


def parameters(lists, filtered, request):
    """What one filter may put into an address."""
    if isinstance(filtered, type):
        return [filtered.parameter_name]
    path, kind = (filtered, FieldListFilter.create) if isinstance(filtered, str) else filtered
    field = get_fields_from_path(lists.model, path)[-1]
    return kind(field, request, {}, lists.model, lists, field_path=path).expected_parameters()


def test_the_filters_of_a_page_lead_to_pages(office):
    page = office.get(PEOPLE).content.decode()
    offered = set(re.findall(r'href="(\?[^"]+)"', page))

    answers = {link: office.get(PEOPLE + link.replace("&amp;", "&")).status_code for link in offered}

    assert any("is_active" in link for link in offered)
    assert set(answers.values()) == {200}


def test_the_drill_down_by_date_is_taken(office):
    assert office.get(RATES, {"effective_on__year": "2026", "effective_on__month": "5"}).status_code == 200


@pytest.mark.parametrize(
    ("story", "page", "asked"),
    [
        ("a year beyond the calendar", RATES, {"effective_on__year": "9" * 30}),
        ("a month that there is not", RATES, {"effective_on__year": "2026", "effective_on__month": "13"}),
        ("a word for a day", RATES, {"effective_on__gte": "soon"}),
        ("a search for a NUL byte", PEOPLE, {"q": "\x00"}),
        ("a NUL byte", PEOPLE, {"language__exact": "\x00"}),
        ("a NUL byte through a grant", PEOPLE, {"grants__role": "audi\x00tor"}),
        ("a word for yes or no", PEOPLE, {"is_active__exact": "perhaps"}),
    ],
)
def test_a_filter_that_cannot_be_used_leads_back_to_the_list(office, story, page, asked):
    assert office.get(page, asked).headers["Location"] == f"{page}?e=1"


@pytest.mark.parametrize("asked", [{"p": "9" * 30}, {"o": "1.2.x.-9"}, {"q": "x" * 100_000}, {"all": ""}])
def test_odd_searches_and_pages_are_answered(office, asked):
    assert office.get(PEOPLE, asked).status_code == 200


@pytest.mark.parametrize("lists", ADMINS, ids=lambda one: one.opts.label_lower)
def test_no_page_of_the_web_admin_shows_what_opens_an_account(lists):
    secrets = {"password", "token_digest", "session_epoch"}
    shown = {field.name for field in lists.model._meta.concrete_fields} - set(lists.exclude or ())

    assert not secrets & shown


def test_every_date_to_drill_down_by_is_a_date():
    drilled = [one for one in ADMINS if one.date_hierarchy]

    assert drilled
    for one in drilled:
        assert isinstance(one.model._meta.get_field(one.date_hierarchy), models.DateField)
