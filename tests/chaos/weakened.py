"""The product with one protection taken away, for the controls: a check that then still holds proves nothing."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.core.mail import EmailMessage

from core import clock
from core.jobs import running, services
from core.money import queries as money
from core.notifications.models import OutboundMail
from core.notifications.services import mail, reminders
from portfolio.valuations import queries, techniques
from portfolio.valuations.services import preparing as valuations


def checkpoint() -> None:
    """What is done is remembered by the worker alone, and a chunk is no transaction."""
    seen: set[int] = set()

    def left_in_memory(run):
        held = valuations.covered(run).select_related("organisation", "currency", "fund")
        return held.exclude(pk__in=seen).order_by("pk")

    def remembered(run, holdings, **given):
        seen.update(one.pk for one in holdings)
        return write(run, holdings, **given)

    @contextmanager
    def no_transaction(job):
        chunk = running.Chunk(job.done, job.total)
        yield chunk
        job.done, job.total = chunk.count, chunk.total
        running.Job.objects.filter(pk=job.pk).update(done=chunk.count, total=chunk.total, attempts=0)

    write = valuations.prepare_marks
    valuations.without_mark, valuations.prepare_marks = left_in_memory, remembered
    valuations.locked = lambda run: run.__class__.objects.select_related("fund").get(pk=run.pk)
    running.Running.chunk = no_transaction


def pins() -> None:
    """A mark is converted by the rates of the moment in place of those that the run pinned."""

    def at_once(run, holding, local):
        units = {
            code: money.rate(code, on=run.quarter_end, known_at=clock.now()).units_per_euro
            for code in (holding.currency_id, run.fund.currency_id)
        }
        return techniques.converted(local, from_units=units[holding.currency_id], to_units=units[run.fund.currency_id])

    queries.in_fund_currency = at_once


def lease() -> None:
    """A job that runs is due at once again."""
    services.LEASE_SECONDS = 0
    services.keep = lambda *_, **__: False


def patience() -> None:
    """What fails is tried again at once, however often it failed."""
    services.ATTEMPTS_AT_MOST, services.FIRST_RETRY = 30_000, timedelta(0)


def key() -> None:
    """Work that is on the list already is put there again."""
    start = services.start
    services.start = lambda name, *, key, **given: start(name, key=f"{key} {uuid4()}"[:80], **given)


def books() -> None:
    """Nobody asks what was booked already."""
    reminders._booked = lambda readers: {reader: set() for reader in readers}


def outbox() -> None:
    """Whoever sends takes the next mail whether or not somebody else is at it."""

    def send_next(*, at):
        letter = OutboundMail.objects.filter(state="waiting", next_attempt_at__lte=at).order_by("pk").first()
        if letter is None:
            return None
        EmailMessage(letter.subject, letter.body, to=[letter.recipient], headers={"X-Mail-Id": letter.public_id}).send()
        OutboundMail.objects.filter(pk=letter.pk).update(state="sent", sent_at=at)
        return 1

    mail._send_next = send_next


WITHOUT = {
    "checkpoint": checkpoint,
    "pins": pins,
    "lease": lease,
    "patience": patience,
    "key": key,
    "books": books,
    "outbox": outbox,
}
