"""Peers in a process of their own: asked by a line of JSON, answered by a line of JSON."""

import json
import subprocess
from pathlib import Path
from typing import IO, Any

from bench.harness import Arm, Timed

PYTHON = Path(".venv-bench/bin/python")
"""Where ``make bench`` installs the peers from their lock."""
GOODBYE_SECONDS = 10


class PeerFailed(RuntimeError):
    """A peer answered that it could not do what was asked."""


class Peers:
    """The process of the peers, started when it is first asked. Without an environment every arm is absent."""

    def __init__(self, python: Path = PYTHON) -> None:
        self._python = python
        self._process: subprocess.Popen[str] | None = None
        self._begun: list[str] = []

    @property
    def are_there(self) -> bool:
        return self._python.exists()

    def arm(self, what: str, **data: Any) -> Arm:
        """A peer's work as an arm. Raises PeerFailed when it is run and fails."""
        return lambda: self.ask(what, **data)

    def ask(self, what: str, **data: Any) -> Timed | None:
        if not self.are_there:
            return None
        self.wait()
        self._send(what, data)
        return self._answer(what)

    def begin(self, what: str, **data: Any) -> None:
        """Have something prepared while we prepare ours; nothing is timed before ``wait``."""
        if self.are_there:
            self._send(what, data)
            self._begun.append(what)

    def wait(self) -> None:
        """Until all that was begun is done. Raises PeerFailed."""
        while self._begun:
            self._answer(self._begun.pop(0))

    def _send(self, what: str, data: dict[str, Any]) -> None:
        to, _fro = self._pipes()
        to.write(json.dumps({"what": what, "data": data}) + "\n")
        to.flush()

    def _answer(self, what: str) -> Timed:
        _to, fro = self._pipes()
        line = fro.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process has ended"}
        if "error" in answer:
            raise PeerFailed(f"{what}: {answer['error']}")
        return Timed(answer["seconds"], answer["result"])

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 -- our own module
                [self._python, "-m", "bench.peers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        to, fro = self._process.stdin, self._process.stdout
        if to is None or fro is None:
            raise PeerFailed("the process has no pipes")
        return to, fro

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.communicate()  # its input ends, and so does it
        self._process.wait(GOODBYE_SECONDS)
