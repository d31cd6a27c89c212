"""Lists in pages, and sorting by what an address asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list and the numbers around it, for ``components/pages.html``."""

    page: Page[Any]
    numbers: tuple[int | str, ...]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def paginate(request: HttpRequest, rows: QuerySet[Any, Any] | Sequence[Any], per_page: int = PER_PAGE) -> Pages:
    """The page that ``?page=`` asks for; the first or the last where it asks for one that is not there."""
    paginator = Paginator(rows, per_page)
    page = paginator.get_page(request.GET.get("page"))
    return Pages(page, tuple(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)))


def sorting(request: HttpRequest, allowed: Mapping[str, str], *, default: str) -> tuple[str, str]:
    """
    The key that the page shows as its order and the field to order by.

    ``?sort=key`` or ``?sort=-key``; a key that is not in ``allowed`` gives ``default``. End the order with the primary
    key where it is used.
    """
    asked = request.GET.get("sort", "")
    chosen = asked if asked.removeprefix("-") in allowed else default
    minus = "-" if chosen.startswith("-") else ""
    return chosen, minus + allowed[chosen.removeprefix("-")]
