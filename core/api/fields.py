"""The fields of the interface: strict on the way in, plain on the way out."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from core.money.value import Money

AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,4})?")
CURRENCY = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
MONEY_SCHEMA = {
    "type": "object",
    "description": "An amount as a decimal string, to the cent, and its currency by ISO 4217.",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$", "examples": ["1234.56"]},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.Field):
    """``Money`` as ``{"amount": "1234.56", "currency": "EUR"}``; on the way in the amount is a string and finite."""

    default_error_messages = {
        "shape": _('Write money as {{"amount": "1234.56", "currency": "EUR"}}, the amount as a string.'),
        "amount": _("An amount is a decimal string with at most 16 digits before the point and 4 behind it."),
        "currency": _("A currency is its code by ISO 4217, in capitals."),
    }

    def to_representation(self, value: Money) -> dict[str, str]:
        return value.as_json()

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, Mapping) or set(data) != {"amount", "currency"}:
            self.fail("shape")
        amount, currency = data["amount"], data["currency"]
        if not isinstance(amount, str) or not AMOUNT.fullmatch(amount):
            self.fail("amount")
        if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
            self.fail("currency")
        return Money(Decimal(amount), currency)


@extend_schema_field(MONEY_SCHEMA)
class Amount(serializers.Field):
    """An amount and its currency that stand in two attributes of a row, shown as money; both are named with dots."""

    def __init__(self, of: str, currency: str, **kwargs: Any) -> None:
        self.of, self.currency = attrgetter(of), attrgetter(currency)
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return Money(self.of(value), self.currency(value)).as_json()


class Day(serializers.DateField):
    """A day as ``2026-11-23``, and nothing else that could be read as one."""

    default_error_messages = {"invalid": _("A day is written as 2026-11-23.")}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")


class Moment(serializers.DateTimeField):
    """A moment by RFC 3339 with its offset; shown in UTC."""

    default_error_messages = {"invalid": _("A moment is written as 2026-11-23T10:00:00Z, with its offset.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=timezone.get_default_timezone(), **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            self.fail("invalid")
        try:
            found = datetime.fromisoformat(value)
            return found.astimezone(timezone.get_default_timezone())
        except (ValueError, OverflowError):
            self.fail("invalid")


class Text(serializers.CharField):
    """A string, never a number or a truth value taken for one; no control characters but the line break."""

    default_error_messages = {"control": _("This holds a character that cannot be kept.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        found = super().to_internal_value(data)
        if any(ord(one) < 32 and one not in "\n\t" for one in found):  # noqa: PLR2004 -- below the space
            self.fail("control")
        return found


class PublicId(Text):
    """A public id such as ``fund_7qk2m8c4...``: opaque, a string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)


class Flag(serializers.BooleanField):
    """True or false, as JSON has them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number, not a string that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Share(serializers.Field):
    """A fraction of one, or a ratio, as a decimal string; null where there is none."""

    def to_representation(self, value: Any) -> str:
        try:
            return f"{Decimal(str(value)):f}"
        except InvalidOperation:
            return str(value)


extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["0.0417"]})(Share)


class Said(serializers.CharField):
    """What a code says in words, in the language of the request."""

    def __init__(self, says: Callable[[Any], Any], **kwargs: Any) -> None:
        self.says = says
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return str(self.says(value))


class In(serializers.Serializer):
    """What a client sends: a field that is not known is an error, not left out."""

    default_error_messages = {"unknown": _("There is no such field here.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: [self.error_messages["unknown"]] for name in unknown}, code="unknown"
            )
        return super().to_internal_value(data)

    def run_validation(self, data: Any = empty) -> Any:
        return super().run_validation(data)


class Out(serializers.Serializer):
    """What a client reads: each field is named; none comes from a model by itself."""


class Parameters(In):
    """What stands behind the question mark: filters named like fields. Values arrive as strings."""
