"""What stands in the answers that people are let in to: none of it belongs to another's fund, nation, post or account.

Each page is asked plainly, about the same thing of the other fund, and with every name that it listens to set to
something of the other side.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlencode, urlsplit

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.http import HttpResponse
from django.urls import NoReverseMatch

from portfolio.funds.models import Fund
from tests.sweeps import asking, overhearing, routes
from tests.sweeps.agreement import Entry
from tests.sweeps.canaries import EXACTLY, Canaries, text_of
from tests.sweeps.pages import Page
from tests.sweeps.ways import path_to
from tests.sweeps.world import ALLY, STRANGER, Actor, World

PRINTED = ("demo:", "core:invitation")
"""Pages of the demo print accounts and mails for everybody to use; an invitation is told to whoever holds its link."""
MADE_ANEW = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|"X-CSRFToken": "[^"]*"|REQ-[0-9A-F]+')


@dataclass(frozen=True, eq=False)
class Question:
    route: str
    path: str
    actor: Actor
    method: str = "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.actor}"

    def ask(self) -> HttpResponse:
        return asking.ask(self.path, self.actor, self.method)


def asked(world: World, entries: Iterable[Entry], actors: list[Actor]) -> Iterator[tuple[Question, HttpResponse]]:
    """Every page as everybody who is let in: of one's own side, of the other side, and with the other side's things."""
    for entry in entries:
        inside = [actor for actor in actors if entry.expects(actor) == "in"]
        if entry.route.startswith(PRINTED) or not inside:
            continue
        method = "GET" if "GET" in entry.methods else "POST"
        own = routes.path(entry.route, world)
        first = Question(entry.route, own, inside[0], method)
        names, answer = heard(first)
        yield first, answer
        for actor in inside:
            for path in _paths(entry.route, own, sorted(names), world, actor):
                if (path, actor) != (own, first.actor):
                    question = Question(entry.route, path, actor, method)
                    yield question, question.ask()


def _paths(route: str, own: str, names: list[str], world: World, actor: Actor) -> Iterator[str]:
    yield own
    if (other := path_elsewhere(route, world)) not in {own, ""}:
        yield other
    over_there = others(world, actor)
    yield from (f"{own}?{urlencode({name: over_there[name]})}" for name in names if over_there.get(name))


OFFERING_NATIONS = re.compile(r"/settings|/portal/organisations/register|/programmes/calls/[^/]+/")
"""Pages that offer every Ally, whoever it is a partner of: its working days, and where a start-up has its head office."""


def faults(question: Question, response: HttpResponse, canaries: Canaries) -> list[str]:
    """What stands in an answer that this person may not meet, or how it broke."""
    if response.status_code >= 500:
        return [f"{question}: {response.status_code}\n{response.failure}"]
    text = text_of(response.bytes) + asking.location(response)
    if OFFERING_NATIONS.fullmatch(question.path.split("?")[0]):
        text = text.replace(f"Nation {STRANGER}", "")
    return [f"{question}: {one}" for one in canaries.met(text, question.actor, asked=question.path)]


def words(response: HttpResponse) -> str:
    """An answer without what is made anew for each: tokens of forms, keys, numbers of requests."""
    return MADE_ANEW.sub("", text_of(response.bytes) + asking.location(response))


def heard(question: Question) -> tuple[set[str], HttpResponse]:
    """The names that a page listens to, read from the address, in its forms, or in the links back to itself; and it."""
    with overhearing.overheard() as names:
        response = question.ask()
    names = set(names)
    if response.headers.get("Content-Type", "").startswith("text/html"):
        page = Page.of(response.bytes.decode())
        own = urlsplit(question.path).path
        names |= {field.name for form in page.forms if form.method == "get" for field in form.fields}
        for link in map(urlsplit, page.links):
            if link.path in {"", own}:
                names |= {pair.partition("=")[0] for pair in link.query.split("&") if pair}
    return names, response


def path_elsewhere(route: str, world: World) -> str:
    """The same page about the other fund's thing; empty where it has none."""
    mirrored = replace(world, fund=world.other_fund, other_fund=world.fund, ally=STRANGER)
    try:
        return routes.path(route, mirrored)
    except (ObjectDoesNotExist, AttributeError, LookupError, NoReverseMatch):
        return ""


def others(world: World, actor: Actor) -> dict[str, object]:
    """What the names in an address stand for, over there: where the actor is not at home."""
    is_here = actor.where == "here"
    fund = world.other_fund if is_here else world.fund
    named = {"chain": fund.public_id, "subject": fund.public_id, "person": "erson"}
    named |= {"nation": STRANGER if is_here else ALLY, "q": "irch" if is_here else "und"}
    for row in first_rows(fund):
        model = row._meta.model_name
        named |= {model: getattr(row, "public_id", ""), f"{model}{EXACTLY}": row.pk}
    return named


@cache
def first_rows(fund: Fund) -> list[Model]:
    """The fund, and the first row of everything that belongs to it."""
    ways = {model: path_to(model, Fund) for model in apps.get_app_config("portfolio").get_models() if model is not Fund}
    rows = [model._base_manager.filter(**{way: fund}).order_by("pk").first() for model, way in ways.items() if way]
    return [fund, *filter(None, rows)]
