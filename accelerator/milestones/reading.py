"""Who may read the files of evidence, told to the documents."""

from accelerator.cohorts import queries as cohorts
from accelerator.milestones.models import EvidenceFile
from core.documents import access
from core.documents.models import Document
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

KIND = "milestone-evidence"


def register() -> None:
    """Tell the documents who may read what was shown."""
    access.register(KIND, may_read)


def may_read(person: User, document: Document) -> bool:
    """The start-up's own people, and of what was given with evidence those who read its cohort."""
    found = EvidenceFile.objects.filter(document=document)
    row = found.select_related("milestone__phase__participation__organisation").first()
    if row is None:
        return False
    participation = row.milestone.phase.participation
    if people_rules.may(person, Permission.APPLICATION_WRITE, participation.organisation.public_id):
        return True
    return row.evidence_id is not None and cohorts.visible_to(person).filter(pk=participation.pk).exists()
