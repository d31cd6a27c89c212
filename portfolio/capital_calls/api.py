"""Capital calls, notices and announced payments as partner systems see them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters, Posting
from core.api.fields import MONEY_SCHEMA, Day, In, Moment, MoneyField, Out, Parameters, PublicId, Text
from core.errors import NotFound
from core.money.value import Money
from portfolio.capital_calls import services, sharing
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallLine, CallNotice, CapitalCall, ReceiptNotice

SHOWN = [(one.value, one.value) for one in (State.ISSUED, State.SETTLED, State.CANCELLED)]


class LineOut(Out):
    """What a part of the money is for."""

    purpose = serializers.ChoiceField(choices=CallLine.Purpose.choices)
    text = serializers.CharField()
    amount = serializers.SerializerMethodField()
    inside_commitment = serializers.BooleanField(help_text="Whether it uses up unfunded commitment.")

    @extend_schema_field(MONEY_SCHEMA)
    def get_amount(self, line: CallLine) -> dict[str, str]:
        return Money(line.amount, self.context.get("currency", "EUR")).as_json()


class CallOut(Out):
    """An issued demand for capital."""

    id = serializers.CharField(source="public_id")
    fund = serializers.CharField(source="fund.public_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SHOWN)
    issued_on = Day()
    due_on = Day()
    amount = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    is_illustrative = serializers.BooleanField()

    @extend_schema_field(MONEY_SCHEMA)
    def get_amount(self, call: CapitalCall) -> dict[str, str]:
        return Money(call.total, call.fund.currency_id).as_json()  # type: ignore[attr-defined]  # annotated

    @extend_schema_field(LineOut(many=True))
    def get_lines(self, call: CapitalCall) -> Any:
        lines = sorted(call.lines.all(), key=lambda line: line.order)
        return LineOut(lines, many=True, context={"currency": call.fund.currency_id}).data


class CallFilters(ListParameters):
    fund = serializers.CharField(max_length=40, required=False)
    state = serializers.ChoiceField(choices=SHOWN, required=False)


class Calls(ListEndpoint):
    """Issued calls of the funds that the client reaches, and those that its nations pay."""

    answers, group, summary = CallOut, "Capital calls", "Issued calls"
    parameters: ClassVar[type[Parameters]] = CallFilters

    def rows(self, *, fund: str = "", **asked: Any) -> QuerySet[CapitalCall]:
        found = sharing.calls(self.caller).filter(**asked)
        return found.filter(fund__public_id=fund) if fund else found


class OneCall(DetailEndpoint):
    """One of them."""

    answers, group, summary = CallOut, "Capital calls", "A call"

    def thing(self, *, public_id: str, **asked: Any) -> CapitalCall:
        found = sharing.calls(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


class NoticeOut(Out):
    """What one Ally pays of a call."""

    id = serializers.CharField(source="public_id")
    call = serializers.CharField(source="call.public_id")
    number = serializers.IntegerField(source="call.number")
    commitment = serializers.CharField(source="commitment.public_id")
    nation = serializers.CharField(source="commitment.nation_id")
    issued_on = Day(source="call.issued_on")
    due_on = Day(source="call.due_on")
    amount = serializers.SerializerMethodField()
    inside = serializers.SerializerMethodField(help_text="Of it, what uses up the commitment.")
    paid = serializers.SerializerMethodField(help_text="Of it, what receipts have paid, as of and as known on.")

    @extend_schema_field(MONEY_SCHEMA)
    def get_amount(self, notice: CallNotice) -> dict[str, str]:
        return Money(notice.amount, notice.call.fund.currency_id).as_json()

    @extend_schema_field(MONEY_SCHEMA)
    def get_inside(self, notice: CallNotice) -> dict[str, str]:
        return Money(notice.inside, notice.call.fund.currency_id).as_json()

    @extend_schema_field(MONEY_SCHEMA)
    def get_paid(self, notice: CallNotice) -> dict[str, str]:
        return Money(notice.paid, notice.call.fund.currency_id).as_json()  # type: ignore[attr-defined]  # annotated


class NoticeFilters(ListParameters):
    as_of = Day(required=False, help_text="What was paid by this day; today if not said.")
    known_at = Moment(required=False, help_text="As known on this moment; now if not said.")
    call = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)


class Notices(ListEndpoint):
    """The notices of the client's nations, and nobody else's."""

    answers, group, summary = NoticeOut, "Capital calls", "Notices of own nations"
    parameters: ClassVar[type[Parameters]] = NoticeFilters

    def rows(self, *, call: str = "", nation: str = "", **asked: Any) -> QuerySet[CallNotice]:
        found = with_paid(sharing.notices(self.caller), asked)
        found = found.filter(call__public_id=call) if call else found
        return found.filter(commitment__nation_id=nation) if nation else found


class NoticePoint(Parameters):
    as_of = Day(required=False)
    known_at = Moment(required=False)


class OneNotice(DetailEndpoint):
    """One of them."""

    answers, group, summary = NoticeOut, "Capital calls", "A notice"
    parameters: ClassVar[type[Parameters]] = NoticePoint

    def thing(self, *, public_id: str, **asked: Any) -> CallNotice:
        found = with_paid(sharing.notices(self.caller), asked).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


def with_paid(notices: QuerySet[CallNotice], asked: dict[str, Any]) -> QuerySet[CallNotice]:
    as_of, known_at = asked.get("as_of") or clock.today(), asked.get("known_at") or clock.now()
    return sharing.with_paid(notices, as_of=as_of, known_at=known_at)


class ReceiptNoticeIn(In):
    """A payment that is on its way, or was made."""

    notice = PublicId()
    amount = MoneyField()
    value_on = Day(help_text="The day on which the payer's bank sends the money.")
    reference = Text(
        max_length=100, help_text="Of the payment: the fund's bank shows it, and the receipt is matched by it."
    )


class ReceiptNoticeOut(Out):
    """An Ally's word that it has paid: nothing is booked by it."""

    id = serializers.CharField(source="public_id")
    notice = serializers.CharField(source="notice.public_id")
    amount = serializers.SerializerMethodField()
    value_on = Day()
    reference = serializers.CharField()
    announced_at = Moment()

    @extend_schema_field(MONEY_SCHEMA)
    def get_amount(self, told: ReceiptNotice) -> dict[str, str]:
        return Money(told.amount, told.notice.call.fund.currency_id).as_json()


