"""A world with so many of each thing, so that a page which asks the database once a row is found by counting.

Where a page is about one thing, that thing has as many parts: the person as many grants, the holding as many
transactions. ``tests/sweeps/routes.py`` finds the things of a route here as it finds them in the demo's world.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from accelerator.applications import services as applications
from accelerator.challenges import queries as challenge_queries
from accelerator.challenges import services as challenges
from accelerator.challenges.models import Call, Programme
from core import clock
from core.documents.models import Document
from core.imports.models import Import
from core.jobs.models import Job
from core.money import ecb
from core.money import services as money
from core.money.models import Currency
from core.notifications.models import OutboundMail
from core.organisations.models import Organisation
from core.people import services as people_services
from core.people.models import Invitation, User
from core.people.roles import ROLES
from core.people.services import invitations
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.fees import services as fees
from portfolio.funds import queries as fund_queries
from portfolio.funds.models import Fund
from portfolio.ledger import services as ledger
from tests.core.people import sessions
from tests.factories import accelerator, funds, investments, nations, people, programme_calls
from tests.factories import applications as programme_applications
from tests.query_counts import closed_calls, upkeep
from tests.sweeps.cohorts import Cohort
from tests.sweeps.world import ALLY, Actor

FUND_NAME = "Alder Fund"
"""The first by name, so that it is the one shown where nobody asks for another."""
DAY = timedelta(days=1)
BOTH = 2
"""A call that waits and one that is published."""
LONG_AGO = date(2024, 1, 2)
"""Before every quarter that is valued."""


@dataclass
class World:
    """``rows`` is how many there are of each thing."""

    rows: int
    system: User
    fund: Fund | None = None
    invitation: Invitation | None = None
    invitation_token: str = ""
    mail: OutboundMail | None = None
    job: Job | None = None
    upload: Import | None = None
    organisation: Organisation | None = None
    document: Document | None = None
    actors: dict[str, Actor] = field(default_factory=dict)
    ally: str = ALLY

    def actor(self, name: str) -> Actor:
        return self.actors[name]


def build(rows: int) -> World:
    """The caller holds the clock and rolls everything back."""
    world = World(rows, people_services.ensure_system(at=people.JOINED_AT))
    ContentType.objects.get_for_models(*apps.get_models())  # a test that empties the tables takes them away too
    _rates(world)
    allies = _allies(world)
    world.organisation = programme_applications.startup(nation=ALLY, by=world.system)
    _funds(world, allies)
    _books(world)
    _calls(world)
    _programmes(world, allies)
    _people(world, allies)
    _invitations(world)
    _upkeep(world)
    _applications(world)
    closed_calls.furnish(world)
    _cohorts(world)
    return world


def _rates(world: World) -> None:
    """The euro, and currencies with a rate of yesterday each."""
    yesterday, at = clock.today() - DAY, clock.now()
    codes = [f"Q{first}{second}" for first in "ABC" for second in "ABCDEFGHIJ"][: world.rows]
    for code in ["EUR", *codes]:
        money.record_currency(code=code, name_en=code, name_fr=code, minor_digits=2, by=world.system)
    found = [ecb.Row(code, yesterday, Decimal("1.5")) for code in codes]
    money.publish_rates(found, source=money.ECB_SOURCE, by=world.system, at=at)
    assert Currency.objects.count() == world.rows + 1


def _allies(world: World) -> list:
    """Allies, the first of which has a figure in every year of the latest edition, and as many editions and guidelines."""
    allies = [nations.ally(ALLY, system=world.system), *nations.many_allies(world.rows - 1, system=world.system)]
    years = [nations.figure(ALLY, 2024 - number, "2.1") for number in range(world.rows)]
    others = [nations.figure(ally.code, 2024, "1.9") for ally in allies[1:]]
    nations.edition("2025-05", *years, *others, nations.figure("europe-canada", 2024, "2.02"), system=world.system)
    for number in range(1, world.rows):
        day = date(2025, 5, 1) - number * DAY
        some = nations.figure(ALLY, 2024, "2.0")
        nations.edition(f"edition-{number}", some, published_on=day, system=world.system)
    for number in range(world.rows):
        nations.guideline(f"guideline-{number}", system=world.system)
    return allies


def _funds(world: World, allies: list) -> None:
    """One fund with as many closings and commitments; beside it as many funds, each with the first Ally in it."""
    world.fund = funds.fund(system=world.system, name=FUND_NAME)
    first = funds.closing(world.fund, system=world.system)
    made = [funds.commitment(world.fund, ally, at_closing=first, system=world.system) for ally in allies]
    for number in range(1, world.rows):
        on = funds.FIRST_CLOSING + number * DAY
        at = funds.CLOSED_AT + number * DAY
        funds.closing(world.fund, held_on=on, at=at, system=world.system)
        funds.amendment(made[0], f"{30000000 + number}.00", effective_on=on, at=at, system=world.system)
        other = funds.fund(system=world.system, name=f"Birch Fund {number}")
        funds.commitment(other, allies[0], at_closing=funds.closing(other, system=world.system), system=world.system)


def _books(world: World) -> None:
    """Holdings and stakes, the first of which have as many transactions, and as many closed periods."""
    system, rows = world.system, world.rows
    investments.money(world.fund, postings=rows, on=LONG_AGO, system=system)
    fees.pay(
        world.fund, line="management-fees", amount=Decimal("1.00"), effective_on=LONG_AGO, memo="", key="fee", by=system,
        at=clock.now(),
    )  # fmt: skip
    for number in range(rows):
        direct = investments.holding(world.fund, f"Company {number}", nation=ALLY, system=system)
        stake = investments.holding(world.fund, f"Other fund {number}", kind="fund", nation=ALLY, system=system)
        investments.stake(stake, system=system)
        for part in range(rows if number == 0 else 1):
            investments.purchase(direct, f"Round {part}", on=LONG_AGO, system=system)
            investments.stake_payment(stake, str(part), system=system)
        if number == 0:
            for part in range(1, rows):
                investments.stake(stake, effective_on=investments.BOUGHT_ON + part * DAY, system=system)
    for number in range(rows):
        through = date(2025, 1, 1) + number * DAY
        ledger.close(fund_queries.book_of(world.fund), through=through, today=clock.today(), by=system, at=clock.now())


def _calls(world: World) -> None:
    """Calls issued to every Ally, the first of them with as many lines; the first Ally paid each."""
    analyst, manager = _person("fund-analyst", world, "drafts"), _person("fund-manager", world, "approves")
    due_on = clock.today() + 14 * DAY
    for number in range(world.rows):
        parts = range(world.rows if number == 0 else 1)
        lines = [calls.Line("investment", f"Tickets {part}", Decimal("1000.00")) for part in parts]
        call = calls.draft(world.fund, due_on=due_on, lines=lines, by=analyst, at=clock.now())
        call = calls.submit(call, by=analyst)
        calls.approve(call, digest=call_queries.digest(call, at=clock.now()), by=manager, at=clock.now())
        call = calls.issue(call, by=manager, on=clock.today(), at=clock.now())
        notice = call_queries.notices(call, known_at=clock.now())[0]
        calls.receive(
            notice.notice.commitment,
            amount=notice.amount,
            received_on=clock.today(),
            reference=f"CALL-{number}",
            by=analyst,
            at=clock.now(),
        )


def _programmes(world: World, allies: list) -> None:
    """Programmes, the first of which has as many challenges, figures and members; and the network's growth."""
    system = world.system
    first = accelerator.programme("programme-0", by=system)
    stated = [accelerator.figure("applications-of-nation", 100, nation=ally.code) for ally in allies]
    accelerator.figures(first, *stated, by=system)
    for number in range(world.rows):
        challenge = accelerator.challenge(first, f"P-{number}", order=number + 1, by=system)
        accelerator.member(first, f"Member {number}", nation=ALLY, challenge=challenge, by=system)
    for number in range(1, world.rows):
        accelerator.programme(f"programme-{number}", by=system)
    _programme_calls(first, world)
    sizes = [accelerator.size(stated_for=date(2024, 3, 14) + number * DAY) for number in range(world.rows)]
    accelerator.network(*sizes, by=system)


