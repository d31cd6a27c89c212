"""The product with one protection taken away: a row of the policy table, or a filter by person."""

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, get_origin

import pytest
from django.contrib import admin
from django.db.models import Model

from core.people import policy
from core.people.models import User
from core.people.policy import ANYONE, SIGNED_IN, Row, Table
from core.people.roles import Permission
from tests.sweeps import checks, contents, filters
from tests.sweeps.agreement import Entry
from tests.sweeps.canaries import Canaries
from tests.sweeps.contents import Question
from tests.sweeps.filters import Filter
from tests.sweeps.world import NOW, Actor, World

Faults = Iterator[str]


@dataclass(frozen=True)
class Mutant:
    """``applied`` takes the protection away for a while; ``faults`` are what the sweeps then find."""

    name: str
    applied: Callable[[], AbstractContextManager[None]]
    faults: Callable[[], Faults]

    def __str__(self) -> str:
        return self.name

    def killed_by(self) -> str:
        """The first fault that the sweeps find, empty where they find none."""
        with self.applied():
            return next(self.faults(), "")


def of_rows(world: World, agreed: dict[str, list[Entry]]) -> list[Mutant]:
    """Every row removed, and every row loosened in each way that changes what it says."""
    rows = policy.table().rows
    return [
        Mutant(
            f"{row.route}: {what}",
            lambda row=row, changed=changed: _with_rows([one for one in rows if one is not row] + changed),
            lambda row=row: checks.faults(world, agreed[row.route], everyone=True),
        )
        for row in rows
        for what, changed in (("removed", []), *loosened(row))
    ]


def loosened(row: Row) -> Iterator[tuple[str, list[Row]]]:
    """The row said otherwise. A flag is left alone where the table does not come to ask it: see ``decide``."""
    if row.scope:
        yield "without its scope", [dataclasses.replace(row, scope="")]
        return
    if row.roles != ANYONE:
        yield "open to anyone", [dataclasses.replace(row, roles=ANYONE)]
        yield "before_factor turned", [dataclasses.replace(row, before_factor=not row.before_factor)]
    if row.roles not in (ANYONE, SIGNED_IN):
        yield "open to whoever is signed in", [dataclasses.replace(row, roles=SIGNED_IN)]
        yield "hidden turned", [dataclasses.replace(row, hidden=not row.hidden)]
    if row.roles and row.roles != ANYONE:
        yield "fresh turned", [dataclasses.replace(row, fresh=not row.fresh)]


def of_filters(world: World, heard: "Heard", canaries: Canaries) -> list[Mutant]:
    """Every function and every list of the web admin that narrows by person, answering with everything."""
    people = [actor.user for actor in world.actors if actor.user]
    by_function = [
        Mutant(
            one.name,
            lambda one=one: one.replaced(filters.everything(people)),
            partial(
                _of_function, one, heard.asking[one.name], world, canaries, set(asked_itself(one, world, canaries))
            ),
        )
        for one in filters.functions()
    ]
    by_list = [
        Mutant(
            one.name,
            lambda one=one: one.replaced(filters.of_every_person),
            lambda one=one: _of_pages(heard.asking[one.name], canaries),
        )
        for one in filters.admin_querysets()
    ]
    return [*by_function, *by_list, *_of_choices(heard, canaries)]


class Heard:
    """Every question with its answer, and which questions came to which filter, by its name."""

    def __init__(self, world: World, entries: list[Entry], actors: list[Actor], canaries: Canaries) -> None:
        self.answers: dict[Question, str] = {}
        self.asking: dict[str, list[Question]] = {one.name: [] for one in _all_filters()}
        self.faults: list[str] = []
        noted: set[str] = set()
        with _noting_all(noted):
            for question, response in contents.asked(world, entries, actors):
                self.answers[question] = contents.words(response)
                self.faults += contents.faults(question, response, canaries)
                for name in noted:
                    self.asking[name].append(question)
                noted.clear()

    def of_route(self, route: str) -> list[Question]:
        return [question for question in self.answers if question.route == route]


@contextmanager
def _with_rows(rows: list[Row]) -> Iterator[None]:
    changed = Table(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "table", lambda: changed)
        yield


@contextmanager
def _noting_all(asked: set[str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for one in _all_filters():
            one.put(patch, filters.noting(one.name, asked)(one.function))
        yield


def _all_filters() -> list[Filter]:
    return [*filters.functions(), *filters.admin_querysets()]


def _of_choices(heard: Heard, canaries: Canaries) -> Iterator[Mutant]:
    """Filters of the web admin that offer only things of one's own, offering everything."""
    for model, registered in admin.site._registry.items():
        for place, offered in enumerate(registered.list_filter):
            if isinstance(offered, tuple) and issubclass(offered[1], admin.RelatedOnlyFieldListFilter):
                opened = list(registered.list_filter)
                opened[place] = (offered[0], admin.RelatedFieldListFilter)
                route = f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
                yield Mutant(
                    f"{type(registered).__module__}.{type(registered).__name__}.list_filter {offered[0]}",
                    lambda registered=registered, opened=opened: _with_choices(registered, opened),
                    lambda route=route: _of_pages(heard.of_route(route), canaries),
                )


@contextmanager
def _with_choices(registered: admin.ModelAdmin, opened: list[Any]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registered, "list_filter", opened)
        yield


def _of_function(one: Filter, questions: list[Question], world: World, canaries: Canaries, before: set[str]) -> Faults:
    """The function itself, which is soon asked; then every page that asks it. What it told ``before`` does not count."""
    yield from (fault for fault in asked_itself(one, world, canaries) if fault not in before)
    yield from _of_pages(questions, canaries)


def asked_itself(one: Filter, world: World, canaries: Canaries) -> Faults:
    """What a function tells each person that she may not meet. Those whom the door turns away are not asked for.

    Pages cannot show it where the policy table lets in none but those who may see everything, where they show how many
    there are alone, or where no page asks it yet.
    """
    owner, name = one.places[0]
    for actor in world.actors:
        if actor.user and actor.signed_in:
            actor.user.forget_grants()
            answer = getattr(owner, name)(actor.user, **_given(one, world))
            for found in canaries.met(_text(answer), actor):
                yield f"{one} asked for {actor}: {found}"


def _of_pages(questions: list[Question], canaries: Canaries) -> Faults:
    for question in questions:
        yield from contents.faults(question, question.ask(), canaries)


def _given(one: Filter, world: World) -> dict[str, Any]:
    """What a filter takes besides the person: now, things of the other fund, and a search for nothing in particular."""
    others = {type(row): row for row in contents.first_rows(world.other_fund)}
    known = others | {date: NOW.date(), datetime: NOW, Permission: Permission.FUND_READ}
    wanted = list(inspect.signature(one.function).parameters.values())[1:]
    needed = [parameter for parameter in wanted if parameter.default is parameter.empty]
    return {each.name: known.get(each.annotation) or _empty(each.annotation) for each in needed}


def _empty(kind: Any) -> Any:
    """Nothing in particular of a kind; of several, none."""
    return () if (get_origin(kind) or kind) in {Sequence, Iterable} else kind()


def _text(value: Any) -> str:
    """Everything that a value says: fields of rows and of dataclasses, one by one; people in a line by their names."""
    if isinstance(value, Model):
        return _text([getattr(value, one.attname) for one in value._meta.concrete_fields])
    if dataclasses.is_dataclass(value):
        said = [getattr(value, one.name) for one in dataclasses.fields(value)]
        return _text([one.name if isinstance(one, User) else one for one in said])
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return " ".join(map(_text, value)) if hasattr(value, "__iter__") else str(value)
