"""ClamAV's daemon, asked over TCP or a Unix socket: the bytes are streamed to it, and it says what it found.

The protocol: https://docs.clamav.net/manual/Usage/Scanning.html#clamd (commands zINSTREAM and zVERSION).
"""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

CONNECT_SECONDS = 5
ANSWER_SECONDS = 60
CHUNK_BYTES = 64 * 1024
LONGEST_ANSWER = 4096


class Unclear(Exception):
    """The daemon answered neither clean nor found: it is overloaded, or its own limit is below ours."""


@dataclass(frozen=True, slots=True)
class Found:
    is_infected: bool
    engine: str


def scan(file: BinaryIO, address: str) -> Found:
    """``address`` is tcp://host:port or unix:///path. Raises OSError where nothing answers, and Unclear."""
    with _connected(address) as daemon:
        daemon.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK_BYTES):
            daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
        daemon.sendall(struct.pack("!L", 0))
        said = _answer(daemon)
    if said.endswith(" FOUND"):
        return Found(is_infected=True, engine=_version(address))
    if said == "stream: OK":
        return Found(is_infected=False, engine=_version(address))
    raise Unclear(said)


def _version(address: str) -> str:
    with _connected(address) as daemon:
        daemon.sendall(b"zVERSION\0")
        return _answer(daemon)[:60]


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(CONNECT_SECONDS)
        try:
            daemon.connect(parts.path)
        except OSError:
            daemon.close()
            raise
    else:
        daemon = socket.create_connection((parts.hostname or "localhost", parts.port or 3310), CONNECT_SECONDS)
    daemon.settimeout(ANSWER_SECONDS)
    return daemon


def _answer(daemon: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER and (more := daemon.recv(LONGEST_ANSWER)):
        told += more
    return told.rstrip(b"\0\n").decode(errors="replace")