def _programme_calls(programme: Programme, world: World) -> None:
    """As many published calls and as many that wait; the first of either has as many sections, questions and criteria."""
    by, second = (people.person(role="programme-manager", system=world.system) for _manager in range(2))
    stated = {"by": by, "at": clock.now()}
    for number in range(2 * world.rows):
        call = programme_calls.drafted(programme, **stated, nations=(ALLY,), title_en=f"Call {number}")
        parts = min(world.rows, challenges.MOST_CRITERIA) if number < BOTH else 1
        challenges.set_sections(call, [challenges.Section(f"Part {n}", f"Partie {n}") for n in range(parts)], **stated)
        for section in challenge_queries.sections(call):
            challenges.set_questions(section, programme_calls.QUESTIONS[:1] * parts, **stated)
        rest = [challenges.Criterion(f"Criterion {n}", f"Critère {n}", 1) for n in range(1, parts)]
        challenges.set_criteria(call, [challenges.Criterion("First", "Premier", 101 - parts), *rest], **stated)
        waiting = challenges.submit_call(call, **stated)
        if number % BOTH:
            challenges.publish_call(waiting, digest=challenge_queries.digest(waiting), by=second, at=clock.now())


def _cohorts(world: World) -> None:
    """As many of everything that a cohort has; the one who speaks for start-ups speaks for the first of them."""
    startup = accelerator.company("Start-up 0", nation=ALLY, by=world.system)
    for role in ("startup-owner", "startup-member"):
        _grant(world.actors[role].user, role, "organisation", startup.public_id, world)
    cohort = Cohort(startup, system=world.system, at=clock.now(), rows=world.rows)
    cohort.build()
    upkeep.reviews_put_before(world, cohort, world.actors["startup-owner"].user)


