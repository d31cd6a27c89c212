"""The supervisor: what it refuses in a sentence, what it starts again, what it ends, and what it leaves alone."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from config import embedded
from config.embedded.processes import Process, started_at, until
from config.supervisor import children, reset, told
from config.supervisor.demo import Demo
from config.supervisor.terminal import Wish

CHECKOUT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 12, 1, 8, 0, tzinfo=timezone.utc)

WEB = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def supervised(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "config.supervisor", command],
        cwd=CHECKOUT,
        env={**kept, "DEMO_DIR": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_port_in_use_is_named_with_another_before_anything_starts(tmp_path: Path, taken_port: int) -> None:
    done = supervised("demo", tmp_path / "demo", PORT=str(taken_port))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {taken_port} is in use. Stop the program that uses it, or take another: make demo PORT={taken_port + 1}"
    )
    assert not (tmp_path / "demo" / "postgres").exists()


def test_a_second_demo_on_the_same_folder_says_who_has_it(tmp_path: Path) -> None:
    held = embedded.hold(tmp_path / "demo", what="make demo on port 8000")

    done = supervised("demo", tmp_path / "demo")

    held.release()
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"{tmp_path / 'demo'} is in use by make demo on port 8000, process {os.getpid()}. "
        f"Stop it with Ctrl-C in its terminal, or with: kill {os.getpid()}"
    )


@pytest.mark.parametrize(
    ("story", "variables", "sentence"),
    [
        (
            "a port that is no number",
            {"PORT": "web"},
            "PORT is 'web'; it must be a number from 1 to 65535: make demo PORT=8001",
        ),
        (
            "a port out of range",
            {"PORT": "70000"},
            "PORT is '70000'; it must be a number from 1 to 65535: make demo PORT=8001",
        ),
        (
            "production's shell",
            {"ENVIRONMENT": "production"},
            "ENVIRONMENT is 'production'; the demo runs only where it is unset or demo.",
        ),
        (
            "half a database",
            {"DATABASE_URL": "postgresql://fund_app@/fund"},
            "DATABASE_URL is set and DATABASE_OWNER_URL is not. Set both (the owner migrates, the other serves), or neither.",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(story: str, variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(embedded.CannotStart) as refusal:
        told.read(variables)

    assert str(refusal.value) == sentence


def test_servers_are_brought_only_where_no_address_is_given() -> None:
    given = {"DATABASE_URL": "postgresql://a@/f", "DATABASE_OWNER_URL": "postgresql://o@/f"}

    assert (told.read({}).postgres, told.read({}).redis) == (True, True)
    assert (told.read(given).postgres, told.read(given).redis) == (False, True)
    assert (told.read({"REDIS_URL": "redis://r"}).postgres, told.read({"REDIS_URL": "redis://r"}).redis) == (
        True,
        False,
    )


@pytest.mark.parametrize("child", [children.web, children.worker, children.beat])
def test_what_serves_is_not_told_of_the_owner_of_the_database(child, tmp_path: Path) -> None:
    wanted = told.Wanted(tmp_path, "127.0.0.1", 8000, postgres=True, redis=True)

    made = child(wanted, {"DATABASE_URL": "postgresql://a@/f", "DATABASE_OWNER_URL": "postgresql://o@/f"})

    assert made.environment == {"DATABASE_URL": "postgresql://a@/f"}


def test_the_clock_stands_on_its_day_at_the_first_start_and_runs_on(tmp_path: Path) -> None:
    first = told.clock_offset_seconds(tmp_path, at=MORNING)
    a_week_later = told.clock_offset_seconds(tmp_path, at=MORNING + timedelta(days=7))

    assert MORNING + timedelta(seconds=first) == datetime.fromisoformat(told.STANDS_ON)
    assert a_week_later == first


def test_the_clock_stands_where_the_rehearsal_ends() -> None:
    from demo import world

    assert datetime.fromisoformat(told.STANDS_ON) == world.STANDS_ON


def test_a_clock_that_cannot_be_read_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{")

    with pytest.raises(embedded.CannotStart, match=r"cannot be read\. Begin again: make demo-reset"):
        told.clock_offset_seconds(tmp_path, at=MORNING)


def test_what_ends_is_started_again_with_a_pause_and_given_up_at_the_third_time(tmp_path: Path) -> None:
    watched = children.Watched(program(tmp_path, "raise SystemExit('no luck')"))

    watched.process.start()
    watched.process.child.wait()
    assert watched.look(at=0.0)
    watched.process.child.wait()
    assert not watched.look(at=1.0)
    assert watched.look(at=2.0)
    watched.process.child.wait()
    with pytest.raises(embedded.CannotStart, match=r"ended 3 times within a minute(.|\n)*no luck"):
        watched.look(at=3.0)


def test_an_old_end_is_forgiven(tmp_path: Path) -> None:
    watched = children.Watched(program(tmp_path, ""), deaths=[0.0, 1.0])

    assert watched.look(at=100.0)

    watched.process.child.wait()
    assert watched.deaths == [100.0]


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    ours, stranger = (program(tmp_path, "import time; time.sleep(60)") for _ in range(2))
    for process in (ours, stranger):
        process.start()
    pid = stranger.child.pid
    remembered = [[ours.child.pid, started_at(ours.child.pid)], [pid, "started at another time"]]
    (tmp_path / "children.json").write_text(json.dumps(remembered))

    assert children.end_left(tmp_path)

    assert ours.child.wait() == -signal.SIGTERM
    assert stranger.runs()
    assert not children.end_left(tmp_path)
    stranger.stop(seconds=2)


def program(folder: Path, text: str, *arguments: str) -> Process:
    command = [sys.executable, "-c", text, *arguments]
    return Process("The program", command, folder / "program.log", folder, dict(os.environ))


def test_a_demo_starts_in_order_mends_what_dies_and_stops_all_of_it(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Real processes under the real supervisor; only the programs are small ones."""
    small_programs(tmp_path, free_port, monkeypatch)
    wish = Wish()
    wanted = told.Wanted(tmp_path / "a demo", "127.0.0.1", free_port, postgres=False, redis=True)
    seen: list[int] = []

    def person() -> None:
        remembered = tmp_path / "a demo" / "children.json"
        until(lambda: remembered.exists() and len(json.loads(remembered.read_text())) == 3, seconds=10)
        web = json.loads(remembered.read_text())[0][0]
        os.kill(web, signal.SIGKILL)
        until(lambda: json.loads(remembered.read_text())[0][0] != web, seconds=5)
        until(lambda: serves(free_port), seconds=5)
        seen.extend(pid for pid, _ in json.loads(remembered.read_text()))
        wish.to_stop = True

    visit = threading.Thread(target=person)
    visit.start()
    with embedded.start(wanted.folder, postgres=False) as servers:
        code = Demo(wanted, wish, servers).run()
    visit.join()

    assert code == 0
    assert len(seen) == 3
    assert [started_at(pid) for pid in seen] == [None, None, None]
    assert not (wanted.folder / "children.json").exists()
    said = capfd.readouterr().out
    assert said.index("prepare_demo") < said.index("demo_screen")
    assert "The web ended and is started again" in said


