"""Journeys of a start-up in a real browser, told in steps: from the call to the receipt, alone, together, and when things break."""

import re
import time
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test.utils import override_settings
from playwright.sync_api import expect

from accelerator.applications import answers, queries, services
from accelerator.applications.models import Answer, Application, OtherText
from accelerator.challenges import queries as challenges
from core import clock
from core.notifications.models import OutboundMail
from tests.browser import chromium as chromiums
from tests.browser import people
from tests.browser.test_without_script import sign_in
from tests.browser.visiting import axe, keep_picture
from tests.core.documents import good
from tests.core.people import sessions
from tests.factories import applications as factory

WORDS = {
    "en": {
        "apply": "Apply", "begin": "Begin", "later": "Save, finish later", "go on": "Save and continue", "check": "Check your answers",
        "submit": "Submit the application", "receipt": "Receipt", "counts": "This one counts", "saved": "Saved at",
    },
    "fr": {
        "apply": "Postuler", "begin": "Commencer", "later": "Enregistrer, finir plus tard", "go on": "Enregistrer et continuer",
        "check": "Vérifiez vos réponses", "submit": "Envoyer la candidature", "receipt": "Accusé de réception",
        "counts": "C’est celle qui compte", "saved": "Enregistré à",
    },
}  # fmt: skip
_numbers = iter(range(1, 1000))


@pytest.fixture
def call(world):
    (shown,) = [one for one in challenges.published_calls(at=clock.now()) if one.stands == "open"]
    return shown.call


@pytest.fixture
def startup(world):
    made = factory.startup(f"Journey {next(_numbers)}", nation="NO", by=world.system)
    made.founded_on = date(2020, 1, 1)
    made.save(update_fields=["founded_on"])
    return made


@pytest.fixture
def draft(call, startup, world):
    owner = factory.owner(startup, system=world.system)
    topic = challenges.challenges_of(call.programme)[0]
    return services.begin(call, startup, topic, by=owner, at=clock.now())


def section(site, application, order=1):
    return f"{site}/portal/applications/{application.public_id}/sections/{order}"


def kept(application, order=1, question=1):
    return queries.get_part(Application.objects.get(pk=application.pk), order).items[question - 1].text


