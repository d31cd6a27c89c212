"""What a partner system may see of applications: what it brought in, and sent ones of its nations once their call closed."""

from datetime import datetime

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, Batch, Submission
from accelerator.applications.reading import KIND
from core.api.callers import Caller
from core.documents.lifecycle import State as DocumentState
from core.documents.models import Document
from core.errors import NotFound
from core.organisations.models import Organisation


def applications(caller: Caller, *, at: datetime) -> QuerySet[Application]:
    """
    Applications of start-ups of its nations in programmes that it reaches: its own in every state, and those of others that
    were submitted, from the closing of their call on (sealed until then). Drafts of others are never among them.

    Each has ``number``, ``digest`` and ``received_at`` of the submission that counts, ``is_own`` and ``external_id``.
    """
    own = Q(intake__by=caller.person)
    rows = Application.objects.filter(
        own | Q(state=State.SUBMITTED, call__closes_at__lte=at),
        call__programme__public_id__in=caller.programmes,
        organisation__nation_id__in=caller.nations,
    )
    is_sent = Q(state=State.SUBMITTED)
    last = Submission.objects.filter(application=OuterRef("pk")).order_by("-order")
    of_last = {name: Case(When(is_sent, then=Subquery(last.values(name)[:1]))) for name in LAST}
    return rows.select_related("call__programme__currency", "challenge", "organisation").annotate(
        **of_last,
        is_own=Case(When(own, then=Value(True)), default=Value(False)),
        external_id=Case(When(own, then=F("intake__external_id")), output_field=CharField(null=True)),
    )


LAST = ("number", "digest", "received_at")
"""What is told of a submission."""


def get_application(caller: Caller, public_id: str, *, at: datetime) -> Application:
    """One of them. Raises NotFound."""
    return _one(applications(caller, at=at).filter(public_id=public_id))


def get_own(caller: Caller, public_id: str, *, at: datetime) -> Application:
    """One that the client itself brought in. Raises NotFound."""
    return _one(applications(caller, at=at).filter(public_id=public_id, intake__by=caller.person))


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
    return Organisation.objects.filter(own | Q(pk__in=applications(caller, at=at).values("organisation")))


def _one(rows: QuerySet[Application]) -> Application:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
