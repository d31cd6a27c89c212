"""What a partner system may see of milestones: those of its nations' start-ups, and the files that it handed in for them."""

from django.db.models import Q, QuerySet

from accelerator.cohorts import sharing as cohorts
from accelerator.milestones.models import EvidenceFile, Milestone
from core.api.callers import Caller
from core.documents.lifecycle import State as Checked
from core.errors import NotFound


def milestones(caller: Caller) -> QuerySet[Milestone]:
    """What is planned for participations that it sees, without what it releases."""
    own = cohorts.participations(caller).prefetch_related(None).values("pk")
    rows = Milestone.objects.filter(phase__participation__in=own)
    return rows.select_related("phase__participation__programme", "phase__participation__organisation")


def get_milestone(caller: Caller, public_id: str) -> Milestone:
    """One of them. Raises NotFound."""
    found = milestones(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def files(caller: Caller) -> QuerySet[EvidenceFile]:
    """The files that the client itself handed in; what the start-up took out before it gave evidence is left out."""
    own = milestones(caller).select_related(None).values("pk")
    kept = Q(document__removed_at__isnull=True) | Q(document__state=Checked.REFUSED)
    rows = EvidenceFile.objects.filter(kept, milestone__in=own, document__uploaded_by=caller.person)
    return rows.select_related("document", "evidence", "milestone__phase__participation")


def get_file(caller: Caller, public_id: str) -> EvidenceFile:
    """One of them. Raises NotFound."""
    found = files(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
