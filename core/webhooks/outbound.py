"""
The only way out: one POST to an address of the public internet, without redirects, within limits of time and size.

The address that is checked is the one that is dialled: the name is resolved once, every answer is judged, and the connection goes
to one of them by number. A name that leads elsewhere a moment later leads to nothing.
"""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar
from weakref import WeakSet

import structlog

from core.webhooks import addresses, answers
from core.webhooks.addresses import IPAddress, Network, Target
from core.webhooks.answers import Answer

logger = structlog.get_logger(__name__)
Key = TypeVar("Key")
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
TURNS_TO_CLOSE = 3
"""Of the loop, after which what was closed is gone."""
IDLE_AT_MOST = 8
"""How many open connections are kept for one address, for the next messages to it."""


class Failure(StrEnum):
    """Why no answer came."""

    ADDRESS = "address"
    """The address is written in a way that is not called."""
    NOT_PUBLIC = "not-public"
    """The name leads, or leads as well, to something that is not of the public internet."""
    NAME = "name"
    """The name leads nowhere."""
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIME = "time"
    ANSWER = "answer"
    """What came is no answer."""
    OURS = "ours"
    """A fault of the product's own; the log tells it."""


class NoAnswer(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


async def resolved(host: str, port: int) -> Sequence[str]:
    """Every number that a name leads to, as the machine's resolver has it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_ignored, address in found]


@dataclass(frozen=True, slots=True)
class Policy:
    """Where messages may go, and for how long one may take. Times are in seconds, sizes in bytes."""

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    read_bytes: int = 64 * 1024
    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = addresses.PORTS
    also: tuple[Network, ...] = ()
    """Networks that count as public."""
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolve = resolved

    def admits(self, address: IPAddress) -> bool:
        return addresses.is_public(address) or any(address in network for network in self.also)


@cache
def public() -> Policy:
    """What the product goes by: nothing but the public internet."""
    return Policy()


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass(frozen=True, slots=True)
class Sent(Generic[Key]):
    """What became of the message of a key: an answer, or why none came."""

    key: Key
    answer: Answer | None
    failure: Failure | None


class Gateway(Generic[Key]):
    """Sends from a thread of its own, any number at once; used as a context by one other thread."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._idle: dict[tuple[str, str, int], list[_Connection]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="outbound", daemon=True)
        self._given: deque[tuple[Key, str, Mapping[str, str], bytes]] = deque()
        self._is_rung = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: WeakSet[asyncio.WriteTransport] = WeakSet()
        self._done: SimpleQueue[Sent[Key]] = SimpleQueue()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def post(self, key: Key, url: str, *, headers: Mapping[str, str], body: bytes) -> None:
        """Begin to send; ``sent`` tells under the same key what became of it."""
        self._given.append((key, url, headers, body))
        if not self._is_rung:
            self._is_rung = True
            self._loop.call_soon_threadsafe(self._begin)

    def sent(self) -> list[Sent[Key]]:
        """Wait for one message at least that was begun, and tell what became of all that are done."""
        found = [self._done.get()]
        with suppress(Empty):
            while True:
                found.append(self._done.get_nowait())
        return found

    def _begin(self) -> None:
        self._is_rung = False
        while self._given:
            task = self._loop.create_task(self._post(*self._given.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _post(self, key: Key, url: str, headers: Mapping[str, str], body: bytes) -> None:
        answer, failure = None, None
        try:
            answer = await self._answer(url, headers, body)
        except NoAnswer as missing:
            failure = missing.failure
        except TimeoutError:
            failure = Failure.TIME
        except answers.Unreadable:
            failure = Failure.ANSWER
        except ssl.SSLError:
            failure = Failure.CERTIFICATE
        except (OSError, answers.Closed):
            failure = Failure.CONNECTION
        except Exception as broken:
            logger.exception("outbound message broke", failure=type(broken).__name__)
            failure = Failure.OURS
        self._done.put(Sent(key, answer, failure))

    async def _answer(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        target = _target(url, self._policy.schemes, self._policy.ports)
        if target is None:
            raise NoAnswer(Failure.ADDRESS)
        async with asyncio.timeout(self._policy.total_seconds):
            return await self._exchange(target, _request(target, headers, body))

    async def _exchange(self, target: Target, request: bytes) -> Answer:
        """Over a connection that stands, or a new one where there is none or it was closed meanwhile, before any answer."""
        kept = self._idle[target.scheme, target.host, target.port]
        while kept:
            connection = kept.pop()
            try:
                return await self._ask(target, connection, request)
            except (ConnectionError, answers.Closed):
                continue
        return await self._ask(target, await self._connected(target), request)

    async def _ask(self, target: Target, connection: _Connection, request: bytes) -> Answer:
        kept = self._idle[target.scheme, target.host, target.port]
        stays = False
        try:
            connection.writer.write(request)
            answer = await answers.read(connection.reader, most=self._policy.read_bytes)
            stays = answer.keeps and len(kept) < IDLE_AT_MOST
        finally:
            if stays:
                kept.append(connection)
            else:
                connection.writer.close()
        return answer

    async def _connected(self, target: Target) -> _Connection:
        """Dial one of the numbers that the name leads to, all of which must be admitted."""
        async with asyncio.timeout(self._policy.connect_seconds):
            numbers = await self._numbers(target)
            failed: OSError = ConnectionError()
            for number in numbers:
                try:
                    return await self._dialled(target, number)
                except ssl.SSLError:
                    raise
                except OSError as refused:
                    failed = refused
            raise failed

    async def _numbers(self, target: Target) -> list[IPAddress]:
        try:
            found = [ipaddress.ip_address(one) for one in await self._policy.resolve(target.host, target.port)]
        except (OSError, UnicodeError, ValueError):
            raise NoAnswer(Failure.NAME) from None
        if not found:
            raise NoAnswer(Failure.NAME)
        if not all(self._policy.admits(one) for one in found):
            raise NoAnswer(Failure.NOT_PUBLIC)
        return list(dict.fromkeys(found))

    async def _dialled(self, target: Target, number: IPAddress) -> _Connection:
        secure = target.scheme == "https"
        reader, writer = await asyncio.open_connection(
            str(number),
            target.port,
            ssl=self._policy.tls if secure else None,
            server_hostname=target.host if secure else None,
            limit=answers.LONGEST_HEAD,
        )
        self._open.add(writer.transport)
        return _Connection(reader, writer)

    async def _close(self) -> None:
        """What is still on its way is left."""
        others = list(self._tasks)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for transport in list(self._open):
            transport.abort()
        for _turn in range(TURNS_TO_CLOSE):
            await asyncio.sleep(0)


@lru_cache(maxsize=1024)
def _target(url: str, schemes: frozenset[str], ports: frozenset[int]) -> Target | None:
    """The address taken apart; None where it is written in a way that is not called."""
    return None if addresses.fault_of(url, schemes=schemes, ports=ports) else addresses.taken_apart(url)


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    port = "" if target.port == addresses.HTTPS_PORT else f":{target.port}"
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host}{port}",
        "Accept: */*",
        "Accept-Encoding: identity",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
