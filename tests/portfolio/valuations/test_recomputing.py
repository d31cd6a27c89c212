"""A stored mark computed again by button, by command and by night, and what came out, kept for ever."""

from datetime import datetime, timezone

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from portfolio.valuations import queries, services, tasks
from portfolio.valuations.models import MarkRecomputation
from tests.factories import people
from tests.portfolio.valuations.conftest import JULY_1

AUGUST = datetime(2026, 8, 1, 9, tzinfo=timezone.utc)


@pytest.fixture
def mark(holding, locked):
    return queries.marks_of(locked())[0]


@pytest.fixture
def comes_to(monkeypatch):
    """From here on a mark comes to so much more than is stored."""

    def more(amount):
        monkeypatch.setattr(queries, "recomputed", lambda one: (one.local_value, one.value + amount))

    return more


def kept():
    return list(MarkRecomputation.objects.order_by("pk").values_list("drifts", "value"))


def told():
    events = AuditEvent.objects.filter(kind__in=("mark.recomputed", "mark.drifted")).order_by("pk")
    return [(one.kind, one.actor, one.after["value"]) for one in events]


def test_what_came_out_is_kept_with_who_when_and_by_which_arithmetic(mark, analyst, comes_to):
    services.recompute(mark, by=analyst, at=JULY_1)
    comes_to(1)
    services.recompute(mark, by=analyst, at=AUGUST)

    drift, same = queries.recomputations_of(mark)
    assert (same.drifts, same.value, same.difference, same.by, same.at) == (False, 1000, 0, analyst, JULY_1)
    assert (drift.drifts, drift.value, drift.difference, drift.at) == (True, 1001, 1, AUGUST)
    assert {one.code_version for one in (drift, same)} == {"4"}
    assert told() == [
        ("mark.recomputed", analyst.public_id, "1000.00"),
        ("mark.drifted", analyst.public_id, "1001.00"),
    ]


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("fund-manager", {"scope_kind": "fund", "scope_ref": "fund_elsewhere"}),
        ("auditor", {"scope_kind": "everywhere"}),
    ],
)
def test_whoever_neither_prepares_nor_approves_keeps_nothing(mark, system, role, scope):
    stranger = people.person(role=role, **scope, system=system)

    with pytest.raises(NotPermitted):
        services.recompute(mark, by=stranger, at=JULY_1)

    assert (kept(), told()) == ([], [])


def test_whoever_approves_computes_again(mark, committee):
    services.recompute(mark, by=committee[0], at=JULY_1)

    assert kept() == [(False, 1000)]


@pytest.mark.parametrize("change", [lambda rows: rows.update(drifts=True), lambda rows: rows.delete()])
def test_what_was_kept_does_not_change(mark, analyst, change):
    services.recompute(mark, by=analyst, at=JULY_1)

    with pytest.raises(DatabaseError), transaction.atomic():
        change(MarkRecomputation.objects.all())


def test_the_night_keeps_a_drift_once_and_that_it_has_gone_once(mark, system, comes_to):
    def nights(count):
        with clock.standing_at(AUGUST):
            for _night in range(count):
                tasks.report_drift()

    nights(2)
    assert kept() == []

    for amount in (1, 2, 0):
        comes_to(amount)
        nights(2)

    assert kept() == [(True, 1001), (True, 1002), (False, 1000)]
    assert [actor for _kind, actor, _value in told()] == [system.public_id] * 3


def test_two_sweeps_at_a_time_keep_a_drift_once(mark, system, comes_to, monkeypatch):
    """The second has read what was kept last before the first keeps its drift."""
    comes_to(1)
    read_before = queries.last_recomputations()
    services.check_all(by=system, at=AUGUST)
    monkeypatch.setattr(queries, "last_recomputations", lambda: read_before)

    (drift,) = services.check_all(by=system, at=AUGUST)

    assert (drift.mark, kept(), len(told())) == (mark, [(True, 1001)], 1)


def test_the_command_keeps_what_it_finds_and_leaves_with_one_where_one_differs(mark, comes_to, capsys):
    call_command("recompute_marks")
    call_command("recompute_marks", mark.public_id)
    assert capsys.readouterr().out == "0 of 1 marks differ.\n" * 2
    assert kept() == [(False, 1000)]
    with pytest.raises(CommandError):
        call_command("recompute_marks", "mark_unknown")

    comes_to(1)
    for asked in ([mark.public_id], []):
        with pytest.raises(SystemExit):
            call_command("recompute_marks", *asked)

        assert "stored 1000.00, comes to 1001.00" in capsys.readouterr().out
    assert kept() == [(False, 1000), (True, 1001)], "all marks: only what came out otherwise than before"
