"""Every page of the policy table, as somebody who may open it: axe finds nothing and nothing is wider than its room.

A new page is looked at because it has a row. With FULL each is seen in both languages, light and dark; without it contrasts
are measured on every second page.
"""

import pytest

from tests import sampling
from tests.browser import people, reaching
from tests.browser.combinations import COMBINATIONS, LOOKED_AT, spread
from tests.browser.visiting import expect_no_faults

SEEN = spread(LOOKED_AT)
OTHERS = {
    "/": people.PASSWORDLESS,
    "/settings": people.ALLY,
    "/account/2fa/": people.ALLY,
    "/programmes/": people.ALLY,
    "/manage/rates": people.ADMINISTRATOR,
    "/manage/people": people.ADMINISTRATOR,
    "/manage/audit": people.AUDITOR,
    "/admin/": people.AUDITOR,
}
"""Pages that show somebody else more, or another frame."""


def test_each_language_is_seen_light_and_dark():
    assert {(language, theme) for _route, language, theme in SEEN} == set(COMBINATIONS)


def test_each_kind_of_page_of_the_web_admin_is_seen():
    seen = {route.rpartition("_")[2] for route in LOOKED_AT if route.startswith(sampling.OF_ADMIN)}

    assert {"changelist", "change"} <= seen


@pytest.mark.parametrize(("route", "language", "theme"), SEEN)
def test_a_page_is_without_fault(visits, route, language, theme):
    page = reaching.reach(visits, route, language=language, theme=theme)

    if page is None:
        return
    assert page.locator("html").get_attribute("lang") == language
    with_colours = bool(sampling.turn(route, 2))
    expect_no_faults(visits, reaching.who_opens(route), name=f"{route}-{language}-{theme}", with_colours=with_colours)


@pytest.mark.parametrize(("path", "language", "theme"), spread(OTHERS))
def test_a_page_is_without_fault_to_somebody_else(visits, path, language, theme):
    visits.open(path, who=OTHERS[path], language=language, theme=theme)

    assert visits.seats[OTHERS[path]].status == 200
    expect_no_faults(visits, OTHERS[path], name=f"other{path}-{language}-{theme}")
