"""Milestones with their evidence, for the programme's people and for the start-up's own."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries as cohorts
from accelerator.cohorts.lifecycle import PHASES
from accelerator.cohorts.models import Participation, ParticipationStep
from accelerator.milestones.lifecycle import State
from accelerator.milestones.models import Evidence, EvidenceFile, Judgement, Milestone
from core.documents import queries as documents
from core.documents.lifecycle import State as Checked
from core.documents.queries import Line
from core.errors import NotFound
from core.people.models import User

AT_HAND = (
    "phase",
    "phase__participation",
    "phase__participation__programme",
    "phase__participation__programme__currency",
    "phase__participation__organisation",
    "phase__participation__member",
    "phase__participation__offer",
)
OF_PARTNER = "document__uploaded_by__client_of_partner__organisation"


@dataclass(frozen=True, slots=True)
class Planned:
    """A phase with its milestones in their order; ``accepted`` is what those accepted release of its funding."""

    phase: ParticipationStep
    milestones: tuple[Milestone, ...]

    @property
    def accepted(self) -> Decimal:
        return sum((one.amount for one in self.milestones if one.state == "accepted"), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class File:
    """A file with how it stands; ``partner`` is the organisation whose system handed it in, empty where a person added it."""

    row: EvidenceFile
    line: Line
    partner: str


def plan(participation: Participation) -> list[Planned]:
    """The phases of a participation with what is planned, in two queries."""
    phases = list(participation.steps.filter(kind__in=list(PHASES)).order_by("kind"))
    rows = list(Milestone.objects.filter(phase__in=phases).order_by("order", "pk"))
    return [Planned(phase, tuple(one for one in rows if one.phase_id == phase.pk)) for phase in phases]


def get_phase(participation: Participation, kind: str) -> ParticipationStep:
    """A phase that began. Raises NotFound."""
    found = participation.steps.filter(kind=kind if kind in PHASES else "").first()
    if found is None:
        raise NotFound
    found.participation = participation
    return found


def get_milestone(person: User, public_id: str) -> Milestone:
    """A milestone in a programme whose cohort the person reads. Raises NotFound."""
    return _one(_of(cohorts.visible_to(person)), public_id)


def get_own_milestone(person: User, public_id: str) -> Milestone:
    """A milestone of one of the person's start-ups. Raises NotFound."""
    return _one(_of(cohorts.own_participations(person)), public_id)


def evidence(milestone: Milestone) -> list[Evidence]:
    """What was shown, the last first, with what was said of it."""
    said = Prefetch("judgements", Judgement.objects.select_related("by").order_by("at", "pk"))
    rows = milestone.evidence.select_related("submitted_by").prefetch_related(said, _files())
    return list(rows.order_by("-order"))


def files_of(shown: Evidence) -> list[File]:
    """The files that were given with it, in their order; they are read once."""
    prefetch_related_objects([shown], _files())
    return [_file(one) for one in shown.files.all()]


def prepared(milestone: Milestone) -> list[File]:
    """The files that will be given with the next evidence, in their order."""
    rows = milestone.files.filter(evidence__isnull=True).select_related("document", OF_PARTNER).order_by("pk")
    return [_file(one) for one in rows]


def get_prepared(milestone: Milestone, public_id: str) -> EvidenceFile:
    """Raises NotFound."""
    found = milestone.files.filter(evidence__isnull=True, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def are_readable(shown: Evidence) -> bool:
    """Whether every file of it was found clean: what nobody could read, nobody accepts."""
    return not shown.files.exclude(document__state=Checked.CLEAN).exists()


def last_evidence(milestone: Milestone) -> Evidence | None:
    """The evidence that counts."""
    return milestone.evidence.select_related("submitted_by").order_by("-order").first()


def to_judge(programme: Programme) -> list[tuple[Milestone, list[User]]]:
    """Milestones whose evidence waits, each with who gave the evidence that counts or accepted it already; in three queries."""
    rows = Milestone.objects.filter(phase__participation__programme=programme, state=State.SUBMITTED)
    shown: dict[int, Evidence] = {}
    said = Prefetch("judgements", Judgement.objects.select_related("by"))
    for one in Evidence.objects.filter(milestone__in=rows).select_related("submitted_by").prefetch_related(said):
        if one.milestone_id not in shown or shown[one.milestone_id].order < one.order:
            shown[one.milestone_id] = one
    return [
        (row, [shown[row.pk].submitted_by, *(one.by for one in shown[row.pk].judgements.all())])
        for row in rows.select_related(*AT_HAND).order_by("due_on", "pk")
    ]


def _files() -> Prefetch:
    return Prefetch("files", EvidenceFile.objects.select_related("document", OF_PARTNER).order_by("pk"))


def _file(row: EvidenceFile) -> File:
    client = getattr(row.document.uploaded_by, "client_of_partner", None)
    return File(row, documents.line(row.document), client.organisation.name if client else "")


def _of(participations: QuerySet[Participation]) -> QuerySet[Milestone]:
    rows = Milestone.objects.filter(phase__participation__in=participations.order_by().values("pk"))
    return rows.select_related(*AT_HAND)


def _one(rows: QuerySet[Milestone], public_id: str) -> Milestone:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
