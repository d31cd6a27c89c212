"""What a partner system may see of applications: what it brought in, and sent ones of its nations once their call closed."""

from datetime import datetime

from django.db.models import BooleanField, CharField, Q, QuerySet
from django.db.models.expressions import RawSQL

from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, ApplicationLine, Batch
from accelerator.applications.reading import KIND
from core.api.callers import Caller
from core.documents.lifecycle import State as DocumentState
from core.documents.models import Document
from core.errors import NotFound
from core.organisations.models import Organisation


def applications(caller: Caller, *, at: datetime) -> QuerySet[ApplicationLine]:
    """
    Applications of start-ups of its nations in programmes that it reaches: its own in every state, and those of others that
    were submitted, from the closing of their call on (sealed until then). Drafts of others are never among them.

    Each says whether it ``is_own``, and under which name it was brought in (``known_as``) if it is.
    """
    person = caller.person
    return ApplicationLine.objects.filter(
        Q(brought_by=person) | Q(state=State.SUBMITTED, closes_at__lte=at),
        programme__in=sorted(caller.programmes),
        nation__in=sorted(caller.nations),
    ).annotate(
        is_own=RawSQL("COALESCE(brought_by_id = %s, false)", [person.pk], BooleanField()),
        known_as=RawSQL("CASE WHEN brought_by_id = %s THEN external_id END", [person.pk], CharField()),
    )


def get_application(caller: Caller, public_id: str, *, at: datetime) -> ApplicationLine:
    """One of them. Raises NotFound."""
    return _one(applications(caller, at=at).filter(public_id=public_id))


def get_own(caller: Caller, public_id: str, *, at: datetime) -> ApplicationLine:
    """One that the client itself brought in. Raises NotFound."""
    return _one(applications(caller, at=at).filter(public_id=public_id, brought_by=caller.person))


def get_batch(caller: Caller, public_id: str) -> Batch:
    """What the client itself sent to be done by a job. Raises NotFound."""
    found = Batch.objects.filter(by=caller.person, public_id=public_id).select_related("job").first()
    if found is None:
        raise NotFound
    return found


def documents(caller: Caller) -> QuerySet[Document]:
    """
    The files that the client itself brought, of start-ups of its nations in programmes that it reaches; what was taken out of
    a draft is left out.
    """
    rows = Document.objects.filter(uploaded_by=caller.person, kind=KIND, organisation__nation_id__in=caller.nations)
    within = Application.objects.filter(call__programme__public_id__in=caller.programmes).values("public_id")
    return rows.filter(subject__in=within).filter(Q(removed_at__isnull=True) | Q(state=DocumentState.REFUSED))


def get_document(caller: Caller, public_id: str) -> Document:
    """One of them. Raises NotFound."""
    found = documents(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def organisations(caller: Caller, *, at: datetime) -> QuerySet[Organisation]:
    """The start-ups that the client registered, and those behind the applications that it sees."""
    own = Q(registered_by=caller.person, nation_id__in=caller.nations)
    return Organisation.objects.filter(own | Q(public_id__in=applications(caller, at=at).values("organisation")))


def _one(rows: QuerySet[ApplicationLine]) -> ApplicationLine:
    found = rows.select_related("application__call__programme__currency", "application__organisation").first()
    if found is None:
        raise NotFound
    return found
