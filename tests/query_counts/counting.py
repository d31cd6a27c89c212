"""Which pages are counted and as whom they are asked, how many queries each takes, and whether it really lists rows."""

import io
import json
import os
import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, reset_queries, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core import clock
from core.people import policy
from core.people.policy import ANYONE, Row
from tests import sampling
from tests.conftest import NOON
from tests.query_counts import world as worlds
from tests.query_counts.world import World
from tests.sweeps import asking, routes
from tests.sweeps.world import Actor

FILE = Path(__file__).with_name("query_counts.json")
UPDATE = bool(os.environ.get("UPDATE_QUERY_COUNTS"))
SHOWN = os.environ.get("SHOW_QUERIES_OF", "")
"""A route whose queries are printed, to see which of them grows: run pytest with -s."""
SIZES = (1, 3, 30)
"""How many there are of each thing."""
COUNTED = SIZES if sampling.FULL or UPDATE else SIZES[:2]
"""Three of a thing show a query a row."""

READERS = ("auditor", "administrator", "fund-manager", "startup-owner")
"""The first of these who may open a page asks for it; else the first by name of those who may."""
ASKED_AS = {"core:settings": "reviewer", "core:decision": "ally-representative"}
"""Pages of one's own, asked by whoever has as many of what they list."""
VISITOR = "visitor"
ASKED_FOR = {
    "manage:audit": {"kind": "session.refused"},
    "manage:audit_xlsx": {"kind": "session.refused"},
    "admin:core_auditevent_changelist": {"kind": "session.refused"},
    "portfolio:entries": {"kind": "capital-call"},
}
"""The trail and the ledger hold an event or entry of everything that made the world, so one kind is asked for."""
NOT_COUNTED = {
    "demo:credentials": "the counted worlds have no partner of the demo",
    "account_confirm_email": "the key is forged",
    "account_confirm_login_code": "no code was sent",
    "account_logout": "a visitor has nothing to leave",
    "account_reauthenticate": "whoever has a second factor proves that one",
    "account_set_password": "everybody has a password",
    "admin:login": "leads to the one door",
    "portal:files": "the files of one question, which the page of its section counts as well",
    "manage:ethics_evidence": "only the owner of the condition may give it",
    "manage:job_progress": "leads everybody but a page's script to the job",
    "portfolio:import-progress": "leads everybody but a page’s script to the import",
    "mfa_activate_totp": "it is active already",
    "mfa_add_webauthn": "asks the passkey's script, and a password first",
    "mfa_authenticate": "no sign-in has begun",
    "mfa_download_recovery_codes": "the people of this world have none",
    "mfa_edit_webauthn": "nobody has a passkey",
    "mfa_login_webauthn": "answers a script of the browser",
    "mfa_reauthenticate_webauthn": "answers a script of the browser",
    "mfa_remove_webauthn": "nobody has a passkey",
    "mfa_view_recovery_codes": "the people of this world have none",
}
"""Routes that may be asked by GET and show nobody a page here, and why."""
NOT_FOUND = 404
FULL_PAGE = 50
"""Rows of a page that shows no more, however many there are."""
TRANSACTION = re.compile(r"(RELEASE |ROLLBACK TO )?SAVEPOINT ")


@dataclass(frozen=True)
class Page:
    """What was counted at each size. ``rows`` are those that the answer showed, so that an empty page is found out."""

    asked_as: str
    statuses: tuple[int, ...]
    queries: tuple[int, ...]
    rows: tuple[int, ...]

    @property
    def lists(self) -> bool:
        """Whether the page shows more rows where there are more, as long as they fit on it."""
        return all(fewer < more or fewer == more >= FULL_PAGE for fewer, more in pairwise(self.rows))

    @property
    def grows(self) -> bool:
        """Fewer are fine: a page of many rows may show fewer kinds of things than one of few."""
        return any(later > earlier for earlier, later in pairwise(self.queries))

    def line(self) -> dict[str, object]:
        """What the file says of the page."""
        return {"as": self.asked_as, "queries": list(self.queries)} | ({"lists": True} if self.lists else {})


