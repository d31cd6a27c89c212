"""Ranking, and a selection: proposed by one, decided by another, told on its day."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accelerator.applications import services as applications
from accelerator.applications import standing
from accelerator.panels import queries, rules, services
from accelerator.panels.models import Selection, SelectionLine
from accelerator.reviews import queries as review_queries
from accelerator.reviews import rules as review_rules
from accelerator.reviews import services as reviews
from core.audit.models import AuditEvent
from core.errors import NotFound, NotPermitted
from core.notifications.models import OutboundMail
from core.people import services as people_services
from tests.factories import panels as factory
from tests.factories import people
from tests.factories import reviews as review_factory
from tests.factories.panels import RELEASE_ON, RELEASED_AT
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


def ranking(call, person):
    return queries.ranking(call, None, queries.seen_by(call, None, person=person, at=CLOSED_AT))


def test_the_ranking_says_who_is_tied(call, scored, manager):
    """Every pair of scores is one apart: s2 = 0.5, the standard error of a mean of two is 0.5."""
    places = ranking(call, manager).places

    assert [one.application.key for one in places] == [one.pk for one in scored]
    assert [one.mean for one in places] == [Decimal("4.5"), Decimal("3.5"), Decimal("1.5")]
    assert [(one.rank.rank, one.rank.best, one.rank.worst) for one in places] == [(1, 1, 2), (2, 1, 2), (3, 3, 3)]
    assert [one.corrected for one in places] == [Decimal("4.5"), Decimal("3.5"), Decimal("1.5")]
    assert {one.spread.range for one in places} == {Decimal(1)}


def test_a_later_conflict_is_out_of_the_ranking(call, scored, manager, ann):
    reviews.declare(scored[0], says="conflict", by=ann, at=CLOSED_AT)

    first = ranking(call, manager).places[0]
    assert (first.reviews, first.mean) == (1, Decimal(5))


def test_one_proposes_and_another_decides(call, scored, manager, second):
    best, middle, last = scored
    made = factory.proposed(call, selected=[best], reserve=[middle], by=manager)
    assert [(one.application, one.outcome, one.place) for one in queries.lines(made, manager)] == [
        (best, "selected", None),
        (middle, "reserve", 1),
        (last, "not_selected", None),
    ]

    with pytest.raises(rules.OwnProposal):
        services.approve(made, digest=made.digest, by=manager, at=CLOSED_AT)
    approved = services.approve(made, digest=made.digest, by=second, at=CLOSED_AT)

    assert (approved.state, approved.decided_by) == ("approved", second)
    with pytest.raises(rules.WrongState):
        services.send_back(made, because="Late", by=second, at=CLOSED_AT)
    kinds = AuditEvent.objects.filter(subject=made.public_id).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["selection.proposed", "selection.approved"]


def test_nobody_decides_for_herself_under_another_account(call, scored, manager, second, system):
    made = factory.proposed(call, selected=scored[:1], by=manager)
    people_services.state_same_person(second, manager, reason="One person", by=system, at=CLOSED_AT)
    second.refresh_from_db()

    with pytest.raises(rules.OwnProposal):
        services.approve(made, digest=made.digest, by=second, at=CLOSED_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Selection.objects.filter(pk=made.pk).update(state="approved", decided_by=manager, decided_at=CLOSED_AT)


def test_whoever_reviewed_neither_proposes_nor_decides(call, scored, manager, programme, ann, system):
    people_services.grant(
        ann, "programme-manager", scope_kind="programme", scope_ref=programme.public_id,
        starts_on=people.JOINED_ON, by=system, at=CLOSED_AT,
    )  # fmt: skip
    ann.forget_grants()

    with pytest.raises(rules.ReviewedThem):
        factory.proposed(call, selected=scored[:1], by=ann)
    made = factory.proposed(call, selected=scored[:1], by=manager)
    with pytest.raises(rules.ReviewedThem):
        services.approve(made, digest=made.digest, by=ann, at=CLOSED_AT)


def test_a_manager_in_conflict_neither_proposes_decides_nor_reads_it(call, scored, manager, second):
    reviews.declare(scored[2], says="conflict", by=second, at=CLOSED_AT)

    with pytest.raises(rules.InConflict):
        factory.proposed(call, selected=scored[:1], by=second)
    made = factory.proposed(call, selected=scored[:1], by=manager)
    with pytest.raises(rules.InConflict):
        services.approve(made, digest=made.digest, by=second, at=CLOSED_AT)
    assert [one.application.key for one in ranking(call, second).places] == [one.pk for one in scored[:2]]
    with pytest.raises(NotFound):
        queries.get_selection(second, made.public_id)


@pytest.mark.parametrize("changes", ["a conflict", "a withdrawal", "a forged digest"])
def test_what_changed_since_is_not_approved(call, scored, manager, second, ann, changes):
    made = factory.proposed(call, selected=scored[:1], by=manager)
    digest = made.digest
    if changes == "a conflict":
        reviews.declare(scored[1], says="conflict", by=ann, at=CLOSED_AT)
    elif changes == "a withdrawal":
        applications.withdraw(scored[2], by=scored[2].begun_by, at=CLOSED_AT)
    else:
        digest = "0" * 64

    with pytest.raises(services.ChangedSince):
        services.approve(made, digest=digest, by=second, at=CLOSED_AT)
    made.refresh_from_db()
    assert made.state == "proposed"


def test_what_is_sent_back_is_proposed_anew(call, scored, manager, second):
    made = factory.proposed(call, selected=scored[:1], by=manager)
    with pytest.raises(services.AlreadyProposed):
        factory.proposed(call, selected=scored[:2], by=manager)
    with pytest.raises(services.BecauseMissing):
        services.send_back(made, because="", by=second, at=CLOSED_AT)

    services.send_back(made, because="Too few", by=second, at=CLOSED_AT)

    assert factory.proposed(call, selected=scored[:2], by=manager).state == "proposed"


@pytest.mark.parametrize(
    ("story", "given", "refusal"),
    [
        ("nothing chosen", {"selected": []}, services.NothingSelected),
        ("one in both lists", {"reserve": [0]}, services.UnknownApplication),
        ("no reason", {"reason": " "}, services.ReasonMissing),
        ("told today", {"release_on": CLOSED_AT.date()}, services.ReleaseTooSoon),
    ],
)
def test_an_unfit_proposal_is_refused(call, scored, manager, story, given, refusal):
    stated = {"selected": scored[:1]} | given
    stated["reserve"] = [scored[place] for place in given.get("reserve", [])]

    with pytest.raises(refusal):
        factory.proposed(call, **stated, by=manager)
    assert not Selection.objects.exists(), story


def test_everything_is_screened_and_reviewed_first(call, scored, manager, system):
    sent = review_factory.sent(call, "Late", system=system)
    with pytest.raises(services.NotAllRanked):
        factory.proposed(call, selected=scored[:1], by=manager)
    review_factory.screened(sent, by=manager)
    with pytest.raises(services.NotAllRanked):
        factory.proposed(call, selected=scored[:1], by=manager)


def test_applicants_are_told_at_its_release_and_not_before(call, scored, manager, second, system):
    out = review_factory.sent(call, "Out", system=system)
    review_factory.screened(out, is_eligible=False, rule="Head office", reasons="It is elsewhere.", by=manager)
    best, middle, _last = scored
    told_on = standing.of(best, at=CLOSED_AT)
    assert (told_on.word, told_on.by.isoformat()) == ("In review", "2026-09-30T22:00:00+00:00")
    made = factory.approved(call, selected=[best], reserve=[middle], by=manager, second=second)
    assert standing.of(best, at=CLOSED_AT).word == "Decided, not told yet"
    assert "1\u00a0Oct" in standing.of(best, at=CLOSED_AT).next
    assert queries.told(best) is None
    with pytest.raises(rules.TooEarly):
        services.release(made, by=second, at=CLOSED_AT)

    services.release(made, by=second, at=RELEASED_AT)

    assert standing.of(best, at=RELEASED_AT).word == "Selected"
    assert standing.of(middle, at=RELEASED_AT).word == "On the reserve list"
    assert queries.told(out).screening.reasons == "It is elsewhere."
    mail = OutboundMail.objects.filter(recipient=best.begun_by.email).order_by("-pk").first()
    assert "The decision on your application" in mail.subject
    assert "Selected" not in mail.body
    with pytest.raises(rules.WrongState):
        services.release(made, by=second, at=RELEASED_AT)


def test_what_is_decided_stays_as_it_is(call, scored, manager, second, programme, system):
    late = review_factory.reviewer(programme, system=system)
    owed = review_factory.assigned(scored[0], late, by=manager)
    review_factory.declared(owed)
    assert review_queries.waiting(late) == 1
    factory.approved(call, selected=scored[:1], by=manager, second=second)

    assert review_queries.waiting(late) == 0
    assert not review_queries.owed().exists()
    with pytest.raises(review_rules.Decided):
        review_factory.saved(owed, 1, 1)
    with pytest.raises(review_rules.Decided):
        reviews.reopen_screening(scored[0], because="Doubts", by=manager, at=CLOSED_AT)
    with pytest.raises(review_rules.Decided):
        reviews.end(owed, because="Late", by=manager, at=CLOSED_AT)


def test_only_whoever_runs_the_programme_takes_part(call, scored, manager, reader):
    with pytest.raises(NotPermitted):
        factory.proposed(call, selected=scored[:1], by=reader)
    made = factory.proposed(call, selected=scored[:1], by=manager)
    with pytest.raises(NotPermitted):
        services.approve(made, digest=made.digest, by=reader, at=CLOSED_AT)
    with pytest.raises(NotFound):
        queries.get_selection(reader, made.public_id)


def test_what_was_proposed_never_changes(call, scored, manager):
    made = factory.proposed(call, selected=scored[:1], by=manager)

    for change in (
        lambda: Selection.objects.update(reason="Other"),
        lambda: SelectionLine.objects.update(outcome="selected"),
        lambda: Selection.objects.update(state="released", released_by=manager, released_at=RELEASED_AT),
        made.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert made.release_on == RELEASE_ON


def test_what_is_decided_gets_no_further_reviewers_with_the_rest(
    call, scored, ann, bo, programme, manager, second, system
):
    factory.approved(call, selected=scored[:1], by=manager, second=second)
    cy = review_factory.reviewer(programme, system=system)
    review_factory.planned(call, by=manager, each=3)

    trial = reviews.preview(call, by=manager, at=CLOSED_AT)

    assert cy in reviews.candidates(call, by=manager, at=CLOSED_AT)
    assert trial.rows == ()
