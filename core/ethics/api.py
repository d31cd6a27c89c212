"""The state of responsible use as partner systems see it: whether it is clear and until when, never what was answered."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.endpoints import ListEndpoint, ListParameters
from core.api.fields import Day, Out, Parameters
from core.ethics import sharing
from core.ethics.lifecycle import Outcome
from core.ethics.models import Review


class StateOut(Out):
    """The review in force of one holding or participation."""

    subject = serializers.CharField(help_text="Id of the holding, cohort member or participation.")
    subject_kind = serializers.CharField()
    organisation = serializers.CharField(source="organisation.public_id")
    outcome = serializers.ChoiceField(choices=[(one.value, one.value) for one in Outcome])
    concluded_on = Day()
    expires_on = Day(allow_null=True, help_text="The last day on which it holds.")
    blocking_conditions = serializers.IntegerField(
        source="blocking", help_text="Unmet conditions that hold money back."
    )


class Filters(ListParameters):
    organisation = serializers.CharField(max_length=40, required=False)
    outcome = serializers.ChoiceField(choices=[(one.value, one.value) for one in Outcome], required=False)


class States(ListEndpoint):
    """Ethics states of the funds that the client reaches, and of its nations' start-ups in programmes that it reaches."""

    answers, group, summary = StateOut, "Responsible use", "Ethics states"
    parameters: ClassVar[type[Parameters]] = Filters

    def rows(self, *, organisation: str = "", **asked: Any) -> QuerySet[Review]:
        found = sharing.states(self.caller).filter(**asked)
        return found.filter(organisation__public_id=organisation) if organisation else found
