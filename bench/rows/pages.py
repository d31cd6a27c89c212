"""Pages with the demo's data, as the server answers them: p95 in milliseconds, and their size."""

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
    """Each page forty times, two hundred in full, after one that warms up; and whether the pool's keep what is promised."""
    world.play()
    for address, email in PAGES:
        client = Client(headers={"host": "localhost"})
        if email and (person := people.by_email(email)):
            client.force_login(person)
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 -- the one good answer
            raise AssertionError(f"{address} answered {answer.status_code}")
        times = timing.milliseconds(partial(client.get, address), 200 if full else 40)
        p95, is_of_the_pool = timing.p95(times), address.startswith("/manage/pool")
        promised = f" (at most {POOL_MS})" if is_of_the_pool else ""
        said = f"{address}: p95 {p95:.0f} ms{promised}, {len(answer.content) // 1024} kB"
        yield said, not is_of_the_pool or p95 <= POOL_MS
