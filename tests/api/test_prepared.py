"""What the door and the lists ask again and again is planned once, and nothing else is."""

import pytest
from django.db import ProgrammingError, connection, transaction

from core.api.prepared import prepared
from core.nations.models import Nation
from tests.factories import clients, nations

pytestmark = pytest.mark.django_db
PLANNED = "SELECT count(*) FROM pg_prepared_statements"
NATIONS = 8


def _asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_a_question_is_planned_once_for_all_its_values(system):
    nations.many_allies(NATIONS, system=system)
    before = _asked(PLANNED)[0]
    for code in Nation.objects.values_list("code", flat=True):
        with prepared():
            assert Nation.objects.filter(code=code).values_list("code").get() == (code,)
    assert _asked(PLANNED)[0] == before + 1


def test_after_an_error_nothing_is_prepared_any_more(system):
    before = connection.connection.cursor_factory, connection.connection.prepare_threshold
    with pytest.raises(ProgrammingError), transaction.atomic(), prepared():
        _asked("SELECT nothing FROM nowhere")
    assert (connection.connection.cursor_factory, connection.connection.prepare_threshold) == before


def test_a_list_asked_twice_is_planned_once(system):
    nations.many_allies(NATIONS, system=system)
    caller = clients.Caller(clients.client(system=system, scopes=["nations:read"]))
    caller.get("nations")
    before = _asked(PLANNED)[0]
    assert len(caller.get("nations").json()["data"]) >= NATIONS
    assert _asked(PLANNED)[0] == before
