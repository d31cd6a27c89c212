"""Allies as partner systems see them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import ListEndpoint
from core.api.fields import Out
from core.nations.models import Nation


class NationOut(Out):
    """An Ally."""

    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name_en = serializers.CharField()
    name_fr = serializers.CharField()


class Nations(ListEndpoint):
    """The Allies, by code."""

    answers, group, summary = NationOut, "Reference", "Allies"
    is_narrow = True

    def rows(self, **asked: Any) -> QuerySet[Nation]:
        return Nation.objects.all()
