"""Two programmes that were played for two nations, with everything in them that a partner system may and may not see."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from types import SimpleNamespace

from accelerator.challenges import queries, services
from accelerator.grants import services as grants
from accelerator.milestones import queries as milestones
from core.nations.models import Nation
from tests.factories import accelerator as programmes
from tests.factories import applications, cohorts, nations, people
from tests.factories import programme_calls as calls

CANARY = "CANARY"
"""In the name of every start-up that a portal of Estonia's in the first programme must never be told of."""
LONG_BEFORE = datetime(2026, 2, 2, 12, tzinfo=timezone.utc)
WHILE_OPEN = datetime(2026, 4, 10, 12, tzinfo=timezone.utc)
OF_LATE = datetime(2026, 5, 20, 12, tzinfo=timezone.utc)
OPEN_NOW = {"opens_on": date(2026, 5, 1), "closes_on": date(2026, 8, 14)}
CLOSED_BY_NOW = {"opens_on": date(2026, 3, 2), "closes_on": date(2026, 5, 1)}
FORM = (
    services.Question("short", "Say it.", "Dites-le.", words_at_most=20),
    services.Question("choice", "How ready?", "Où en est-ce ?", options_en=["Idea", "Proof"], options_fr=["I", "P"]),
    services.Question("file", "Evidence?", "Preuves ?", is_required=False),
)
"""Of each section of the open call; of the closed one without files."""


@dataclass
class Programme:
    """A programme with its challenge, a call that is open and one that has closed."""

    row: object
    challenge: object
    open: object
    closed: object


def played(system) -> SimpleNamespace:
    """Both programmes at the moment at which the clock of tests stands."""
    for code in ("EE", "LU"):
        if not Nation.objects.filter(code=code).exists():
            nations.ally(code, system=system)
    first, second = (people.person(role="programme-manager", system=system) for _each in range(2))
    officers = [people.person(role="ethics-officer", system=system) for _each in range(2)]
    world = SimpleNamespace(first=first, second=second, officers=officers, system=system)
    world.ours, world.theirs = (_programme(world, slug) for slug in ("ours", "theirs"))
    _apply(world, world.ours.closed, "Sent by itself", "EE")
    _apply(world, world.ours.closed, f"{CANARY} abroad", "LU")
    _apply(world, world.theirs.closed, f"{CANARY} elsewhere", "EE")
    _apply(world, world.ours.open, f"{CANARY} sealed", "EE", at=OF_LATE)
    _apply(world, world.ours.open, f"{CANARY} draft", "EE", at=OF_LATE, is_sent=False)
    _take_part(world, world.ours, "Paid one", "EE")
    _take_part(world, world.ours, f"{CANARY} paid abroad", "LU")
    _take_part(world, world.theirs, f"{CANARY} paid elsewhere", "EE")
    programmes.member(world.ours.row, "Published one", by=system, nation="LU")
    programmes.member(world.theirs.row, f"{CANARY} published elsewhere", by=system, nation="EE")
    return world


def _programme(world, slug):
    row = programmes.programme(slug, by=world.system)
    challenge = programmes.challenge(row, f"{slug}-SEA", by=world.system)
    return Programme(row, challenge, *(_call(world, row, days) for days in (OPEN_NOW, CLOSED_BY_NOW)))


def _call(world, row, days):
    at = {"by": world.first, "at": LONG_BEFORE}
    call = calls.drafted(row, **days, **at)
    services.set_sections(call, calls.SECTIONS, **at)
    for section in queries.sections(call):
        services.set_questions(section, FORM[:2] if days is CLOSED_BY_NOW else FORM, **at)
    services.set_criteria(call, calls.CRITERIA, **at)
    call = services.submit_call(call, **at)
    return services.publish_call(call, digest=queries.digest(call), by=world.second, at=LONG_BEFORE)


def _startup(world, name, nation):
    made = applications.startup(name, nation=nation, by=world.system)
    return made, applications.owner(made, system=world.system)


def _apply(world, call, name, nation, *, at=WHILE_OPEN, is_sent=True):
    startup, owner = _startup(world, name, nation)
    challenge = call.programme.challenges.first()
    application = applications.begun(call, startup, by=owner, challenge=challenge, at=at)
    if is_sent:
        for section in (1, 2):
            applications.save(application, {1: "It hears.", 2: "1"}, section=section, by=owner, at=at)
        applications.submit(application, by=owner, at=at)
    return application


def _take_part(world, of, name, nation):
    """In phase 1: a milestone that was accepted and paid, one that waits for evidence, and a review in force."""
    startup, owner = _startup(world, name, nation)
    row = cohorts.participating(of.row, startup, by=world.first, second=world.second, owner=owner)
    phase = milestones.get_phase(row, "phase-1")
    done, _waits = cohorts.planned(phase, "40000.00", "60000.00", by=world.first)
    cohorts.shown(done, by=owner)
    cohorts.judged(done, world.first, world.second)
    cohorts.cleared(row, officer=world.officers[0], second=world.officers[1])
    cohorts.budget(of.row, by=world.first)
    line = cohorts.payment(done, "40000.00", key=f"key-of-{name.split()[-1]}-form", by=world.first)
    on, at = cohorts.BEGAN_ON, cohorts.OFFERED_AT
    grants.approve(line, by=world.second, on=on, at=at)
    grants.pay(line, paid_on=on, reference="SEPA-1", by=world.first, on=on, at=at)
