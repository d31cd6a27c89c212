"""Partner systems of the demo, of invented organisations; their secrets are told to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from core import clock
from core.clients import queries, services
from core.organisations import services as organisations
from demo import people

ASKED_AT = datetime(2026, 11, 9, 9, 0, tzinfo=timezone.utc)
APPROVED_AT = datetime(2026, 11, 10, 9, 0, tzinfo=timezone.utc)
LAST_DAY = date(2027, 10, 29)


@dataclass(frozen=True, slots=True)
class Partner:
    """``word`` names it in addresses of the demo; what it reaches is named by words of the world, as accounts are."""

    word: str
    organisation: str
    kind: str
    name: str
    what_for: str
    domain: str
    scopes: tuple[str, ...]
    reach: tuple[str, ...]
    secret: str
    asks: str
    decides: str


@dataclass(frozen=True, slots=True)
class Credentials:
    word: str
    name: str
    organisation: str
    client_id: str
    secret: str


PARTNERS = (
    Partner(
        "treasury",
        "Harbour Treasury Systems",
        "state-investor",
        "Treasury interface",
        "Reads the notices of one Ally, announces its payments, and reads the pool for the yearly report.",
        "fund",
        (
            *("nations:read", "rates:read", "organisations:read", "funds:read", "pool:read", "navs:read"),
            *("commitments:read", "calls:read", "notices:read", "receipts:read", "receipts:write"),
            *("holdings:read", "ethics:read", "jobs:read", "events:read", "webhooks:read", "webhooks:write"),
        ),
        ("fund:fund", "nation:EE"),
        "nif_demo0001_illustrative-2026-treasury",
        people.MANAGER,
        people.SECOND_MANAGER,
    ),
    Partner(
        "portal",
        "Northlight National Portal",
        "state-investor",
        "National portal",
        "Brings in applications of one nation’s start-ups, reads how they go on, and hands in evidence.",
        "accelerator",
        (
            *("nations:read", "organisations:read", "programmes:read", "challenges:read", "cohorts:read"),
            *("funding:read", "applications:read", "applications:write", "documents:read", "documents:write"),
            *("evidence:read", "evidence:write"),
            *("ethics:read", "jobs:read", "events:read", "webhooks:read", "webhooks:write"),
        ),
        ("programme:rehearsal", "programme:next", "nation:NO"),
        "nif_demo0002_illustrative-2026-portal",
        people.PROGRAMMES,
        people.SECOND_PROGRAMMES,
    ),
)


def play(*, things: Mapping[str, str], system: Any) -> None:
    """One asks, another approves, and the secret is handed out for everybody to use."""
    for one in PARTNERS:
        asking, deciding = people.person(one.asks), people.person(one.decides)
        with clock.standing_at(ASKED_AT):
            partner = organisations.register(
                name=one.organisation, kind=one.kind, nation=None, by=system, at=ASKED_AT, illustrative=True
            )
            client = services.request(
                organisation=partner,
                name=one.name,
                what_for=one.what_for,
                domain=one.domain,
                scopes=list(one.scopes),
                reach=[_named(reached, things) for reached in one.reach],
                addresses=[],
                calls_a_minute=600,
                expires_on=LAST_DAY,
                by=asking,
                on=ASKED_AT.date(),
                at=ASKED_AT,
            )
        with clock.standing_at(APPROVED_AT):
            client = services.approve(client, by=deciding, on=APPROVED_AT.date(), at=APPROVED_AT)
            services.hand_out_secret(client, one.secret, by=system, at=APPROVED_AT)


def everybody() -> list[Credentials]:
    """What opens the interface in the demo."""
    made = queries.named(*(one.name for one in PARTNERS))
    return [
        Credentials(one.word, one.name, one.organisation, made[one.name].public_id, one.secret)
        for one in PARTNERS
        if one.name in made
    ]


def _named(reached: str, things: Mapping[str, str]) -> str:
    kind, _colon, word = reached.partition(":")
    return f"{kind}:{things.get(word, word)}"
