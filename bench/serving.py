"""Applications as they are served, each by a web server of its own, and a client that asks over several connections."""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

AT_ONCE = 8
"""Connections of the client: as many as the web server has threads."""
COMES_IN_SECONDS = 60
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """How long all requests took together, and each of them; the body of the last."""

    seconds: float
    each: list[float]
    body: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """A web server that was started, with the processes and threads of the product's own, until this process ends."""

    application: str
    process: subprocess.Popen[bytes]
    port: int

    def there(self) -> int:
        """Its port, once it answers."""
        ends = time.monotonic() + COMES_IN_SECONDS
        while not _answers(self.port):
            if self.process.poll() is not None or time.monotonic() > ends:
                raise AssertionError(f"the web server of {self.application} does not come")
            time.sleep(0.05)
        return self.port


def serve(application: str) -> Served:
    """Begin to serve it; it is imported meanwhile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    arguments = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket")
    process = subprocess.Popen(  # noqa: S603 -- our own
        [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *arguments],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    atexit.register(lambda: os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None)
    return Served(application, process, port)


def ask(port: int, path: str, headers: Mapping[str, str], count: int) -> Asked:
    """``count`` times the same, shared out among the connections. Raises AssertionError where one is not answered with 200."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    each: list[float] = []

    async def one(turns: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        body = b""
        for _turn in range(turns):
            begun = time.perf_counter()
            writer.write(request)
            body = await _answer(reader, path)
            each.append(time.perf_counter() - begun)
        writer.close()
        return body

    async def together() -> bytes:
        connections = min(AT_ONCE, count)
        shares = [count // connections + (n < count % connections) for n in range(connections)]
        return (await asyncio.gather(*(one(share) for share in shares)))[-1]

    begun = time.perf_counter()
    body = asyncio.run(together())
    return Asked(time.perf_counter() - begun, each, body)


async def _answer(reader: asyncio.StreamReader, path: str) -> bytes:
    head = (await reader.readuntil(END_OF_HEAD)).decode()
    first, *lines = head.split("\r\n")
    told = dict(line.lower().split(": ", 1) for line in lines if line)
    if " 200 " not in first or "content-length" not in told:
        raise AssertionError(f"{path} answered {head!r}")
    return await reader.readexactly(int(told["content-length"]))


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
