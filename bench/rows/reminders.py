"""The sweep of reminders: what is open, turned into steps, each booked once with its message and its mail."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bench.harness import Arm, Beside, Operation, Timed
from bench.rows import timing
from core import clock
from core.ethics.lifecycle import UNMET, ConditionState
from core.ethics.models import Condition, Review
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.notifications import obligations, planning, services, words
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.notifications.planning import Due
from core.notifications.services import mail, messages
from core.notifications.services.reminders import REMIND
from core.organisations.models import Organisation
from core.people.models import User
from core.people.services import ensure_system
from core.questionnaires.models import Questionnaire

SCOPE = "fund_bench"
"""Of what is measured here: the demo may stand in the same database."""
PEOPLE = 300
REVIEWS = 200
OPEN_OF_TEN = 3
SET_BEFORE_DAYS = 20
DAYS = 365
LATE_DAYS = 7
"""Conditions fall due evenly from so many days ago on, over a year."""
BOOKS = ("core_reminderstep", "core_message", "core_outboundmail")


@dataclass(frozen=True, slots=True)
class Ground:
    """Conditions of reviews, three of ten of them open, and the people who owe them."""

    conditions: int
    system: User
    today: date


def operations(*, full: bool) -> Iterator[Operation]:
    """Row 14: the sweep of a day, the same once more, and what it reads of the database."""
    on = ground(100_000 if full else 1_000)
    yield _sweep(on)
    yield _once_more(on)
    yield _window(on)


def ground(count: int) -> Ground:
    """Rows put in as they are; conditions have no service for many."""
    system, today, at = ensure_system(at=clock.now()), planning.day_at(clock.now()), clock.now()
    people = User.objects.bulk_create(
        User(email=f"owner-{number}@example.org", name=f"Owner {number}", language=("en", "fr")[number % 2], created_at=at)
        for number in range(PEOPLE)
    )  # fmt: skip
    form = Questionnaire.objects.create(
        code="bench", version=1, title_en="Bench", title_fr="Bench", origin_en="-", origin_fr="-", published_at=at
    )
    bodies = Organisation.objects.bulk_create(
        Organisation(name=f"Reviewed {number}", kind="company", created_at=at) for number in range(REVIEWS)
    )
    reviews = Review.objects.bulk_create(
        Review(
            subject_kind="holding", subject=f"bench-{number}", organisation=body, scope=SCOPE, questionnaire=form,
            officer=people[number % PEOPLE], second=people[(number + 1) % PEOPLE], opened_on=today, opened_at=at,
            opened_by=system,
        )
        for number, body in enumerate(bodies)
    )  # fmt: skip
    Condition.objects.bulk_create(
        (_condition(number, count, reviews, people, today, system) for number in range(count)), batch_size=5000
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return Ground(count, system, today)


def _condition(
    number: int, count: int, reviews: list[Review], people: list[User], today: date, system: User
) -> Condition:
    due_on = today + timedelta(days=number * DAYS // count - LATE_DAYS)
    is_open = number % 10 < OPEN_OF_TEN
    at = clock.now()
    decided = {} if is_open else {"decided_at": at, "decided_by": system, "decided_because": "synthetic"}
    return Condition(
        review=reviews[number % len(reviews)], text=f"Condition {number}", evidence_wanted="A letter",
        owner=people[number * 7 % len(people)], due_on=due_on, set_on=min(due_on, today) - timedelta(days=SET_BEFORE_DAYS),
        set_at=at, set_by=system, state=ConditionState.OPEN if is_open else ConditionState.WAIVED, **decided,
    )  # fmt: skip


def _sweep(on: Ground) -> Operation:
    _forget()
    with CaptureQueriesContext(connections["default"]) as asked:
        _by_its_job(on)
    booked = ReminderStep.objects.count()
    told = f"{len(asked)} statements book {booked:,} steps, each that is sent with its message and its mail as well"
    return Operation(
        14,
        f"sweep of {on.conditions:,} conditions",
        _timed(on, _by_its_job, before=_forget),
        [Beside("one after the other, asked and kept", _timed(on, _one_by_one, before=_forget), at_least=80)],
        _equal,
        told,
    )


def _once_more(on: Ground) -> Operation:
    """Both find every step in the books; a row that is written again makes another result."""
    _forget()
    _by_its_job(on)
    return Operation(
        14,
        "the same sweep once more, which writes no row",
        _timed(on, _by_its_job),
        [Beside("one after the other, asked", _timed(on, _one_by_one))],
        _equal,
    )


def _window(on: Ground) -> Operation:
    until = on.today + timedelta(days=30)

    def ours() -> int:
        return sum(one.scope == SCOPE for one in obligations.open_until(until, on=on.today))

    def counted() -> int:
        return Condition.objects.filter(state__in=UNMET, due_on__lte=until, review__scope=SCOPE).count()

    return Operation(
        14,
        "what falls due within the window of a day, read",
        timing.arm(ours),
        [Beside("limit: counted by the index", timing.arm(counted), at_most=5)],
        _equal,
    )


def _by_its_job(on: Ground) -> None:
    """As a worker does it, in chunks with a checkpoint."""
    at = clock.now()
    Job.objects.filter(name=REMIND).delete()  # within the hour it would be the same job
    services.start_reminding(by=on.system, at=at)
    job = jobs.claim(at=clock.now())
    if job is None or job.lease is None:
        raise AssertionError("the sweep is not on the list")
    services.remind(
        Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, on.system.public_id, job.attempts), at=at
    )
    jobs.finish(job.pk, job.lease, at=at)


def _one_by_one(on: Ground) -> None:
    """What a loop over the rows does: asks for each step whether it is booked, and keeps each thing by itself."""
    at = clock.now()
    by_reader = planning.due_by_reader(on.today, on=on.today)
    readers = User.objects.in_bulk(by_reader)
    for key, found in by_reader.items():
        for due in found:
            missing = [
                step
                for step in planning.planned(due, readers[key], until=on.today)
                if not _is_booked(due, key, step.code)
            ]
            for step in missing[:-1]:
                _book(due, key, step, at=at, state="superseded")
            for step in missing[-1:]:
                _send(due, readers[key], step, at=at)


def _is_booked(due: Due, reader: int, code: str) -> bool:
    one = due.obligation
    return ReminderStep.objects.filter(
        kind=one.kind, subject=one.subject, due_on=one.due_on, reader=reader, code=code
    ).exists()


def _send(due: Due, reader: User, step: Any, *, at: Any) -> None:
    with translation.override(reader.language):
        sentence = words.reminder(due.obligation, step, today=planning.day_at(at))
    address = due.obligation.address
    context = {"name": reader.name, "lines": [{"sentence": sentence, "link": address}], "is_digest": False}
    letter = mail.write_from_template(
        "reminder", recipient=reader.email, language=reader.language, context=context, at=at
    )
    message = messages.tell(reader, title=sentence, address=address, at=at)
    _book(due, reader.pk, step, at=at, state="sent", message=message, mail=letter)


def _book(due: Due, reader: int, step: Any, *, at: Any, **given: Any) -> None:
    one = due.obligation
    ReminderStep.objects.create(
        kind=one.kind, subject=one.subject, due_on=one.due_on, reader_id=reader, code=step.code, on=step.on,
        recorded_at=at, **given,
    )  # fmt: skip


def _timed(on: Ground, work: Callable[[Ground], None], before: Callable[[], None] = lambda: None) -> Arm:
    """Its result is the books, and how many messages and mails there are."""

    def arm() -> Timed:
        before()
        begun = time.perf_counter()
        work(on)
        seconds = time.perf_counter() - begun
        rows = ReminderStep.objects.values_list(
            "kind", "subject", "due_on", "reader", "code", "state", "message__title"
        )
        return Timed(seconds, (sorted(rows, key=str), Message.objects.count(), OutboundMail.objects.count()))

    return arm


def _forget() -> None:
    """Empty books: what is written once only the owner takes away."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE core_reminderstep DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(BOOKS)}")
        cursor.execute("ALTER TABLE core_reminderstep ENABLE TRIGGER USER")


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)
