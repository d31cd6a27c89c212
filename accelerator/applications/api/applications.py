"""Applications one by one: listed, read, brought in, changed until the call closes."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from accelerator.applications import services, sharing
from accelerator.applications.api.shapes import (
    EXAMPLE,
    STATES,
    ApplicationIn,
    ApplicationLineOut,
    ApplicationOut,
    ChangeIn,
)
from accelerator.applications.models import ApplicationLine
from core import clock
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters, Patching, Posting
from core.api.fields import Parameters
from core.api.problems import Problem, fault


class Filters(ListParameters):
    programme = serializers.CharField(max_length=40, required=False)
    call = serializers.CharField(max_length=40, required=False)
    challenge = serializers.CharField(max_length=20, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)
    external_id = serializers.CharField(max_length=100, required=False)
    number = serializers.CharField(max_length=12, required=False)


class Applications(Posting, ListEndpoint):
    """
    Applications of start-ups of the client's nations in programmes that it reaches: its own in every state, others once they
    were submitted and their call has closed. A POST brings one in; the deadline is judged by when the request arrived.
    """

    answers, takes, group, summary = ApplicationLineOut, ApplicationIn, "Applications", "Applications"
    answers_of_post = ApplicationOut
    summary_of: ClassVar = {"GET": "Applications", "POST": "Bring an application in"}
    parameters: ClassVar[type[Parameters]] = Filters
    is_narrow = True
    examples: ClassVar = {"POST": EXAMPLE}

    def rows(self, **asked: Any) -> QuerySet[ApplicationLine]:
        known_as = {"known_as" if name == "external_id" else name: value for name, value in asked.items()}
        return sharing.applications(self.caller, at=clock.now()).filter(**known_as)

    def done(self, sent: dict[str, Any], **asked: Any) -> ApplicationLine:
        told = dict(sent)
        item = services.Item(**told.pop("organisation"), **told)
        try:
            brought = services.bring(item, by=self.caller.person, at=arrived_at(self.request))
        except services.AnswersUnfit as refusal:
            raise unfit(refusal) from None
        return sharing.get_own(self.caller, brought.application.public_id, at=clock.now())

    def address(self, thing: ApplicationLine) -> str:
        return reverse("accelerator_api:application", args=[thing.public_id])


class OneApplication(Patching, DetailEndpoint):
    """One of them. What the client brought in can be changed, and submitted again, until the call closes."""

    answers, takes_change, group, summary = ApplicationOut, ChangeIn, "Applications", "An application"
    summary_of: ClassVar = {"GET": "An application", "PATCH": "Change one's own application"}
    examples: ClassVar = {"PATCH": {"answers": {"1.1": "Quantum-grade hearing for divers."}, "submit": True}}

    def thing(self, *, public_id: str, **asked: Any) -> ApplicationLine:
        return sharing.get_application(self.caller, public_id, at=clock.now())

    def locked(self, *, public_id: str, **asked: Any) -> ApplicationLine:
        services.hold(sharing.get_own(self.caller, public_id, at=clock.now()).application)
        return sharing.get_own(self.caller, public_id, at=clock.now())

    def change(self, thing: ApplicationLine, sent: dict[str, Any]) -> ApplicationLine:
        try:
            services.change(
                thing.application,
                sent["answers"],
                is_final=sent["submit"],
                by=self.caller.person,
                at=arrived_at(self.request),
            )
        except services.AnswersUnfit as refusal:
            raise unfit(refusal) from None
        return sharing.get_own(self.caller, thing.public_id, at=clock.now())


def arrived_at(request: Request) -> Any:
    """When the request arrived, by which deadlines are judged."""
    return request._request.arrived_at  # type: ignore[attr-defined]  # set for every request


def unfit(refusal: services.AnswersUnfit) -> Problem:
    """Answers that do not fit, each with its pointer."""
    faults = [fault(one.pointer, one.code, one.detail) for one in refusal.faults]
    return Problem("invalid", 400, str(refusal), faults=faults)
