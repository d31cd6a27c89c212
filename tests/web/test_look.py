"""The frame, the account pages and the web admin in a real Chromium: axe finds nothing, nothing scrolls sideways.

Pages are opened in both languages, light and dark, as they are and in error, at a desk's width and at 320 px.
"""

import os
import shutil
import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.factories import nations, people

pytestmark = [
    pytest.mark.real_clock,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine"),
]

VISITOR_PAGES = (
    "/",
    "/nowhere",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/1-abc/",
    "/account/confirm-email/",
    "/account/confirm-email/abc/",
    "/account/inactive/",
)
OWN_PAGES = (
    "/account/email/",
    "/account/password/set/",
    "/account/logout/",
    "/account/2fa/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/reauthenticate/",
)
ADMIN_PAGES = (
    "/admin/",
    "/admin/core/nation/",
    "/admin/core/nation/?q=nothing-like-this",
    "/admin/core/nation/EE/change/",
    "/admin/core/membershipperiod/",
    "/admin/core/user/",
    "/admin/core/rolegrant/",
    "/admin/core/auditevent/",
)


@pytest.fixture(scope="module", autouse=True)
def _orm_beside_playwright():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def context_of(chromium, live_server, *, language, theme, client=None):
    context = chromium.new_context(locale=language, color_scheme=theme)
    cookies = {"language": language}
    if client:
        cookies |= {name: morsel.value for name, morsel in client.cookies.items()}
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    return context


def just_proven(client, who):
    """The client with a proof of identity that is fresh, and recovery codes to see."""
    RecoveryCodes.activate(who)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "reauthenticated": True, "at": time.time()}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(who)
    session.save()
    return client


def faults_of(page, address):
    """What axe finds, what the policy refused, and whether the page scrolls sideways at 320 px."""
    refused = []
    page.on(
        "console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    faults = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in Axe().run(page).response["violations"]]
    if page.url != address:
        faults.append(f"led to {page.url}")
    page.set_viewport_size({"width": 320, "height": 700})
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append("scrolls sideways at 320 px")
    return [f"{address}: {fault}" for fault in faults + refused]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_visitors_are_without_fault(chromium, live_server, language, theme):
    page = context_of(chromium, live_server, language=language, theme=theme).new_page()

    faults = [fault for path in VISITOR_PAGES for fault in faults_of(page, live_server.url + path)]

    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_the_account_and_the_web_admin_are_without_fault(chromium, live_server, system, language, theme):
    nations.ally("EE", system=system)
    auditor = people.person(role="auditor", language=language, system=system)
    client = just_proven(people.signed_in(Client(), auditor), auditor)
    page = context_of(chromium, live_server, language=language, theme=theme, client=client).new_page()

    faults = [fault for path in (*OWN_PAGES, *ADMIN_PAGES) for fault in faults_of(page, live_server.url + path)]

    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_an_error_takes_the_focus_and_its_line_leads_to_the_field(chromium, live_server):
    page = context_of(chromium, live_server, language="en", theme="light").new_page()
    page.goto(f"{live_server.url}/account/login/")

    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.locator(".summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "login"
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []


def test_the_language_changes_on_the_same_page_with_its_query(chromium, live_server):
    page = context_of(chromium, live_server, language="en", theme="light").new_page()
    page.goto(f"{live_server.url}/account/login/?next=/account/2fa/")

    page.get_by_role("button", name="Français").click()

    assert page.url == f"{live_server.url}/account/login/?next=/account/2fa/"
    assert page.locator("html").get_attribute("lang") == "fr"