class ReceiptNoticeFilters(ListParameters):
    notice = serializers.CharField(max_length=40, required=False)


class ReceiptNotices(Posting, ListEndpoint):
    """Payments that the client's nations announced. The fund's people record the receipt once the money is there."""

    answers, takes, group, summary = ReceiptNoticeOut, ReceiptNoticeIn, "Capital calls", "Announced payments"
    summary_of: ClassVar = {"GET": "Announced payments", "POST": "Announce a payment"}
    parameters: ClassVar[type[Parameters]] = ReceiptNoticeFilters
    examples: ClassVar = {
        "POST": {
            "notice": "{notice}",
            "amount": {"amount": "1000.00", "currency": "EUR"},
            "value_on": "{today}",
            "reference": "EE-2026-0007",
        }
    }

    def rows(self, *, notice: str = "", **asked: Any) -> QuerySet[ReceiptNotice]:
        found = sharing.announced(self.caller)
        return found.filter(notice__public_id=notice) if notice else found

    def done(self, sent: dict[str, Any], **asked: Any) -> ReceiptNotice:
        told: ReceiptNotice = services.announce(
            sharing.get_notice(self.caller, sent["notice"]),
            paid=sent["amount"],
            value_on=sent["value_on"],
            reference=sent["reference"],
            by=self.caller.person,
            on=clock.today(),
            at=clock.now(),
        )
        return told

    def address(self, thing: ReceiptNotice) -> str:
        return f"{reverse('portfolio_api:receipt-notices')}?notice={thing.notice.public_id}"
