"""A page says in good time that the session ends, and offers to stay, without taking the keyboard from whoever types."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.test.utils import override_settings
from playwright.sync_api import expect

from tests.browser import people
from tests.browser.visiting import axe, keep_picture
from tests.factories import people as factories
from tests.sweeps.world import Actor

SOON = {"SESSION_IDLE_LIMIT_PORTAL": timedelta(seconds=62), "SESSION_WARNING": timedelta(seconds=60)}
"""The notice comes two seconds after the page; a minute later the session would end."""
NOW_OR_NEVER = {"SESSION_IDLE_LIMIT_PORTAL": timedelta(seconds=2), "SESSION_WARNING": timedelta(seconds=1)}


@pytest.fixture
def page(visits):
    """A page of somebody with a session that nobody else uses, just seen."""
    person, _secret = people.newcomer(visits.world)
    client = factories.signed_in(Client(), person)
    actor = Actor("newcomer", person, client.session.session_key)
    visits.world.actors.append(actor)
    page = visits.sit_down("newcomer")
    yield page
    visits.world.actors.remove(actor)
    page.context.close()


def notice(page):
    return page.locator("#session-ending")


def last_seen(page):
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "session")
    return SessionStore(session_key=key)["last_seen_at"]


def test_nothing_is_said_while_there_is_time(site, page):
    page.goto(f"{site}/settings")

    expect(notice(page)).to_be_hidden()


def test_staying_is_one_key_away_and_the_focus_returns(site, page):
    with override_settings(**SOON):
        page.goto(f"{site}/settings")
        page.get_by_role("link", name="Change the password").focus()

        expect(notice(page)).to_be_visible()

        expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
        assert notice(page).get_attribute("role") == "alertdialog"
        keep_picture(page, "session-ending")
        assert axe(page) == []
        before = last_seen(page)
        page.keyboard.press("Enter")
        expect(notice(page)).to_be_hidden()
        expect(page.get_by_role("link", name="Change the password")).to_be_focused()
        assert last_seen(page) > before
        expect(notice(page)).to_be_visible()


def test_whoever_types_goes_on_typing(site, page):
    with override_settings(**SOON):
        page.goto(f"{site}/account/email/")
        page.locator("#id_email").focus()

        expect(notice(page)).to_be_visible()

        page.keyboard.type("quiet@example.org")
        assert page.locator("#id_email").input_value() == "quiet@example.org"
        assert page.locator("#session-ending-words").get_attribute("role") == "alert"
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
        page.keyboard.press("Escape")
        expect(notice(page)).to_be_hidden()
        expect(page.get_by_role("main").get_by_role("button", name="Add")).to_be_focused()


def test_another_page_that_is_opened_puts_the_end_off_for_all(site, page):
    with override_settings(**SOON):
        page.goto(f"{site}/settings")
        expect(notice(page)).to_be_visible()

    other = page.context.new_page()
    other.goto(f"{site}/settings")

    expect(notice(page)).to_be_hidden()


def test_a_session_that_has_lasted_too_long_cannot_be_put_off(site, page):
    with override_settings(SESSION_ABSOLUTE_LIMIT=timedelta(seconds=90), SESSION_WARNING=timedelta(seconds=120)):
        page.goto(f"{site}/settings")

        expect(notice(page)).to_contain_text("as long as a session may")
        assert not page.get_by_role("button", name="Stay signed in").count()
        assert axe(page) == []


def test_an_ended_session_says_so_and_signing_in_leads_back(site, page):
    with override_settings(**NOW_OR_NEVER):
        page.goto(f"{site}/account/2fa/?from=here")
        expect(notice(page)).to_contain_text("Your session has ended")
        keep_picture(page, "session-ended")
        assert axe(page) == []

        page.get_by_role("link", name="Sign in again").click()

    assert page.url == f"{site}/account/login/?next=/account/2fa/%3Ffrom%3Dhere"
    assert page.get_by_text("Your session ended to protect your account").is_visible()


def test_staying_too_late_says_that_the_session_has_ended(site, page):
    with override_settings(**SOON):
        page.goto(f"{site}/settings")
        expect(notice(page)).to_be_visible()
        page.context.clear_cookies(name="session")

        page.get_by_role("button", name="Stay signed in").click()

        expect(notice(page)).to_contain_text("Your session has ended")


def test_a_server_that_does_not_answer_is_asked_again(site, page):
    with override_settings(**SOON):
        page.goto(f"{site}/settings")
        expect(notice(page)).to_be_visible()
        page.context.set_offline(True)
        page.get_by_role("button", name="Stay signed in").click()
        expect(notice(page)).to_contain_text("The server did not answer")

        page.context.set_offline(False)
        page.get_by_role("button", name="Stay signed in").click()

        expect(notice(page)).to_be_hidden()


def test_the_notice_speaks_french_and_fits_a_phone(site, page, visits):
    person = visits.world.actor("newcomer").user
    person.language = "fr"
    person.save(update_fields=["language"])
    page.set_viewport_size({"width": 320, "height": 700})
    with override_settings(**SOON):
        page.goto(f"{site}/settings")

        expect(notice(page)).to_be_visible()

    keep_picture(page, "session-ending-fr-320")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert notice(page).bounding_box()["width"] <= 320


def test_the_page_and_the_server_agree_on_the_end(site, page):
    page.goto(f"{site}/settings")

    seconds = int(notice(page).get_attribute("data-seconds"))

    assert timedelta(hours=4) - timedelta(seconds=seconds) < timedelta(seconds=5)