def _people(world: World, allies: list) -> None:
    """One who may in every role; the reviewer has as many grants and sessions, the Ally's speaks for as many."""
    for role in ROLES:
        password = sessions.PASSWORD if role == "auditor" else None
        world.actors[role] = _enter(role, _person(role, world, role, password=password))
    for number in range(world.rows):
        _passkey(world.actors["auditor"].user, f"Key {number}")
    speaker, reviewer = world.actors["ally-representative"].user, world.actors["reviewer"].user
    for ally in allies[1:]:
        _grant(speaker, "ally-representative", "nation", ally.code, world)
    for number in range(1, world.rows):
        _grant(reviewer, "reviewer", "programme", f"programme_{number:016}", world)
        _enter("reviewer", reviewer)
        _person("auditor", world, f"auditor-{number}")
        people_services.note_sign_in_failed("nobody@example.org")
    people_services.note_sign_in_failed("nobody@example.org")


def _upkeep(world: World) -> None:
    """What surrounds the money."""
    analyst, manager = _person("fund-analyst", world, "prepares"), _person("fund-manager", world, "signs")
    officer, second = _person("ethics-officer", world, "assesses"), _person("ethics-officer", world, "seconds")
    upkeep.jobs_and_messages(world, world.actors["auditor"].user)
    upkeep.endpoints(world)
    upkeep.partners(world, manager, _person("fund-manager", world, "decides-on-clients"))
    upkeep.upload(world, analyst)
    upkeep.papers(world)
    upkeep.waiting_call(world, analyst, manager)
    committee = [_person("valuation-committee", world, f"values-{number}") for number in range(2)]
    upkeep.valuations(world, analyst, committee)
    upkeep.reviews(world, officer, second, manager)
    upkeep.overrides(world, manager, officer)
    upkeep.silences(world, manager, _person("fund-manager", world, "circulates"))