@dataclass(frozen=True)
class Answer:
    """``response`` is None where the world holds nothing that the page could be about."""

    response: HttpResponse | None
    statements: list[str]


def counted_routes() -> list[str]:
    """Every route that somebody may ask by GET, by name, but for those that show nothing here."""
    open_to_somebody = {row.route for row in policy.table().rows if "GET" in row.methods and row.roles}
    return sorted(open_to_somebody - NOT_COUNTED.keys())


def written() -> dict[str, dict[str, object]]:
    return json.loads(FILE.read_text())


def as_counted(line: dict[str, object]) -> dict[str, object]:
    """What is written of a page, at the sizes that are counted now."""
    return line | {"queries": line["queries"][: len(COUNTED)]}


def write(pages: dict[str, Page]) -> None:
    """A line a page, in the order of the names, so that a diff shows which page asks more."""
    lines = [f"  {json.dumps(route)}: {json.dumps(page.line())}" for route, page in sorted(pages.items())]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def count(routes_asked: list[str], sizes: tuple[int, ...] = COUNTED) -> dict[str, Page]:
    """Every page at every size. Each world is rolled back before the next is built."""
    answers = [_answers(routes_asked, size) for size in sizes]
    return {
        route: Page(reader_of(route), *(tuple(answer[route][part] for answer in answers) for part in range(3)))
        for route in routes_asked
    }


def _answers(routes_asked: list[str], size: int) -> dict[str, tuple[int, int, int]]:
    """By route: the status, the number of queries and the rows shown."""
    with clock.standing_at(NOON), translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        world = worlds.build(size)
        ContentType.objects.get_for_models(
            *apps.get_models()
        )  # the framework's list of models, kept in memory for ever
        answers = {route: _figures(ask(route, world)) for route in routes_asked}
        transaction.set_rollback(True)
    return answers


def _figures(answer: Answer) -> tuple[int, int, int]:
    if answer.response is None:
        return NOT_FOUND, 0, 0
    return answer.response.status_code, len(answer.statements), _rows_shown(answer.response.bytes)


def ask(route: str, world: World) -> Answer:
    """The page as its reader gets it, and what it asked the database."""
    ContentType.objects.clear_cache()
    path, actor = address(route, world)
    if not path:
        return Answer(None, [])
    reset_queries()  # the log holds so many and no more, over all the pages together
    with CaptureQueriesContext(connection) as captured:
        response = asking.ask(path, actor)
    asked = [query["sql"] for query in captured.captured_queries if not TRANSACTION.match(query["sql"])]
    if route == SHOWN:
        print(f"\n{route}, {world.rows} rows:", *asked, sep="\n")  # noqa: T201 -- what somebody asked to see
    return Answer(response, asked)


def reader_of(route: str) -> str:
    row: Row = policy.table().find(route, "GET")
    if route in ASKED_AS:
        return ASKED_AS[route]
    if row.roles == ANYONE:
        return VISITOR
    return next((role for role in READERS if row.admits(frozenset({role}))), min(row.roles))


def address(route: str, world: World) -> tuple[str, Actor | None]:
    """Where the page is, and who asks for it."""
    reader = reader_of(route)
    return _path(route, world), None if reader == VISITOR else world.actor(reader)


def _path(route: str, world: World) -> str:
    """The address; empty where the world holds nothing that the page could be about."""
    if route in ASKED_FOR:
        return reverse(route, query=ASKED_FOR[route])
    try:
        return routes.path(route, world)
    except (LookupError, AttributeError, ObjectDoesNotExist):
        return ""


def _rows_shown(content: bytes) -> int:
    """Rows of tables, of lists and of choices in a page; rows of all sheets in a workbook."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            return sum(book.read(name).count(b"<row ") for name in sheets)
    return sum(content.count(tag) for tag in (b"<tr", b"<li", b"<option"))
