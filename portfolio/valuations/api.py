"""What managers of other funds report, by their own systems."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from core.api.endpoints import ListEndpoint, ListParameters, Posting
from core.api.fields import MONEY_SCHEMA, Day, In, Moment, MoneyField, Out, Parameters, PublicId, Text
from core.money.value import Money
from portfolio.investments import sharing as holdings
from portfolio.valuations import services, sharing
from portfolio.valuations.models import ReportedNav


class ReportedNavIn(In):
    """The net asset value of the stake at the end of a day."""

    holding = PublicId()
    as_of = Day()
    amount = MoneyField(help_text="In the currency in which the stake is held; zero or more.")
    source = Text(max_length=200, help_text="The report that says it.")  # type: ignore[assignment]  # the name of the column


class ReportedNavOut(Out):
    """As it was reported; a correction is a further row."""

    id = serializers.CharField(source="public_id")
    holding = serializers.CharField(source="holding.public_id")
    as_of = Day()
    amount = serializers.SerializerMethodField()
    source = serializers.CharField()  # type: ignore[assignment]  # the name of the column
    reported_at = Moment()

    @extend_schema_field(MONEY_SCHEMA)
    def get_amount(self, told: ReportedNav) -> dict[str, str]:
        return Money(told.amount, told.holding.currency_id).as_json()


class Filters(ListParameters):
    holding = serializers.CharField(max_length=40, required=False)


class ReportedNavs(Posting, ListEndpoint):
    """What the client's organisation reported of the fund that it manages: evidence for the fund's marks, and none by itself."""

    answers, takes, group, summary = ReportedNavOut, ReportedNavIn, "Net asset values", "Reported net asset values"
    summary_of: ClassVar = {"GET": "Reported net asset values", "POST": "Report a net asset value"}
    parameters: ClassVar[type[Parameters]] = Filters
    examples: ClassVar = {
        "POST": {
            "holding": "{stake}",
            "as_of": "{quarter_end}",
            "amount": {"amount": "1250000.00", "currency": "{stake_currency}"},
            "source": "Quarterly report to limited partners",
        }
    }

    def rows(self, *, holding: str = "", **asked: Any) -> QuerySet[ReportedNav]:
        found = sharing.reported(self.caller)
        return found.filter(holding__public_id=holding) if holding else found

    def done(self, sent: dict[str, Any], **asked: Any) -> ReportedNav:
        told: ReportedNav = services.report_nav(
            holdings.get_own_stake(self.caller, sent["holding"]),
            nav=sent["amount"],
            as_of=sent["as_of"],
            source=sent["source"],
            by=self.caller.person,
            on=clock.today(),
            at=clock.now(),
        )
        return told
