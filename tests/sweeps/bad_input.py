"""What nobody means to send: dates of 1800 and 9999, forged ids, endless letters, odd bytes, torn requests.

Which names a page listens to and which fields its forms have is read from the page itself, so that a new page is asked
without being listed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve
from django.utils import translation

from core.web import errors
from tests.sweeps import asking, contents, overhearing, routes
from tests.sweeps.agreement import Entry
from tests.sweeps.contents import Question
from tests.sweeps.pages import Field, Page
from tests.sweeps.world import NOW, Actor, World

LONG = "w" * 10_000
ODD_BYTES = "\udcff\udcfe"
"""Bytes that are no UTF-8."""
DAYS = ("1800-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "99999-01-01", "yesterday")
TEXTS = ("", "a\x00b", LONG, ODD_BYTES, "\u202egnp.exe", '"><script>alert(1)</script>', "'; DROP TABLE core_user; --")
NUMBERS = ("-1", "9" * 30, "NaN", "Infinity", "-Infinity", "1e400", "0x10", "1,2,3", "ten")
IDS = ("fund_0000000000000000", "{other}", "../../etc/passwd", "__proto__", "{0}", "%2e%2e%2f")
"""``{other}`` is the id of a thing of another kind."""
ELSEWHERE = ("//elsewhere.example/", "https://elsewhere.example/")
EVERYTHING = (*DAYS, "9999-12-31T23:59:59Z", *TEXTS, *NUMBERS, *IDS, *ELSEWHERE)
ALWAYS = ("as_of", "known_at", "fund", "page", "q", "sort")
"""Asked of every page, whether it listens or not."""
FILES = (b"", b"\x00\xff\xfe", b"no;table\n" * 3, b"Date,USD\n" + b"x" * 1_100_000)
REFUSED_IN = {"day": DAYS, "number": NUMBERS, "choice": (*TEXTS[1:], *IDS), "email": (*TEXTS[1:], "nobody", "a@b@c")}
"""What a field of this kind never takes."""
TOO_MANY = urlencode([(f"n{number}", "1") for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)]).encode()
KEPT_ANYHOW = {"django_session"}
"""Where a session may be noted whatever the answer."""
A_REFUSAL_IS_NOTED = ("account_login", "account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate")
"""Routes that note in the audit trail when a password or a code is refused."""
OF_THE_TRAIL = {"core_auditchain", "core_auditevent"}
KEEPS = "whatever was typed is kept, also what has to be corrected"
ACTS = {
    "core:sign_out_everywhere": "it does so whatever is sent; a word beside it keeps this session",
    "portal:section": KEEPS,
    "portal:save": KEEPS,
    "portal:compare": "two buttons, whatever their values",
}
"""Routes that do one thing whatever their form says, and why."""
CSRF = "c" * 32
WITH_TOKEN = {"strict": True, "cookies": {settings.CSRF_COOKIE_NAME: CSRF}, "HTTP_X_CSRFTOKEN": CSRF}


@dataclass(frozen=True)
class Case:
    """One bad question. ``statuses`` are the answers that will do; without them any but a failure of ours."""

    route: str
    actor: Actor
    story: str
    path: str
    method: str = "GET"
    given: dict[str, Any] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset()
    must_refuse: bool = False
    is_act: bool = False
    """Whether the route does one thing whatever is sent, so that nothing sent can be at fault."""

    def __str__(self) -> str:
        return f"{self.method} {self.path[:120]!r} as {self.actor}, {self.story[:120]!r}"

    def ask(self, language: str) -> HttpResponse:
        return asking.ask(self.path, self.actor, self.method, language=language, **self.given)


def who_opens(entry: Entry, world: World) -> Actor | None:
    """Somebody of the demo's world whom the route lets in."""
    return next((one for one in world.actors if entry.expects(one) == "in" and one.where == "here"), None)


