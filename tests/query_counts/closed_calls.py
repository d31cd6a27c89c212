"""Three calls that have closed, each with as many applications: one in review, one with a selection to decide, one told."""

from datetime import date, datetime, time, timezone

from accelerator.applications.models import Application
from accelerator.panels import services as panels
from accelerator.reviews import services as reviews
from core import clock
from core.people import services as people_services
from tests.factories import accelerator, people, programme_calls
from tests.factories import applications as starts
from tests.factories import panels as selections
from tests.factories import reviews as factory

DRAFTED_AT = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
OPEN_AT = datetime(2026, 2, 2, 12, tzinfo=timezone.utc)
CLOSED_AT = datetime(2026, 4, 2, 12, tzinfo=timezone.utc)
WINDOW = {"opens_on": date(2026, 2, 1), "opens_at": time(9), "closes_on": date(2026, 3, 1), "closes_at": time(17)}
DUE_ON, RELEASE_ON = date(2026, 6, 30), date(2026, 5, 1)
RELEASED_AT = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
ALLY = "EE"


def furnish(world) -> None:
    manager, second = (people.person(role="programme-manager", system=world.system) for _manager in range(2))
    programme = accelerator.programme("closed", by=world.system)
    judges = [factory.reviewer(programme, system=world.system) for _judge in range(world.rows)]
    reviewer = world.actor("reviewer").user
    people_services.grant(
        reviewer, "reviewer", scope_kind="programme", scope_ref=programme.public_id,
        starts_on=people.JOINED_ON, by=world.system, at=clock.now(),
    )  # fmt: skip
    reviewer.forget_grants()
    calls = []
    for title in ("Closed: in review", "Closed: to decide", "Closed: told"):
        with clock.standing_at(DRAFTED_AT):
            call = programme_calls.published(
                programme, by=manager, second=second, at=DRAFTED_AT, nations=(ALLY,), title_en=title, **WINDOW
            )
        factory.planned(call, by=manager, most=100, due_on=DUE_ON, at=CLOSED_AT)
        calls.append(call)
    _in_review(world, calls[0], reviewer, judges, manager)
    _to_decide(world, calls[1], judges, manager)
    _told(world, calls[2], judges, manager, second)


def _in_review(world, call, reviewer, judges, manager) -> None:
    """The first application has as many reviews, editions of its screening and questions."""
    first, *rest = _sent(world, call, "Elm")
    for number in range(world.rows):
        factory.screened(first, by=manager, at=CLOSED_AT)
        if number < world.rows - 1:
            reviews.reopen_screening(first, because=f"Again {number}", by=manager, at=CLOSED_AT)
        starts.services.ask(first, question=f"Why {number}?", due_at=RELEASED_AT, by=manager, at=CLOSED_AT)
    for one in rest:
        factory.screened(one, by=manager, at=CLOSED_AT)
    for one in (first, *rest):
        factory.declared(factory.assigned(one, reviewer, by=manager, at=CLOSED_AT), at=CLOSED_AT)
        factory.reviewed(one, judges[0], 3, 4, by=manager, at=CLOSED_AT)
    for judge in judges[1:]:
        factory.reviewed(first, judge, 3, 4, by=manager, at=CLOSED_AT)


def _to_decide(world, call, judges, manager) -> None:
    rows = _reviewed(world, call, "Oak", judges, manager)
    selections.proposed(call, selected=rows[:1], by=manager, at=CLOSED_AT, release_on=RELEASE_ON)


def _told(world, call, judges, manager, second) -> None:
    """The start-up of the world reads its decision."""
    with clock.standing_at(OPEN_AT):
        owner = world.actor("startup-owner").user
        own = starts.submitted(call, world.organisation, by=owner, at=OPEN_AT)
    factory.screened(own, by=manager, at=CLOSED_AT)
    factory.reviewed(own, judges[0], 5, 5, by=manager, at=CLOSED_AT)
    _reviewed(world, call, "Yew", judges, manager)
    made = selections.approved(
        call, selected=[own], by=manager, second=second, at=CLOSED_AT, release_on=RELEASE_ON
    )  # fmt: skip
    panels.release(made, by=manager, at=RELEASED_AT)


def _reviewed(world, call, name, judges, manager) -> list[Application]:
    rows = _sent(world, call, name)
    for one in rows:
        factory.screened(one, by=manager, at=CLOSED_AT)
        factory.reviewed(one, judges[0], 3, 4, by=manager, at=CLOSED_AT)
    return rows


def _sent(world, call, name) -> list[Application]:
    with clock.standing_at(OPEN_AT):
        return [
            factory.sent(call, f"{name} {number:02}", system=world.system, at=OPEN_AT) for number in range(world.rows)
        ]
