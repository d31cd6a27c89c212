"""What people come for, by keyboard alone; the focus is seen at every step and never lies beneath a bar."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import people
from tests.browser.keys import Keys
from tests.core.people import sessions

LONG_PAGES = {
    "/manage/pool": people.MANAGER,
    "/manage/ledger": people.MANAGER,
    "/manage/ledger/entries": people.MANAGER,
    "/manage/audit": people.AUDITOR,
    "/admin/core/defenceexpenditure/": people.AUDITOR,
    "/ally/": people.ALLY,
    "/programmes/": people.VISITOR,
}


@pytest.fixture
def sit(visits):
    """A page of its own for somebody, and the keys to it."""
    opened = []

    def take(who=people.VISITOR, **options):
        page = visits.sit_down(who, **options)
        opened.append(page)
        return page, Keys(page)

    yield take
    for page in opened:
        page.context.close()


@pytest.fixture
def signed_in(visits, site, sit):
    """Somebody new who signs in with password and authenticator, by keyboard."""

    def enter(**grant):
        person, secret = people.newcomer(visits.world, **grant)
        page, keys = sit()
        page.goto(f"{site}/account/login/")
        keys.fill("Email", person.email)
        keys.fill("Password", people.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/2fa/authenticate/**")
        keys.fill("Code", sessions.code(secret))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        return person, page, keys

    return enter


def test_signing_in_opening_the_menu_and_signing_out(site, signed_in):
    person, page, keys = signed_in(role="auditor")
    assert page.url == f"{site}/manage/"

    keys.to(person.name)
    page.keyboard.press("Enter")
    expect(page.locator("#account-menu")).to_be_visible()
    keys.to("Settings")
    page.keyboard.press("Escape")
    expect(page.locator("#account-menu")).to_be_hidden()
    assert person.name in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    keys.to("Sign out everywhere")
    keys.follow("Sign out")

    page.goto(f"{site}/manage/pool")
    assert page.url == f"{site}/account/login/?next=/manage/pool"


def test_an_error_takes_the_focus_and_its_line_leads_to_the_field(site, sit):
    page, keys = sit()
    page.goto(f"{site}/account/login/")

    keys.to("Password", tag="input")
    keys.follow("Sign in", tag="button")

    expect(page).to_have_title(re.compile("^Error: "))
    assert page.evaluate("document.activeElement.className") == "summary"
    keys.step()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "login"


def test_the_first_step_skips_to_the_content(visits, site, sit):
    page, keys = sit(people.MANAGER)
    page.goto(f"{site}/manage/pool")

    first = keys.step()
    page.keyboard.press("Enter")

    assert first["name"] == "Skip to content"
    assert page.evaluate("document.activeElement.id") == "main"
    assert keys.step()["name"] == "Export, XLSX"


def test_language_and_look_change_on_the_same_page(site, sit):
    page, keys = sit()
    page.goto(f"{site}/account/login/?next=/account/2fa/")

    keys.follow("Français")
    assert page.url == f"{site}/account/login/?next=/account/2fa/"
    assert page.locator("html").get_attribute("lang") == "fr"
    keys.to("Apparence")
    page.keyboard.press("Enter")
    keys.follow("Sombre")

    assert page.url == f"{site}/account/login/?next=/account/2fa/"
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_pool_of_another_day_and_one_of_its_rows(site, visits, signed_in):
    _person, page, keys = signed_in(role="fund-manager", scope_kind="fund", scope_ref=visits.world.fund.public_id)

    keys.follow("Pool", tag="a")
    keys.press("Change dates")
    keys.to("As of", tag="input")
    page.keyboard.type("12312023")
    keys.follow("Show", tag="button")
    assert page.url == f"{site}/manage/pool?as_of=2023-12-31&known_at="
    keys.follow("Burden sharing")
    keys.follow("Netherlands")

    assert page.get_by_role("heading", level=1).inner_text() == "Commitment of Netherlands"
    assert "as_of=2023-12-31" in page.url


def test_an_administrator_invites_somebody_and_gives_a_role(visits, site, sit):
    page, keys = sit(people.ADMINISTRATOR)
    somebody, _secret = people.newcomer(visits.world)
    page.goto(f"{site}/manage/people")

    keys.follow("Invite somebody")
    keys.fill("Name", "Quiet Heron")
    keys.fill("E-mail address", "heron@example.org")
    keys.choose("Role", "Auditor")
    keys.choose("Over what", "Everything")
    keys.to("First day", tag="input")
    page.keyboard.type("11232026")
    keys.follow("Send the invitation")
    assert page.get_by_role("main").get_by_text("heron@example.org", exact=True).is_visible()

    page.goto(f"{site}/manage/people/{somebody.public_id}")
    keys.follow("Give a role")
    keys.choose("Role", "Auditor")
    keys.choose("Over what", "Everything")
    keys.to("First day", tag="input")
    page.keyboard.type("11232026")
    keys.follow("Give the role")
    assert page.locator("tbody").get_by_text("Auditor", exact=True).is_visible()


def test_an_auditor_searches_the_trail(site, sit):
    page, keys = sit(people.AUDITOR)
    page.goto(f"{site}/manage/audit")

    keys.fill("Person", "Lehtonen")
    keys.choose("What happened", "approved capital call")
    keys.follow("Show", tag="button")

    assert "person=Lehtonen" in page.url
    told = page.locator(".time > li")
    assert told.count() > 0
    assert all("Lehtonen approved" in line for line in told.all_inner_texts())
    keys.press("Details")
    expect(page.locator(".time details").first).to_have_attribute("open", "")


@pytest.mark.parametrize("path", LONG_PAGES)
def test_the_focus_is_seen_all_the_way_down_and_up_again(visits, path):
    page = visits.open(path, who=LONG_PAGES[path])
    keys = Keys(page)

    down = 0
    while down < 60 and keys.step():
        down += 1
    for _step in range(down // 2):
        keys.step("Shift+Tab")

    assert down > 5


def test_the_menu_of_a_phone_opens_and_closes(site, sit):
    page, keys = sit(people.MANAGER, viewport={"width": 390, "height": 844})
    page.goto(f"{site}/manage/pool")

    keys.to("Menu")
    page.keyboard.press("Enter")
    expect(page.locator("#nav")).to_be_visible()
    keys.follow("Commitments")

    assert page.url.endswith("/manage/commitments")
    expect(page.locator("#nav")).to_be_hidden()
