"""Holdings as partner systems see them: who is held, in what, since when; no ticket and no mark."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Moment, Out, Parameters
from core.errors import NotFound
from portfolio.investments import sharing
from portfolio.investments.models import Holding


class HoldingOut(Out):
    """The fund's position in a company, or its stake in another fund."""

    id = serializers.CharField(source="public_id")
    fund = serializers.CharField(source="fund.public_id")
    organisation = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField(source="organisation.name")
    nation = serializers.CharField(source="organisation.nation_id", allow_null=True)
    kind = serializers.ChoiceField(choices=Holding.Kind.choices)
    technology = serializers.CharField()
    currency = serializers.CharField(source="currency_id")
    recorded_at = Moment()


class Filters(ListParameters):
    fund = serializers.CharField(max_length=40, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    kind = serializers.ChoiceField(choices=Holding.Kind.choices, required=False)
    technology = serializers.CharField(max_length=20, required=False)


NAMED = {"fund": "fund__public_id", "organisation": "organisation__public_id", "nation": "organisation__nation_id"}


class Holdings(ListEndpoint):
    """The holdings of funds that the client reaches; to the manager of a fund the stakes in it."""

    answers, group, summary = HoldingOut, "Holdings", "Holdings"
    parameters: ClassVar[type[Parameters]] = Filters

    def rows(self, **asked: Any) -> QuerySet[Holding]:
        return sharing.holdings(self.caller).filter(**{NAMED.get(name, name): value for name, value in asked.items()})


class One(DetailEndpoint):
    """One of them."""

    answers, group, summary = HoldingOut, "Holdings", "A holding"

    def thing(self, *, public_id: str, **asked: Any) -> Holding:
        found = sharing.holdings(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found
