"""Clients of partner systems, made through the services, and calls in their name."""

import base64
import json
from itertools import count

from django.test import Client as Browser

from core import clock
from core.clients import services
from core.clients.models import Client
from core.organisations.models import Organisation
from core.people import services as people
from tests.factories.people import JOINED_AT, JOINED_ON

_numbers = count(1)
A_YEAR_AHEAD = 300


def organisation(name="", nation=None) -> Organisation:
    """A partner, invented."""
    return Organisation.objects.create(
        name=name or f"Partner {next(_numbers)}",
        kind=Organisation.Kind.STATE_INVESTOR,
        nation_id=nation,
        is_illustrative=True,
        created_at=JOINED_AT,
    )


def client(
    *, system, scopes, reach=(), domain="fund", partner=None, approved=True, addresses=(), calls_a_minute=600, days=200
) -> Client:
    """A client that one manager asked for and another approved."""
    from datetime import timedelta

    role = {"fund": "fund-manager", "accelerator": "programme-manager"}[domain]
    asking, deciding = (
        people.add(email=f"runs-{next(_numbers)}@example.org", name=f"Runs {next(_numbers)}", by=system, at=JOINED_AT)
        for _each in range(2)
    )
    for one in (asking, deciding):
        people.grant(
            one, role, scope_kind="everywhere", starts_on=JOINED_ON, by=system, at=clock.now()
        ) if domain == "accelerator" else _over_funds(one, role, reach, system)
    today = clock.today()
    made = services.request(
        organisation=partner or organisation(),
        name=f"Client {next(_numbers)}",
        what_for="To see how it goes.",
        domain=domain,
        scopes=list(scopes),
        reach=list(reach),
        addresses=list(addresses),
        calls_a_minute=calls_a_minute,
        expires_on=today + timedelta(days=days),
        by=asking,
        on=today,
        at=clock.now(),
    )
    return services.approve(made, by=deciding, on=today, at=clock.now()) if approved else made


def _over_funds(person, role, reach, system):
    funds = [one.partition(":")[2] for one in reach if one.startswith("fund:")] or ["fund_any"]
    for fund in funds:
        people.grant(person, role, scope_kind="fund", scope_ref=fund, starts_on=JOINED_ON, by=system, at=clock.now())


class Caller:
    """A partner system: it asks for a token once and sends it with every call."""

    def __init__(self, made: Client, *, scope="", **headers: str) -> None:
        self.client, self.browser, self.headers = made, Browser(raise_request_exception=False), headers
        self.secret = services.make_secret(made, by=made.decided_by, at=clock.now())
        self.token = self.ask_token(scope).json().get("access_token", "")

    def ask_token(self, scope="", secret=None):
        told = base64.b64encode(f"{self.client.public_id}:{secret or self.secret}".encode()).decode()
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        return self.browser.post("/api/oauth/token", form, headers={"Authorization": f"Basic {told}"} | self.headers)

    def get(self, path, **headers: str):
        return self.browser.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path, body, key="", **headers: str):
        told = {"Idempotency-Key": key or f"key-{next(_numbers)}"} | headers
        return self.send("POST", path, body, **told)

    def send(self, method, path, body=None, **headers: str):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.browser.generic(
            method, f"/api/v1/{path}", raw, content_type="application/json", headers=self._headers(headers)
        )

    def walk(self, path):
        """Every row of a list, page by page."""
        rows, page = [], self.get(path).json()
        while True:
            rows += page["data"]
            if not page["next"]:
                return rows
            joint = "&" if "?" in path else "?"
            page = self.get(f"{path}{joint}cursor={page['next']}").json()

    def _headers(self, headers):
        return {"Authorization": f"Bearer {self.token}"} | self.headers | headers
