"""Funding as partner systems see it: what was paid to start-ups of their nations, and what is about to be."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accelerator.grants import sharing
from accelerator.grants.models import PaymentLine
from accelerator.grants.sharing import SHOWN, TO_PARTICIPATION
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Amount, Day, Out, Parameters
from core.errors import NotFound

STATES = [(one.value, one.value) for one in SHOWN]
PARTICIPATION = TO_PARTICIPATION.replace("__", ".")
NAMED = {
    "participation": f"{TO_PARTICIPATION}__public_id",
    "programme": f"{TO_PARTICIPATION}__programme__public_id",
    "organisation": f"{TO_PARTICIPATION}__organisation__public_id",
    "nation": f"{TO_PARTICIPATION}__organisation__nation_id",
}
"""Filters whose field is another table's."""


class PaymentOut(Out):
    """A payment of what an accepted milestone releases."""

    id = serializers.CharField(source="public_id")
    participation = serializers.CharField(source=f"{PARTICIPATION}.public_id")
    programme = serializers.CharField(source=f"{PARTICIPATION}.programme.public_id")
    organisation = serializers.CharField(source=f"{PARTICIPATION}.organisation.public_id")
    nation = serializers.CharField(source=f"{PARTICIPATION}.organisation.nation_id")
    milestone = serializers.CharField(source="milestone.public_id")
    phase = serializers.CharField(source="milestone.phase.kind")
    amount = Amount("amount", f"{PARTICIPATION}.programme.currency_id")
    state = serializers.ChoiceField(choices=STATES)
    value_on = Day(source="paid_on", allow_null=True, help_text="The day of value at the bank, once it is paid.")


class Filters(ListParameters):
    participation = serializers.CharField(max_length=40, required=False)
    programme = serializers.CharField(max_length=40, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)


class Payments(ListEndpoint):
    """Payments to start-ups of the client's nations in programmes that it reaches, approved or paid."""

    answers, group, summary = PaymentOut, "Funding", "Payments to own nations' start-ups"
    parameters: ClassVar[type[Parameters]] = Filters

    def rows(self, **asked: Any) -> QuerySet[PaymentLine]:
        return sharing.payments(self.caller).filter(**{NAMED.get(name, name): value for name, value in asked.items()})


class OnePayment(DetailEndpoint):
    """One of them."""

    answers, group, summary = PaymentOut, "Funding", "A payment"

    def thing(self, *, public_id: str, **asked: Any) -> PaymentLine:
        found = sharing.payments(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found
