"""How many queries each page takes: the literal numbers stand in one file, and more rows never take more.

``UPDATE_QUERY_COUNTS=1 pytest tests/query_counts`` writes the file anew; its diff is what the reviewer reads.
"""

import logging
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from core.people import policy
from portfolio.investments.admin import HoldingAdmin
from tests.query_counts import counting

ROUTES = counting.counted_routes()


@pytest.fixture(scope="module", autouse=True)
def _language_left_as_it_was():
    """Whoever is asked for reads in a language of her own; what follows does not go on in it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), quiet():
        found = counting.count(ROUTES)
    if counting.UPDATE:
        counting.write(found)
    return found


@contextmanager
def quiet():
    """A line a request is nobody's reading here; what the answers left in the cache goes with them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
    cache.clear()


def test_every_page_stands_in_the_file(pages):
    assert sorted(counting.written()) == ROUTES


def test_what_is_not_counted_is_there_to_be_asked():
    assert counting.NOT_COUNTED.keys() <= policy.table().routes


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_takes_the_queries_that_are_written(route, pages):
    page = pages[route]

    assert set(page.statuses) == {200}
    assert page.line() == counting.as_counted(counting.written()[route])


def test_no_page_takes_more_queries_for_more_rows(pages):
    assert {route: page.queries for route, page in pages.items() if page.grows} == {}


def test_the_lists_of_the_web_admin_really_hold_rows(pages):
    lists = {route: page for route, page in pages.items() if route.endswith("_changelist")}

    assert {route: page.rows for route, page in lists.items() if not page.lists} == {}


@pytest.mark.parametrize("route", ["portfolio:pool", "portfolio:burden-sharing"])
def test_the_pool_page_takes_eight_queries_at_most(route, pages):
    assert max(pages[route].queries) <= 8


@pytest.mark.django_db
def test_a_list_that_asks_once_a_row_is_found_out(monkeypatch):
    monkeypatch.setattr(HoldingAdmin, "list_select_related", False)
    monkeypatch.setattr(HoldingAdmin, "list_display", (lambda holding: holding.organisation.name,))
    route = "admin:portfolio_holding_changelist"

    with quiet():
        page = counting.count([route], sizes=(1, 3))[route]

    assert page.grows
