"""One client of each kind in a fund that was played, with ids of things that it can and cannot see."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from core import clock
from core.api import scopes as api_scopes
from core.api.scopes import Domain
from core.clients.models import ClientMinute
from core.people import policy
from core.webhooks import services as webhooks
from core.webhooks.models import Delivery
from portfolio.capital_calls.models import CallNotice
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding
from tests.factories import clients
from tests.factories.clients import Caller


@dataclass
class Kind:
    """``seeds`` are ids by the resource that stands before them in an address."""

    name: str
    caller: Caller
    seeds: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """What words in examples stand for with this client."""

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


def fresh_minute() -> None:
    """The clock of tests stands still: without this a minute would never end."""
    ClientMinute.objects.all().delete()
