"""The feed: written with the change, placed by one writer, read by whoever it concerns, the same for ever."""

import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from core import failpoints
from core.audit.models import AuditEvent
from core.audit.services import record
from core.people.models import RoleGrant
from core.webhooks import queries, rules
from core.webhooks.models import Event
from core.webhooks.services import feed
from tests.core.webhooks.conftest import CONCERNED, FUND, HAPPENED, HIDDEN, OTHER_FUND
from tests.factories import people

pytestmark = pytest.mark.django_db


def subjects(page):
    return [event.subject for event in page.events]


def test_what_is_recorded_stands_in_the_feed_with_its_audit_row_and_request(happen):
    audited = happen("call_1")

    event = Event.objects.get()
    assert (event.kind, event.subject, event.scope_kind, event.scope_ref) == (HAPPENED.code, "call_1", "fund", FUND)
    assert (event.audit_event, event.request_id, event.occurred_at) == (
        audited,
        audited.request_id,
        audited.occurred_at,
    )
    assert event.position is None
    assert event.public_id.startswith("evt_")


def test_what_nobody_published_and_what_belongs_to_nothing_is_not_told(happen):
    happen(kind=HIDDEN)
    happen(chain="general")

    assert AuditEvent.objects.count() >= 2
    assert not Event.objects.exists()


def test_what_is_taken_back_with_its_transaction_never_happened(happen):
    with transaction.atomic():
        happen()
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def test_places_are_whole_numbers_without_a_gap(happen):
    for number in range(5):
        happen(f"thing_{number}")

    first, rest = feed.place(most=2), feed.place()

    assert [one.position for one in [*first, *rest]] == [1, 2, 3, 4, 5]
    assert feed.place() == []
    assert queries.latest_position() == 5


def test_the_same_position_gives_the_same_events(happen, partner):
    reader = partner()
    for number in range(7):
        happen(f"thing_{number}")
    feed.place()

    page = queries.feed(after=0, limit=3, visible_to=reader)
    happen("thing_later")
    feed.place()

    assert subjects(page) == ["thing_0", "thing_1", "thing_2"]
    assert page.more
    assert subjects(queries.feed(after=0, limit=3, visible_to=reader)) == subjects(page)
    rest = queries.feed(after=page.position, visible_to=reader)
    assert subjects(rest) == ["thing_3", "thing_4", "thing_5", "thing_6", "thing_later"]
    assert not rest.more
    assert queries.feed(after=rest.position, visible_to=reader).position == rest.position


def test_kinds_narrow_the_feed(happen, partner):
    happen()
    feed.place()

    assert queries.feed(after=0, visible_to=partner(), kinds=["capital_call.issued"]).events == []
    assert len(queries.feed(after=0, visible_to=partner(), kinds=[HAPPENED.code]).events) == 1


@pytest.mark.parametrize(
    ("story", "kind", "ref", "seen"),
    [
        ("its own fund", "fund", FUND, True),
        ("another fund", "fund", OTHER_FUND, False),
        ("the Ally that it concerns", "nation", "EE", True),
        ("an Ally that it does not", "nation", "FI", False),
        ("the organisation that it concerns", "organisation", "organisation_1", True),
        ("another organisation", "organisation", "organisation_2", False),
    ],
)
def test_a_partner_reads_what_concerns_it(happen, partner, story, kind, ref, seen):
    happen(kind=CONCERNED)
    (event,) = feed.place()
    reader = partner(kind, ref)

    assert event.nations == ["EE", "LU"]
    assert bool(queries.feed(after=0, visible_to=reader).events) is seen
    assert rules.reach_of(reader).sees(event) is seen


def test_a_right_that_was_taken_and_an_account_that_was_closed_read_nothing(happen, partner, system):
    happen()
    feed.place()
    taken, closed = partner(), partner()
    RoleGrant.objects.filter(person=taken).update(revoked_at=taken.created_at, revoked_by=system)
    closed.is_active = False

    assert queries.feed(after=0, visible_to=taken).events == []
    assert queries.feed(after=0, visible_to=closed).events == []


def test_people_without_a_system_read_nothing_and_auditors_everything(happen, system):
    happen()
    feed.place()
    nobody = people.person(role="fund-analyst", scope_kind="fund", scope_ref=FUND, system=system)
    auditor = people.person(role="auditor", system=system)

    assert queries.feed(after=0, visible_to=nobody).events == []
    assert len(queries.feed(after=0, visible_to=auditor).events) == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE core_event SET subject = 'another'", "DELETE FROM core_event", "UPDATE core_event SET position = 9"],
)
def test_an_event_is_written_once_but_for_its_place(happen, change):
    happen()
    feed.place()

    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


ROWS, WRITERS = 1000, 8


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_cursor_walks_past_a_thousand_rows_that_commit_out_of_order(system):
    """None is skipped and none comes twice; whoever walks by the numbers of rows, as a control, does skip."""
    reader, written = people.person(role="auditor", system=system), threading.Event()
    walked, naive = [], []

    with _committing_late():
        writers = [threading.Thread(target=_write, args=(number, system), daemon=True) for number in range(WRITERS)]
        walker = threading.Thread(target=_walk, args=(reader, written, walked), daemon=True)
        control = threading.Thread(target=_walk_by_number, args=(written, naive), daemon=True)
        for thread in (walker, control, *writers):
            thread.start()
        for thread in writers:
            thread.join(120)
        written.set()
        walker.join(60)
        control.join(60)

    everything = sorted(Event.objects.values_list("subject", flat=True))
    assert len(everything) == ROWS
    assert sorted(walked) == everything
    assert len(naive) < ROWS, "the control must skip, or nothing committed out of order"
    assert [event.subject for event in Event.objects.order_by("position")] == walked


def _write(writer, system):
    """Every fourth transaction stays open for a while after it drew its number."""
    for number in range(ROWS // WRITERS):
        with transaction.atomic():
            record(HAPPENED, f"thing_{writer}_{number}", by=system, chain=f"fund_{writer}")
            if number % 4 == writer % 4:
                failpoints.reach("tests.late")
    connections.close_all()


def _walk(reader, written, walked):
    position = 0
    while True:
        is_last = written.is_set()
        feed.place(most=50)
        page = queries.feed(after=position, limit=20, visible_to=reader)
        walked.extend(event.subject for event in page.events)
        position = page.position
        if is_last and not page.events:
            break
    connections.close_all()


def _walk_by_number(written, naive):
    last = 0
    while True:
        is_last = written.is_set()
        found = list(Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "subject")[:20])
        naive.extend(subject for _pk, subject in found)
        last = found[-1][0] if found else last
        if is_last and not found:
            break
    connections.close_all()


@contextmanager
def _committing_late():
    with failpoints.installed("tests.late", lambda: threading.Event().wait(0.02)):
        yield
