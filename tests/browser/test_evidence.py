"""Evidence given in a real browser: files by the picker and by drag, refused, broken off, taken out, and without a script."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accelerator.challenges.models import Programme
from accelerator.milestones import queries
from accelerator.milestones import services as milestones
from core import clock
from core.documents import services as documents
from core.documents.models import Document
from tests.browser.visiting import axe, keep_picture
from tests.core.documents import good
from tests.factories import applications, cohorts
from tests.factories import people as factories

WORDS = {
    "en": {"add": "Add the files, send later", "send": "Send the evidence", "sent": "Sent.", "out": "Take out", "clean": "Checked"},
    "fr": {
        "add": "Ajouter les fichiers, envoyer plus tard", "send": "Envoyer la preuve", "sent": "Envoyée.", "out": "Retirer",
        "clean": "Contrôlé",
    },
}  # fmt: skip
DROP = """([field, name, text]) => {
  const given = new DataTransfer();
  given.items.add(new File([text], name, { type: "text/plain" }));
  field.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""
_numbers = iter(range(1, 1000))


@pytest.fixture
def startup(world):
    return applications.startup(f"Buoy {next(_numbers)}", nation="NO", by=world.system)


@pytest.fixture
def milestone(world, startup):
    """It waits for evidence."""
    maker, second = (factories.person(role="programme-manager", system=world.system) for _each in range(2))
    owner, at = applications.owner(startup, system=world.system), clock.now()
    programme = Programme.objects.order_by("pk").first()
    given = {"at": at, "expires_at": at + timedelta(days=30)}
    offer = cohorts.released(programme, startup, by=maker, second=second, **given)
    row = cohorts.accept(offer, by=owner, on=clock.today(), at=at)
    phase = queries.get_phase(row, "phase-1")
    line = milestones.Line(clock.today() + timedelta(days=90), phase.amount, "First trial", "Premier essai")
    (planned,) = milestones.plan(phase, [line], by=maker, at=at)
    return planned


def giving(site, milestone):
    return f"{site}/portal/milestones/{milestone.public_id}/evidence"


def pdf(name):
    return {"name": name, "mimeType": "application/pdf", "buffer": good.pdf()}


def checked(milestone):
    """The check that a worker makes."""
    for one in queries.prepared(milestone):
        documents.check(Document.objects.get(public_id=one.line.public_id).pk, at=clock.now())


def given_with(milestone):
    return [one.line.name for one in queries.files_of(queries.last_evidence(milestone))]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_arrive_as_they_are_chosen_or_dropped_and_go_with_the_text(sit, site, milestone, startup, language):
    said, page = WORDS[language], sit("startup-owner", startup, language)
    page.goto(giving(site, milestone))
    page.locator("[name=text]").fill("It hears.")
    files = page.locator("[data-list]")

    page.locator("#id_files").set_input_files([pdf("first.pdf"), pdf("second.pdf")])
    expect(files).to_contain_text("first.pdf")
    expect(files).to_contain_text("second.pdf")
    page.evaluate(DROP, [page.locator(".drop").element_handle(), "dropped.txt", "It hears at depth."])
    expect(files).to_contain_text("dropped.txt")
    expect(page.locator("[data-progress]")).to_be_hidden()
    keep_picture(page, f"evidence-files-{language}")
    assert page.locator("[name=text]").input_value() == "It hears."

    checked(milestone)
    expect(files.locator(".chip--ok")).to_have_count(3)
    assert said["clean"] in files.inner_text()
    assert axe(page) == []
    page.get_by_role("button", name=said["send"], exact=True).click()

    expect(page.locator(".messages")).to_contain_text(said["sent"])
    assert given_with(milestone) == ["first.pdf", "second.pdf", "dropped.txt"]
    keep_picture(page, f"evidence-sent-{language}")


def test_how_far_a_file_is_is_said_in_per_cent(sit, site, milestone, startup):
    page = sit("startup-owner", startup)
    page.goto(giving(site, milestone))
    page.evaluate("""() => {
      const line = document.querySelector("[data-progress]");
      window.told = [];
      new MutationObserver(() => window.told.push([line.textContent, line.getAttribute("aria-live")])).observe(line, { childList: true });
    }""")

    page.locator("#id_files").set_input_files(
        {"name": "long.txt", "mimeType": "text/plain", "buffer": b"It hears. " * 400_000}
    )
    expect(page.locator("[data-list]")).to_contain_text("long.txt")

    told = page.evaluate("window.told")
    assert told[0] == ["long.txt: 0 % sent", "polite"]
    assert told[-1] == ["long.txt: 100 % sent", "polite"]


def test_a_file_that_is_not_taken_is_refused_in_words_and_the_next_one_goes_on(sit, site, milestone, startup):
    page = sit("startup-owner", startup)
    page.goto(giving(site, milestone))

    program = {"name": "trial.exe", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 200}
    page.locator("#id_files").set_input_files(program)
    expect(page.locator("#id_files-error")).to_contain_text("is not of a type that is taken here")
    keep_picture(page, "evidence-refused")
    assert axe(page) == []
    page.locator("#id_files").set_input_files(pdf("trial.pdf"))

    expect(page.locator("[data-list]")).to_contain_text("trial.pdf")
    expect(page.locator("#id_files-error")).to_be_hidden()
    assert [one.line.name for one in queries.prepared(milestone)] == ["trial.pdf"]


def test_an_upload_that_breaks_off_is_said_and_leaves_nothing(sit, site, milestone, startup):
    page = sit("startup-owner", startup)
    page.goto(giving(site, milestone))

    page.route("**/files/add", lambda route: route.abort())
    page.locator("#id_files").set_input_files(pdf("trial.pdf"))
    expect(page.locator("#id_files-error")).to_contain_text("the connection broke off. Choose it once more.")
    assert queries.prepared(milestone) == []
    page.unroute("**/files/add")
    page.locator("#id_files").set_input_files(pdf("trial.pdf"))

    expect(page.locator("[data-list]")).to_contain_text("trial.pdf")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_a_script_files_are_added_taken_out_and_sent_by_the_form(sit, site, milestone, startup, language):
    said, page = WORDS[language], sit("startup-owner", startup, language, java_script_enabled=False)
    page.goto(giving(site, milestone))
    page.locator("[name=text]").fill("It hears.")

    page.locator("#id_files").set_input_files([pdf("first.pdf"), pdf("second.pdf")])
    page.get_by_role("button", name=said["add"], exact=True).click()
    expect(page.locator("[data-list]")).to_contain_text("second.pdf")
    expect(page.locator("[name=text]")).to_have_value("It hears.")
    page.get_by_role("button", name=f"{said['out']} first.pdf").click()
    expect(page.locator("[data-list]")).not_to_contain_text("first.pdf")
    checked(milestone)
    page.locator("#id_files").set_input_files(pdf("third.pdf"))
    page.get_by_role("button", name=said["send"], exact=True).click()

    expect(page.locator(".messages")).to_contain_text(said["sent"])
    assert given_with(milestone) == ["second.pdf", "third.pdf"]
