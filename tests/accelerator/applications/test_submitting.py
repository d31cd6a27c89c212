"""Submitting: in time, whole, what was checked; replaced, withdrawn, taken up again; and the receipt."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from django.db import DatabaseError, transaction

from accelerator.applications import queries, receipts, rules, services
from accelerator.applications.lifecycle import State
from accelerator.applications.models import Submission
from core.audit import digests
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.notifications.models import OutboundMail
from tests.factories import applications as factory
from tests.factories import programme_calls as calls
from tests.factories.applications import CLOSES_AT, OPEN_AT

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


def test_what_is_sent_is_kept_with_its_digest(call, startup, owner):
    application = factory.filled(call, startup, by=owner)

    sent = factory.submit(application, by=owner)

    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert sent.digest == digests.digest(sent.content)
    assert sent.content["sections"][0]["answers"][0]["text"] == factory.ANSWERS[1]
    assert sent.content["form"] == call.digest
    assert len(sent.number) == len("A-7QK2M8C4")
    event = AuditEvent.objects.get(kind="application.submitted")
    assert event.chain == f"{call.programme.public_id}.{application.public_id}"


def test_everybody_who_writes_gets_the_receipt(call, startup, owner, system):
    french = factory.member(startup, system=system, language="fr")
    application = factory.filled(call, startup, by=owner)

    sent = factory.submit(application, by=owner)

    mails = {one.recipient: one for one in OutboundMail.objects.filter(subject__contains=sent.number)}
    assert set(mails) == {owner.email, french.email}
    assert "17:00, Brussels time (14\u00a0Aug\u00a02026, 15:00\u00a0UTC)" in mails[owner.email].body
    assert sent.digest in mails[french.email].body
    assert "17\u00a0h\u00a000" in mails[french.email].body


@pytest.mark.parametrize(
    ("story", "at", "refusal"),
    [
        ("a microsecond before the closing", CLOSES_AT - MICROSECOND, None),
        ("at the closing", CLOSES_AT, rules.TooLate),
        ("one second late", CLOSES_AT + timedelta(seconds=1), rules.TooLate),
    ],
)
def test_the_deadline_is_judged_to_the_microsecond(call, startup, owner, story, at, refusal):
    application = factory.filled(call, startup, by=owner)

    if refusal:
        with pytest.raises(refusal):
            factory.submit(application, by=owner, at=at)
    else:
        factory.submit(application, by=owner, at=at)

    assert Submission.objects.count() == (0 if refusal else 1), story


@pytest.mark.parametrize("is_late", [False, True])
def test_the_deadline_keeps_to_its_clocks_when_they_change(programme, allies, manager, second, startup, owner, is_late):
    call = calls.published(programme, by=manager, second=second, closes_on=date(2026, 10, 25), closes_at=time(2, 30))
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)
    application = factory.filled(call, startup, by=owner)
    at = first_half_past_two if is_late else first_half_past_two - MICROSECOND

    if is_late:
        with pytest.raises(rules.TooLate):
            factory.submit(application, by=owner, at=at)
    else:
        assert factory.submit(application, by=owner, at=at).received_at == at


def test_the_database_takes_no_late_submission_either(call, startup, owner):
    application = factory.filled(call, startup, by=owner)
    given = {"application": application, "order": 1, "number": "A-LATE", "content": {}, "digest": "0" * 64}

    for at in (call.opens_at - MICROSECOND, CLOSES_AT):
        with pytest.raises(DatabaseError, match="while its call is open"), transaction.atomic():
            Submission.objects.create(**given, received_at=at, submitted_by=owner)


def test_an_application_with_gaps_is_not_sent(call, startup, owner):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, by=owner)

    with pytest.raises(services.NotWhole):
        factory.submit(application, by=owner)
    assert not Submission.objects.exists()


def test_only_what_was_checked_is_sent(call, startup, owner, colleague):
    application = factory.filled(call, startup, by=owner)
    read = queries.digest(application)
    factory.save(application, {1: "Something else"}, edition=1, by=colleague)

    for forged in (read, "", "0" * 64):
        with pytest.raises(services.ChangedSince):
            services.submit(application, read=forged, by=owner, at=OPEN_AT)
    assert not Submission.objects.exists()


def test_the_same_content_gives_the_same_receipt(call, startup, owner):
    application = factory.filled(call, startup, by=owner)

    assert factory.submit(application, by=owner) == factory.submit(application, by=owner)
    assert Submission.objects.count() == 1


def test_the_last_submission_counts_and_the_first_is_kept(call, startup, owner):
    application = factory.submitted(call, startup, by=owner)
    factory.save(application, {1: "Better"}, edition=1, by=owner)

    later = factory.submit(application, by=owner)

    assert [one.order for one in queries.submissions(application)] == [2, 1]
    assert queries.last_submission(application) == later


def test_a_member_and_a_stranger_do_not_submit(call, startup, owner, colleague, stranger):
    application = factory.filled(call, startup, by=owner)

    with pytest.raises(rules.OwnersOnly):
        factory.submit(application, by=colleague)
    with pytest.raises(NotPermitted):
        factory.submit(application, by=stranger)
    assert not Submission.objects.exists()


def test_a_start_up_of_another_nation_hears_the_rule(call, system):
    abroad = factory.startup("Far Ear", nation="US", by=system)
    owner = factory.owner(abroad, system=system)
    application = factory.filled(call, abroad, by=owner)

    with pytest.raises(services.NotEligible) as refused:
        factory.submit(application, by=owner)
    assert "one of these nations" in str(refused.value)


def test_withdrawn_and_taken_up_again_it_counts_as_before(call, startup, owner):
    application = factory.submitted(call, startup, by=owner)

    services.withdraw(application, by=owner, at=OPEN_AT)
    application.refresh_from_db()
    assert queries.last_submission(application) is None
    with pytest.raises(rules.WrongState):
        factory.save(application, {1: "No"}, edition=1, by=owner)

    services.take_up(application, by=owner, at=OPEN_AT)
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert queries.last_submission(application) is not None


def test_after_the_closing_it_is_withdrawn_and_not_taken_up(call, startup, owner):
    application = factory.submitted(call, startup, by=owner)

    services.withdraw(application, by=owner, at=CLOSES_AT)

    with pytest.raises(rules.TooLate):
        services.take_up(application, by=owner, at=CLOSES_AT)


def test_what_was_sent_is_never_changed(call, startup, owner):
    application = factory.submitted(call, startup, by=owner)
    sent = queries.last_submission(application)

    for change in (sent.delete, lambda: Submission.objects.update(digest="0" * 64)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_receipt_is_a_tagged_pdf_with_all_of_it(call, startup, owner):
    application = factory.submitted(call, startup, by=owner)

    made = receipts.document(application, queries.last_submission(application))

    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made or b"/ObjStm" in made
