"""Exchange rates as partner systems see them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import ListEndpoint, ListParameters
from core.api.fields import Day, Moment, Out, Parameters, Share
from core.money import queries
from core.money.models import ExchangeRate


class RateOut(Out):
    """How many units of the currency one euro bought."""

    currency = serializers.CharField(source="currency_id")
    effective_on = Day()
    units_per_euro = Share()
    source = serializers.CharField()  # type: ignore[assignment]  # the name of the column
    recorded_at = Moment(help_text="The moment from which it was known here.")


class Filters(ListParameters):
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    effective_from = Day(required=False)
    effective_to = Day(required=False)
    known_at = Moment(required=False, help_text="As known on this moment; now if not said.")


class Rates(ListEndpoint):
    """Every published rate, in the order in which it was recorded. A correction is a further row with a later moment."""

    answers, group, summary = RateOut, "Reference", "Exchange rates"
    is_narrow = True
    parameters: ClassVar[type[Parameters]] = Filters

    def rows(self, **asked: Any) -> QuerySet[ExchangeRate]:
        return queries.published(**asked)
