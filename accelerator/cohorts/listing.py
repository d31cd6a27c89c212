"""Rows of the web admin that belong to programmes. Shared by the lists of cohorts, milestones and payments."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest

from accelerator.cohorts import queries
from core.people.requests import PersonRequest


class OfProgrammes:
    """Rows of the programmes whose cohorts the person reads."""

    of_programme = "programme"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        read = queries.programmes_read_by(cast(PersonRequest, request).user).order_by().values("pk")
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # mixed into an admin
        return rows.filter(**{f"{self.of_programme}__in": read})
