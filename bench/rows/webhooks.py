"""Signed messages through the gateway to a receiver on this machine, which answers in a process of its own."""

import asyncio
import atexit
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from bench.harness import Beside, Operation, Timed
from bench.peering import Peers
from bench.rows import timing
from core.webhooks import signing
from core.webhooks.outbound import Gateway, Policy
from core.webhooks.services.delivering import AT_ONCE_AN_ENDPOINT

BODY = json.dumps({"type": "capital_call.issued", "timestamp": "2026-06-01T12:00:00+00:00", "data": {"id": "x" * 200}})
HERE = "hooks.receiver.example"
SHARE_OF_LIMIT = 0.35


def operations(peers: Peers, *, full: bool) -> Iterator[Operation]:
    """Row 15."""
    port, key, count = _sink(), signing.new_secret(), 2000 if full else 200
    given: dict[str, Any] = {"port": port, "count": count, "body": BODY, "key": key}
    yield Operation(
        15,
        f"{count:,} signed messages, {AT_ONCE_AN_ENDPOINT} at once",
        timing.arm(lambda: _by_the_gateway(**given)),
        [
            Beside("requests.post each", peers.arm("requests each", **given), at_least=10),
            Beside("requests.Session", peers.arm("requests session", **given), at_least=6),
            Beside("limit: the same bytes, ready made", lambda: _as_bytes(**given), at_most=1 / SHARE_OF_LIMIT),
        ],
        _equal,
        "a name resolved and judged, a connection by number, a signature and an answer read each",
    )


def _by_the_gateway(port: int, count: int, body: str, key: str) -> int:
    policy = Policy(
        schemes=frozenset({"http"}), ports=frozenset({port}), also=(ip_network("127.0.0.0/8"),), resolve=_resolve
    )
    good, begun, done = 0, 0, 0
    with Gateway[int](policy) as gateway:
        while done < count:
            while begun < count and begun - done < AT_ONCE_AN_ENDPOINT:
                signed = signing.headers(f"evt_{begun}", body.encode(), seconds=1_800_000_000, keys=[key])
                gateway.post(begun, f"http://{HERE}:{port}/", headers=signed, body=body.encode())
                begun += 1
            for one in gateway.sent():
                done += 1
                good += one.answer is not None and one.answer.is_good
    return good


def _as_bytes(port: int, count: int, body: str, key: str) -> Timed:
    """What the machine can do: requests that are written already, over as many connections, one answer awaited each."""
    signed = signing.headers("evt_0", body.encode(), seconds=1_800_000_000, keys=[key])
    lines = ["POST / HTTP/1.1", f"Host: {HERE}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in signed.items()]
    request = "\r\n".join([*lines, "", body]).encode()

    async def one(turns: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        good = 0
        for _turn in range(turns):
            writer.write(request)
            good += b" 204 " in await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return good

    async def together() -> int:
        shares = [count // AT_ONCE_AN_ENDPOINT + (n < count % AT_ONCE_AN_ENDPOINT) for n in range(AT_ONCE_AN_ENDPOINT)]
        return sum(await asyncio.gather(*(one(share) for share in shares)))

    begun = time.perf_counter()
    good = asyncio.run(together())
    return Timed(time.perf_counter() - begun, good)


async def _resolve(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def _sink() -> int:
    """The port of a receiver that stands until this process ends."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    if process.stdout is None:
        raise AssertionError("the receiver has no pipe")
    return int(process.stdout.readline())


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)
