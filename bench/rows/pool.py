"""The pool page at a size of its own beside the demo's: p95 of each, and how much longer the large one takes."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import synthetic
from bench.rows import timing
from core import clock
from core.nations.models import MembershipPeriod, Nation
from core.people import queries as people
from core.people.models import User
from core.people.services import ensure_system
from demo import people as accounts
from demo import world

POOL = "/manage/pool"
ALLIES = 24
FULL_SIZE = synthetic.Size(holdings=200, quarters=60)
SMALL_SIZE = synthetic.Size(holdings=50, quarters=12)


def lines(*, full: bool) -> Iterator[str]:
    """Both pages in turn, so that both meet the same load, after one of each that warms up."""
    world.play()
    size = FULL_SIZE if full else SMALL_SIZE
    today = clock.today()
    allies = Nation.objects.filter(pk__in=MembershipPeriod.objects.filter(starts_on__year__lte=2009).values("nation"))
    play = synthetic.build(
        size, allies=allies.order_by("pk")[:ALLIES], until=today, system=ensure_system(at=clock.now())
    )
    _analyze()
    demo_page, large_page = _page(people.by_email(accounts.MANAGER)), _page(play.manager)
    for page in (demo_page, large_page):
        page()
    times = [(_ms(demo_page), _ms(large_page)) for _round in range(200 if full else 40)]
    demo_times, large_times = [one for one, _ in times], [other for _, other in times]
    with CaptureQueriesContext(connection) as asked:
        large_page()
    yield (
        f"{POOL}: demo p95 {timing.p95(demo_times):.0f} ms; {size.holdings} holdings over {size.quarters} quarters "
        f"p95 {timing.p95(large_times):.0f} ms, {median(large_times) / median(demo_times):.2f} x the demo, "
        f"{len(asked)} queries"
    )


def _page(person: User | None) -> Callable[[], object]:
    """Ask for the page as somebody signed in. Raises AssertionError for any answer but the page."""
    client = Client(headers={"host": "localhost"})
    if person is None:
        raise AssertionError("the demo has no manager")
    if not is_mfa_enabled(person):
        TOTP.activate(person, generate_totp_secret())
    client.force_login(person)

    def ask() -> object:
        answer = client.get(POOL)
        if answer.status_code != 200:  # noqa: PLR2004 -- the one good answer
            raise AssertionError(f"{POOL} answered {answer.status_code}")
        return answer

    return ask


def _ms(page: Callable[[], object]) -> float:
    begun = time.perf_counter()
    page()
    return (time.perf_counter() - begun) * 1000


def _analyze() -> None:
    """What the planner of a database in use knows by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
