"""The audit trail cannot be changed, and shows it when somebody with more power did."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import Kind
from core.audit.models import AuditChain, AuditEvent
from core.audit.signals import recorded

TESTED = Kind("test.happened", _("{actor} tested {subject}."))


@pytest.fixture
def three_events(system):
    return [audit.record(TESTED, f"thing_{n}", by=system, after={"n": n}) for n in range(3)]


def test_a_whole_chain_verifies(three_events):
    assert audit.verify(audit.GENERAL) is None


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditevent SET kind = 'x'", "DELETE FROM core_auditevent", "TRUNCATE core_auditevent"]
)
def test_the_serving_role_cannot_touch_what_is_written(three_events, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 3


def test_an_event_of_a_transaction_that_fails_is_not_kept(system):
    @transaction.atomic
    def fail():
        audit.record(TESTED, "thing", by=system)
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        fail()

    assert AuditEvent.objects.count() == 0
    assert not AuditChain.objects.exists()


class TestManyEventsAtOnce:
    def test_each_is_joined_to_the_one_before_in_its_chain(self, three_events, system):
        told = [audit.Told(f"thing_{n}", chain, {"n": n}) for n, chain in enumerate(["b", audit.GENERAL, "a", "b"])]

        events = audit.record_all(TESTED, told, by=system)

        assert [(one.chain, one.position) for one in events] == [("b", 1), (audit.GENERAL, 4), ("a", 1), ("b", 2)]
        assert audit.verify_all() == []
        audit.record(TESTED, "follows", by=system, chain="b")
        assert audit.verify_all() == []
        assert AuditChain.objects.get(name="b").length == 3

    def test_their_number_costs_no_statements(self, system):
        def statements(number):
            with CaptureQueriesContext(connection) as caught:
                audit.record_all(TESTED, [audit.Told("thing", f"c{n}", {}) for n in range(number)], by=system)
            return len(caught)

        assert statements(2) == statements(40)

    def test_none_of_them_is_no_statement(self, system, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert audit.record_all(TESTED, [], by=system) == []

    def test_each_is_told_to_who_listens(self, system):
        heard = []

        def hear(event, **_):
            heard.append(event)

        recorded.connect(hear)
        try:
            events = audit.record_all(TESTED, [audit.Told("thing", "a", {}), audit.Told("thing", "b", {})], by=system)
        finally:
            recorded.disconnect(hear)
        assert heard == events

    def test_a_chain_that_is_held_is_refused(self, system):
        with pytest.raises(ValueError, match="one event at a time"), audit.holding("a"):
            audit.record_all(TESTED, [audit.Told("thing", "a", {})], by=system)


class TestHoldingAChain:
    def test_many_events_are_joined_and_its_head_is_written_once(self, three_events, system):
        def heads(caught):
            return [one for one in caught if one["sql"].startswith('UPDATE "core_auditchain"')]

        with CaptureQueriesContext(connection) as caught, audit.holding(audit.GENERAL):
            for number in range(5):
                audit.record(TESTED, f"held_{number}", by=system)

        assert len(heads(caught)) == 1
        assert AuditChain.objects.get().length == 8
        assert audit.verify(audit.GENERAL) is None

    def test_what_a_savepoint_takes_back_is_off_the_chain(self, three_events, system):
        with audit.holding(audit.GENERAL):
            audit.record(TESTED, "stays", by=system)
            with transaction.atomic():
                audit.record(TESTED, "is taken back", by=system)
                transaction.set_rollback(True)
            audit.record(TESTED, "follows", by=system)

        subjects = AuditEvent.objects.filter(position__gt=3).order_by("position").values_list("subject", flat=True)
        assert list(subjects) == ["stays", "follows"]
        assert audit.verify(audit.GENERAL) is None

    def test_what_fails_within_leaves_the_chain_as_it_was(self, three_events, system):
        def fail():
            with audit.holding(audit.GENERAL):
                audit.record(TESTED, "thing", by=system)
                raise ValueError("undone")

        with pytest.raises(ValueError, match="undone"):
            fail()

        audit.record(TESTED, "after", by=system)
        assert AuditChain.objects.get().length == 4
        assert audit.verify(audit.GENERAL) is None

    def test_held_within_itself_it_is_written_by_the_outer(self, three_events, system):
        with audit.holding(audit.GENERAL):
            audit.record(TESTED, "outer", by=system)
            with audit.holding(audit.GENERAL):
                audit.record(TESTED, "inner", by=system)

        assert AuditChain.objects.get().length == 5
        assert audit.verify(audit.GENERAL) is None

    def test_a_chain_that_was_cut_is_not_mended_by_it(self, three_events, system):
        """As somebody would leave it who removed the last event: the head knows of one that is not there."""
        AuditChain.objects.update(length=4, head="f" * 64)

        with audit.holding(audit.GENERAL):
            audit.record(TESTED, "goes on", by=system)

        assert audit.verify(audit.GENERAL) == audit.BrokenLink(audit.GENERAL, 4, "missing")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    ("tampering", "position", "reason"),
    [
        ("UPDATE core_auditevent SET after = '{\"n\": 9}' WHERE position = 2", 2, "changed after it was written"),
        ("DELETE FROM core_auditevent WHERE position = 2", 2, "missing"),
        ("DELETE FROM core_auditevent WHERE position = 3", 3, "missing"),
        ("UPDATE core_auditevent SET previous = digest WHERE position = 3", 3, "not joined to the link before"),
        ("DELETE FROM core_auditchain", 3, "the chain has lost its head"),
    ],
)
def test_tampering_by_the_owner_is_named_at_its_first_link(three_events, tampering, position, reason):
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        cursor.execute(tampering)
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")

    assert audit.verify_all() == [audit.BrokenLink(audit.GENERAL, position, reason)]
