"""Journeys of a reviewer and of a programme in a real browser: from a closed call to the first payment, told in steps."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from accelerator.cohorts.models import Offer, Participation
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Milestone
from accelerator.panels.models import Selection
from accelerator.reviews.models import Assignment, Review
from core import clock
from core.people.models import User
from tests.browser import people
from tests.browser.visiting import axe, keep_picture
from tests.factories import accelerator as programmes
from tests.factories import applications as startups
from tests.factories import cohorts
from tests.factories import panels as selections
from tests.factories import people as factories
from tests.factories import programme_calls as calls
from tests.factories import reviews as reviewing
from tests.factories.reviews import CLOSED_AT
from tests.sweeps.world import Actor

SLUGS = iter(f"journey-{number}" for number in range(1, 100))


class Stage:
    """A programme whose call has closed, with one application, and people who sit down at browsers of their own."""

    def __init__(self, visits) -> None:
        self.visits, self.world, self.system = visits, visits.world, visits.world.system
        self.seats: dict[str, tuple[Actor, object]] = {}
        with clock.standing_at(CLOSED_AT):
            slug = next(SLUGS)
            self.programme = programmes.programme(slug, by=self.system)
            self.manager, self.second = (
                factories.person(role="programme-manager", system=self.system) for _ in range(2)
            )
            self.reviewers = [reviewing.reviewer(self.programme, system=self.system) for _ in range(2)]
            self.call = calls.published(
                self.programme, by=self.manager, second=self.second, title_en=f"Call {slug}", title_fr=f"Appel {slug}"
            )
            self.startup = startups.startup(f"Keel {slug}", by=self.system)
            self.owner = startups.owner(self.startup, system=self.system)
            self.application = startups.submitted(self.call, self.startup, by=self.owner)
            reviewing.screened(self.application, by=self.manager)
            reviewing.planned(self.call, by=self.manager, each=1, due_on=clock.today() + timedelta(days=900))

    def sit(self, person: User, language="en"):
        """The person's page; her second factor is fresh."""
        if person.email not in self.seats:
            client = factories.signed_in(Client(), person)
            actor = Actor(person.email, person, client.session.session_key)
            self.world.actors.append(actor)
            self.seats[person.email] = (actor, self.visits.sit_down(person.email, locale=language))
            User.objects.filter(pk=person.pk).update(language=language)
        actor, page = self.seats[person.email]
        people.prove(actor)
        return page

    def leave(self) -> None:
        for actor, page in self.seats.values():
            self.world.actors.remove(actor)
            page.context.close()


@pytest.fixture
def stage(visits):
    made = Stage(visits)
    yield made
    made.leave()


