"""Every place of the code that narrows rows by person, found by its shape, and how to take the narrowing away."""

import dataclasses
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from types import ModuleType
from typing import Any, get_args, get_origin

import pytest
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.sql.where import WhereNode

import accelerator
import core
import portfolio
from core.ethics import subjects
from core.people.models import User
from core.web.admin import ReadOnlyAdmin

PACKAGES = (core, portfolio, accelerator)
MANY = (list, frozenset, set)
Replace = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Filter:
    """``places`` are the objects and names under which it is called; ``function`` is what stands there."""

    name: str
    function: Callable[..., Any]
    places: tuple[tuple[Any, str], ...]

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def replaced(self, replace: Replace) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            self.put(patch, replace(self.function))
            yield

    def put(self, patch: pytest.MonkeyPatch, other: Callable[..., Any]) -> None:
        """Let another function stand in every place, and with the ethics reviews where it was told to them."""
        for owner, name in self.places:
            patch.setattr(owner, name, other)
        for kind, keeper in subjects._keepers.items():
            if keeper.all_for is self.function:
                patch.setitem(subjects._keepers, kind, dataclasses.replace(keeper, all_for=other))


@cache
def functions() -> list[Filter]:
    """Functions whose first argument is a person and which answer with many: rows, names or values."""
    found = [
        (module, name, one)
        for module in modules()
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and _narrows(one)
    ]
    return [Filter(f"{module.__name__}.{name}", one, tuple(_bound(one))) for module, name, one in found]


@cache
def admin_querysets() -> list[Filter]:
    """Lists of the web admin that choose their rows themselves."""
    classes = {
        one
        for registered in admin.site._registry.values()
        for one in type(registered).__mro__
        if one is not ReadOnlyAdmin
    }
    own = [one for one in classes if "get_queryset" in vars(one) and one.__module__.startswith(_names())]
    return [
        Filter(f"{one.__module__}.{one.__name__}.get_queryset", vars(one)["get_queryset"], ((one, "get_queryset"),))
        for one in sorted(own, key=lambda one: one.__qualname__)
    ]


def everything(people: Iterable[User]) -> Replace:
    """Answers all rows; where values are answered, those of everybody together."""

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def unfiltered(person: User, *args: Any, **kwargs: Any) -> Any:
            narrowed = function(person, *args, **kwargs)
            if isinstance(narrowed, QuerySet):
                return all_rows(narrowed)
            together = list(narrowed)
            for one in people:
                together += [each for each in function(one, *args, **kwargs) if each not in together]
            return type(narrowed)(together)

        return unfiltered

    return replace


def all_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows with the same order, joins and annotations, but without any condition."""
    every = rows.all()
    every.query.where = WhereNode()
    return every


def of_every_person(_function: Callable[..., Any]) -> Callable[..., Any]:
    """A list of the web admin that shows what there is."""
    return ReadOnlyAdmin.get_queryset


def noting(name: str, into: set[str]) -> Replace:
    """Does as before, and notes that it was asked."""

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            into.add(name)
            return function(*args, **kwargs)

        return noted

    return replace


@cache
def modules() -> list[ModuleType]:
    """Every module of the product except migrations."""
    names = [
        found.name
        for package in PACKAGES
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if "migrations" not in found.name
    ]
    return [importlib.import_module(name) for name in sorted(names)]


def _narrows(function: Callable[..., Any]) -> bool:
    signature = inspect.signature(function)
    first = next(iter(signature.parameters.values()), None)
    if first is None or first.annotation is not User or first.kind is first.KEYWORD_ONLY:
        return False
    answer = signature.return_annotation
    kind = get_origin(answer) or answer
    return kind is QuerySet or kind in MANY or (kind is tuple and get_args(answer)[-1] is Ellipsis)


def _bound(function: Callable[..., Any]) -> Iterator[tuple[ModuleType, str]]:
    """Every module that has the function under some name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(_names()):
            yield from ((module, name) for name, one in vars(module).items() if one is function)


def _names() -> tuple[str, ...]:
    return tuple(package.__name__ for package in PACKAGES)