def of_addresses(entry: Entry, world: World, actor: Actor) -> Iterator[Case]:
    """Every name that a page listens to with every bad value, and every id in its path replaced."""
    if "GET" not in entry.methods:
        return
    case, path, other = partial(Case, entry.route, actor), routes.path(entry.route, world), world.mail.public_id
    names = sorted(contents.heard(Question(entry.route, path, actor))[0] | set(ALWAYS))
    for name in names:
        for value in EVERYTHING:
            query = urlencode({name: value.replace("{other}", other)}, errors="surrogateescape")
            yield case(f"{name}={value!r}", f"{path}?{query}")
    yield case("a name twice", f"{path}?{urlencode([(names[0], 'a'), (names[0], 'b')])}")
    for value in map(str, resolve(path).kwargs.values()):
        for bad in (*TEXTS[1:], *NUMBERS, *IDS):
            yield case(f"id {bad!r}", path.replace(value, bad.replace("{other}", other).replace("/", "%2F"), 1))


def of_forms(entry: Entry, world: World, actor: Actor) -> Iterator[Case]:
    """A form that is empty, torn, doubled; and the form as anybody fills it in, with one bad value in it."""
    if "POST" not in entry.methods:
        return
    path = routes.path(entry.route, world)
    fields = fields_of(entry, path, actor)
    case = partial(Case, entry.route, actor, path=path, method="POST", is_act=not fields or entry.route in ACTS)
    filled = {one.name: fill(one) for one in fields if one.kind != "file"}
    yield case("empty")
    for kind in ("application/json", "text/plain", "application/xml", ""):
        yield case(f"content type {kind!r}", given={"body": b'{"a": 1}', "CONTENT_TYPE": kind})
    for bad in (*TEXTS, *NUMBERS, *DAYS):
        yield case(f"{bad!r} everywhere", given=_sent(dict.fromkeys(filled, bad)))
    for one in fields:
        others = {name: value for name, value in filled.items() if name != one.name}
        for bad in EVERYTHING if one.kind != "file" else FILES:
            refused = _must_refuse(one, bad) and entry.route not in ACTS
            yield case(f"{one.name}={bad[:80]!r}", given=_sent(others | {one.name: bad}), must_refuse=refused)
        yield case(f"without {one.name}", given=_sent(others), must_refuse=one.is_required)
        yield case(f"{one.name} twice", given=_sent(others | {one.name: ["twice", filled.get(one.name, "")]}))


def of_requests(entry: Entry, world: World, actor: Actor) -> Iterator[Case]:
    """Requests that are wrong as a whole."""
    case = partial(Case, entry.route, actor, path=routes.path(entry.route, world), must_refuse=True)
    for method in sorted({"GET", "POST"} & set(entry.methods)):
        for story, environ, status in (
            ("unknown host", {"HTTP_HOST": "elsewhere.example"}, 400),
            ("oversized", {"CONTENT_LENGTH": str(settings.REQUEST_BODY_LIMIT + 1)}, 413),
            ("length no number", {"CONTENT_LENGTH": "many"}, 413),
        ):
            yield case(story, method=method, given=environ, statuses=frozenset({status}))
    if "POST" in entry.methods:
        torn = {"body": b"--x\r\n", "CONTENT_TYPE": "multipart/form-data"}
        for story, given, status in (
            ("no token", {"strict": True}, 403),
            ("too many fields", {"body": TOO_MANY, **WITH_TOKEN}, 413),
            ("multipart without boundary", {**torn, **WITH_TOKEN}, 400),
        ):
            yield case(story, method="POST", given=given, statuses=frozenset({status}))


def fields_of(entry: Entry, path: str, actor: Actor) -> list[Field]:
    """The fields of the form that a route takes: of its own page, and what it is heard to read from a form."""
    known: dict[str, Field] = {}
    if "GET" in entry.methods:
        page = Page.of(asking.ask(path, actor).bytes.decode(errors="replace"))
        own = [form for form in page.forms if form.method == "post" and form.action in {"", path}]
        known = {one.name: one for form in own for one in form.fields}
    with overhearing.overheard(only_with=overhearing.SIGN) as heard:
        asking.ask(path, actor, "POST", form={overhearing.SIGN: ""})
    known = {name: Field(name, "text") for name in sorted(heard)} | known
    return [one for name, one in known.items() if name not in {"csrfmiddlewaretoken", overhearing.SIGN}]


