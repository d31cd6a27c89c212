"""The main journeys in a browser that runs no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import people
from tests.core.people import sessions


@pytest.fixture
def page(visits):
    page = visits.sit_down(people.VISITOR, java_script_enabled=False)
    yield page
    page.context.close()


def sign_in(page, site, person, secret):
    page.goto(f"{site}/account/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(sessions.code(secret))
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_the_pool_of_another_day_and_signing_out(visits, site, page):
    fund = visits.world.fund.public_id
    sign_in(page, site, *people.newcomer(visits.world, role="fund-manager", scope_kind="fund", scope_ref=fund))
    assert page.url == f"{site}/manage/"
    page.goto(f"{site}/manage/pool")

    page.get_by_text("Change dates").click()
    page.get_by_label("As of", exact=True).fill("2023-12-31")
    page.locator(".asof").get_by_role("button", name="Show").click()
    assert "31\u00a0Dec\u00a02023" in page.locator(".asof").inner_text()
    page.get_by_role("link", name="Burden sharing").click()
    page.get_by_role("link", name="Netherlands").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Commitment of Netherlands"

    page.locator("[popovertarget=account-menu]").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{site}/manage/pool")
    assert page.url.startswith(f"{site}/account/login/")


def test_a_form_with_an_error_leads_to_its_field(site, page):
    page.goto(f"{site}/account/login/")

    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_title(re.compile("^Error: "))
    page.locator(".summary a").first.click()
    assert page.url.endswith("#id_login")


def test_settings_are_saved(visits, site, page):
    sign_in(page, site, *people.newcomer(visits.world))
    page.goto(f"{site}/settings")

    page.get_by_label("Look", exact=True).select_option("dark")
    page.get_by_role("button", name="Save").click()

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.get_by_text("Your settings are saved.").is_visible()


def test_nothing_is_said_about_the_end_of_the_session(visits, site, page):
    sign_in(page, site, *people.newcomer(visits.world))

    assert not page.locator("#session-ending").is_visible()


def test_programmes_are_open_to_visitors(site, page):
    page.goto(f"{site}/programmes/")

    page.get_by_role("link", name="2023 pilot programme").click()

    assert page.url == f"{site}/programmes/2023-pilot/"
    page.get_by_text("Show as a table").first.click()
    assert page.locator("details.twin[open] table").is_visible()
