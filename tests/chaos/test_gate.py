"""The gate shuts while money is on its way: whichever comes first, no money stands that was given when it was shut."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from core import clock, locks
from core.ethics import services as ethics
from core.ethics.gate import HeldByEthics
from tests import sampling
from tests.factories.cohorts import OFFERED_AT
from tests.security.gate import sql
from tests.security.gate.kinds import BEFORE, KINDS, TODAY, Ground

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PATIENCE = 0.4
"""Seconds in which whoever is not made to wait is through."""


def closes(ground, review):
    ethics.close(review, on=TODAY, by=ground.officers[0])


def blocks(ground, review):
    """A condition that blocks, as plain SQL would set it, past the services that lock the review first."""
    review.conditions.create(
        text="Do", evidence_wanted="Letter", owner=ground.owner, due_on=TODAY, set_on=TODAY, set_at=OFFERED_AT,
        set_by=ground.officers[0], is_blocking=True,
    )  # fmt: skip


def expires(_ground, review):
    sql.run("UPDATE core_review SET expires_on = %s WHERE id = %s", [TODAY - timedelta(days=1), review.pk])


SHUTTING = (closes, blocks, expires)
PAIRS = [
    (kind, shut)
    for number, kind in enumerate(KINDS)
    for turn, shut in enumerate(SHUTTING)
    if sampling.FULL or (number % 2 == 0 and turn == number // 2)
]


@pytest.fixture
def ground(system):
    made = Ground(system)
    made.in_force()
    return made


def _cleared(ground, kind):
    return ground.reviewed(*kind.subject(ground), on=BEFORE, expires_on=TODAY)


class Race:
    """Two people with a connection each: one is through with her work and waits with the commit until the other had her turn."""

    def __init__(self):
        self.order, self.results = [], {}
        self.is_done, self.may_commit = threading.Event(), threading.Event()

    def run(self, first, second):
        threads = [threading.Thread(target=self._first, args=first), threading.Thread(target=self._second, args=second)]
        for one in threads:
            one.start()
        self.is_done.wait(10)
        threads[1].join(PATIENCE)
        self.may_commit.set()
        for one in threads:
            one.join()
        return self.order

    def _first(self, name, work):
        def through():
            work()
            self.is_done.set()
            self.may_commit.wait(10)
            self.order.append(name)

        self._alone(name, through)
        self.is_done.set()

    def _second(self, name, work):
        self.is_done.wait(10)
        self._alone(name, work)
        if name not in self.results:
            self.order.append(name)

    def _alone(self, name, work):
        with clock.standing_at(OFFERED_AT):
            try:
                with transaction.atomic():
                    work()
            except (HeldByEthics, DatabaseError) as refusal:
                self.results[name] = refusal
            finally:
                connections.close_all()


@pytest.mark.parametrize(("kind", "shut"), PAIRS, ids=[f"{kind}, {shut.__name__}" for kind, shut in PAIRS])
def test_money_waits_for_whoever_shuts_the_gate_and_is_refused(ground, kind, shut):
    review = _cleared(ground, kind)

    order = Race().run(("shut", lambda: shut(ground, review)), ("money", lambda: kind.give(ground)))

    assert order == ["shut"]


@pytest.mark.parametrize(("kind", "shut"), PAIRS, ids=[f"{kind}, {shut.__name__}" for kind, shut in PAIRS])
def test_whoever_shuts_the_gate_waits_for_money_on_its_way(ground, kind, shut):
    review = _cleared(ground, kind)

    order = Race().run(("money", lambda: kind.give(ground)), ("shut", lambda: shut(ground, review)))

    assert order == ["money", "shut"]
    with pytest.raises((HeldByEthics, DatabaseError)), transaction.atomic():
        _again(ground, kind)


def _again(ground, kind):
    like = kind.given(ground)
    sql.values(like._meta.db_table, like, [sql.fields(like) | kind.anew(ground)])


@pytest.mark.parametrize("shut", [blocks, expires])  # closing waits for the audit chain, too
def test_control_without_the_locks_money_is_given_when_the_gate_is_shut(ground, shut, monkeypatch):
    kind = KINDS[0]
    review = _cleared(ground, kind)
    with _without_locks(monkeypatch):
        order = Race().run(("money", lambda: kind.give(ground)), ("shut", lambda: shut(ground, review)))

    assert order == ["shut", "money"]


class _without_locks:  # noqa: N801 -- read as a verb
    """Neither the service nor the database holds the reviews that it relies on."""

    def __init__(self, monkeypatch):
        self.patch = monkeypatch

    def __enter__(self):
        self.patch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef('core_ethics_gate'::regproc)")
            (self.source,) = cursor.fetchone()
        self._make(self.source.replace(" ORDER BY r.id FOR SHARE", ""))

    def __exit__(self, *_raised):
        self._make(self.source)
        self.patch.undo()

    def _make(self, source):
        with connections["owner"].cursor() as cursor:
            cursor.execute(source)
