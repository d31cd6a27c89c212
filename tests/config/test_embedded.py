"""The servers of a machine that has none: started, stopped, killed and found again, each on a folder of the test's own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from kombu import Connection
from redis import Redis

from config import embedded
from config.embedded import postgres
from config.embedded.processes import started_at, until

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the tests that leave it as they found it. Its parents are private: as root, PostgreSQL may not walk here."""
    return tmp_path_factory.mktemp("servers") / "a folder"


@pytest.fixture
def servers(folder: Path) -> Iterator[embedded.Servers]:
    with embedded.start(folder, durable=False) as running:
        yield running


def asked(servers: embedded.Servers, question: str) -> list[tuple]:
    with psycopg.connect(servers.environment()["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(question).fetchall()


def keep(servers: embedded.Servers) -> None:
    with psycopg.connect(servers.environment()["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")


def taken(servers: embedded.Servers) -> list[tuple]:
    with psycopg.connect(servers.environment()["DATABASE_OWNER_URL"], autocommit=True) as connection:
        found = connection.execute("SELECT number FROM kept").fetchall()
        connection.execute("DROP TABLE kept")
        return found


def as_superuser(servers: embedded.Servers, database: str) -> psycopg.Connection:
    way = psycopg.conninfo.conninfo_to_dict(servers.environment()["DATABASE_URL"])
    return psycopg.connect(host=way["host"], port=way["port"], user="postgres", dbname=database, autocommit=True)


def test_the_owner_and_the_serving_role_have_the_rights_they_need_and_no_more(servers: embedded.Servers) -> None:
    question = """
        SELECT rolname, rolcanlogin, rolcreatedb, rolsuper, rolcreaterole, rolbypassrls, rolreplication
        FROM pg_roles WHERE rolname LIKE 'fund%' ORDER BY rolname
    """
    assert asked(servers, question) == [
        ("fund_app", True, False, False, False, False, False),
        ("fund_owner", True, True, False, False, False, False),
    ]


def test_the_serving_role_can_neither_make_a_table_nor_a_database(servers: embedded.Servers) -> None:
    for statement in ("CREATE TABLE mine (id int)", "CREATE DATABASE mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(servers, statement)


def test_the_database_belongs_to_the_owner_and_sorts_alike_everywhere(servers: embedded.Servers) -> None:
    question = """
        SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate
        FROM pg_database WHERE datname = 'fund'
    """
    assert asked(servers, question) == [("fund_owner", "UTF8", "C.UTF-8")]


def test_new_databases_have_the_extension_of_exclusion_constraints(servers: embedded.Servers) -> None:
    for database in ("fund", "template1"):
        with as_superuser(servers, database) as connection:
            assert connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'").fetchall() == [(1,)]


def test_postgres_listens_on_its_socket_alone_and_lives_in_utc(servers: embedded.Servers) -> None:
    assert asked(servers, "SELECT current_setting('listen_addresses'), current_setting('timezone')") == [("", "UTC")]


def test_redis_listens_on_its_socket_alone_and_forgets_no_work(servers: embedded.Servers) -> None:
    with Redis.from_url(servers.environment()["REDIS_URL"]) as redis:
        assert redis.config_get("port", "maxmemory-policy") == {"port": "0", "maxmemory-policy": "noeviction"}


def test_the_broker_and_the_cache_do_not_share_their_keys(servers: embedded.Servers) -> None:
    with Redis.from_url(servers.environment()["REDIS_URL"]) as cache:
        cache.set("kept", "in the cache")

    with Connection(servers.environment()["CELERY_BROKER_URL"]) as broker:
        assert broker.default_channel.client.get("kept") is None


def test_variables_of_the_shell_do_not_steer_the_way_to_the_database(
    servers: embedded.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere")

    assert asked(servers, "SELECT current_user") == [("fund_app",)]


def test_a_second_start_finds_the_same_data(folder: Path) -> None:
    with embedded.start(folder, durable=False) as first:
        keep(first)

    with embedded.start(folder, durable=False) as second:
        assert taken(second) == [(7,)]


def test_stopping_leaves_no_process_and_no_lock(folder: Path) -> None:
    with embedded.start(folder, durable=False) as servers:
        pids = [process.child.pid for process in servers.processes]

    assert [started_at(pid) for pid in pids] == [None, None]
    assert not (folder / "postgres" / "data" / "postmaster.pid").exists()
    assert embedded.holder(folder) is None


def test_a_folder_in_use_is_refused_and_the_holder_named(servers: embedded.Servers, folder: Path) -> None:
    with pytest.raises(embedded.CannotStart) as refusal:
        embedded.start(folder)

    assert str(refusal.value) == (
        f"{folder} is in use by a command that started servers, process {os.getpid()}. "
        f"Stop it with Ctrl-C in its terminal, or with: kill {os.getpid()}"
    )
    assert embedded.holder(folder)["environment"] == servers.environment()


def test_killed_servers_start_again_and_have_lost_nothing(folder: Path) -> None:
    with embedded.start(folder, durable=True) as servers:
        keep(servers)
        for process in servers.processes:
            os.kill(process.child.pid, signal.SIGKILL)
            process.child.wait()

        for process in servers.processes:
            process.start()

        assert until(lambda: answers(servers), seconds=10)
        assert taken(servers) == [(7,)]


def answers(servers: embedded.Servers) -> bool:
    try:
        return asked(servers, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_what_a_killed_run_left_is_ended_by_the_next_start(folder: Path) -> None:
    pids = left_by_a_killed_run(folder)
    assert all(started_at(pid) for pid in pids)

    with embedded.start(folder, durable=False) as servers:
        assert [started_at(pid) for pid in pids] == [None, None]
        assert asked(servers, "SELECT 1") == [(1,)]


def left_by_a_killed_run(folder: Path) -> list[int]:
    program = """
import sys, time, pathlib
from config import embedded
servers = embedded.start(pathlib.Path(sys.argv[1]), durable=False)
print(*(process.child.pid for process in servers.processes), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as run:
        pids = [int(word) for word in run.stdout.readline().split()]
        run.kill()
    return pids


def test_a_lock_file_whose_number_belongs_to_somebody_else_by_now_does_not_block(folder: Path) -> None:
    with embedded.start(folder, durable=False):
        pass
    (folder / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n1\n5432\n")

    with embedded.start(folder, durable=False) as servers:
        assert asked(servers, "SELECT 1") == [(1,)]


def test_data_of_another_version_are_refused_with_a_way_out(folder: Path) -> None:
    with embedded.start(folder, durable=False):
        pass
    version = folder / "postgres" / "data" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")

    with pytest.raises(embedded.CannotStart, match=r"was written by PostgreSQL 12, .* begin again: make demo-reset"):
        embedded.start(folder, durable=False)

    version.write_text(ours)
    assert embedded.holder(folder) is None


def test_a_path_too_long_for_a_socket_is_reached_by_a_short_one_and_a_killed_initdb_is_begun_again(
    tmp_path: Path,
) -> None:
    folder = tmp_path / ("a-very-long-name-" * 6)
    draft = folder / "postgres" / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("half")

    with embedded.start(folder, durable=False) as servers:
        assert asked(servers, "SELECT 1") == [(1,)]
        with Redis.from_url(servers.environment()["REDIS_URL"]) as redis:
            assert redis.ping()
        short = [Path(path) for path in json.loads((folder / "temporary.json").read_text())]
        assert all(path.exists() for path in short)

    assert not any(path.exists() for path in short)


def test_binaries_in_a_private_folder_are_run_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = next(postgres._from_wheel()).parents[1]
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", private / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name)
    monkeypatch.setenv("POSTGRES_BIN", str(private / package.name / "pginstall" / "bin"))

    with embedded.start(tmp_path / "demo", durable=False, redis=False) as servers:
        assert asked(servers, "SELECT 1") == [(1,)]

    assert private.stat().st_mode & 0o777 == 0o700


def test_only_what_is_asked_for_is_started(tmp_path: Path) -> None:
    with embedded.start(tmp_path / "demo", postgres=False) as servers:
        assert [process.name for process in servers.processes] == ["Redis"]
        assert sorted(servers.environment()) == ["CELERY_BROKER_URL", "REDIS_URL"]
        with Redis.from_url(servers.environment()["REDIS_URL"]) as redis:
            assert redis.config_get("appendonly", "appendfsync") == {"appendonly": "yes", "appendfsync": "everysec"}


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("POSTGRES_BIN", "POSTGRES_BIN is /nowhere, but postgres and initdb are not there."),
        ("REDIS_BIN", "REDIS_BIN is /nowhere, but there is no such file."),
    ],
)
def test_a_binary_that_is_not_there_is_named(
    variable: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/nowhere")

    with pytest.raises(embedded.CannotStart) as refusal:
        embedded.start(tmp_path / "demo", durable=False, postgres=variable == "POSTGRES_BIN")

    assert str(refusal.value) == sentence


def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = Path("/usr")
    if os.geteuid() == 0:
        folder = tmp_path / "theirs"
        folder.mkdir()
        os.chown(folder, 65534, 65534)

    with pytest.raises(embedded.CannotStart, match="belongs to another user"):
        embedded.start(folder)