def fill(one: Field) -> str:
    """What anybody might enter."""
    usual = {"day": NOW.date().isoformat(), "number": "1", "email": "somebody@example.org", "text": "Some words"}
    return one.value or next(filter(None, one.options), "") or usual.get(one.kind, "seven quiet herons")


def faults(case: Case, language: str) -> Iterator[str]:
    """A failure of ours, an answer in no or the wrong language, or anything written of what was refused."""
    response = case.ask(language)
    was_taken = 300 <= response.status_code < 400
    kept = KEPT_ANYHOW | (OF_THE_TRAIL if case.route in A_REFUSAL_IS_NOTED else set())
    if response.status_code >= 500 or response.failure:
        yield f"{case}: {response.status_code}\n{response.failure}"
    if case.statuses and response.status_code not in case.statuses:
        yield f"{case}: {response.status_code}, not {sorted(case.statuses)}"
    if case.must_refuse and was_taken:
        yield f"{case}: was taken, {asking.location(response)}"
    if asking.location(response).startswith(ELSEWHERE):
        yield f"{case}: leads to another site"
    if not was_taken and not case.is_act and response.written - kept:
        yield f"{case}: refused with {response.status_code}, and wrote to {sorted(response.written - kept)}"
    if _is_page(response) and (wrong := language_fault(response.bytes.decode(), language)):
        yield f"{case}: {response.status_code} {wrong}"


def language_fault(page: str, language: str) -> str:
    """What shows that a page is not in the language of the reader; empty where it is, or is in every language."""
    words = unescape(page)
    said = {code for code, _name in settings.LANGUAGES if any(marker in words for marker in markers(code))}
    if said == {code for code, _name in settings.LANGUAGES}:
        return "" if f'lang="{language}"' in page else "is in two languages and marks neither"
    return "" if said == {language} and f'<html lang="{language}"' in page else f"speaks {sorted(said) or 'nothing'}"


def markers(language: str) -> list[str]:
    """Sentences that stand on every page of the frame, or on those that stand alone."""
    problems = [one for one in vars(errors).values() if isinstance(one, errors.Problem)]
    with translation.override(language):
        return [translation.gettext("Skip to content"), *(str(one.heading) for one in problems)]


def some(cases: list[Case], count: int, seed: str) -> list[Case]:
    """As many of the cases, the same ones each time."""
    return random.Random(seed).sample(cases, min(count, len(cases)))


def _must_refuse(one: Field, bad: str | bytes) -> bool:
    """Whether a field can never take a value, by what it shows of itself. Where to go next is taken or left."""
    if isinstance(bad, bytes) or one.name == "next":
        return isinstance(bad, bytes)
    is_too_long = one.limit is not None and len(bad) > one.limit
    return is_too_long or "\x00" in bad or bad in REFUSED_IN.get(one.kind, ()) or (one.is_required and not bad)


def _sent(form: dict[str, Any]) -> dict[str, Any]:
    """A form as a browser sends it: as a multipart body where it has a file in it."""
    if any(isinstance(value, bytes) for value in form.values()):
        held = {name: _File(value) if isinstance(value, bytes) else value for name, value in form.items()}
        return {"body": encode_multipart(BOUNDARY, held), "CONTENT_TYPE": MULTIPART_CONTENT}
    return {"body": urlencode(form, doseq=True, errors="surrogateescape").encode()}


@dataclass
class _File:
    """A file as a browser sends it, with a name that nobody should take at its word."""

    content: bytes
    name: str = "../\u202egnp.csv"
    content_type: str = "text/csv"

    def read(self) -> bytes:
        return self.content


def _is_page(response: HttpResponse) -> bool:
    """Whether it is a page, not a part that a page's script asks for."""
    return response.headers.get("Content-Type", "").startswith("text/html") and b"<html" in response.bytes
