"""What is sent and shown of applications."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accelerator.applications import queries, words
from accelerator.applications.lifecycle import State
from accelerator.applications.models import ApplicationLine
from accelerator.applications.services import Item, to_correct
from core.api.fields import Day, Flag, In, Moment, Out, PublicId, Said, Text
from core.documents.lifecycle import State as DocumentState

STATES = [(one.value, one.value) for one in State]
MOST_ANSWERS, LONGEST_ANSWER = 200, 40_000
EXAMPLE = {
    "external_id": "ee-2026-0007",
    "call": "{call}",
    "challenge": "{challenge}",
    "organisation": {"name": "Sügav Kõrv OÜ", "nation": "EE", "founded_on": "2024-05-02"},
    "answers": {"1.1": "Quantum-grade hearing for divers.", "1.2": "1", "2.1": "Five engineers.", "2.2": "0"},
    "submit": True,
}


class Answers(serializers.DictField):
    """Answers by question, as ``section.question``."""

    def __init__(self, **kwargs: Any) -> None:
        child = Text(max_length=LONGEST_ANSWER, allow_blank=True, trim_whitespace=False)
        super().__init__(child=child, allow_empty=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > MOST_ANSWERS:
            self.fail("not_a_dict", input_type=f"an object of {len(data)}")
        return super().to_internal_value(data)


class OrganisationIn(In):
    """The start-up for which one applies; the one of that name and nation, where the client registered it before."""

    name = Text(max_length=200)
    nation = serializers.RegexField("^[A-Z]{2}$", help_text="Of the head office: one of the client's nations.")
    founded_on = Day(required=False, allow_null=True, default=None)
    registration_number = Text(max_length=40, required=False, allow_blank=True, default="")
    website = Text(max_length=200, required=False, allow_blank=True, default="")


class ApplicationIn(In):
    """An application of a start-up to an open call."""

    external_id = Text(max_length=100, help_text="The client's own name for it: the same is done once under it.")
    call = PublicId()
    challenge = Text(
        max_length=20, required=False, allow_blank=True, default="", help_text="Code of the challenge answered."
    )
    organisation = OrganisationIn()
    answers = Answers(required=False, default=dict, help_text="By the id of the question: strings, as the form says.")
    submit = Flag(required=False, default=False, help_text="True to send it now; else it begins as a draft.")

    def item(self) -> Item:
        """Ask once it is valid."""
        told = dict(self.validated_data)
        return Item(**told.pop("organisation"), **told)


class ChangeIn(In):
    """Answers to change; those that are not named stay."""

    answers = Answers(required=False, default=dict)
    submit = Flag(required=False, default=False, help_text="True to send it as it then stands.")


class ApplicationLineOut(Out):
    """An application without its answers."""

    id = serializers.CharField(source="public_id")
    external_id = serializers.CharField(source="known_as", allow_null=True, help_text="Of what this client brought in.")
    is_own = serializers.BooleanField(help_text="Whether this client brought it in.")
    programme = serializers.CharField()
    call = serializers.CharField()
    challenge = serializers.CharField(default=None, allow_null=True)
    organisation = serializers.CharField()
    name = serializers.CharField()
    nation = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    said = Said(words.state, source="state", help_text="The state in words.")
    number = serializers.CharField(allow_null=True, help_text="Of the receipt of the submission that counts.")
    digest = serializers.CharField(allow_null=True, help_text="SHA-256 of all that was sent with it.")
    submitted_at = Moment(allow_null=True)
    is_illustrative = serializers.BooleanField()


class AnswerOut(Out):
    """An answer as it is kept."""

    question = serializers.CharField()
    text = serializers.CharField()


class FileOut(Out):
    """A file that answers a question."""

    question = serializers.CharField()
    document = serializers.CharField()
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in DocumentState])


class ToCorrectOut(Out):
    """What is still to answer or to correct before it can be submitted."""

    pointer = serializers.CharField(help_text="JSON Pointer to the answer.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ApplicationOut(ApplicationLineOut):
    """An application; of what the client itself brought in with its answers, its files and what is still to do."""

    answers = serializers.SerializerMethodField(help_text="Empty for what others brought in.")
    files = serializers.SerializerMethodField(help_text="Empty for what others brought in.")
    to_correct = serializers.SerializerMethodField(help_text="Empty for what others brought in.")

    @extend_schema_field(AnswerOut(many=True))
    def get_answers(self, line: ApplicationLine) -> Any:
        if not line.is_own:  # type: ignore[attr-defined]  # annotated
            return []
        return [
            {"question": f"{part.order}.{item.question.order}", "text": item.text}
            for part in queries.sheet(line.application).parts
            for item in part.items
            if item.text
        ]

    @extend_schema_field(FileOut(many=True))
    def get_files(self, line: ApplicationLine) -> Any:
        if not line.is_own:  # type: ignore[attr-defined]  # annotated
            return []
        return [
            {
                "question": f"{part.order}.{item.question.order}",
                "document": file.line.public_id,
                "state": file.line.state,
            }
            for part in queries.sheet(line.application).parts
            for item in part.items
            for file in item.files
        ]

    @extend_schema_field(ToCorrectOut(many=True))
    def get_to_correct(self, line: ApplicationLine) -> Any:
        if not line.is_own:  # type: ignore[attr-defined]  # annotated
            return []
        return [
            {"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in to_correct(line.application)
        ]
