"""Pages with the demo's data, as the server answers them: milliseconds, and their size."""

from collections.abc import Iterator
from functools import partial

from django.test import Client

from bench.rows import timing
from core.people import queries as people
from demo import people as accounts
from demo import world

POOL_MS = 100
"""What the pool may take at most, p95, with the demo's data."""
PAGES = (
    ("/manage/pool", accounts.MANAGER),
    ("/manage/pool/burden-sharing", accounts.MANAGER),
    ("/manage/commitments", accounts.MANAGER),
    ("/ally/", "estonia@allies.example"),
    ("/programmes/", ""),
    ("/admin/portfolio/commitment/", accounts.MANAGER),
)


def lines(*, full: bool) -> Iterator[tuple[str, bool]]:
    """Each page after one that warms up, with what it took; and whether the pool's keep what is promised, p95."""
    world.play()
    for address, email in PAGES:
        client = Client(headers={"host": "localhost"})
        if email and (person := people.by_email(email)):
            client.force_login(person)
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 -- the one good answer
            raise AssertionError(f"{address} answered {answer.status_code}")
        has_limit = address.startswith("/manage/pool")
        ask, rounds = partial(client.get, address), 200 if full else _askings(has_limit=has_limit)
        times = timing.undisturbed(ask, rounds, at_most_ms=POOL_MS) if has_limit else timing.milliseconds(ask, rounds)
        kilobytes = len(answer.content) // 1024
        if full or has_limit:
            told = f"p95 {timing.p95(times):.0f} ms{f' (at most {POOL_MS})' if has_limit else ''} of {len(times)}"
        else:
            told = f"{timing.middle(times):.0f} ms in the middle of {len(times)}"
        yield f"{address}: {told}, {kilobytes} kB", not has_limit or timing.p95(times) <= POOL_MS


def _askings(*, has_limit: bool) -> int:
    """A limit is judged by p95, which needs twenty at least."""
    return 25 if has_limit else 7
