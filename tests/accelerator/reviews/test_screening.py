"""Screening: complete and eligible, with reasons and the rule, after the call closed; opened again with a reason."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accelerator.applications import services as applications
from accelerator.reviews import queries, rules, services
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Screening
from core.audit.models import AuditEvent
from core.errors import NotFound, NotPermitted
from tests.factories import reviews as factory
from tests.factories.applications import CLOSES_AT
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(call, system):
    return factory.sent(call, "Deep Ear", system=system)


def test_nobody_at_the_desk_sees_it_before_the_call_closes(call, sent, manager):
    before = CLOSES_AT - timedelta(microseconds=1)

    assert list(queries.at_desk(manager, at=before)) == []
    assert [(one.call, one.submitted) for one in queries.sealed(manager, at=before)] == [(call, 1)]
    with pytest.raises(rules.StillSealed):
        factory.screened(sent, by=manager, at=before)
    with pytest.raises(NotFound):
        queries.get_application(manager, sent.public_id, at=before)

    assert list(queries.at_desk(manager, at=CLOSES_AT)) == [sent]
    assert queries.sealed(manager, at=CLOSES_AT) == []


def test_it_is_screened_once_and_opened_again_with_a_reason(sent, manager):
    factory.screened(sent, is_eligible=False, rule="The head office is in Estonia.", reasons="It is not.", by=manager)
    with pytest.raises(services.AlreadyScreened):
        factory.screened(sent, by=manager)

    services.reopen_screening(sent, because="New papers", by=manager, at=CLOSED_AT)
    with pytest.raises(services.NotScreened):
        services.reopen_screening(sent, because="Again", by=manager, at=CLOSED_AT)
    factory.screened(sent, by=manager)

    assert [one.edition for one in queries.screenings(sent)] == [3, 2, 1]
    assert queries.lines([sent])[0].screened is Screened.PASSED
    kinds = ["application.screened", "application.screening_reopened", "application.screened"]
    assert [one.kind for one in AuditEvent.objects.filter(subject=sent.public_id).order_by("pk")][-3:] == kinds


@pytest.mark.parametrize(
    ("story", "given", "refusal", "field"),
    [
        ("not complete, and no reason", {"is_complete": False}, services.ReasonsMissing, "reasons"),
        ("blank reasons", {"is_complete": False, "reasons": "  "}, services.ReasonsMissing, "reasons"),
        ("no rule", {"is_eligible": False, "reasons": "So"}, services.RuleMissing, "rule"),
        ("far too long", {"reasons": "x" * 2001}, services.ReasonsMissing, "reasons"),
    ],
)
def test_what_fails_says_why_and_by_which_rule(sent, manager, story, given, refusal, field):
    with pytest.raises(refusal) as refused:
        factory.screened(sent, by=manager, **given)

    assert refused.value.field == field, story
    assert not Screening.objects.exists()


def test_only_whoever_runs_the_programme_screens(sent, reader, ann, system):
    for person in (reader, ann):
        with pytest.raises(NotPermitted):
            factory.screened(sent, by=person)
        assert list(queries.at_desk(person, at=CLOSED_AT)) == []


def test_what_was_withdrawn_is_not_screened(sent, manager):
    applications.withdraw(sent, by=sent.begun_by, at=CLOSED_AT)

    with pytest.raises(rules.Withdrawn):
        factory.screened(sent, by=manager)


def test_a_draft_never_reaches_the_desk(call, system, manager):
    from tests.factories import applications as drafts

    of = drafts.startup("Quiet", by=system)
    drafts.filled(call, of, by=drafts.owner(of, system=system))

    assert list(queries.at_desk(manager, at=CLOSED_AT)) == []
    assert queries.sealed(manager, at=CLOSES_AT - timedelta(days=1))[0].submitted == 0


def test_a_screening_is_never_changed(sent, manager):
    factory.screened(sent, by=manager)

    for change in (lambda: Screening.objects.update(is_complete=False), Screening.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_list_is_narrowed(call, sent, manager, system):
    other = factory.to_review(call, "Other Ear", by=manager, system=system)

    def found(**wanted):
        return list(queries.found_at_desk(manager, queries.Filters(**wanted), at=CLOSED_AT))

    assert found() == [sent, other]
    assert found(text="deep") == [sent]
    assert found(screened="waits") == [sent]
    assert found(screened="passed") == [other]
    assert found(screened="failed") == []
    assert found(nation="EE", state="submitted", call=call.public_id) == [sent, other]
    assert found(nation="LU") == []
    assert found(reviewers=queries.MISSING) == [sent, other]
