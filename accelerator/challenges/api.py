"""Programmes, challenges and published calls as partner systems see them: what everybody may read, as values."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accelerator.challenges import queries, sharing
from accelerator.challenges.lifecycle import Window, window
from accelerator.challenges.models import Call, CallQuestion, Challenge, Programme
from core import clock
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Amount, Day, Moment, Out, Parameters
from core.errors import NotFound
from core.nations.models import Basis

AGREEMENTS = [("grant", "grant"), ("contract", "contract")]


class ProgrammeOut(Out):
    """A programme as published. The year of its call and the year of its cohort are two facts."""

    id = serializers.CharField(source="public_id")
    slug = serializers.CharField()
    name_en = serializers.CharField()
    name_fr = serializers.CharField()
    call_opens_on = Day()
    call_closes_on = Day()
    cohort_year = serializers.IntegerField()
    phase_1_starts_on = Day()
    phase_1_funding = Amount("phase_1_amount", "currency_id")
    phase_1_months = serializers.IntegerField()
    phase_2_funding_at_most = Amount("phase_2_amount_at_most", "currency_id")
    phase_2_months = serializers.IntegerField()
    agreement = serializers.ChoiceField(choices=AGREEMENTS)
    basis = serializers.ChoiceField(choices=Basis.choices, help_text="How sure the source is.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the contract of this name


class ProgrammeFilters(ListParameters):
    slug = serializers.CharField(max_length=40, required=False)
    cohort_year = serializers.IntegerField(min_value=2000, max_value=2999, required=False)


class Programmes(ListEndpoint):
    """The programmes that the client reaches."""

    answers, group, summary = ProgrammeOut, "Programmes", "Programmes"
    parameters: ClassVar[type[Parameters]] = ProgrammeFilters

    def rows(self, **asked: Any) -> QuerySet[Programme]:
        return sharing.programmes(self.caller).filter(**asked)


class OneProgramme(DetailEndpoint):
    """One of them."""

    answers, group, summary = ProgrammeOut, "Programmes", "A programme"

    def thing(self, *, public_id: str, **asked: Any) -> Programme:
        found = sharing.programmes(self.caller).filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


class ChallengeOut(Out):
    """A challenge of a programme."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    code = serializers.CharField()
    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    order = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the contract of this name


class ChallengeFilters(ListParameters):
    programme = serializers.CharField(max_length=40, required=False)
    code = serializers.CharField(max_length=20, required=False)


class Challenges(ListEndpoint):
    """The challenges of programmes that the client reaches."""

    answers, group, summary = ChallengeOut, "Programmes", "Challenges"
    parameters: ClassVar[type[Parameters]] = ChallengeFilters

    def rows(self, *, programme: str = "", **asked: Any) -> QuerySet[Challenge]:
        found = sharing.challenges(self.caller).filter(**asked)
        return found.filter(programme__public_id=programme) if programme else found


class CallLineOut(Out):
    """A published call for applications, without its form."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    opens_at = Moment()
    closes_at = Moment(help_text="The first moment at which an application is late.")
    zone = serializers.CharField(help_text="The zone in which the window is named.")
    stands = serializers.SerializerMethodField(help_text="Now.")
    agreement = serializers.ChoiceField(choices=AGREEMENTS)
    nations = serializers.ListField(child=serializers.CharField(), help_text="Where a start-up has its head office.")
    founded_from = Day(allow_null=True)
    founded_until = Day(allow_null=True)
    published_at = Moment()
    digest = serializers.CharField(help_text="Of all that was published: the version of the form.")
    is_illustrative = serializers.BooleanField()

    @extend_schema_field(serializers.ChoiceField(choices=[(one.value, one.value) for one in Window]))
    def get_stands(self, call: Call) -> str:
        return window(call.opens_at, call.closes_at, at=clock.now()).value


class OptionOut(Out):
    """One of what a choice offers."""

    value = serializers.CharField(help_text="What is sent as the answer.")
    text_en = serializers.CharField()
    text_fr = serializers.CharField()


class QuestionOut(Out):
    """A question of the form. Answers are strings: numbers with a point, days as 2026-09-30, nations by code."""

    id = serializers.SerializerMethodField(help_text="By which it is answered; the same in every call of this form.")
    kind = serializers.ChoiceField(choices=CallQuestion.Kind.choices)
    text_en = serializers.CharField()
    text_fr = serializers.CharField()
    hint_en = serializers.CharField()
    hint_fr = serializers.CharField()
    is_required = serializers.BooleanField()
    words_at_most = serializers.IntegerField(allow_null=True)
    options = serializers.SerializerMethodField(help_text="Of a choice; empty for all else.")
    currency = serializers.CharField(source="currency_id", allow_null=True)
    minimum = serializers.SerializerMethodField()
    maximum = serializers.SerializerMethodField()

    def get_id(self, question: CallQuestion) -> str:
        return f"{self.context['section']}.{question.order}"

    @extend_schema_field(OptionOut(many=True))
    def get_options(self, question: CallQuestion) -> Any:
        pairs = zip(question.options_en, question.options_fr, strict=True)
        return [{"value": str(place), "text_en": en, "text_fr": fr} for place, (en, fr) in enumerate(pairs)]

    def get_minimum(self, question: CallQuestion) -> str | None:
        return None if question.minimum is None else f"{question.minimum.normalize():f}"

    def get_maximum(self, question: CallQuestion) -> str | None:
        return None if question.maximum is None else f"{question.maximum.normalize():f}"


class SectionOut(Out):
    """A part of the form."""

    order = serializers.IntegerField()
    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    questions = QuestionOut(many=True)


class CriterionOut(Out):
    """By what applications are judged."""

    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    text_en = serializers.CharField()
    text_fr = serializers.CharField()
    weight = serializers.IntegerField(help_text="In per cent; those of a call add up to a hundred.")


class CallFormOut(CallLineOut):
    """A published call with its form and criteria."""

    text_en = serializers.CharField()
    text_fr = serializers.CharField()
    sections = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()

    @extend_schema_field(SectionOut(many=True))
    def get_sections(self, call: Call) -> Any:
        return [SectionOut(one, context={"section": one.order}).data for one in queries.sections(call)]

    @extend_schema_field(CriterionOut(many=True))
    def get_criteria(self, call: Call) -> Any:
        return CriterionOut(queries.criteria(call), many=True).data


class CallFilters(ListParameters):
    programme = serializers.CharField(max_length=40, required=False)
    agreement = serializers.ChoiceField(choices=AGREEMENTS, required=False)


class Calls(ListEndpoint):
    """The published calls of programmes that the client reaches."""

    answers, group, summary = CallLineOut, "Calls for applications", "Published calls"
    parameters: ClassVar[type[Parameters]] = CallFilters

    def rows(self, *, programme: str = "", **asked: Any) -> QuerySet[Call]:
        found = sharing.published(self.caller).filter(**asked)
        return found.filter(programme__public_id=programme) if programme else found


class OneCall(DetailEndpoint):
    """One of them, with its form: sections, questions and criteria."""

    answers, group, summary = CallFormOut, "Calls for applications", "A published call"

    def thing(self, *, public_id: str, **asked: Any) -> Call:
        return sharing.get_call(self.caller, public_id)
