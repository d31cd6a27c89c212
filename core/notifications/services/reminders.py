"""Sending what the plan says is due, each step once, whatever went wrong before."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import locks
from core.errors import Conflict
from core.jobs import apart
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.notifications import planning, words
from core.notifications.models import OutboundMail, ReminderStep
from core.notifications.obligations import Obligation
from core.notifications.planning import Due
from core.notifications.services import mail, messages
from core.notifications.steps import Step
from core.people.models import User

REMIND = "core.notifications.remind"
READERS_A_CHUNK = 50
Key = tuple[str, str, date, str]
"""What names a step of one reader: kind, subject, due day, code."""


class NotReminded(Conflict):
    """Readers whose reminders could not be booked; the log says why of each."""

    code = "not_reminded"

    def __init__(self, readers: Sequence[str]) -> None:
        sentence = _(
            "Reminders could not be booked for: {readers}. Everybody else has theirs; what failed is tried again."
        )
        super().__init__(format_lazy(sentence, readers=", ".join(readers)))


def start_reminding(*, by: User, at: datetime) -> Job:
    """Put the sweep of this hour on the list; asked again within the hour it is the same job."""
    return jobs.start(REMIND, key=f"{at:%Y-%m-%dT%H}", by=by, on=planning.day_at(at))


def remind(job: Running, *, at: datetime) -> None:
    """Bring the books of every reader up to the job's day, or to the present one where the job comes late.

    A reader of whom that fails holds up nobody else. Raises NotReminded at the end.
    """
    failed: list[str] = []
    day = max(job.on, planning.day_at(at))
    by_reader = planning.due_by_reader(day, on=day)
    readers = sorted(by_reader)
    for start in range(0, len(readers), READERS_A_CHUNK):
        with job.chunk() as chunk:
            some = readers[start : start + READERS_A_CHUNK]
            held = list(locks.in_order(User.objects.filter(pk__in=some, is_active=True)))
            came = apart.at_once_or_apart(held, lambda those: remind_readers(those, by_reader, day=day, at=at))
            failed += [one.public_id for one in came.failed]
            chunk.done(start + len(some), len(readers))
    if failed:
        raise NotReminded(failed)


@transaction.atomic
def remind_readers(
    readers: Sequence[User], by_reader: Mapping[int, Sequence[Due]], *, day: date, at: datetime
) -> list[ReminderStep]:
    """Book every step that is due and not in the books; send the latest of each thing, the rest is superseded.

    The caller holds the readers' rows, so that two workers never book the same step; the table refuses it as well.
    However many steps there are, they are written in as many statements as one.
    """
    booked = _booked({reader.pk: by_reader[reader.pk] for reader in readers})
    steps = [
        step
        for reader in readers
        for step in _unbooked(by_reader[reader.pk], reader, booked[reader.pk], day=day, at=at)
    ]
    messages.post([one.message for one in steps if one.message])
    mail.post(list({id(one.mail): one.mail for one in steps if one.mail}.values()))
    return ReminderStep.objects.bulk_create(steps)


def _booked(by_reader: Mapping[int, Sequence[Due]]) -> dict[int, set[Key]]:
    """The steps in the books of the days on which something open falls due: not those of all that ever was.

    By day, since days are far fewer than things. From the first of them on the index leads to them; the list of them keeps
    out what lies between where one has been late for years.
    """
    days = {one.obligation.due_on for due in by_reader.values() for one in due}
    found: dict[int, set[Key]] = defaultdict(set)
    rows = ReminderStep.objects.filter(
        reader__in=by_reader, due_on__gte=min(days, default=date.max), due_on__in=days
    ).values_list("reader", "kind", "subject", "due_on", "code")
    for reader, kind, subject, due_on, code in rows.iterator(chunk_size=5000):
        found[reader].add((kind, subject, due_on, code))
    return found


def _unbooked(
    due: Iterable[Due], reader: User, booked: Container[Key], *, day: date, at: datetime
) -> list[ReminderStep]:
    to_send: list[tuple[Obligation, Step]] = []
    superseded: list[ReminderStep] = []
    for one in due:
        missing = [
            step for step in planning.planned(one, reader, until=day) if _key(one.obligation, step) not in booked
        ]
        if not missing:
            continue
        *earlier, latest = missing
        to_send.append((one.obligation, latest))
        superseded += [_row(one.obligation, step, reader, ReminderStep.State.SUPERSEDED, at) for step in earlier]
    return superseded + _sent(to_send, reader, day=day, at=at)


def _sent(to_send: Sequence[tuple[Obligation, Step]], reader: User, *, day: date, at: datetime) -> list[ReminderStep]:
    """One message each in the product; one mail each, or one for all where the reader wants a digest."""
    if not to_send:
        return []
    with translation.override(reader.language):
        lines = [(one, step, words.reminder(one, step, today=day)) for one, step in to_send]
        parts = [lines] if reader.wants_digest else [[line] for line in lines]
        rows = []
        for part in parts:
            letter = _mail(part, reader, at=at)
            for one, step, sentence in part:
                row = _row(one, step, reader, ReminderStep.State.SENT, at)
                row.message = messages.drafted(reader, title=sentence, address=one.address, at=at)
                row.mail = letter
                rows.append(row)
    return rows


def _mail(lines: Sequence[tuple[Obligation, Step, str]], reader: User, *, at: datetime) -> OutboundMail:
    told = [{"sentence": sentence, "link": f"{settings.SITE_URL}{one.address}"} for one, _step, sentence in lines]
    context = {"name": reader.name, "lines": told, "is_digest": reader.wants_digest}
    return mail.from_template("reminder", recipient=reader.email, language=reader.language, context=context, at=at)


def _row(one: Obligation, step: Step, reader: User, state: str, at: datetime) -> ReminderStep:
    return ReminderStep(
        kind=one.kind,
        subject=one.subject,
        due_on=one.due_on,
        reader=reader,
        code=step.code,
        on=step.on,
        state=state,
        recorded_at=at,
    )


def _key(one: Obligation, step: Step) -> Key:
    return one.kind, one.subject, one.due_on, step.code
