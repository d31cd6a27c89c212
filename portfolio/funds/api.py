"""Funds and commitments as partner systems see them."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import MONEY_SCHEMA, Day, Moment, MoneyField, Out, Parameters, Share
from core.errors import NotFound
from core.money.value import Money
from portfolio.funds import queries, sharing
from portfolio.funds.models import Commitment, Fund


class FundOut(Out):
    """A fund whose limited partners are Allies."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    currency = serializers.CharField(source="currency_id")
    target_size = serializers.SerializerMethodField()
    time_zone = serializers.CharField(help_text="Its days are days of this zone.")
    is_illustrative = serializers.BooleanField()

    @extend_schema_field(MONEY_SCHEMA)
    def get_target_size(self, fund: Fund) -> dict[str, str]:
        return Money(fund.target_size, fund.currency_id).as_json()


class Funds(ListEndpoint):
    """The funds that the client reaches, and those of which its nations are limited partners."""

    answers, group, summary = FundOut, "Fund", "Funds"

    def rows(self, **asked: Any) -> QuerySet[Fund]:
        return sharing.known(self.caller)


class OneFund(DetailEndpoint):
    """One of them."""

    answers, group, summary = FundOut, "Fund", "A fund"

    def thing(self, *, public_id: str, **asked: Any) -> Fund:
        found = sharing.known(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


class PointParameters(Parameters):
    """As of which day, and as known on which moment; today and now if not said. Both are inclusive."""

    as_of = Day(required=False)
    known_at = Moment(required=False)


class CommitmentOut(Out):
    """What an Ally committed to a fund, as of a day and as known on a moment."""

    id = serializers.CharField(source="commitment.public_id")
    fund = serializers.CharField(source="commitment.fund.public_id")
    nation = serializers.CharField(source="commitment.nation_id")
    closing_on = Day(source="commitment.closing.held_on")
    amount = MoneyField(allow_null=True, help_text="Null before it is in force.")
    share = Share(allow_null=True, help_text="Of the whole pool, a fraction of one.")
    effective_on = Day(allow_null=True, help_text="Since when the amount holds.")
    is_illustrative = serializers.BooleanField()


class CommitmentFilters(ListParameters):
    as_of = Day(required=False, help_text="A day in the fund's zone, inclusive; today if not said.")
    known_at = Moment(required=False, help_text="Inclusive; now if not said.")
    fund = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)


class Commitments(ListEndpoint):
    """The commitments of the client's nations."""

    answers, group, summary = CommitmentOut, "Fund", "Commitments of own nations"
    parameters: ClassVar[type[Parameters]] = CommitmentFilters

    def rows(self, *, fund: str = "", nation: str = "", **asked: Any) -> QuerySet[Commitment]:
        self.point = point_of(asked)
        found = sharing.commitments(self.caller)
        found = found.filter(fund__public_id=fund) if fund else found
        return found.filter(nation_id=nation) if nation else found

    def prepared(self, rows: list[Commitment]) -> list[dict[str, Any]]:
        return standing(rows, *self.point)


class OneCommitment(DetailEndpoint):
    """One of them."""

    answers, group, summary = CommitmentOut, "Fund", "A commitment"
    parameters: ClassVar[type[Parameters]] = PointParameters

    def thing(self, *, public_id: str, **asked: Any) -> dict[str, Any]:
        found = sharing.commitments(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return standing([found], *point_of(asked))[0]


def point_of(asked: dict[str, Any]) -> tuple[date, datetime]:
    """As of which day and as known on which moment a client asks."""
    return asked.get("as_of") or clock.today(), asked.get("known_at") or clock.now()


def standing(rows: list[Commitment], as_of: date, known_at: datetime) -> list[dict[str, Any]]:
    """Each commitment with its line of the pool: one query a fund."""
    pools = {one.fund_id: one.fund for one in rows}
    told = {key: queries.pool(fund, as_of=as_of, known_at=known_at) for key, fund in pools.items()}
    lines = [(one, told[one.fund_id].line_of(one.public_id)) for one in rows]
    return [
        {
            "commitment": one,
            "amount": line.amount if line else None,
            "share": line.share if line else None,
            "effective_on": line.effective_on if line else None,
            "is_illustrative": line.is_illustrative if line else False,
        }
        for one, line in lines
    ]
