"""One world for all sweeps: the demo's, another fund beside it, and an actor of every kind that may knock."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import count

import pytest
from django.conf import settings
from django.contrib.auth import base_user
from django.test import Client

from accelerator.applications import queries as applications
from accelerator.applications import services as drafts
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call
from core import clock
from core.documents import access
from core.documents import services as documents
from core.documents.models import Document
from core.ethics import services as ethics
from core.ethics.lifecycle import Money
from core.imports.models import Import
from core.jobs import services as jobs
from core.jobs.models import Job
from core.notifications import services as notifications
from core.notifications.models import OutboundMail
from core.organisations import services as organisations
from core.organisations.models import Organisation
from core.people import services as people_services
from core.people.models import Invitation, User
from core.people.roles import ROLES
from demo import people as demo_people
from demo import start_ups
from demo import world as demo
from portfolio.funds.models import Fund
from portfolio.history import services as history
from portfolio.investments.models import Holding
from portfolio.valuations import queries as valuation_queries
from portfolio.valuations import services as valuations
from portfolio.valuations.models import ValuationRun
from tests.factories import nations, people, webhooks
from tests.factories.jobs import done
from tests.sweeps import closed_calls, elsewhere
from tests.sweeps.cohorts import Cohort

NOW = demo.STANDS_ON
ALLY = "EE"
"""The Ally whose representative stands for all of them; it is a partner of the demo's fund."""
STRANGER = "QA"
"""An Ally that is a partner of the other fund only."""
OTHER_FUND = "Birch Fund"
OTHER_AMOUNT = "73519284.46"
MESSAGE = "A word for the other manager alone"
TOLD = "fund-manager elsewhere"
"""The one actor who has a message."""
PAPER = "A paper for the programme manager alone.txt"
PAPERS = "sweep-paper"
_seconds = count(1)
"""Everybody signed in at a second of her own, by which her session is known."""


@dataclass
class Actor:
    """Somebody who asks. ``roles`` are those in force; ``where`` says over what, when not over the demo's things."""

    name: str
    user: User | None = None
    session: str = ""
    roles: frozenset[str] = frozenset()
    where: str = "here"
    signed_in: bool = True
    has_factor: bool = True
    fresh: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass
class World:
    system: User
    fund: Fund
    other_fund: Fund
    organisation: object
    invitation: Invitation
    invitation_token: str
    mail: OutboundMail
    job: Job
    upload: Import
    document: Document
    actors: list[Actor] = field(default_factory=list)
    ally: str = ALLY

    def actor(self, name: str) -> Actor:
        return next(actor for actor in self.actors if actor.name == name)


def build() -> World:
    """Play the demo and let the actors in. The caller holds the clock at ``NOW`` and rolls everything back."""
    with _one_digest():
        demo.play()
    system = User.objects.get(is_system=True)
    fund = Fund.objects.get()
    invitation, token = _invitation(User.objects.get(email="administrator@fund.example"))
    mail = OutboundMail.objects.order_by("-pk").first()
    organisation = _organisation("Alder Robotics", system)
    job = jobs.start("tests.nothing", key="one", by=system, on=NOW.date(), scope=fund.public_id)
    made = (organisation, invitation, token, mail, job, _upload(fund), _document(organisation, system))
    world = World(system, fund, _other_fund(system), *made)
    webhooks.messages(
        webhooks.endpoint(organisation, "fund", fund.public_id, system=system, at=NOW), 3, system=system, at=NOW
    )
    _valuation(fund)
    Cohort(Organisation.objects.get(name=start_ups.FJORDLYS), system=system, at=NOW).build()
    world.actors = [*_strangers(world), *_one_a_role(world), *_elsewhere(world), *_not_quite(world)]
    _application_elsewhere(world)
    _closed_calls(world)
    _colleague_invited(world)
    _override(world)
    notifications.tell(world.actor(TOLD).user, title=MESSAGE, at=NOW)
    return world


