"""Each invariant finds what it is for, broken by the tables' owner past every trigger; and the command says so."""

import pytest
from django.core.management import call_command
from django.db import connections

from accelerator.grants import invariants, services
from tests.chaos.grants import Ground
from tests.factories.cohorts import BEGAN_ON, OFFERED_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
BREAKS = {
    "milestones add up to the phase": "UPDATE accelerator_milestone SET amount = amount + 1 WHERE state = 'planned'",
    "phases are funded as agreed": "UPDATE accelerator_participationstep SET amount = amount + 1",
    "a participation stands at its last step": "UPDATE accelerator_participation SET state = 'left'",
    "accepted by two people": "DELETE FROM accelerator_judgement WHERE id = (SELECT max(id) FROM accelerator_judgement)",
    "payments within the milestone": "UPDATE accelerator_paymentline SET amount = 60000.01",
    "payments within the budget": "DELETE FROM accelerator_budget",
    "proposed and approved by two people": (
        "UPDATE core_user u SET same_person_as_id = l.proposed_by_id, same_person_since = l.proposed_at - interval '1 day' "
        "FROM accelerator_paymentline l WHERE u.id = l.approved_by_id"
    ),
}
TABLES = (
    "accelerator_milestone",
    "accelerator_participationstep",
    "accelerator_participation",
    "accelerator_judgement",
    "accelerator_paymentline",
    "accelerator_budget",
    "core_user",
)


@pytest.fixture
def ground(system):
    made = Ground(system)
    line = made.propose(made.milestones[0], "100.00", "one-and-the-same")
    services.approve(line, by=made.second, on=BEGAN_ON, at=OFFERED_AT)
    return made


def as_owner(statement):
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            cursor.execute(statement)
        finally:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_all_hold(ground, capsys):
    call_command("check_grants")

    assert capsys.readouterr().out == "7 of 7 hold.\n"


def test_every_invariant_has_its_break():
    assert list(BREAKS) == [one.name for one in invariants.INVARIANTS]


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_found(ground, name, capsys):
    as_owner(BREAKS[name])

    assert name in [one.name for one in invariants.broken()]
    with pytest.raises(SystemExit):
        call_command("check_grants")
    assert "7 of 7" not in capsys.readouterr().out
