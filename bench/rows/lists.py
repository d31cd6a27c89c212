"""Lists of a call with many applications, as the server answers them: p95 in milliseconds, and how many queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accelerator.applications.models import Submission
from accelerator.challenges.models import Call
from accelerator.panels import queries as panels
from accelerator.reviews import services as reviews
from bench import applicants
from bench.rows import timing
from core import clock
from core.people import queries as people
from core.people import services as accounts
from core.people.models import User
from demo import people as demo_people
from demo import world

LIST_MS = 150
"""What each list may take at most, p95, with ``MANY`` applications."""
MANY, FEW = 2_600, 60
REVIEWERS, SOME_REVIEWERS = 60, 6
DAY = timedelta(days=1)
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody asks for it. ``is_main`` of those that the small run asks for too."""

    who: User
    address: str
    name: str
    given: Given
    is_main: bool = True


def lines(*, full: bool) -> Iterator[tuple[str, bool]]:
    """Each list and, in full, each way to narrow it, asked for forty times; three times in the small run, which judges nothing."""
    world.play()
    count = MANY if full else FEW
    like = Submission.objects.select_related("application__call__programme").order_by("pk")[0]
    call = like.application.call
    manager, colleague = (_named(one) for one in (demo_people.PROGRAMMES, demo_people.SECOND_PROGRAMMES))
    with clock.standing_at(call.closes_at + DAY):
        at = clock.now()
        reviewers = _reviewers(call.programme.public_id, REVIEWERS if full else SOME_REVIEWERS)
        applicants.fill(call, like, count=count, reviewers=reviewers, by=manager, at=at)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        timing.settle()
        for page in _pages(call, manager, colleague, reviewers[0], at=at):
            if full or page.is_main:
                yield _line(page, count, full=full)


def _pages(call: Call, manager: User, colleague: User, reviewer: User, *, at: datetime) -> Iterator[Page]:
    desk, of_call = "/manage/applications", f"/manage/application-calls/{call.public_id}"
    for name, given in _narrowed(call).items():
        yield Page(manager, desk, name, given, is_main=name in {"", "reviewers missing"})
    yield Page(manager, f"{of_call}/ranking", "", {})
    yield Page(manager, f"{of_call}/ranking", "last page", {"page": "9999"}, is_main=False)
    yield Page(manager, f"{of_call}/select", "", {})
    reviews.set_plan(call, reviewers_each=3, most_each=200, due_on=(at + 30 * DAY).date(), by=manager, at=at)
    yield Page(manager, f"{of_call}/reviewers", "some lack one", {})
    reviews.set_plan(call, reviewers_each=6, most_each=500, due_on=(at + 30 * DAY).date(), by=manager, at=at)
    yield Page(manager, f"{of_call}/reviewers", "everything lacks three", {})
    selection = f"/manage/selections/{applicants.propose(call, panels.topics(call)[0], by=manager, at=at).public_id}"
    yield Page(colleague, selection, "", {})
    yield Page(colleague, selection, "last page", {"page": "9999"}, is_main=False)
    yield Page(reviewer, "/review/", "", {})
    yield Page(manager, "/manage/programme-calls", "", {}, is_main=False)
    yield Page(manager, f"/manage/programme-calls/{call.public_id}", "", {}, is_main=False)
    yield Page(_named(demo_people.OWNER), "/portal/", "", {}, is_main=False)


def _narrowed(call: Call) -> Mapping[str, Given]:
    topic = panels.topics(call)[0]
    return {
        "": {},
        "call": {"call": call.public_id},
        "challenge": {"challenge": topic.public_id if topic else ""},
        "nation": {"nation": "EE"},
        "state": {"state": "withdrawn"},
        "screened: waits": {"screened": "waits"},
        "screened: passed": {"screened": "passed"},
        "screened: failed": {"screened": "failed"},
        "reviewers missing": {"reviewers": "missing"},
        "name": {"q": "drone"},
        "last page": {"page": "9999"},
        "everything at once": {
            "call": call.public_id, "nation": "EE", "screened": "passed", "reviewers": "missing", "q": "e",
        },
    }  # fmt: skip


def _line(page: Page, count: int, *, full: bool) -> tuple[str, bool]:
    client = signed_in(page.who)
    ask = partial(client.get, page.address, page.given)
    if (answer := ask()).status_code != 200:  # noqa: PLR2004 -- the one good answer
        raise AssertionError(f"{page.address} answered {answer.status_code}")
    with CaptureQueriesContext(connections["default"]) as asked:
        ask()
    queries = len(asked)
    what = f"{page.address} ({page.name})" if page.name else page.address
    if not full:
        times = timing.milliseconds(ask, 3)
        return (
            f"{what}, {count} applications: {timing.middle(times):.0f} ms in the middle of {len(times)}, {queries} queries",
            True,
        )
    p95 = timing.p95(timing.undisturbed(ask, 40, at_most_ms=LIST_MS))
    return f"{what}, {count} applications: p95 {p95:.0f} ms (at most {LIST_MS}), {queries} queries", p95 <= LIST_MS


def _reviewers(programme: str, count: int) -> list[User]:
    system, at = people.system(), clock.now()
    made = []
    for number in range(count):
        one = accounts.add(
            email=f"bench-{number}@reviews-{number}.example", name=f"Reviewer {number}", language="en", password=None,
            by=system, at=at,
        )  # fmt: skip
        accounts.grant(
            one, "reviewer", scope_kind="programme", scope_ref=programme, starts_on=clock.today(), by=system, at=at
        )
        made.append(one)
    return made


def _named(email: str) -> User:
    found = people.by_email(email)
    if found is None:
        raise AssertionError(f"the demo has no {email}")
    return found


def signed_in(person: User) -> Client:
    client = Client(headers={"host": "localhost"})
    if not is_mfa_enabled(person):
        TOTP.activate(person, generate_totp_secret())
    client.force_login(person)
    return client
