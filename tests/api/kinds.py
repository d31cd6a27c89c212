"""One client of each kind in a fund that was played, with ids of things that it can and cannot see."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from accelerator.applications.models import Application
from accelerator.challenges.models import Call, Programme
from accelerator.cohorts.models import CohortMember, Offer, Participation
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Milestone
from core import clock
from core.api import scopes as api_scopes
from core.api.scopes import Domain
from core.clients.models import ClientMinute
from core.documents.models import Document
from core.jobs.models import Job
from core.people import policy
from core.webhooks import services as webhooks
from core.webhooks.models import Delivery, Endpoint, Event
from portfolio.capital_calls.models import CallNotice, CapitalCall, Receipt
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding, Transaction
from portfolio.ledger.models import Entry
from portfolio.valuations.models import ValuationRun
from tests.factories import clients
from tests.factories.clients import Caller

OTHER_FUND = "Birch Fund"
EVENTS = re.compile(r"(^|/api/v1/)events\b")
OF_PROGRAMMES = (Programme, Call, CohortMember, Offer, Participation, Milestone, PaymentLine, Application, Document)


@dataclass
class Kind:
    """``seeds`` are ids by the path that stands before them in an address, such as ``applications/bulk``."""

    name: str
    caller: Caller
    seeds: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """What words in examples stand for with this client."""
    queries: dict[str, str] = field(default_factory=dict)
    """By path, what a POST of a file says in its address."""
    hidden: set[str] = field(default_factory=set)
    """Words that it must never be told."""
    heard: set[str] = field(default_factory=set)
    """Those of them that the feed of events names to it all the same, as what happened within its reach."""

    def __str__(self) -> str:
        return self.name


def of_the_fund(system) -> list[Kind]:
    """An Ally's treasury, an observer of the whole fund, the manager of another fund, and one that may nothing."""
    fund = Fund.objects.order_by("pk").first()
    stake = Holding.objects.filter(fund=fund, kind="fund").order_by("pk").first()
    every = scopes_of(Domain.FUND)
    seeds = _seeds(fund)
    made = {
        "treasury": clients.client(system=system, scopes=every, reach=["nation:EE"], calls_a_minute=6000),
        "observer": clients.client(system=system, scopes=every, reach=[f"fund:{fund.public_id}"], calls_a_minute=6000),
        "manager": clients.client(system=system, scopes=every, partner=stake.organisation, calls_a_minute=6000),
        "reader of rates": clients.client(system=system, scopes=["rates:read"], calls_a_minute=6000),
    }
    return [
        Kind(name, Caller(one), dict(seeds), {"{organisation}": one.organisation.public_id})
        for name, one in made.items()
    ]


def with_an_endpoint(kind: Kind) -> None:
    """An endpoint of the client's own that took a message."""
    client, at = kind.caller.client, clock.now()
    made, _secret = webhooks.make(
        organisation=client.organisation,
        owner=client.person,
        scope_kind="organisation",
        scope_ref=client.organisation.public_id,
        url="https://hooks.partner.example/taken",
        kinds_told=[],
        contact=client.requested_by,
        by=client.person,
        at=at,
    )
    sent = webhooks.test(made, by=client.person, at=at)
    Delivery.objects.filter(pk=sent.pk).update(state="delivered", delivered_at=at)
    kind.seeds["webhook-endpoints"] = [made.public_id]
    kind.words["{delivery}"] = sent.public_id


def scopes_of(domain: Domain) -> list[str]:
    policy.table()
    return [one.code for one in api_scopes.everything() if one.domain in {domain, Domain.BOTH}]


