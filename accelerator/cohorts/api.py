"""Cohorts as partner systems see them: members as published, participations of own nations without amounts."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accelerator.cohorts import sharing
from accelerator.cohorts.lifecycle import Standing
from accelerator.cohorts.models import CohortMember, Participation
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Day, Out, Parameters
from core.errors import NotFound
from core.nations.models import Basis

STANDINGS = [(one.value, one.value) for one in Standing]
NAMED = {
    "programme": "programme__public_id",
    "organisation": "organisation__public_id",
    "nation": "organisation__nation_id",
    "challenge": "challenge__code",
}
"""Filters whose field is another table's."""


class MemberOut(Out):
    """A start-up selected for a programme, as published."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    organisation = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField(source="organisation.name")
    nation = serializers.CharField(source="organisation.nation_id", allow_null=True)
    challenge = serializers.CharField(source="challenge.code", default=None, allow_null=True)
    is_challenge_inferred = serializers.BooleanField(help_text="True where it was inferred and not published.")
    technology = serializers.CharField(help_text="Code of the family; empty where no source names one.")
    is_technology_inferred = serializers.BooleanField()
    highest_phase = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the contract of this name


class MemberFilters(ListParameters):
    programme = serializers.CharField(max_length=40, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    challenge = serializers.CharField(max_length=20, required=False)
    technology = serializers.CharField(max_length=20, required=False)
    highest_phase = serializers.IntegerField(min_value=1, max_value=2, required=False)


class Members(ListEndpoint):
    """The published members of cohorts of programmes that the client reaches."""

    answers, group, summary = MemberOut, "Cohorts", "Members of cohorts"
    parameters: ClassVar[type[Parameters]] = MemberFilters

    def rows(self, **asked: Any) -> QuerySet[CohortMember]:
        return sharing.members(self.caller).filter(**_named(asked))


class StepOut(Out):
    """A step of a participation."""

    kind = serializers.ChoiceField(choices=STANDINGS)
    effective_on = Day()
    months = serializers.IntegerField(allow_null=True, help_text="Of a phase.")


class ParticipationOut(Out):
    """A start-up in a programme."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    organisation = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField(source="organisation.name")
    nation = serializers.CharField(source="organisation.nation_id")
    member = serializers.CharField(source="member.public_id", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=STANDINGS)
    began_on = Day()
    steps = serializers.SerializerMethodField()
    is_illustrative = serializers.BooleanField()

    @extend_schema_field(StepOut(many=True))
    def get_steps(self, participation: Participation) -> Any:
        return StepOut(sorted(participation.steps.all(), key=lambda one: (one.effective_on, one.pk)), many=True).data


class ParticipationFilters(ListParameters):
    programme = serializers.CharField(max_length=40, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    state = serializers.ChoiceField(choices=STANDINGS, required=False)


class Participations(ListEndpoint):
    """Start-ups of the client's nations in programmes that it reaches."""

    answers, group, summary = ParticipationOut, "Cohorts", "Participations of own nations"
    parameters: ClassVar[type[Parameters]] = ParticipationFilters

    def rows(self, **asked: Any) -> QuerySet[Participation]:
        return sharing.participations(self.caller).filter(**_named(asked))


class OneParticipation(DetailEndpoint):
    """One of them."""

    answers, group, summary = ParticipationOut, "Cohorts", "A participation"

    def thing(self, *, public_id: str, **asked: Any) -> Participation:
        found = sharing.participations(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


def _named(asked: dict[str, Any]) -> dict[str, Any]:
    return {NAMED.get(name, name): value for name, value in asked.items()}
