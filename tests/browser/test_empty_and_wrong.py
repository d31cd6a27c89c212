"""Pages with nothing on them, pages that refuse, and forms sent empty are without fault too."""

import pytest
from django.test.utils import override_settings

from core.people.views.home import Home
from tests.browser import people, reaching
from tests.browser.combinations import SOME_FORMS, SOME_WORK_PAGES, WORK_PAGES, WORKBOOKS, spread
from tests.browser.looking import EMPTY_FORM, FORMS_OF_MAIN
from tests.browser.visiting import expect_no_faults
from tests.sampling import FULL

NOTHING = {
    "/manage/people?q=nobody-is-called-this": people.ADMINISTRATOR,
    "/manage/audit?person=nobody-is-called-this": people.AUDITOR,
    "/admin/core/nation/?q=nothing-is-called-this": people.MANAGER,
    "/admin/portfolio/entry/?q=nothing-is-called-this": people.MANAGER,
    "/account/2fa/webauthn/": people.MANAGER,
    "/manage/pool": people.ELSEWHERE,
    "/manage/holdings": people.ELSEWHERE,
    "/manage/valuations": people.ELSEWHERE,
    "/manage/jobs?state=dead": people.ELSEWHERE,
    "/manage/reminders": people.ELSEWHERE,
    "/manage/ledger": people.ELSEWHERE,
    "/manage/ledger/entries": people.ELSEWHERE,
    "/programmes/2023-pilot/?name=nobody": people.VISITOR,
}
"""Lists in which nothing is found, and the fund of somebody whose fund has done nothing yet."""

WRONG = {
    "/manage/audit?since=never&kind=x": people.AUDITOR,
    "/manage/people?role=x": people.ADMINISTRATOR,
    "/manage/ledger/entries?account=x&since=never": people.MANAGER,
    "/manage/rates?amount=much&from_currency=USD&to_currency=EUR": people.MANAGER,
    "/manage/rates?as_of=1800-01-01": people.MANAGER,
    "/manage/pool?known_at=tomorrow": people.MANAGER,
    "/programmes/2023-pilot/?phase=x": people.VISITOR,
}
"""Addresses with something in them that cannot be read."""

REFUSED = {
    "/nowhere": (people.VISITOR, 404),
    "/manage/nowhere": (people.MANAGER, 404),
    "/manage/pool": (people.ALLY, 403),
    "/manage/people": (people.PROGRAMMES, 403),
}


@pytest.mark.parametrize(("route", "language", "theme"), spread(SOME_WORK_PAGES, turn=1))
def test_a_page_of_a_day_before_everything(visits, route, language, theme):
    who = reaching.who_opens(route)

    page = reaching.reach(visits, route, query="as_of=2020-01-01", language=language, theme=theme)

    if page and page.locator(".asof").count():
        expect_no_faults(visits, who, name=f"before-{route}-{language}-{theme}", with_colours=False)


@pytest.mark.parametrize(("route", "language", "theme"), spread(WORK_PAGES if FULL else ["ally:account"], turn=2))
def test_a_page_of_no_day_at_all(visits, route, language, theme):
    who = reaching.who_opens(route)

    page = reaching.reach(visits, route, query="as_of=never", language=language, theme=theme)

    if page and page.locator(".asof").count():
        assert page.locator("#as-of[aria-invalid=true]").is_visible()
        expect_no_faults(visits, who, name=f"never-{route}-{language}-{theme}")


OF_A_DAY = [
    route for route in WORKBOOKS if route in {"ally:account-xlsx", "portfolio:pool-xlsx", "portfolio:holdings-xlsx"}
]


@pytest.mark.parametrize(("route", "language", "theme"), spread(OF_A_DAY, turn=2))
def test_a_workbook_of_no_day_at_all_is_refused_on_a_page(visits, route, language, theme):
    who = reaching.who_opens(route)

    visits.open(f"{reaching.path_of(visits.world, route)}?as_of=never", who=who, language=language, theme=theme)

    assert visits.seats[who].status == 400
    expect_no_faults(visits, who, name=f"never-{route}-{language}-{theme}")


@pytest.mark.parametrize(("path", "language", "theme"), spread(NOTHING))
def test_a_page_with_nothing_on_it(visits, path, language, theme):
    visits.open(path, who=NOTHING[path], language=language, theme=theme)

    assert visits.seats[NOTHING[path]].status == 200
    expect_no_faults(visits, NOTHING[path], name=f"empty-{path}-{language}-{theme}")


@pytest.mark.parametrize(("path", "language", "theme"), spread(WRONG))
def test_a_page_asked_for_what_cannot_be_read(visits, path, language, theme):
    visits.open(path, who=WRONG[path], language=language, theme=theme)

    expect_no_faults(visits, WRONG[path], name=f"wrong-{path}-{language}-{theme}")


@pytest.mark.parametrize(("route", "language", "theme"), spread(SOME_FORMS, turn=2))
def test_a_form_sent_empty_says_what_is_missing(visits, route, language, theme):
    who = reaching.who_opens(route)
    page = reaching.reach(visits, route, language=language, theme=theme)

    for number in range(page.evaluate(FORMS_OF_MAIN)):
        if number:
            reaching.reach(visits, route, language=language, theme=theme)
        with page.expect_navigation():
            page.evaluate(EMPTY_FORM, number)

        assert page.title().startswith({"en": "Error: ", "fr": "Erreur\u00a0: "}[language])
        assert page.evaluate("document.activeElement.className") == "summary"
        expect_no_faults(visits, who, name=f"sent-{route}-{number}-{language}-{theme}", with_colours=False)


@pytest.mark.parametrize(("path", "language", "theme"), spread(REFUSED))
def test_a_refusal(visits, path, language, theme):
    who, status = REFUSED[path]

    visits.open(path, who=who, language=language, theme=theme)

    assert visits.seats[who].status == status
    expect_no_faults(visits, who, name=f"refused-{path}-{who}-{language}-{theme}")


@pytest.mark.parametrize(("_case", "language", "theme"), spread(["our fault"]))
def test_the_page_of_our_own_fault(visits, monkeypatch, _case, language, theme):
    monkeypatch.setattr(Home, "get", lambda _view, _request: 1 / 0)

    visits.open("/", language=language, theme=theme)

    assert visits.seats[people.VISITOR].status == 500
    expect_no_faults(visits, people.VISITOR, name=f"fault-{language}-{theme}")


@pytest.mark.parametrize(("_case", "language", "theme"), spread(["a stale form"]))
def test_the_page_for_a_form_that_is_too_old(visits, _case, language, theme):
    page = visits.open("/account/login/", language=language, theme=theme)
    page.context.clear_cookies()
    visits.remember(page, language=language)

    page.locator("main form.form .btn").first.click()

    assert page.locator("main .number").is_visible()
    expect_no_faults(visits, people.VISITOR, name=f"stale-{language}-{theme}")


@pytest.mark.parametrize(("_case", "language", "theme"), spread(["too often"]))
def test_the_page_for_whoever_tries_too_often(visits, _case, language, theme):
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        for _attempt in range(2):
            page = visits.open("/account/login/", language=language, theme=theme)
            page.fill("[name=login]", "nobody@example.org")
            page.fill("[name=password]", "a quiet heron")
            page.press("[name=password]", "Enter")

    assert not page.locator("[name=password]").count()
    expect_no_faults(visits, people.VISITOR, name=f"often-{language}-{theme}")
