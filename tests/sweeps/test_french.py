"""Every page that there is, asked in French: no word of it was never translated, and no text lacks its French."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from core.people.models import User
from core.web import errors
from tests import sampling
from tests.sweeps import agreement, asking, bad_input, french, routes
from tests.sweeps.agreement import Entry
from tests.sweeps.pages import Page
from tests.sweeps.world import NOW, Actor, World

ENTRIES = agreement.of_people()
BY_CODE = {
    "demo:credentials": "lines that a shell reads",
    "manage:contract_document": "the contract, which has one language",
    "manage:contract": "the contract, which has one language; its headings stand in the template",
    "manage:audit_xlsx": "the record as it is kept: kinds and values by their codes",
    "programmes:call-calendar": "calendars read its lines; what they show is in tests/accelerator/test_call_pages.py",
    "portfolio:import-template": "its cells show what to enter, codes among them",
}
"""Files whose cells or lines are codes, and why."""
ROUTES = {
    route: list(entries) for route, entries in groupby(ENTRIES, key=lambda entry: entry.route) if route not in BY_CODE
}
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"})
MAILS = [path for path in TEMPLATES if path.parent.name in {"mail", "email"}]
STATES = ("", "?as_of=2001-01-01", "?as_of=yesterday&known_at=never", "?q=zzzz")
"""A page as it stands, before anything was known, with dates that cannot be read, and where nothing fits. Without FULL every
page is asked as it stands, every second one in one of the other states, and every third form is sent."""
REFUSALS = {
    "absent": ("/nowhere", "GET", {}, 404),
    "forbidden": ("/manage/people", "GET", {}, 403),
    "method": ("/", "DELETE", {}, 405),
    "no token": ("/language", "POST", {"strict": True}, 403),
    "oversized": ("/language", "POST", {"CONTENT_LENGTH": str(settings.REQUEST_BODY_LIMIT + 1)}, 413),
    "unreadable": ("/language", "POST", {"body": b"-", "CONTENT_TYPE": "multipart/form-data"}, 400),
    "unknown host": ("/", "GET", {"HTTP_HOST": "elsewhere.example"}, 400),
}
BLOCKS = re.compile(
    r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}|\{% block audience %\}.*?\{% endblock %\}", re.DOTALL
)
"""What is translated, and the word by which the style sheet knows for whom a page is."""
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


@pytest.fixture(scope="module")
def known(world):
    return french.Known()


@pytest.fixture
def spoken(world):
    """Everybody reads French, with marks around what was translated."""
    User.objects.update(language="fr")
    with french.spoken_with_marks() as spoken:
        yield spoken


@pytest.mark.parametrize(("route", "word"), [("portfolio:calls", "Amount"), ("portfolio:calls-xlsx", "Prepared by")])
def test_an_english_word_on_a_page_or_in_a_workbook_is_noticed(route, word, world, known, spoken, monkeypatch):
    translated = spoken.gettext
    monkeypatch.setattr(spoken, "gettext", lambda text: text if text == word else translated(text))

    answer = asking.ask(routes.path(route, world), world.actor("fund-manager"), language="fr")

    assert {one.partition(": ")[2] for one in strange(answer, known)} == {word}


def test_a_text_without_its_french_is_noticed(world, spoken, monkeypatch):
    for catalogue in spoken._catalog._catalogs:
        monkeypatch.delitem(catalogue, "Amount", raising=False)

    asking.ask(routes.path("portfolio:calls", world), world.actor("fund-manager"), language="fr")

    assert spoken.lacking == {"Amount"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_says_nothing_in_english(route, world, known, spoken):
    english = [one for entry in ROUTES[route] for answer in answers(entry, world) for one in strange(answer, known)]

    assert (english, spoken.lacking) == ([], set())


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_says_nothing_in_english(refusal, world, known, spoken):
    path, method, given, status = REFUSALS[refusal]

    answer = asking.ask(path, world.actor("reviewer"), method, language="fr", **given)

    assert answer.status_code == status
    assert (list(strange(answer, known)), spoken.lacking) == ([], set())


def test_our_own_fault_and_too_many_attempts_say_nothing_in_english(rf, known, spoken):
    request = rf.get("/")
    request.LANGUAGE_CODE = "fr"
    with translation.override("fr"):
        pages = [errors.server_error(request).content.decode(), render_to_string("429.html", {"user": None}, request)]

    assert [text.words for page in pages for text in Page.of(page).texts if known.leftover(text.words)] == []
    assert spoken.lacking == set()


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_a_mail_says_nothing_in_english(mail, world, known, spoken):
    person = world.actor("auditor").user
    given = dict.fromkeys(
        ("activate_url", "password_reset_url", "signup_url", "link", "site_url"), "https://fund.example/x"
    )
    given |= {"user": person, "email": person.email, "name": person.name, "inviter": person.name, "expires_at": NOW}

    with translation.override("fr"):
        text = render_to_string(mail.relative_to(settings.BASE_DIR / "templates").as_posix(), given)

    assert (known.leftover(text), spoken.lacking) == ("", set())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(settings.BASE_DIR).as_posix())
def test_a_template_has_no_words_of_its_own(template: Path):
    source = TAGS.sub("\n", BLOCKS.sub("\n", template.read_text()))
    said = [text.words for text in Page.of(source).texts] if template.suffix == ".html" else [source]
    lines = [line.strip() for words in said for line in words.splitlines()]

    assert [line for line in lines if french.WORD.search(line) and line not in french.LANGUAGES] == []


def answers(entry: Entry, world: World) -> Iterator[HttpResponse]:
    """A page in its states, and its form sent empty and as anybody fills it in, by one who may; with FULL by each role."""
    of_roles: dict[frozenset[str], Actor] = {}
    for actor in world.actors:
        if entry.expects(actor) == "in":
            of_roles.setdefault(actor.roles, actor)
    for actor in list(of_roles.values())[: None if sampling.FULL else 1]:
        path = routes.path(entry.route, world)
        if "GET" in entry.methods:
            yield from (asking.ask(f"{path}{state}", actor, language="fr") for state in states_of(entry.route))
        if "POST" in entry.methods and sampling.part([entry.route], one_in=3):
            yield asking.ask(path, actor, "POST", language="fr", follow=True)
            filled = {one.name: bad_input.fill(one) for one in bad_input.fields_of(entry, path, actor)}
            yield asking.ask(path, actor, "POST", form=filled, language="fr", follow=True)


def states_of(route: str) -> tuple[str, ...]:
    if sampling.FULL:
        return STATES
    other = sampling.turn(route, 6)
    return STATES[:1] if other < 3 or route.startswith(sampling.OF_ADMIN) else (STATES[0], STATES[other - 2])


def strange(answer: HttpResponse, known: french.Known) -> Iterator[str]:
    """Words of an answer, page or workbook, that no translation said and nobody wrote into the database."""
    assert answer.failure == ""
    for place, words in french.texts_of(answer):
        if left := known.leftover(words) or (place != "cell" and known.misfits(words)):
            yield f"{place}: {left}"
