"""The audit trail cannot be changed, and shows it when somebody with more power did."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.audit.models import AuditChain, AuditEvent

TESTED = declare("test.happened", _("{actor} tested {subject}."))


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