@contextmanager
def _one_digest() -> Iterator[None]:
    """The demo's accounts have one password; making its digest takes as long as it should, so it is made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base_user, "make_password", cache(base_user.make_password))
        yield


def _other_fund(system: User) -> Fund:
    partner = nations.ally(STRANGER, system=system)
    fund, _closing, commitment = elsewhere.established(OTHER_FUND, partner, OTHER_AMOUNT, system=system)
    elsewhere.furnish(fund, commitment, word="Birch", system=system, at=NOW)
    return fund


def _upload(fund: Fund) -> Import:
    """A file of one receipt that waits for a second person."""
    file = b"reference,ally,amount,received_on\nSWEEP-1,EE,1.00,2026-11-02\n"
    analyst = User.objects.get(email=demo_people.ANALYST)
    given = {"name": "receipts.csv", "kind": "receipts", "by": analyst, "on": NOW.date(), "at": NOW}
    upload = history.upload(fund, file, **given)[0]
    done(history.work_on(upload))
    upload.refresh_from_db()
    return upload


def _document(organisation: Organisation, system: User) -> Document:
    """A file that one person may read, and that was found clean."""
    file = io.BytesIO(b"Words of the paper.")
    document = documents.receive(
        file, name=PAPER, kind=PAPERS, subject="thing_sweep", organisation=organisation, by=system, at=NOW
    )
    return documents.check(document.pk, at=NOW)


def reads_papers(reader: User, _document: object) -> bool:
    return reader.email == demo_people.PROGRAMMES


access.register(PAPERS, reads_papers)


def _valuation(fund: Fund) -> None:
    """The latest quarter, opened again by the analyst, a mark of it computed again, and handed to the committee."""
    analyst = User.objects.get(email=demo_people.ANALYST)
    latest = ValuationRun.objects.filter(fund=fund, state="locked").order_by("-quarter_end").first()
    again = valuations.reopen_run(latest, reason="A round was missed", by=analyst, at=NOW)
    valuations.recompute(valuation_queries.marks_of(again)[0], by=analyst, at=NOW)
    valuations.submit_run(again, by=analyst, at=NOW)


def _application_elsewhere(world: World) -> None:
    """A start-up beside the demo's has begun to answer the same call."""
    owner = world.actor("startup-owner elsewhere").user
    organisation = applications.organisations_of(owner).get()
    call = Call.objects.filter(state="published").order_by("pk").first()
    row = drafts.begin(call, organisation, challenges.challenges_of(call.programme)[0], by=owner, at=NOW)
    drafts.save(row, 1, {1: drafts.Typed("Birch sees by the light of its own leaves", 0)}, by=owner, at=NOW)


def _closed_calls(world: World) -> None:
    owner = world.actor("startup-owner").user
    told = applications.organisations_of(owner).get()
    managers = tuple(User.objects.get(email=one) for one in (demo_people.PROGRAMMES, demo_people.SECOND_PROGRAMMES))
    reviewer = world.actor("reviewer").user
    closed_calls.furnish(reviewer=reviewer, managers=managers, told=told, owner=owner, system=world.system)


def _colleague_invited(world: World) -> None:
    """The demo's start-up has invited somebody."""
    owner = world.actor("startup-owner").user
    people_services.invite(
        email="colleague-to-be@example.org",
        name="",
        language="en",
        role="startup-member",
        scope_kind="organisation",
        scope_ref=min(owner.scope_refs("startup-owner", "organisation")),
        starts_on=NOW.date(),
        ends_before=None,
        by=owner,
        at=NOW - people_services.INVITATION_LASTS / 7,
    )


def _organisation(name: str, system: User) -> Organisation:
    return organisations.register(name=name, kind="company", nation=None, by=system, at=NOW)


def _override(world: World) -> None:
    """A wish of the fund's manager that a purchase passes the ethics gate, and the day from which it judges the fund."""
    manager = world.actor("fund-manager").user
    holding = Holding.objects.filter(fund=world.fund, kind="direct").order_by("pk").first()
    wish = {"kind": Money.PURCHASE, "amount": Decimal("1000.00"), "because": "A round that closes."}
    day = {"expires_on": NOW.date() + timedelta(days=9), "on": NOW.date(), "at": NOW}
    ethics.ask_override(world.fund.public_id, holding.public_id, **wish, **day, by=manager)
    officer, begun = world.actor("ethics-officer").user, NOW.date() + timedelta(days=300)
    told = {"from_day": begun, "because": "The gate of this fund begins next year."}
    ethics.put_in_force(world.fund.public_id, **told, by=officer, at=NOW)


def _invitation(by: User) -> tuple[Invitation, str]:
    return people_services.invite(
        email="invited@example.org",
        name="Person invited",
        language="en",
        role="auditor",
        scope_kind="everywhere",
        scope_ref="",
        starts_on=NOW.date(),
        ends_before=None,
        by=by,
        at=NOW,
    )


