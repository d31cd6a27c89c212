"""What the serving role may not do in SQL, so that whoever speaks through it can neither change nor hide what happened."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from core import clock
from core.management.commands import migrate
from core.money.models import Currency
from core.people import services as people_services
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

WRITTEN_ONCE = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if any(trigger.name == "written_once" for trigger in getattr(model._meta, "triggers", ()))
)
TABLES = sorted(model._meta.db_table for model in apps.get_models() if model._meta.managed)


def ask(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.django_db
def test_the_serving_role_is_nobody_in_the_cluster():
    flags = ask(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user"
    )
    memberships = ask("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole")

    assert (flags, memberships) == ([(False,)], [(0,)])


@pytest.mark.django_db
def test_the_serving_role_owns_nothing():
    assert ask("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = current_user::regrole") == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_what_is_written_once_is_read_and_added_to_alone(table):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

    held = [right for right in rights if ask("SELECT has_table_privilege(%s, %s)", table, right) == [(True,)]]

    assert held == ["SELECT", "INSERT"]
    assert ask("SELECT has_any_column_privilege(%s, 'UPDATE')", table) == [(False,)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_behind_the_missing_right_stand_triggers_that_fire(table):
    found = ask(
        "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname",
        table,
    )
    guards = [state for name, state in found if "written_once" in name or "never_emptied" in name]

    assert guards == ["O", "O"]


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied_or_given_triggers_by_the_serving_role(table):
    rights = ask("SELECT has_table_privilege(%s, 'TRUNCATE'), has_table_privilege(%s, 'TRIGGER')", table, table)

    assert rights == [(False, False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET ROLE fund_owner",
        "ALTER TABLE core_auditevent DISABLE TRIGGER ALL",
        "ALTER TABLE core_auditevent ADD COLUMN more text",
        "DROP TABLE core_auditevent",
        "TRUNCATE core_auditchain",
        "UPDATE core_auditevent SET kind = 'x'",
        "DELETE FROM core_auditevent",
        "INSERT INTO core_auditevent SELECT * FROM core_auditevent ON CONFLICT (id) DO UPDATE SET kind = 'x'",
        "MERGE INTO portfolio_posting AS p USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
        "SELECT 1 FROM core_auditevent FOR UPDATE",
        "SELECT setval('core_auditevent_id_seq', 1)",
        "CREATE TABLE own (id int)",
        "CREATE TEMPORARY TABLE portfolio_book (id bigint)",
        "CREATE SCHEMA own",
        "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink",
        "UPDATE django_migrations SET name = 'x'",
        "DELETE FROM django_migrations",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999', now())",
        "GRANT fund_owner TO fund_app",
        "ALTER ROLE fund_app SUPERUSER",
        "COPY core_user TO '/tmp/people'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/hostname')",
        "SELECT passwd FROM pg_shadow",
    ],
)
def test_the_serving_role_is_refused(statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner|cannot|not permitted"),
        transaction.atomic(),
    ):
        ask(statement)


@pytest.mark.django_db
def test_the_serving_role_reads_which_migrations_ran():
    assert ask("SELECT count(*) > 0 FROM django_migrations") == [(True,)]


def owner(statement):
    database = connections["owner"].settings_dict["NAME"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement.replace("{database}", f'"{database}"'))


@pytest.fixture
def temporary_tables_allowed():
    """Gives back what the product takes away, to see that it was needed."""
    owner("GRANT TEMPORARY ON DATABASE {database} TO PUBLIC")
    yield
    connection.close()
    owner("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")


@pytest.fixture
def triggers_ask_a_setting():
    """As django-pgtrigger writes it."""
    owner(
        "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql AS"
        " $$SELECT trigger_name = ANY(current_setting('pgtrigger.ignore', true)::text[])$$"
    )
    yield
    connection.close()
    migrate.let_no_trigger_be_ignored()


@pytest.fixture
def backdated(transactional_db):
    """An entry into a period that is closed, as a statement."""
    system = people_services.ensure_system(at=clock.now())
    Currency.objects.create(code="EUR", name_en="Euro", name_fr="Euro")
    book = ledger.open_book(name="Test fund", currency="EUR", at=clock.now())
    legs = [Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")]
    ledger.post(book, legs, key="k", kind="opening", effective_on=date(2026, 5, 1), by=system, at=clock.now())
    ledger.close(book, through=date(2026, 5, 2), today=date(2026, 6, 1), by=system, at=clock.now())
    yield (
        "INSERT INTO public.portfolio_entry (public_id, book_id, number, key, kind, subject, effective_on, recorded_at,"
        " actor, memo, previous, digest) SELECT 'entry_x', book_id, 2, 'x', kind, '', effective_on, recorded_at, actor,"
        " '', previous, digest FROM public.portfolio_entry"
    )
    connection.close()  # what was set for the session goes with it


def spare_every_trigger():
    names = [name for (name,) in ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")]
    ask("SELECT set_config('pgtrigger.ignore', %s, false)", "{" + ",".join(names) + "}")


def entries():
    return ask("SELECT count(*) FROM public.portfolio_entry")[0][0]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_no_session_spares_itself_a_trigger(backdated):
    spare_every_trigger()

    with pytest.raises(DatabaseError, match="the period is closed"), transaction.atomic():
        ask(backdated)

    assert entries() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_if_triggers_asked_a_setting_a_closed_period_would_open(triggers_ask_a_setting, backdated):
    spare_every_trigger()

    ask(backdated)

    assert entries() == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_with_a_temporary_table_a_closed_period_would_open(temporary_tables_allowed, backdated):
    with pytest.raises(DatabaseError, match="the period is closed"), transaction.atomic():
        ask(backdated)

    ask("CREATE TEMPORARY TABLE portfolio_book (id bigint, closed_through date)")
    ask(backdated)

    assert entries() == 2
