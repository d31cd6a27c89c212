"""Organisations as partner systems see them: who they are, and no more."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Out, Parameters
from core.errors import NotFound
from core.organisations import sharing
from core.organisations.models import Organisation


class OrganisationOut(Out):
    """A body that the fund or the accelerator deals with."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices)
    nation = serializers.CharField(source="nation_id", allow_null=True, help_text="ISO code of the head office.")
    website = serializers.CharField()
    is_illustrative = serializers.BooleanField(help_text="True for an invented one.")


class Filters(ListParameters):
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)


class Organisations(ListEndpoint):
    """The client's own organisation and those that its reach covers: companies held, members of cohorts, applicants."""

    answers, group, summary = OrganisationOut, "Organisations", "Organisations"
    is_narrow = True
    parameters: ClassVar[type[Parameters]] = Filters

    def rows(self, **asked: Any) -> QuerySet[Organisation]:
        return sharing.shared_with(self.caller).filter(**asked)


class One(DetailEndpoint):
    """One of them."""

    answers, group, summary = OrganisationOut, "Organisations", "An organisation"

    def thing(self, *, public_id: str, **asked: Any) -> Organisation:
        found = sharing.shared_with(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found