def _strangers(world: World) -> list[Actor]:
    disabled = _person(world, "fund-manager", "disabled")
    shut = _enter("disabled", disabled, signed_in=False)
    people_services.disable(disabled, by=world.system)
    left = _person(world, "fund-manager", "signed-out-everywhere")
    gone = _enter("signed out everywhere", left, signed_in=False)
    people_services.sign_out_everywhere(left, by=left)
    return [Actor("anonymous", signed_in=False), shut, gone, _enter("no role", _person(world, None, "no-role"))]


def _one_a_role(world: World) -> list[Actor]:
    known = {account.role: account.email for account in reversed(demo_people.ACCOUNTS)}
    actors = []
    for role in ROLES:
        person = User.objects.get(email=known[role]) if role in known else _person(world, role, role)
        actors.append(_enter(role, person, roles={role}))
    return actors


def _elsewhere(world: World) -> list[Actor]:
    other = _organisation("Birch Optics", world.system)
    places = {
        "fund-manager": ("fund", world.other_fund.public_id),
        "ally-representative": ("nation", STRANGER),
        "ethics-officer": ("fund", world.other_fund.public_id),
        "programme-manager": ("programme", "programme_elsewhere"),
        "startup-owner": ("organisation", other.public_id),
    }
    return [
        _enter(f"{role} elsewhere", _person(world, role, f"{role}-elsewhere", place), roles={role}, where="elsewhere")
        for role, place in places.items()
    ]


def _not_quite(world: World) -> list[Actor]:
    today = clock.today()
    past, future = _person(world, None, "past"), _person(world, None, "future")
    _grant(world, past, starts_on=date(2023, 7, 3), ends_before=today)
    _grant(world, future, starts_on=today + timedelta(days=1))
    revoked = _person(world, "fund-manager", "revoked")
    people_services.revoke(revoked.grants.get(), by=world.system, at=NOW)
    revoked.forget_grants()
    bare = _person(world, "fund-manager", "bare")
    second = _person(world, "fund-manager", "fresh-manager")
    administrator = _person(world, "administrator", "fresh")
    return [
        _enter("role ended", past),
        _enter("role not begun", future),
        _enter("role revoked", revoked),
        _enter("fund-manager without a second factor", bare, roles={"fund-manager"}, has_factor=False),
        _enter("fund-manager, fresh", second, roles={"fund-manager"}, fresh=True),
        _enter("administrator, fresh", administrator, roles={"administrator"}, fresh=True),
    ]


def _person(world: World, role: str | None, address: str, place: tuple[str, str] | None = None) -> User:
    kind, ref = place or _scope_of(world, role)
    made = people.person(role=role, scope_kind=kind, scope_ref=ref, email=f"{address}@example.org", system=world.system)
    # The demo's digest of its password, since making one takes as long as it should.
    made.password = User.objects.get(email=demo_people.ACCOUNTS[0].email).password
    made.save(update_fields=["password"])
    return made


def _scope_of(world: World, role: str | None) -> tuple[str, str]:
    """The narrowest thing of the demo's world that the role can be given over."""
    scopes = ROLES[role].scopes if role else frozenset()
    things = {
        "fund": world.fund.public_id,
        "nation": ALLY,
        "organisation": world.organisation.public_id,
        "programme": "programme_here",
    }
    return next(((kind, ref) for kind, ref in things.items() if kind in scopes), ("everywhere", ""))


def _grant(world: World, person: User, **dates: date) -> None:
    people_services.grant(
        person,
        "fund-manager",
        scope_kind="fund",
        scope_ref=world.fund.public_id,
        by=world.system,
        at=NOW,
        **dates,
    )
    person.forget_grants()


def _enter(name: str, person: User, *, fresh: bool = False, has_factor: bool = True, roles=(), **given) -> Actor:
    """Open a session for the person, as sign-in with password and second factor would leave it."""
    client = Client()
    if has_factor:
        people.signed_in(client, person)
    else:
        client.force_login(person)
    session = client.session
    if fresh:
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
    session["signed_in_at"] = (NOW - timedelta(seconds=next(_seconds))).isoformat()
    session["last_seen_at"] = NOW.isoformat()
    session.save()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Actor(name, person, key, frozenset(roles), fresh=fresh, has_factor=has_factor, **given)
