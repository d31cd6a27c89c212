"""Milestones as partner systems see them, and the files by which they help a start-up to show that one is reached."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers

from accelerator.cohorts.lifecycle import PHASES
from accelerator.milestones import services, sharing
from accelerator.milestones.lifecycle import State
from accelerator.milestones.models import EvidenceFile, Milestone
from core.api.endpoints import DetailEndpoint, ListEndpoint, ListParameters
from core.api.fields import Day, Moment, Out, Parameters
from core.documents import endpoints, words
from core.documents.endpoints import Uploading
from core.documents.lifecycle import State as Checked

STATES = [(one.value, one.value) for one in State]
CHECKED = [(one.value, one.value) for one in Checked]
PARTICIPATION = "phase__participation"
NAMED = {
    "participation": f"{PARTICIPATION}__public_id",
    "programme": f"{PARTICIPATION}__programme__public_id",
    "organisation": f"{PARTICIPATION}__organisation__public_id",
    "nation": f"{PARTICIPATION}__organisation__nation_id",
}
"""Filters whose field is another table's."""


class MilestoneOut(Out):
    """What a start-up does for the funding of a phase. One of the two titles is enough."""

    id = serializers.CharField(source="public_id")
    participation = serializers.CharField(source="phase.participation.public_id")
    programme = serializers.CharField(source="phase.participation.programme.public_id")
    organisation = serializers.CharField(source="phase.participation.organisation.public_id")
    nation = serializers.CharField(source="phase.participation.organisation.nation_id")
    phase = serializers.ChoiceField(choices=sorted((one.value, one.value) for one in PHASES), source="phase.kind")
    order = serializers.IntegerField(help_text="Its place in the phase.")
    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    due_on = Day()
    state = serializers.ChoiceField(choices=STATES, help_text="Files are taken while it is planned.")


class MilestoneFilters(ListParameters):
    participation = serializers.CharField(max_length=40, required=False)
    programme = serializers.CharField(max_length=40, required=False)
    organisation = serializers.CharField(max_length=40, required=False)
    nation = serializers.RegexField("^[A-Z]{2}$", required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)


class Milestones(ListEndpoint):
    """Milestones of start-ups of the client's nations in programmes that it reaches, without amounts."""

    answers, group, summary = MilestoneOut, "Milestones", "Milestones of own nations' start-ups"
    parameters: ClassVar[type[Parameters]] = MilestoneFilters

    def rows(self, **asked: Any) -> QuerySet[Milestone]:
        return sharing.milestones(self.caller).filter(**{NAMED.get(name, name): value for name, value in asked.items()})


class OneMilestone(DetailEndpoint):
    """One of them."""

    answers, group, summary = MilestoneOut, "Milestones", "A milestone"

    def thing(self, *, public_id: str, **asked: Any) -> Milestone:
        return sharing.get_milestone(self.caller, public_id)


class EvidenceFileOut(Out):
    """A file that this client handed in for a milestone."""

    id = serializers.CharField(source="public_id")
    milestone = serializers.CharField(source="milestone.public_id")
    participation = serializers.CharField(source="milestone.phase.participation.public_id")
    evidence = serializers.CharField(
        source="evidence.public_id",
        default=None,
        allow_null=True,
        help_text="Id of the evidence with which the start-up gave it; null until then.",
    )
    name = serializers.CharField(source="document.name")
    media = serializers.CharField(source="document.media", help_text="Its type by its ending.")
    size_bytes = serializers.IntegerField(source="document.size_bytes")
    sha256 = serializers.CharField(source="document.sha256")
    state = serializers.ChoiceField(choices=CHECKED, source="document.state", help_text="Only what is clean is read.")
    reason = serializers.SerializerMethodField(help_text="Why it was refused; empty where it was not.")
    uploaded_at = Moment(source="document.uploaded_at")

    def get_reason(self, file: EvidenceFile) -> str:
        document = file.document
        return str(words.reason(document.reason, document.name)) if document.reason else ""


class FileFilters(ListParameters):
    milestone = serializers.CharField(max_length=40, required=False)
    state = serializers.ChoiceField(choices=CHECKED, required=False)
    sha256 = serializers.RegexField("^[0-9a-f]{64}$", required=False)


class Upload(endpoints.Upload):
    """What the file is, and what it shows."""

    milestone = serializers.CharField(max_length=40, help_text="One that the client sees and that waits for evidence.")


class EvidenceFiles(Uploading, ListEndpoint):
    """
    Evidence that this client handed in. A POST takes the bytes of one file as they are, up to 25 MB; it is checked in
    quarantine before anybody reads it. The start-up is told, and gives it with its own words, or takes it out.
    """

    answers, group, summary = EvidenceFileOut, "Milestones", "Evidence that this client handed in"
    summary_of: ClassVar = {"GET": "Evidence that this client handed in", "POST": "Hand in a file for a milestone"}
    parameters: ClassVar[type[Parameters]] = FileFilters
    parameters_of_post: ClassVar[type[Parameters]] = Upload

    def rows(self, *, milestone: str = "", **asked: Any) -> QuerySet[EvidenceFile]:
        found = sharing.files(self.caller).filter(**{f"document__{name}": value for name, value in asked.items()})
        return found.filter(milestone__public_id=milestone) if milestone else found

    def done(self, sent: dict[str, Any], *, name: str, milestone: str, **asked: Any) -> EvidenceFile:
        row = sharing.get_milestone(self.caller, milestone)
        arrived_at = self.request._request.arrived_at  # type: ignore[attr-defined]  # set for every request
        return services.hand_in(row, sent["file"], name=name, by=self.caller.person, at=arrived_at)

    def address(self, thing: EvidenceFile) -> str:
        return reverse("accelerator_api:evidence-file", args=[thing.public_id])


class OneEvidenceFile(DetailEndpoint):
    """One of them: whether it is checked by now, and whether the start-up gave it."""

    answers, group, summary = EvidenceFileOut, "Milestones", "A file that this client handed in"

    def thing(self, *, public_id: str, **asked: Any) -> EvidenceFile:
        return sharing.get_file(self.caller, public_id)
