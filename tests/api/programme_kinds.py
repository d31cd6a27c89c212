"""One client of each kind in programmes that were played, each with ids of what it can and cannot see."""

from types import SimpleNamespace

from accelerator.applications.models import Application, Batch, Submission
from accelerator.challenges.models import Call, Programme
from accelerator.cohorts.models import CohortMember, Offer, Participation
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Evidence, EvidenceFile, Judgement, Milestone
from core import clock
from core.api.scopes import Domain
from core.clients.models import Client
from core.documents.models import Document
from core.ethics.models import Condition, Review
from core.jobs.models import Job
from core.organisations.models import Organisation
from core.webhooks.models import Endpoint
from portfolio.capital_calls.models import CallNotice
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding
from tests.api.kinds import Kind, scopes_of
from tests.api.programme_world import Programme as Played
from tests.core.documents import good
from tests.factories import clients
from tests.factories.clients import Caller

BYTES = "application/octet-stream"
OF_A_NATION = {
    Participation: ("programme", "organisation"),
    Offer: ("programme", "organisation"),
    Milestone: ("phase__participation__programme", "phase__participation__organisation"),
    Evidence: ("milestone__phase__participation__programme", "milestone__phase__participation__organisation"),
    PaymentLine: (
        "milestone__phase__participation__programme",
        "milestone__phase__participation__organisation",
    ),
    Application: ("call__programme", "organisation"),
}
"""What belongs to a start-up in a programme: the way to both."""
NOBODYS = (Judgement, Review, Condition)
OF_THE_FUND = (Fund, Commitment, CallNotice, Holding)


def of_programmes(world: SimpleNamespace) -> list[Kind]:
    """
    The portal of a nation, one of another nation, one of another programme, a test centre's that reaches a programme and no
    nation, and one that may read reference data alone.
    """
    every = scopes_of(Domain.ACCELERATOR)
    ours, theirs = (f"programme:{one.row.public_id}" for one in (world.ours, world.theirs))
    reaches = {
        "national portal": (every, [ours, "nation:EE"]),
        "portal of another nation": (every, [ours, "nation:LU"]),
        "portal of another programme": (every, [theirs, "nation:EE"]),
        "test centre": (every, [ours]),
        "reader of Allies": (["nations:read"], [ours]),
    }
    found = []
    for name, (scopes, reach) in reaches.items():
        made = clients.client(
            system=world.system, scopes=scopes, reach=reach, domain="accelerator", calls_a_minute=6000
        )
        found.append(Kind(name, Caller(made), words={"{organisation}": made.organisation.public_id}))
    for kind, of, nation in zip(found[:3], (world.ours, world.ours, world.theirs), ("EE", "LU", "EE"), strict=True):
        _brings(kind, of, nation)
    for kind in found:
        _seed(kind)
    return found


def _brings(kind: Kind, of: Played, nation: str) -> None:
    """An application, a file of it that was found clean, evidence, and many at once that wait for their job."""
    told = {"name": f"Brought by the {kind}", "nation": nation, "founded_on": "2024-05-02"}
    body = {"call": of.open.public_id, "challenge": of.challenge.code, "organisation": told}
    body |= {"external_id": "first", "answers": {"1.1": "It hears.", "1.2": "1", "2.1": "Five.", "2.2": "0"}}
    caller = kind.caller
    application = _made(caller.post("applications", body)).json()["id"]
    items = [body | {"external_id": f"many-{number}", "submit": False} for number in range(21)]
    batch = _made(caller.post("applications/bulk", {"dry_run": True, "items": items})).json()["id"]
    milestone = caller.get("milestones?state=planned").json()["data"][0]["id"]
    kind.queries = {
        "documents": f"application={application}&question=1.3&name=trial.pdf",
        "evidence-files": f"milestone={milestone}&name=trial.pdf",
    }
    document = _made(sent(caller, "documents", kind.queries["documents"])).json()["id"]
    checked(document)
    file = _made(sent(caller, "evidence-files", kind.queries["evidence-files"])).json()["id"]
    kind.seeds = {
        "applications": [application],
        "applications/bulk": [batch],
        "documents": [document],
        "evidence-files": [file],
    }
    kind.words |= {"{call}": of.open.public_id, "{challenge}": of.challenge.code, '"EE"': f'"{nation}"'}


def sent(caller: Caller, path: str, query: str, key: str = ""):
    """A good file, as bytes."""
    headers = caller._headers({"Idempotency-Key": key or f"file of {path}"})
    return caller.browser.generic("POST", f"/api/v1/{path}?{query}", good.pdf(), content_type=BYTES, headers=headers)


def checked(document: str) -> None:
    """As the check leaves it where nothing was found."""
    rows = Document.objects.filter(public_id=document)
    rows.update(state="scanning")
    rows.update(state="clean", checked_at=rows.get().uploaded_at)


def _made(answer):
    assert answer.status_code < 300, answer.content
    return answer


def _seed(kind: Kind) -> None:
    """Ids of everything there is, the client's and others'; its own first."""
    ids = {
        "programmes": Programme,
        "calls": Call,
        "participations": Participation,
        "milestones": Milestone,
        "payments": PaymentLine,
        "applications": Application,
        "documents": Document,
        "evidence-files": EvidenceFile,
        "applications/bulk": Batch,
        "organisations": Organisation,
        "jobs": Job,
    }
    for resource, model in ids.items():
        own = kind.seeds.get(resource, [])
        kind.seeds[resource] = own + sorted(_ids(model) - set(own))


def canaries(kind: Kind) -> set[str]:
    """What a client must never be told of: by its reach and what it made itself, reckoned here anew."""
    client = kind.caller.client
    programmes, nations = (
        [one.partition(":")[2] for one in client.reach if one.startswith(f"{what}:")]
        for what in ("programme", "nation")
    )
    hidden = {str(one) for model in (*NOBODYS, *OF_THE_FUND) for one in _ids(model)} | _ids(Client, but=client.pk)
    for model, (programme, startup) in OF_A_NATION.items():
        seen = {f"{programme}__public_id__in": programmes, f"{startup}__nation_id__in": nations}
        hidden |= _ids(model) - set(model.objects.filter(**seen).values_list("public_id", flat=True))
    own = client.person
    sealed = Application.objects.exclude(intake__by=own).exclude(state="submitted", call__closes_at__lte=clock.now())
    hidden |= set(sealed.values_list("public_id", flat=True))
    hidden |= set(Submission.objects.filter(application__in=sealed).values_list("digest", flat=True))
    hidden |= set(Document.objects.exclude(uploaded_by=own).values_list("public_id", flat=True))
    hidden |= set(EvidenceFile.objects.exclude(document__uploaded_by=own).values_list("public_id", flat=True))
    hidden |= set(Batch.objects.exclude(by=own).values_list("public_id", flat=True))
    hidden |= set(Job.objects.exclude(started_by=own).values_list("public_id", flat=True))
    hidden |= set(Endpoint.objects.exclude(owner=own).values_list("public_id", flat=True))
    for model, path in (
        (Programme, "public_id"),
        (Call, "programme__public_id"),
        (CohortMember, "programme__public_id"),
    ):
        outside = model.objects.exclude(**{f"{path}__in": programmes})
        hidden |= set(outside.values_list("public_id", flat=True))
    return hidden


def _ids(model, *, but=None) -> set[str]:
    return set(model.objects.exclude(pk=but).values_list("public_id", flat=True))