def _applications(world: World) -> None:
    """The start-up's owner has as many applications; the first draft as many texts to compare, the first that was sent as many receipts and questions."""
    owner = world.actors["startup-owner"].user
    with clock.standing_at(programme_applications.OPEN_AT):
        at, organisation = clock.now(), world.organisation
        published = list(Call.objects.filter(state="published").order_by("pk"))
        topics = challenge_queries.challenges_of(published[0].programme)
        drafts = [
            programme_applications.begun(one, organisation, challenge=topics[0], by=owner, at=at) for one in published
        ]
        for number in range(world.rows + 1):
            programme_applications.save(drafts[0], {1: f"Text {number}"}, by=owner, at=at)
        for number in range(1, world.rows):
            _colleague(world, organisation, number)
        topic = (
            topics[1]
            if len(topics) > 1
            else accelerator.challenge(published[0].programme, "P-X", order=99, by=world.system)
        )
        sent = programme_applications.filled(
            published[0], organisation, challenge=topic, by=owner, at=at, in_words=True
        )
        for number in range(world.rows):
            programme_applications.save(sent, {1: f"Sent {number}"}, edition=number + 1, by=owner, at=at)
            programme_applications.submit(sent, by=owner, at=at)
            applications.ask(sent, question=f"Why {number}?", due_at=at + 900 * DAY, by=world.system, at=at)


def _colleague(world: World, organisation: Organisation, number: int) -> None:
    people.person(
        role="startup-member",
        scope_kind="organisation",
        scope_ref=organisation.public_id,
        email=f"colleague-{number}@example.org",
        system=world.system,
    )


def _invitations(world: World) -> None:
    """As many to the product, and as many to the start-up as one may have open."""
    owner = world.actors["startup-owner"].user
    for number in range(min(world.rows, invitations.MOST_A_DAY)):
        people_services.invite(
            email=f"colleague-to-be-{number}@example.org",
            name="",
            language="en",
            role="startup-member",
            scope_kind="organisation",
            scope_ref=world.organisation.public_id,
            starts_on=clock.today(),
            ends_before=None,
            by=owner,
            at=clock.now(),
        )
    for number in range(world.rows):
        world.invitation, world.invitation_token = people_services.invite(
            email=f"invited-{number}@example.org",
            name=f"Person {number}",
            language="en",
            role="auditor",
            scope_kind="everywhere",
            scope_ref="",
            starts_on=clock.today(),
            ends_before=None,
            by=world.system,
            at=clock.now(),
        )
    world.mail = OutboundMail.objects.order_by("-pk").first()


def _person(role: str, world: World, address: str, *, password: str | None = None) -> User:
    """Somebody who holds the role over the fund, the first Ally, or whatever it can be held over."""
    places = {
        "fund": world.fund.public_id,
        "nation": ALLY,
        "programme": "programme_here",
        "organisation": world.organisation.public_id,
    }
    kinds = ROLES[role].scopes
    kind = "everywhere" if "everywhere" in kinds else next(kind for kind in places if kind in kinds)
    return people.person(
        role=role,
        scope_kind=kind,
        scope_ref=places.get(kind, ""),
        email=f"{address}@example.org",
        password=password,
        system=world.system,
    )


def _passkey(person: User, name: str) -> None:
    """As the list of passkeys reads one; nobody signs in with it."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}})


def _grant(person: User, role: str, kind: str, ref: str, world: World) -> None:
    people_services.grant(
        person,
        role,
        scope_kind=kind,
        scope_ref=ref,
        starts_on=people.JOINED_ON,
        by=world.system,
        at=clock.now(),
    )


def _enter(name: str, person: User) -> Actor:
    """Open a session in which the second factor was just given."""
    client = sessions.fresh(people.signed_in(Client(), person), person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Actor(name, person, key, frozenset({name}), fresh=True)
