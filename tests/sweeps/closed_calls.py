"""Calls that have closed: one in review by the world's reviewer, one with a selection to decide, one whose decision was told."""

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.challenges import queries as challenges
from accelerator.panels import services as panels
from accelerator.reviews import services as reviews
from accelerator.reviews.models import Assignment
from core import clock
from core.organisations.models import Organisation
from core.people import services as people_services
from core.people.models import User
from tests.factories import accelerator, people, programme_calls
from tests.factories import applications as starts
from tests.factories import panels as selections
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

ANSWER = "Cedar hears a keel before it is seen"
REASON = "Cedar employs a cousin of the judge"
COMMENT = "The judge doubts the drift of the clock"
SCREENED = "Cedar sent the evidence that the rules ask for"
WHY = "The panel weighed the clock against the lamp"
WORDS = "The programme would have liked a longer trial"
ASKED = "Which keels did Cedar hear in the trial?"


def furnish(*, reviewer: User, managers: tuple[User, User], told: Organisation, owner: User, system: User) -> None:
    """``told`` is the start-up that reads its decision, and ``owner`` its owner."""
    manager, second = managers
    with clock.standing_at(CLOSED_AT):
        programme = accelerator.programme("closed", by=system)
        for one in (reviewer, judge := people.person(email="judge@judges.example", system=system)):
            people_services.grant(
                one, "reviewer", scope_kind="programme", scope_ref=programme.public_id,
                starts_on=people.JOINED_ON, by=system, at=CLOSED_AT,
            )  # fmt: skip
            one.forget_grants()
        given = {"by": manager, "second": second, "nations": ("EE", "LU", told.nation_id)}
        first = programme_calls.published(programme, **given, title_en="Keels at sea", title_fr="Quilles en mer")
        other = programme_calls.published(programme, **given, title_en="Clocks on board", title_fr="Horloges de bord")
        _in_review(first, reviewer, judge, manager=manager, system=system)
        third = programme_calls.published(programme, **given, title_en="Lamps on shore", title_fr="Lampes à terre")
        _to_decide(third, judge, manager=second, system=system)
        _told(other, judge, told, owner, manager=manager, second=second)


def _in_review(call, reviewer: User, judge: User, *, manager: User, system: User) -> None:
    factory.planned(call, by=manager)
    of = starts.startup("Cedar Sonics", by=system)
    by = starts.owner(of, email="owner@cedar.example", system=system)
    row = starts.begun(call, of, by=by)
    for part in applications.sheet(row).parts:
        starts.save(row, {1: f"{ANSWER} {part.order}", 2: "1"}, section=part.order, by=by)
    starts.submit(row, by=by)
    row = Application.objects.get(pk=row.pk)
    factory.screened(row, reasons=SCREENED, by=manager)
    starts.services.ask(
        row, question=ASKED, due_at=clock.now() + (CLOSED_AT - starts.CLOSES_AT), by=manager, at=CLOSED_AT
    )
    factory.declared(factory.assigned(row, reviewer, by=manager))
    factory.declared(factory.assigned(row, judge, by=manager), "unsure", REASON)


def _to_decide(call, judge: User, *, manager: User, system: User) -> None:
    """A selection that waits for the other programme manager."""
    factory.planned(call, by=manager)
    row = factory.sent(call, "Cedar Lamps", system=system)
    factory.screened(row, by=manager)
    factory.reviewed(row, judge, 3, 4, by=manager)
    selections.proposed(call, selected=[row], by=manager, reason=WHY)


def _told(call, judge: User, told: Organisation, owner: User, *, manager: User, second: User) -> None:
    factory.planned(call, by=manager)
    row = starts.submitted(call, told, by=owner)
    factory.screened(row, by=manager)
    made: Assignment = factory.assigned(row, judge, by=manager)
    factory.declared(made)
    criteria = challenges.criteria(call)
    reviews.save_review(
        made, {one.pk: reviews.Given(4, COMMENT) for one in criteria}, by=judge, at=CLOSED_AT
    )  # fmt: skip
    reviews.submit_review(made, by=judge, at=CLOSED_AT)
    panels.write_feedback(row, {criteria[0].pk: WORDS}, by=manager, at=CLOSED_AT)
    selections.released(call, selected=[row], by=manager, second=second, reason=WHY)
