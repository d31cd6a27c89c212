"""Reading the answer of a receiver that nobody trusts: status, how long to wait, the beginning of the text, and no more."""

import asyncio
import re
from dataclasses import dataclass

LONGEST_HEAD = 16 * 1024
GOOD = range(200, 300)
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |$)")
_LENGTH, _CHUNK = re.compile(r"[0-9]{1,15}"), re.compile(rb"([0-9a-fA-F]{1,15})(?:;.*)?")


class Unreadable(Exception):
    """What came is no answer of HTTP/1.1."""


class Closed(Exception):
    """The connection was closed before anything came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``retry_after`` is the header as it came. ``keeps`` says that the connection is good for a further message."""

    status: int
    retry_after: str
    body: bytes
    keeps: bool

    @property
    def is_good(self) -> bool:
        return self.status in GOOD


async def read(reader: asyncio.StreamReader, *, most: int) -> Answer:
    """One answer, its body up to ``most`` bytes. Raises Unreadable, Closed."""
    status, headers = await _head(reader)
    while status < GOOD.start:
        status, headers = await _head(reader)
    body, whole = await _body(reader, status, headers, most)
    keeps = whole and "close" not in headers.get("connection", "").lower()
    return Answer(status, headers.get("retry-after", ""), body, keeps)


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        raise (Unreadable if ended.partial else Closed) from None
    except asyncio.LimitOverrunError:
        raise Unreadable from None
    first, *lines = head[:-4].split(b"\r\n")
    if not (known := _STATUS.match(first)):
        raise Unreadable
    headers = {}
    for line in lines:
        name, _colon, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(known.group(1)), headers


async def _body(reader: asyncio.StreamReader, status: int, headers: dict[str, str], most: int) -> tuple[bytes, bool]:
    """The body, and whether all of it was read, so that the connection stands at the beginning of the next answer."""
    if status in {204, 304}:
        return b"", True
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _chunks(reader, most)
    length = headers.get("content-length")
    if length is None:
        return await _until(reader, most), False
    if not _LENGTH.fullmatch(length):
        raise Unreadable
    body = await _until(reader, min(int(length), most))
    return body, len(body) == int(length)


async def _chunks(reader: asyncio.StreamReader, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    while len(body) < most:
        if not (known := _CHUNK.fullmatch(await _line(reader))):
            raise Unreadable
        size = int(known.group(1), 16)
        if size == 0:
            return bytes(body), await _line(reader) == b""
        part = await _until(reader, min(size, most - len(body)))
        body += part
        if len(part) < size:
            break
        if await _line(reader) != b"":
            raise Unreadable
    return bytes(body), False


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n"))[:-2]
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Unreadable from None


async def _until(reader: asyncio.StreamReader, most: int) -> bytes:
    """As much as comes, at most so many bytes."""
    body = bytearray()
    while len(body) < most and (part := await reader.read(most - len(body))):
        body += part
    return bytes(body)
