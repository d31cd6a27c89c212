"""The pool and the net asset value as partner systems see them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from core.api.endpoints import DetailEndpoint, ListEndpoint
from core.api.fields import Day, Moment, MoneyField, Out, Parameters, Share
from portfolio.performance import sharing
from portfolio.valuations.models import ValuationRun


class Amounts(Out):
    """Each figure by its name in the glossary, in the fund's currency, exact to the cent."""


for _name in sharing.AMOUNTS:
    Amounts._declared_fields[_name] = MoneyField()


class Ratios(Out):
    """Net to the limited partners but for moic, which is gross; null where undefined. Unrounded."""


for _name in sharing.RATIOS:
    Ratios._declared_fields[_name] = Share(allow_null=True)


class PoolOut(Out):
    """The pool on one day, as known on one moment."""

    fund = serializers.CharField(source="fund.public_id")
    as_of = Day()
    known_at = Moment()
    amounts = Amounts()
    ratios = Ratios()
    irr = Share(allow_null=True, help_text="Per year, a fraction of one, net; null where irr_status is not ok.")
    irr_status = serializers.CharField()
    is_illustrative = serializers.SerializerMethodField()

    @extend_schema_field({"type": "boolean"})
    def get_is_illustrative(self, pool: sharing.Pool) -> bool:
        return pool.fund.is_illustrative


class PoolPoint(Parameters):
    as_of = Day(required=False, help_text="A day in the fund's zone, inclusive; today if not said.")
    known_at = Moment(required=False, help_text="Inclusive; now if not said.")


class Pool(DetailEndpoint):
    """The pool of a fund that the client reaches as a whole. The same question gets the same answer for ever."""

    answers, group, summary = PoolOut, "Fund", "The pool"
    parameters: ClassVar[type[Parameters]] = PoolPoint

    def thing(self, *, public_id: str, **asked: Any) -> sharing.Pool:
        as_of, known_at = asked.get("as_of") or clock.today(), asked.get("known_at") or clock.now()
        return sharing.pool(self.caller, public_id, as_of=as_of, known_at=known_at)


class NavOut(Out):
    """The fund's net asset value at a quarter end, as published."""

    valuation = serializers.CharField(source="run.public_id")
    quarter_end = Day(source="run.quarter_end")
    version = serializers.IntegerField(source="run.version", help_text="A reopened quarter has a further one.")
    state = serializers.SerializerMethodField(help_text="locked, or superseded by a later version of the quarter.")
    published_at = Moment(source="run.locked_at")
    fair_value = MoneyField()
    nav = MoneyField()
    is_illustrative = serializers.BooleanField(source="run.is_illustrative")

    @extend_schema_field({"type": "string", "enum": ["locked", "superseded"]})
    def get_state(self, told: sharing.Published) -> str:
        return str(told.run.state)


class Navs(ListEndpoint):
    """Net asset values of a fund, in the order of publication: each as its locked valuation made it known."""

    answers, group, summary = NavOut, "Net asset values", "Published net asset values"

    def rows(self, *, public_id: str, **asked: Any) -> QuerySet[ValuationRun]:
        return sharing.published_runs(self.caller, public_id)

    def prepared(self, rows: list[ValuationRun]) -> list[sharing.Published]:
        return sharing.published(rows)
