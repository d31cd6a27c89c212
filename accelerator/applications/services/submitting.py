"""Sending an application, replacing what was sent, withdrawing it and taking it up again: all until the call closes."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.applications import queries
from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, Submission
from accelerator.applications.rules import Act, refusal
from accelerator.applications.services import rows
from accelerator.challenges import eligibility, words
from accelerator.challenges import queries as challenges
from core import identity
from core.audit import digests
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.notifications import services as notifications
from core.people.models import User

SUBMITTED = declare(
    "application.submitted", _("{actor} submitted the application {subject} under the number {number}.")
)
WITHDRAWN = declare("application.withdrawn", _("{actor} withdrew the application {subject}."))
TAKEN_UP = declare("application.taken_up", _("{actor} took the application {subject} up again."))
NUMBER_LETTERS = 8


class NotWhole(Conflict):
    code = "application_not_whole"
    sentence = _("Some sections still have something to answer or to correct. The list says which; then submit.")


class NotEligible(Invalid):
    """The organisation does not keep a rule of the call."""

    code = "not_eligible"


class ChangedSince(Conflict):
    code = "changed_since"
    sentence = _("Somebody changed an answer since you checked them. Nothing was sent. Check once more, then submit.")


@transaction.atomic
def submit(application: Application, *, read: str, by: User, at: datetime) -> Submission:
    """
    Send everything that the form holds, and write the receipt. ``at`` is when the request arrived: the deadline is judged by it.

    ``read`` is the digest of what was checked. What was sent before is replaced; the very same content gives the same receipt.
    Raises NotPermitted, WrongState, TooEarly, TooLate, NotWhole, ChangedSince, NotEligible.
    """
    row = rows.locked(application)
    if refused := refusal(by, row, Act.SUBMIT, at=at):
        raise refused
    sheet = queries.sheet(row)
    if not sheet.is_whole:
        raise NotWhole
    content = queries.content(row, sheet)
    digest = digests.digest(content)
    if read != digest:
        raise ChangedSince
    _check_eligible(row, at=at)
    last = queries.submissions(row).first()
    if last is not None and last.digest == digest and row.state == State.SUBMITTED:
        return last
    made = Submission.objects.create(
        application=row,
        order=last.order + 1 if last else 1,
        number=_number(),
        content=content,
        digest=digest,
        received_at=at,
        submitted_by=by,
    )
    row.attachments.filter(removed_at__isnull=True).update(is_sent=True)
    row.state = State.SUBMITTED
    row.save(update_fields=["state"])
    rows.record(SUBMITTED, row, by, {"number": made.number, "digest": digest, "received_at": at})
    _send_receipt(row, made, at=at)
    return made


@transaction.atomic
def withdraw(application: Application, *, by: User, at: datetime) -> Application:
    """Take it back. Until the call closes it can be taken up again. Raises NotPermitted, WrongState."""
    row = rows.locked(application)
    if refused := refusal(by, row, Act.WITHDRAW, at=at):
        raise refused
    before = row.state
    row.state, row.withdrawn_by, row.withdrawn_at = State.WITHDRAWN, by, at
    row.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    rows.record(WITHDRAWN, row, by, {"before": before})
    return row


@transaction.atomic
def take_up(application: Application, *, by: User, at: datetime) -> Application:
    """As it stood before it was withdrawn: what was sent counts again. Raises NotPermitted, WrongState, TooLate."""
    row = rows.locked(application)
    if refused := refusal(by, row, Act.TAKE_UP, at=at):
        raise refused
    row.state = State.SUBMITTED if queries.submissions(row).exists() else State.DRAFT
    row.withdrawn_by = row.withdrawn_at = None
    row.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    rows.record(TAKEN_UP, row, by, {"after": row.state})
    return row


def _check_eligible(row: Application, *, at: datetime) -> None:
    rules = challenges.open_call(row.call, at=at).rules
    found = eligibility.verdicts(rules, nation=row.organisation.nation_id or "", founded_on=row.organisation.founded_on)
    broken = [one.rule for one in found if not one.is_kept]
    if broken:
        raise NotEligible(" ".join(broken))


def _number() -> str:
    """The number of a receipt, such as A-7QK2M8C4: drawn, so that it tells nobody how many there are."""
    return "A-" + "".join(secrets.choice(identity.ALPHABET) for _letter in range(NUMBER_LETTERS)).upper()


def _send_receipt(row: Application, made: Submission, *, at: datetime) -> None:
    """By mail to everybody who writes for the start-up, in the language of each."""
    for reader in queries.readers_of(row.organisation, at=at):
        notifications.write_from_template(
            "application_received",
            recipient=reader.email,
            language=reader.language,
            context={
                "name": reader.name,
                "organisation": row.organisation.name,
                "call": row.call,
                "submission": made,
                "closes": words.Moment(row.call.closes_at, row.call.zone),
                "received": words.Moment(made.received_at, row.call.zone),
                "link": f"{settings.SITE_URL}{reverse('portal:application', args=[row.public_id])}",
            },
            at=at,
        )
