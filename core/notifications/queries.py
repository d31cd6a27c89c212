"""Reading the outbox, one's messages, and the plan of reminders."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from core.errors import NotFound
from core.notifications import obligations, planning, words
from core.notifications.models import Message, OutboundMail, ReminderStep
from core.notifications.planning import Due
from core.notifications.steps import ESCALATED_FROM, Step
from core.people import rules as people_rules
from core.people.models import User
from core.web import numerals

Booked = dict[tuple[int, str, str, date, str], str]
"""How a step stands in the books: by reader, kind, subject, due day and code of the step."""
PLANNED_DAYS = 90
"""How far the plan looks ahead."""


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder of the plan: on which day, to whom, of what, and why then. ``state`` is planned, due or as booked."""

    on: date
    reader: User
    kind: str
    subject: str
    title: str
    address: str
    scope: str
    due_on: date
    why: str
    state: str
    is_late: bool


def newest(limit: int) -> QuerySet[OutboundMail]:
    """The latest mails, newest first."""
    return OutboundMail.objects.order_by("-created_at", "-pk")[:limit]


def get(public_id: str) -> OutboundMail:
    """One mail. Raises NotFound."""
    mail = OutboundMail.objects.filter(public_id=public_id).first()
    if mail is None:
        raise NotFound
    return mail


def messages_of(reader: User) -> QuerySet[Message]:
    """One's own messages, the newest first."""
    return Message.objects.filter(reader=reader).order_by("-created_at", "-pk")


def unread(reader: User) -> int:
    return Message.objects.filter(reader=reader, read_at__isnull=True).count()


def plan(person: User, *, today: date) -> list[Line]:
    """Every reminder of the next ninety days that the person may know of, the earliest first.

    Computed from what is open now, so that a change of a date changes it at once. What is late stands once, with the
    words that it comes again on every working day.
    """
    until = today + timedelta(days=PLANNED_DAYS)
    return sorted(_lines(person, today, until), key=lambda line: (line.on, line.due_on, line.reader.name, line.title))


def _lines(person: User, today: date, until: date) -> Iterator[Line]:
    concerned = {
        key: [one for one in due if _may_know(person, key, one)]
        for key, due in planning.due_by_reader(until, on=today).items()
    }
    readers = User.objects.filter(pk__in=[key for key, due in concerned.items() if due], is_active=True).in_bulk()
    booked = _booked(readers, concerned)
    for key, reader in readers.items():
        for one in concerned[key]:
            for step in _shown(one, reader, today, until):
                yield _line(one, step, reader, today, booked)
            if unsent := _missed(one, reader, today, booked):
                line = _line(one, unsent, reader, today, booked)
                yield replace(line, on=today, why=f"{line.why} {words.missed(unsent)}")


def _may_know(person: User, key: int, due: Due) -> bool:
    """One's own reminders, and those about funds and programmes whose reminders one reads."""
    return key == person.pk or any(
        people_rules.may(person, one, due.obligation.scope) for one in due.obligation.readers
    )


def _shown(one: Due, reader: User, today: date, until: date) -> list[Step]:
    """The steps of the plan from today on: those before, and of those after the next one, which stands for the rest."""
    coming = [step for step in planning.planned(one, reader, until=until) if step.on >= today]
    before = [step for step in coming if not step.is_late]
    late = [step for step in coming if step.is_late and (step.number >= ESCALATED_FROM or not one.is_behind)]
    return [*before, *late[:1]]


def _missed(one: Due, reader: User, today: date, booked: Booked) -> Step | None:
    """The step of an earlier day that the next look will send: the latest, where nothing of today takes its place."""
    unsent = [step for step in planning.planned(one, reader, until=today) if _key(one, step, reader) not in booked]
    return unsent[-1] if unsent and unsent[-1].on < today else None


def _key(one: Due, step: Step, reader: User) -> tuple[int, str, str, date, str]:
    due = one.obligation
    return reader.pk, due.kind, due.subject, due.due_on, step.code


def _line(one: Due, step: Step, reader: User, today: date, booked: Booked) -> Line:
    due = one.obligation
    state = booked.get(_key(one, step, reader))
    why = words.why(step, due_on=numerals.day(due.due_on), calendar=reader.calendar, is_behind=one.is_behind)
    return Line(
        step.on,
        reader,
        due.kind,
        due.subject,
        due.title(),
        due.address,
        due.scope,
        due.due_on,
        why,
        state or ("due" if step.on <= today else "planned"),
        step.is_late,
    )


def _booked(readers: dict[int, User], concerned: dict[int, list[Due]]) -> Booked:
    subjects = {one.obligation.subject for due in concerned.values() for one in due}
    rows = ReminderStep.objects.filter(reader__in=readers, subject__in=subjects)
    return {
        (reader, kind, subject, due_on, code): state
        for reader, kind, subject, due_on, code, state in rows.values_list(
            "reader_id", "kind", "subject", "due_on", "code", "state"
        )
    }


def kinds() -> list[tuple[str, str]]:
    """The kinds of thing that fall due, with their words."""
    return [(source.kind, obligations.label(source.kind)) for source in obligations.sources()]


def held_of(person: int) -> list[dict[str, Any]]:
    """Every message to the person with the key, the oldest first."""
    told = Message.objects.filter(reader=person).order_by("pk")
    return [dict(one) for one in told.values("title", "address", "created_at", "read_at")]