def small_programs(folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(name: str, text: str, *arguments: str) -> Process:
        command = [sys.executable, "-c", text, *arguments]
        return Process(f"The {name}", command, folder / f"{name}.log", folder, dict(os.environ))

    def command(environment: dict[str, str], *words: str) -> Process:
        return Process(words[0], [sys.executable, "-c", f"print({words[0]!r})"], None, folder, dict(os.environ))

    monkeypatch.setattr(children, "web", lambda *_: small("web", WEB, str(port)))
    monkeypatch.setattr(children, "worker", lambda *_: small("worker", "import time; time.sleep(60)"))
    monkeypatch.setattr(children, "beat", lambda *_: small("beat", "import time; time.sleep(60)"))
    monkeypatch.setattr(children, "command", command)


def serves(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=1)) as asked,
    ):
        asked.request("GET", "/")
        return asked.getresponse().status == 200
    return False


def test_reset_removes_the_demo_and_leaves_what_is_not_ours(tmp_path: Path) -> None:
    folder = tmp_path / "a demo"
    embedded.hold(folder, what="make demo on port 8000").release()
    for name in ("clock.json", "prepared", "somebody's notes"):
        (folder / name).write_text("{}")
    (folder / "postgres" / "data").mkdir(parents=True)

    assert reset.run(folder) == 0

    assert [path.name for path in folder.iterdir()] == ["somebody's notes"]


def test_reset_removes_nothing_from_a_folder_that_the_demo_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()

    with pytest.raises(embedded.CannotStart, match="was not made by the demo, so nothing was removed"):
        reset.run(tmp_path)

    assert (tmp_path / "postgres").exists()


def test_reset_stops_nothing_that_runs(tmp_path: Path) -> None:
    held = embedded.hold(tmp_path / "demo", what="make demo on port 8000")
    (tmp_path / "demo" / "clock.json").write_text("{}")

    with pytest.raises(embedded.CannotStart, match="is in use by make demo on port 8000"):
        reset.run(tmp_path / "demo")

    held.release()
    assert (tmp_path / "demo" / "clock.json").exists()


def test_reset_says_so_where_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reset.run(tmp_path / "demo") == 0

    assert capsys.readouterr().out.strip() == "There is nothing to reset. Start with: make demo"