def _seeds(fund) -> dict[str, list[str]]:
    notices = CallNotice.objects.filter(call__fund=fund)
    mine, theirs = notices.filter(commitment__nation="EE"), notices.exclude(commitment__nation="EE")
    return {
        "funds": [fund.public_id],
        "commitments": list(Commitment.objects.order_by("pk").values_list("public_id", flat=True)[:30]),
        "capital-calls": list(fund.capital_calls.order_by("pk").values_list("public_id", flat=True)),
        "notices": [mine.order_by("pk").last().public_id, theirs.order_by("pk").last().public_id],
        "holdings": list(Holding.objects.order_by("pk").values_list("public_id", flat=True)[:30]),
        "organisations": list(Holding.objects.order_by("pk").values_list("organisation__public_id", flat=True)[:10]),
    }


def canaries(kind: Kind) -> set[str]:
    """Ids that a kind of the fund has no right to: of other nations, of the other fund, of drafts, of the books."""
    notices, commitments = _ids(CallNotice), _ids(Commitment)
    books = _ids(Entry) | _ids(Transaction) | _ids(Receipt)
    drafts = _ids(CapitalCall, issued_on=None)
    own = {"treasury": "EE"}.get(kind.name, "")
    elsewhere = set() if own else _ids(Fund, name=OTHER_FUND)  # Estonia is a partner there too
    theirs = (notices - _ids(CallNotice, commitment__nation=own)) | (commitments - _ids(Commitment, nation=own))
    hidden = theirs | books | drafts | elsewhere
    hidden |= {one for model in OF_PROGRAMMES for one in _ids(model)}
    hidden |= set(Job.objects.exclude(started_by=kind.caller.client.person).values_list("public_id", flat=True))
    hidden |= set(Endpoint.objects.exclude(owner=kind.caller.client.person).values_list("public_id", flat=True))
    if kind.name != "observer":
        hidden |= _ids(ValuationRun) | (set() if kind.name == "manager" else _ids(Holding))
    if kind.name == "manager":
        hidden |= _ids(Holding, kind="direct")
    return hidden


def may_hear(kind: Kind) -> set[str]:
    """What happened in the fund that it reaches as a whole, or to its nation: the feed tells it by ids."""
    named = [one.partition(":")[::2] for one in kind.caller.client.reach]
    found = Event.objects.filter(
        Q(scope_ref__in=[ref for what, ref in named if what == "fund"])
        | Q(scope_kind="fund", nations__overlap=[ref for what, ref in named if what == "nation"])
    )
    return set(found.values_list("subject", flat=True))


def found_in(kind: Kind, answer, asked: str) -> set[str]:
    """Hidden words in an answer; what was asked for by its id may be named again."""
    text = content_of(answer).decode(errors="replace") + str(dict(answer.headers))
    told = kind.hidden - kind.heard if EVENTS.search(asked) else kind.hidden
    return {one for one in told if one in text and one not in asked}


def content_of(answer) -> bytes:
    """The bytes of an answer, also of a file's, which closes as it ends."""
    return b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content


def _ids(model, **wanted) -> set[str]:
    return set(model.objects.filter(**wanted).values_list("public_id", flat=True))


def bodies(fund=None) -> dict[str, dict]:
    """What the words in examples of the contract stand for in that fund."""
    fund = fund or Fund.objects.order_by("pk").first()
    owed = (
        CallNotice.objects.filter(call__fund=fund, commitment__nation="EE", call__state="issued").order_by("pk").last()
    )
    stake = Holding.objects.filter(fund=fund, kind="fund").order_by("pk").first()
    today = clock.today()
    return {
        "{notice}": owed.public_id if owed else "",
        "{stake}": stake.public_id,
        "{stake_currency}": stake.currency_id,
        "{today}": today.isoformat(),
        "{quarter_end}": (date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)).isoformat(),
    }


def before_id(path: str) -> str:
    """The path that stands before the id in ``/api/v1/funds/{public_id}/pool``: ``funds``."""
    return path.removeprefix("/api/v1/").split("/{")[0]


def fresh_minute() -> None:
    """The clock of tests stands still: without this a minute would never end."""
    ClientMinute.objects.all().delete()
