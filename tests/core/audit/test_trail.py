"""The auditor's page: who reads which chain, search, sentences in two languages, verification, export."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.audit import kinds, queries, sentences, services
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import services as people_services
from tests.factories import people

OPENED = kinds.Kind("test.opened", "{actor} opened {subject} with {tool}.")


@pytest.fixture(autouse=True)
def _opening_is_known(monkeypatch):
    """A kind of these tests alone: no page of another test offers it."""
    monkeypatch.setitem(kinds._kinds, OPENED.code, OPENED)


@pytest.fixture
def auditor(system):
    return people.person(role="auditor", email="auditor@example.org", system=system)


@pytest.fixture
def manager(system):
    return people.person(
        role="fund-manager", scope_kind="fund", scope_ref="fund_mine", email="manager@example.org", system=system
    )


@pytest.fixture
def programmes(system):
    return people.person(role="programme-manager", email="programmes@example.org", system=system)


def page(client: Client, **asked: str) -> str:
    return client.get(reverse("manage:audit", query=asked)).content.decode()


def happen(by, subject="thing_1", *, chain=services.GENERAL, **after):
    return services.record(OPENED, subject, by=by, chain=chain, after=after)


def test_each_reads_the_chains_of_her_scope(auditor, manager, programmes, system):
    happen(system, "thing_general")
    happen(system, "thing_mine", chain="fund_mine")
    happen(system, "thing_other", chain="fund_other")
    happen(system, "thing_programme", chain="programme_0123456789abcdef")

    def read(person):
        return {event.subject for event in queries.visible_to(person).filter(kind=OPENED.code)}

    assert read(auditor) == {"thing_general", "thing_mine", "thing_other", "thing_programme"}
    assert read(manager) == {"thing_mine"}
    assert read(programmes) == {"thing_programme"}
    assert read(people.person(role="administrator", system=system)) == set()


def test_the_page_shows_no_event_of_another_chain(manager, system, client):
    happen(system, "thing_mine", chain="fund_mine")
    happen(system, "thing_other", chain="fund_other")
    people.signed_in(client, manager)

    shown = page(client) + page(client, subject="thing_other") + page(client, chain="fund_other")

    assert "thing_mine" in shown
    assert "thing_other</dd>" not in shown
    assert "System opened thing_other" not in shown


def test_an_event_is_a_sentence_with_names_for_ids(auditor, manager):
    grant = manager.grants.get()
    event = AuditEvent.objects.get(kind="role.granted", subject=grant.public_id)
    names = {manager.public_id: "Mara", event.actor: "System"}

    with translation.override("en"):
        told = sentences.tell(event, names)

    assert told.sentence == "System gave Mara the role Fund manager."
    assert {"Person", "Role", "Over what", "First day", "Ends before"} == {change.label for change in told.changes}
    assert re.fullmatch(r"([0-9a-f]{8} ){7}[0-9a-f]{8}", told.digest)


def test_a_kind_or_a_key_that_nobody_knows_any_more_never_fails(auditor):
    known = happen(auditor)
    unknown = AuditEvent(
        kind="gone.away", actor="person_x", subject="thing", before={"tool": {"a": 1}}, after={"list": [1, None, True]}
    )

    with translation.override("en"):
        assert sentences.sentence(known, {auditor.public_id: "Ana"}) == "Ana opened thing_1 with …."
        assert sentences.tell(unknown, {}).sentence == "person_x did “gone.away” to thing."


@pytest.mark.parametrize(("language", "day"), [("en", "4 Dec 2026"), ("fr", "4 déc. 2026")])
def test_a_day_in_a_sentence_reads_as_days_do_in_the_language(auditor, language, day):
    event = happen(auditor, tool="2026-12-04")

    with translation.override(language):
        assert day in sentences.sentence(event, {})


@pytest.mark.parametrize(("language", "amount"), [("en", "−1\u00a0234\u00a0567.80"), ("fr", "−1\u00a0234\u00a0567,80")])
def test_an_amount_in_a_sentence_reads_as_amounts_do_in_the_language(auditor, language, amount):
    event = happen(auditor, tool="-1234567.80")

    with translation.override(language):
        assert amount in sentences.sentence(event, {})


@pytest.mark.parametrize(
    ("name", "told"),
    [("Estonie", "l’engagement d’Estonie :"), ("Finlande", "l’engagement de Finlande :")],
)
def test_a_french_word_loses_its_vowel_before_another(auditor, name, told):
    event = AuditEvent(kind="commitment.amended", actor="Ana", subject="x", before={}, after={"nation": name})

    with translation.override("fr"):
        assert told in sentences.sentence(event, {}).replace("\u00a0", " ")


def test_a_blank_in_a_value_is_not_filled_again(auditor):
    event = happen(auditor, tool="{digest}{actor.__class__}")

    assert sentences.sentence(event, {}).endswith("with {digest}{actor.__class__}.")


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ({"person": "ana"}, {"thing_a"}),
        ({"subject": "thing_b"}, {"thing_b"}),
        ({"kind": "test.opened", "chain": "fund_mine"}, {"thing_b"}),
        ({"kind": "test.opened", "last_day": "2026-05-31"}, {"thing_b"}),
        ({"kind": "test.opened", "first_day": "2026-06-01"}, {"thing_a"}),
        ({"person": "nobody at all"}, set()),
    ],
)
def test_the_trail_is_searched(auditor, system, client, asked, subjects):
    ana = people.person(email="ana@example.org", system=system)
    with clock.standing_at(clock.now() - timedelta(hours=15)):
        happen(system, "thing_b", chain="fund_mine")
    happen(ana, "thing_a")
    people.signed_in(client, auditor)

    shown = page(client, **asked)

    assert {one for one in ("thing_a", "thing_b") if f"<dd><code>{one}" in shown} == subjects


def test_a_search_that_cannot_be_read_says_so_and_keeps_what_was_typed(auditor, client):
    people.signed_in(client, auditor)

    shown = page(client, first_day="1800-01-01", last_day="9999-12-31", person="Ana")

    assert "id_first_day_error" in shown
    assert "id_last_day_error" in shown
    assert 'value="Ana"' in shown
    assert "id_last_day_error" in page(client, first_day="2026-06-02", last_day="2026-06-01")


def test_pages_follow_one_another_without_gap_or_repeat(auditor, client):
    expected = [happen(auditor, f"thing_{number}").pk for number in range(120)][::-1]
    events = queries.search(auditor, queries.Wanted(kind=OPENED.code))

    found, cursor = [], ""
    while True:
        one = queries.page(events, cursor=cursor, size=50)
        found += [event.pk for event in one.events]
        cursor = one.next_cursor
        if not cursor:
            break

    assert found == expected
    assert queries.page(events, cursor="nonsense", size=50).events[0].pk == expected[0]
    assert queries.page(events, cursor="9" * 40 + ".1-1", size=50).events[0].pk == expected[0]
    people.signed_in(client, auditor)
    assert "Earlier events" in page(client, kind=OPENED.code)
    assert page(client, cursor="\x00") != ""


def test_chains_that_hold_are_said_to_and_the_question_is_noted(auditor, client):
    happen(auditor, chain="fund_mine")
    people.signed_in(client, auditor)

    shown = client.post(reverse("manage:audit_verify")).content.decode()

    assert "All 2 chains hold" in shown
    assert AuditEvent.objects.get(kind="audit.verified").after == {"chains": 2, "broken": 0}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_changed_byte_is_found_by_button_and_command(capsys):
    system = people_services.ensure_system(at=clock.now())
    auditor = people.person(role="auditor", system=system)
    for number in range(3):
        happen(system, f"thing_{number}", chain="fund_mine")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE core_auditevent SET subject = 'thing_x' WHERE chain = 'fund_mine' AND position = 2")
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")

    client = people.signed_in(Client(), auditor)
    shown = client.post(reverse("manage:audit_verify")).content.decode()
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit")

    assert "1 chain does not hold." in shown
    assert "fund_mine, event 2: The event was changed after it was written." in shown
    assert left.value.code == 1
    assert "fund_mine, event 2: The event was changed after it was written." in capsys.readouterr().out


def test_the_command_says_that_all_is_well(system, capsys):
    happen(system)

    call_command("verify_audit")

    assert capsys.readouterr().out == "1 of 1 chains hold.\n"


def test_only_an_auditor_verifies(manager, client):
    with pytest.raises(NotPermitted):
        services.verify_on_demand(by=manager)
    people.signed_in(client, manager)

    assert client.post(reverse("manage:audit_verify")).status_code == 403
    assert "Verify the chains" not in page(client)


def test_the_export_holds_what_the_page_shows(auditor, client):
    happen(auditor, "thing_a", tool="=1+1")
    happen(auditor, "thing_b", chain="fund_mine")
    people.signed_in(client, auditor)

    answer = client.get(reverse("manage:audit_xlsx", query={"subject": "thing_a"}))

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1].iter_rows(values_only=True))
    assert [row[4] for row in rows[1:]] == ["thing_a"]
    assert rows[1][6] == "tool:  → =1+1"
    assert rows[1][10] == AuditEvent.objects.get(subject="thing_a").position


def test_the_page_speaks_french(auditor, client):
    happen(auditor)
    auditor.language = "fr"
    auditor.save()
    people.signed_in(client, auditor)

    assert '<html lang="fr"' in page(client)
