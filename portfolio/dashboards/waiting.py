"""What waits for a person of the fund, the most urgent first: each with a date, a sentence and where to act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clients import queries as clients
from core.ethics import gating
from core.people import rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.capital_calls import listing, paying, queries
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.queries import NoticeLine
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.splitting import Day
from portfolio.ledger import reading
from portfolio.valuations import listing as valuations
from portfolio.valuations.rules import Act as ValuationAct

DAYS_AHEAD = 14
"""Notices due within these days are told before they are late."""
SOON = 7
"""Days from which on a date is near."""
TONES = ("stop", "warn", "plain")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Task:
    """``tone`` is stop, warn or plain; ``when`` the day by which, or since which; None where there is none."""

    tone: str
    when: date | None
    label: str
    title: str
    said: str
    url: str


def tasks(person: User, *, today: date) -> list[Task]:
    """
    Stopped books, calls, valuations, overrides of the ethics gate, partner systems, notices and suspense, in the order of
    urgency; within it, by date.
    """
    found = [*_books(person), *_calls(person, today), *_valuations(person)]
    found += [*_overrides(person, today), *_partner_systems(person)]
    if rules.may(person, Permission.RECEIPT_RECORD):
        found += [*_notices(person, today), *_suspense(person)]
    return sorted(found, key=lambda task: (TONES.index(task.tone), task.when or date.max, task.title))


def _books(person: User) -> Iterator[Task]:
    for book in reading.visible_to(person).filter(stopped_at__isnull=False):
        since = book.stopped_at.date() if book.stopped_at else None
        yield Task(
            "stop",
            since,
            _("stopped"),
            _("Posting to the books of %(fund)s is stopped") % {"fund": book.fund.name},
            _("A check failed. Look at the rows that it names; nothing is posted until then."),
            f"{reverse('portfolio:ledger')}?fund={book.fund.public_id}",
        )


def _calls(person: User, today: date) -> Iterator[Task]:
    day = Day(today, queries.EVER)
    for call in queries.waiting(person).prefetch_related("lines", listing.SIGNED):
        act = listing.waits_for(person, call, day)
        if act:
            yield _call(call, act, today)


def _valuations(person: User) -> Iterator[Task]:
    titles = {
        ValuationAct.SUBMIT: _("Check and submit the valuation of %(quarter)s"),
        ValuationAct.APPROVE: _("Approve the valuation of %(quarter)s"),
    }
    for one in valuations.waiting(person):
        run = one.run
        said = _("%(fund)s, version %(version)s, opened %(day)s") % {
            "fund": run.fund.name,
            "version": run.version,
            "day": numerals.day(run.opened_at),
        }
        yield Task(
            "plain",
            run.submitted_at.date() if run.submitted_at else run.opened_at.date(),
            _("valuation"),
            titles[one.act] % {"quarter": numerals.quarter(run.quarter_end)},
            said,
            reverse("portfolio:valuation", args=[run.public_id]),
        )


def _overrides(person: User, today: date) -> Iterator[Task]:
    for line in gating.overrides(person, on=today):
        if line.may_approve:
            tone, label = _until(line.row.expires_on, today)
            asked = {
                "name": line.row.asked_by.name,
                "amount": numerals.plain(line.row.amount, 2),
                "why": line.row.reason,
            }
            yield Task(
                tone,
                line.row.expires_on,
                label,
                _("Let %(company)s pass the ethics gate, or leave it") % {"company": line.name},
                _("%(name)s asks for %(amount)s: %(why)s") % asked,
                reverse("manage:ethics_gate_approve", args=[line.row.public_id]),
            )


def _partner_systems(person: User) -> Iterator[Task]:
    for client in clients.to_decide(clients.visible_to(person), by=person):
        asked = {"name": client.requested_by.name, "partner": client.organisation.name}
        yield Task(
            "plain",
            client.requested_at.date(),
            _("partner system"),
            _("Decide about “%(client)s”") % {"client": client.name},
            _("%(name)s asks for it, for %(partner)s.") % asked,
            reverse("manage:client", args=[client.public_id]),
        )


def _call(call: CapitalCall, act: Act, today: date) -> Task:
    titles = {
        Act.SUBMIT: _("Finish your draft of call No. %(number)s"),
        Act.APPROVE: _("Approve call No. %(number)s"),
        Act.ISSUE: _("Issue call No. %(number)s"),
    }
    amount = sum((line.amount for line in call.lines.all()), ZERO)
    words = {
        "currency": call.fund.currency_id,
        "amount": numerals.plain(amount, 2),
        "name": call.drafted_by.name,
        "day": numerals.day(call.due_on),
    }
    tone, label = _until(call.due_on, today)
    said = _("%(currency)s %(amount)s, prepared by %(name)s, due %(day)s") % words
    url = reverse("portfolio:call", args=[call.public_id])
    return Task(tone, call.due_on, label, titles[act] % {"number": call.number}, said, url)


def _notices(person: User, today: date) -> Iterator[Task]:
    lines = queries.due_notices(person, until=today + timedelta(days=DAYS_AHEAD))
    for call, open_lines in groupby(lines, key=lambda line: line.notice.call):
        yield _due(call, list(open_lines), today)


def _due(call: CapitalCall, lines: Sequence[NoticeLine], today: date) -> Task:
    count = len(lines)
    if call.due_on < today:
        title = ngettext(
            "%(count)s notice of call No. %(number)s is overdue",
            "%(count)s notices of call No. %(number)s are overdue",
            count,
        )
    else:
        title = ngettext(
            "%(count)s notice of call No. %(number)s is due soon",
            "%(count)s notices of call No. %(number)s are due soon",
            count,
        )
    words = {
        "currency": call.fund.currency_id,
        "amount": numerals.plain(sum((line.open for line in lines), ZERO), 2),
        "day": numerals.day(call.due_on),
    }
    tone, label = _until(call.due_on, today)
    said = _("%(currency)s %(amount)s open, due %(day)s") % words
    url = f"{reverse('portfolio:call', args=[call.public_id])}#h-notices"
    return Task(tone, call.due_on, label, title % {"count": count, "number": call.number}, said, url)


def _suspense(person: User) -> Iterator[Task]:
    for fund, amount in paying.suspense_by_fund(person):
        words = {"currency": fund.currency_id, "amount": numerals.plain(amount, 2)}
        yield Task(
            "plain",
            None,
            _("in suspense"),
            _("%(currency)s %(amount)s stands in suspense") % words,
            _("Money that no notice took. It can pay a later call."),
            f"{reverse('portfolio:receipts')}?fund={fund.public_id}",
        )


def _until(day: date, today: date) -> tuple[str, str]:
    """How urgent a date is, and how far away in words."""
    left = (day - today).days
    if left < 0:
        late = ngettext("%(count)s day late", "%(count)s days late", -left) % {"count": -left}
        return "stop", late
    if left == 0:
        return "stop", _("today")
    label = ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
    return ("warn" if left <= SOON else "plain"), label