def do(page, address, **fields):
    """Open a page, fill its form in, press its button."""
    page.goto(address)
    for name, value in fields.items():
        field = page.locator(f"#main form[method=post] [name={name}]")
        kind = field.first.evaluate("field => field.type || field.tagName.toLowerCase()")
        if kind == "radio":
            page.locator(f"#main form[method=post] [name={name}][value='{value}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("#main form[method=post] button.btn:not(.btn--quiet)").first.click()
    expect(page.locator(".summary, .note--stop[role=alert]")).to_have_count(0)


def until(holds, seconds=10.0):
    """Wait for something that the server writes."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.1)


def scores(call):
    return {f"score_{one.order}": "4" for one in call.criteria.all()} | {
        f"comment_{one.order}": "Shown in trials." for one in call.criteria.all()
    }


def test_a_reviewer_without_a_conflict_reads_and_scores(stage, site):
    reviewer = stage.reviewers[0]
    with clock.standing_at(CLOSED_AT):
        made = reviewing.assigned(stage.application, reviewer, by=stage.manager)
    page = stage.sit(reviewer)

    page.goto(f"{site}/review/")
    expect(page.locator("#main")).to_contain_text(stage.startup.name)
    keep_picture(page, "review-list")
    page.goto(f"{site}/review/{made.public_id}")
    expect(page.locator("#main")).not_to_contain_text("Because of")
    do(page, f"{site}/review/{made.public_id}/conflict", says="none")
    do(page, f"{site}/review/{made.public_id}", **scores(stage.call))
    expect(page.locator("#main")).to_contain_text("You submitted your review")

    assert Review.objects.get(assignment=made).submitted_at is not None
    keep_picture(page, "review-submitted")
    assert axe(page) == []


@pytest.mark.parametrize(("language", "said"), [("en", "Saved at"), ("fr", "Enregistré à")])
def test_scores_and_words_are_kept_by_themselves(stage, site, language, said):
    reviewer = stage.reviewers[0]
    with clock.standing_at(CLOSED_AT):
        made = reviewing.assigned(stage.application, reviewer, by=stage.manager)
        reviewing.declared(made)
    page = stage.sit(reviewer, language)
    page.goto(f"{site}/review/{made.public_id}")

    page.locator("[name=score_1][value='4']").check()
    page.locator("[name=comment_1]").press_sequentially("Shown in trials.")
    expect(page.locator("#saved")).to_contain_text(said, timeout=10_000)
    until(lambda: Review.objects.filter(scores__comment="Shown in trials.").exists())
    page.locator("[name=comment]").press_sequentially("Left the page.")
    keep_picture(page, f"review-kept-{language}")
    page.goto(f"{site}/review/")
    until(lambda: Review.objects.filter(assignment=made, comment="Left the page.").exists())

    page.goto(f"{site}/review/{made.public_id}")
    expect(page.locator("[name=score_1][value='4']")).to_be_checked()
    expect(page.locator("[name=comment]")).to_have_value("Left the page.")
    assert axe(page) == []


def test_with_a_conflict_the_application_is_gone_from_the_next_request_on(stage, site):
    reviewer = stage.reviewers[0]
    with clock.standing_at(CLOSED_AT):
        made = reviewing.assigned(stage.application, reviewer, by=stage.manager)
    page = stage.sit(reviewer, "fr")
    page.goto(f"{site}/review/")
    expect(page.locator("#main")).to_contain_text(stage.startup.name)

    do(page, f"{site}/review/{made.public_id}/conflict", says="conflict")

    page.goto(f"{site}/review/")
    expect(page.locator("#main")).not_to_contain_text(stage.startup.name)
    keep_picture(page, "review-after-a-conflict")
    for gone in (f"/review/{made.public_id}", f"/review/{made.public_id}/conflict"):
        assert page.goto(site + gone).status == 404
    assert Assignment.objects.filter(pk=made.pk).exists()


def test_from_the_review_to_the_first_payment(stage, site):
    with clock.standing_at(CLOSED_AT):
        reviewing.reviewed(stage.application, stage.reviewers[0], 4, 5, by=stage.manager)
    manager, second, owner = stage.manager, stage.second, stage.owner
    today, later = clock.today(), clock.today() + timedelta(days=30)
    manage = f"{site}/manage"

    with clock.standing_at(CLOSED_AT):  # a day later somebody else decides
        selections.proposed(stage.call, selected=[stage.application], by=manager)
    selection = Selection.objects.get(call=stage.call)
    do(stage.sit(second), f"{manage}/selections/{selection.public_id}/approve")
    do(stage.sit(manager), f"{manage}/selections/{selection.public_id}")  # its button tells every start-up
    page = stage.sit(owner)
    page.goto(f"{site}/portal/applications/{stage.application.public_id}")
    expect(page.locator("#main")).to_contain_text(re.compile("elected"))

    do(
        stage.sit(manager), f"{manage}/cohorts/{stage.programme.public_id}/offer",
        organisation=stage.startup.public_id, terms="You build it, we fund it.", expires_on=str(later),
    )  # fmt: skip
    offer = Offer.objects.get(organisation=stage.startup)
    do(stage.sit(second), f"{manage}/offers/{offer.public_id}/release")
    do(stage.sit(owner), f"{site}/portal/offers/{offer.public_id}/accept")
    participation = Participation.objects.get(organisation=stage.startup)

    amount = str(stage.programme.phase_1_amount)
    page = stage.sit(manager)
    page.goto(f"{manage}/participations/{participation.public_id}/milestones/phase-1")
    for name, value in {"title_en": "Trial", "title_fr": "Essai", "due_on": str(later), "amount": amount}.items():
        page.locator(f"[name$='-0-{name}']").fill(value)
    page.locator("#main form[method=post] button.btn:not(.btn--quiet)").first.click()
    milestone = Milestone.objects.get(phase__participation=participation)
    do(stage.sit(owner), f"{site}/portal/milestones/{milestone.public_id}/evidence", text="The log of the trial.")
    for person in (manager, second):
        do(stage.sit(person), f"{manage}/milestones/{milestone.public_id}/accept")
    keep_picture(stage.sit(second), "milestone-accepted")

    officers = [factories.person(role="ethics-officer", system=stage.system) for _ in range(2)]
    cohorts.cleared(
        participation, officer=officers[0], second=officers[1], on=today, at=clock.now(), expires_on=today + timedelta(days=300)
    )  # fmt: skip
    do(
        stage.sit(manager),
        f"{manage}/cohorts/{stage.programme.public_id}/budget",
        amount="500000.00",
        reason="As decided",
    )
    do(stage.sit(manager), f"{manage}/milestones/{milestone.public_id}/pay", amount=amount)
    line = PaymentLine.objects.get(milestone=milestone)
    do(stage.sit(second), f"{manage}/payments/{line.public_id}/approve")
    do(stage.sit(manager), f"{manage}/payments/{line.public_id}/paid", paid_on=str(today), reference="BANK-1")

    line.refresh_from_db()
    assert line.state == "paid"
    page = stage.sit(manager)
    page.goto(f"{manage}/cohorts/{stage.programme.public_id}")
    expect(page.locator("#main")).to_contain_text("100\u00a0000.00")
    keep_picture(page, "cohort-paid")
    assert axe(page) == []
    page = stage.sit(owner)
    page.goto(f"{site}/portal/participations/{participation.public_id}/payments")
    keep_picture(page, "portal-payments")
    assert axe(page) == []