def until(holds, seconds=10.0):
    """Wait for something that the server writes."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.1)


@pytest.mark.parametrize(("language", "java_script"), [("en", True), ("fr", True), ("en", False), ("fr", False)])
def test_from_the_call_to_the_receipt(sit, site, call, startup, language, java_script):
    said = WORDS[language]
    page = sit("startup-owner", startup, language, java_script_enabled=java_script)

    page.goto(f"{site}/programmes/calls/{call.public_id}/")
    page.get_by_role("link", name=said["apply"], exact=True).click()
    begin(page, said)
    fill_in(page, said, language, java_script=java_script)
    send(page, said)
    if java_script:
        assert axe(page) == []


def begin(page, said):
    page.locator("input[name=challenge]").first.check()
    page.get_by_role("button", name=said["begin"], exact=True).click()


def fill_in(page, said, language, *, java_script=True):
    page.locator("#main .tasks a").first.click()
    page.locator("#q1").fill("We hear what others do not.")
    page.locator("#q2").fill("Nobody listens at this depth.")
    page.locator("#q3").fill("Ports and navies.")
    page.get_by_role("button", name=said["go on"]).click()
    page.locator("input[name=q1][value='1']").check()
    page.locator("#q2").set_input_files({"name": "trial.pdf", "mimeType": "application/pdf", "buffer": good.pdf()})
    if java_script:
        expect(page.locator("[data-list]")).to_contain_text("trial.pdf")
    page.locator("#q3").fill("98 500,00" if language == "fr" else "98 500.00")
    page.locator("#q4").fill("2027-05-03")
    page.get_by_role("button", name=said["go on"]).click()
    page.locator("#q1").select_option("NO")
    page.locator("#q2").fill("7")
    keep_picture(page, f"application-section-{language}")
    page.get_by_role("button", name=said["go on"]).click()


def send(page, said):
    page.locator("a[href$='/check']").click()
    assert page.get_by_role("heading", level=1).inner_text() == said["check"]
    assert "trial.pdf" in page.locator("#main").inner_text()
    keep_picture(page, f"application-check-{said['check']}")
    page.get_by_role("button", name=said["submit"]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(said["receipt"])
    expect(page.locator("#main")).to_contain_text(said["counts"])
    keep_picture(page, f"application-receipt-{said['receipt']}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_call_over_signing_up_to_the_receipt(visits, site, call, language):
    """One person, one browser, no account: she reads a call, and holds its receipt in the end."""
    said = WORDS[language]
    address, name = f"founder-{next(_numbers)}-{language}@example.org", f"Found {language} {next(_numbers)}"
    page = visits.sit_down(people.VISITOR, locale=language)
    try:
        read_and_apply(page, site, call, said)
        make_an_account(page, address)
        prove_the_address(page, site, address)
        register(page, name)
        switch_the_second_factor_on(page)
        page.locator(f"#main a[href*='/portal/calls/{call.public_id}/apply']").click()
        begin(page, said)
        fill_in(page, said, language)
        send(page, said)
        keep_picture(page, f"application-from-signing-up-{language}")
        assert axe(page) == []
    finally:
        page.context.close()

    sent = Application.objects.get(organisation__name=name)
    assert (sent.state, sent.begun_by.email) == ("submitted", address)
    assert sent.organisation.is_self_registered
    assert sent.begun_by.language == language


def read_and_apply(page, site, call, said):
    page.goto(f"{site}/programmes/calls/{call.public_id}/")
    page.get_by_role("link", name=said["apply"], exact=True).click()
    assert "/account/login/" in page.url
    page.locator("#main a[href*='/account/signup/']").click()


def make_an_account(page, address):
    page.locator("[name=name]").fill("Nora Holm")
    page.locator("[name=email]").fill(address)
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(people.PASSWORD)
    page.locator("#main form button.btn").click()
    page.wait_for_url("**/account/confirm-email/")


def prove_the_address(page, site, address):
    mail = OutboundMail.objects.get(recipient=address)
    page.goto(site + re.search(r"/account/confirm-email/\S+", mail.body).group())
    page.locator("#main form button.btn").click()


def switch_the_second_factor_on(page):
    """Whoever became the owner of a start-up is asked for it before anything else."""
    secret = page.locator(".secret").inner_text()
    page.locator("[name=code]").fill(sessions.code(secret))
    page.locator("#main form button.btn").click()
    page.wait_for_url(lambda url: "/totp/activate" not in url)


def register(page, name):
    page.locator("#main a[href*='/organisations/register']").first.click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=nation]").select_option("NO")
    page.locator("[name=founded_on]").fill("2020-01-01")
    page.locator("#main form button.btn").click()


def test_what_is_typed_is_kept_by_itself_within_ten_seconds_also_while_typing_goes_on(sit, site, draft):
    page = sit("startup-owner", draft.organisation)
    page.goto(section(site, draft))
    page.locator("#q1").focus()

    begun = time.monotonic()
    while not Answer.objects.filter(application=draft).exists():
        page.keyboard.type("word ")
        page.wait_for_timeout(400)
        assert time.monotonic() - begun < 10

    expect(page.locator("#saved")).to_contain_text("Saved at", timeout=10_000)


def test_a_browser_that_dies_loses_ten_seconds_at_most(sit, site, draft, chromium):
    with chromiums.to_crash(beside=chromium) as mortal:
        page = sit("startup-owner", draft.organisation, browser=mortal)
        page.goto(section(site, draft))
        page.locator("#q1").type("Typed before it died.")
        page.wait_for_timeout(9_000)

        chromiums.crash(mortal)
        assert not mortal.is_connected()

    assert kept(draft) == "Typed before it died."
    again = sit("startup-owner", draft.organisation)
    again.goto(section(site, draft))
    expect(again.locator("#q1")).to_have_value("Typed before it died.")


def test_leaving_a_field_and_leaving_the_page_keep_what_is_typed(sit, site, draft):
    page = sit("startup-owner", draft.organisation)
    page.goto(section(site, draft))

    page.locator("#q1").type("Left the field.")
    page.keyboard.press("Tab")
    until(lambda: kept(draft) == "Left the field.")
    page.locator("#q2").type("Left the page.")
    page.goto(f"{site}/portal/")

    until(lambda: kept(draft, question=2) == "Left the page.")


def test_two_colleagues_at_once_are_told_and_choose(sit, site, draft):
    ida, jonas = sit("startup-owner", draft.organisation), sit("startup-member", draft.organisation)
    for page in (ida, jonas):
        page.goto(section(site, draft))

    ida.locator("#q1").type("It listens.")
    ida.keyboard.press("Tab")
    expect(ida.locator("#saved")).to_contain_text("Saved at")
    jonas.locator("#q1").type("It hears.")
    jonas.keyboard.press("Tab")

    expect(jonas.locator("[data-others=q1]")).to_contain_text("changed this at")
    keep_picture(jonas, "application-two-colleagues")
    assert axe(jonas) == []
    jonas.get_by_role("link", name="Compare the two").click()
    expect(jonas.locator("#main")).to_contain_text("It listens.")
    expect(jonas.locator("#main")).to_contain_text("It hears.")
    keep_picture(jonas, "application-compare")
    jonas.get_by_role("button", name="Take the other text").click()
    expect(jonas.locator("#q1")).to_have_value("It listens.")
    assert OtherText.objects.filter(answer__application=draft, settled_at__isnull=True).count() == 0


def test_a_session_that_ends_in_the_middle_loses_nothing(visits, site, draft):
    person, secret = people.newcomer(
        visits.world, role="startup-owner", scope_kind="organisation", scope_ref=draft.organisation.public_id
    )
    page = visits.sit_down(people.VISITOR)
    try:
        sign_in(page, site, person, secret)
        page.goto(section(site, draft))
        page.locator("#q1").type("Typed in time.")
        page.keyboard.press("Tab")
        expect(page.locator("#saved")).to_contain_text("Saved at")
        key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "session")
        Session.objects.filter(session_key=key).delete()

        page.locator("#q1").fill("Typed after it ended.")
        page.locator("#q2").focus()
        expect(page.locator("#saved")).to_contain_text("your session has ended")
        keep_picture(page, "application-session-ended")
        other = page.context.new_page()
        time.sleep(1)
        sign_in_again(other, site, person, secret)
        other.close()

        expect(page.locator("#saved")).to_contain_text("Saved at", timeout=30_000)
        assert kept(draft) == "Typed after it ended."
    finally:
        page.context.close()


def sign_in_again(page, site, person, secret):
    """With the code that follows: each opens one sign-in."""
    cache.clear()  # a code opens one sign-in; here it may open two
    sign_in(page, site, person, secret)


def test_without_a_script_what_was_typed_while_the_session_ended_comes_back(visits, site, draft):
    person, secret = people.newcomer(
        visits.world, role="startup-owner", scope_kind="organisation", scope_ref=draft.organisation.public_id
    )
    page = visits.sit_down(people.VISITOR, java_script_enabled=False)
    try:
        sign_in(page, site, person, secret)
        page.goto(section(site, draft))
        page.locator("#q1").fill("Typed without a script.")
        with override_settings(SESSION_IDLE_LIMIT_PORTAL=timedelta(seconds=0)):
            page.get_by_role("button", name="Save and continue").click()
        assert "/account/login/" in page.url
        sign_in_again_here(page, person, secret)

        expect(page.locator("#main")).to_contain_text("What you typed is here again; save it now.")
        expect(page.locator("#q1")).to_have_value("Typed without a script.")
    finally:
        page.context.close()


def sign_in_again_here(page, person, secret):
    """As ``sign_in_again``, on the page of signing in that is open, and with the form that waits left where it is."""
    waits = f"kept:{person.public_id}:{page.url.split('next=')[1]}"
    form = cache.get(waits)
    cache.clear()
    cache.set(waits, form)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(sessions.code(secret))
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_an_upload_that_breaks_off_is_said_and_goes_through_the_second_time(sit, site, draft):
    page = sit("startup-owner", draft.organisation)
    page.goto(section(site, draft, 2))
    page.locator("#q3").type("100.00")
    file = {"name": "trial.pdf", "mimeType": "application/pdf", "buffer": good.pdf()}

    page.route("**/files/2/add", lambda route: route.abort())
    page.locator("#q2").set_input_files(file)
    expect(page.locator("#q2-error")).to_contain_text("the connection broke off. Choose it once more.")
    keep_picture(page, "application-upload-broken")
    page.unroute("**/files/2/add")
    page.locator("#q2").set_input_files(file)

    expect(page.locator("[data-list]")).to_contain_text("trial.pdf")
    expect(page.locator("#q2-error")).to_be_hidden()
    assert page.locator("#q3").input_value() == "100.00"


@pytest.mark.parametrize(("name", "content", "said"), [
    ("trial.exe", b"MZ" + b"\0" * 200, "is not of a type that is taken here"),
    ("empty.pdf", b"", "is empty"),
    ("page.pdf", b"<html><script>alert(1)</script></html>", "is not the type of file that its ending says"),
])  # fmt: skip
def test_a_file_that_is_not_taken_is_refused_in_words(sit, site, draft, name, content, said):
    page = sit("startup-owner", draft.organisation)
    page.goto(section(site, draft, 2))

    page.locator("#q2").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})

    expect(page.locator("#q2-error")).to_contain_text(said)
    assert not draft.attachments.exists()


def test_the_page_counts_words_as_the_server_does(sit, site, draft):
    page = sit("startup-owner", draft.organisation)
    page.goto(section(site, draft))
    texts = [
        "one", "one two\nthree\tfour", "Qui l’utilise\u00a0?", "– a dash is no word –", "• first • second", "state-of-the-art",
        "3.5 % of 10", "мир 世界 ½", "\u202f\u3000", " leading and trailing ", "a\u2003b\u2009c", "😀 two 😀 words", "…",
        " ".join(["word"] * 61),
    ]  # fmt: skip

    for text in texts:
        page.locator("#q1").fill(text)
        number = int(re.match(r"\d+", page.locator("[data-count=q1]").inner_text()).group())
        assert number == answers.words(answers.cleaned(text)), text
    expect(page.locator("[data-count=q1]")).to_have_text("61 of 60 words, 1 too many")
    expect(page.locator("#counted")).to_have_text("61 of 60 words, 1 too many")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_by_the_keyboard_alone_a_section_is_written_and_kept(sit, site, draft, language):
    page = sit("startup-owner", draft.organisation, language)
    page.goto(section(site, draft))

    def tab_to(selector):
        for _turn in range(60):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    for number, text in enumerate(("First", "Second", "Third"), start=1):
        tab_to(f"#q{number}")
        page.keyboard.type(text)
    tab_to("button.btn:not(.btn--quiet)")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/sections/2$"))
    assert [one.text for one in queries.get_part(draft, 1).items] == ["First", "Second", "Third"]
    assert page.locator("html").get_attribute("lang") == language
