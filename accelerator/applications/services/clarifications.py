"""Questions of the programme's about an application, and the start-up's answers, until a moment that is named."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers, queries
from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, Clarification
from accelerator.applications.rules import Act, WrongState, refusal
from accelerator.applications.services import rows
from accelerator.challenges import words
from core import locks
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.notifications import services as notifications
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals

LONGEST_QUESTION, LONGEST_ANSWER = 2_000, 10_000
ASKED = declare("application.asked", _("{actor} asked about the application {subject}."))
ANSWERED = declare("application.answered", _("{actor} answered a question about the application {subject}."))


class QuestionMissing(Invalid):
    code = "question_missing"
    sentence = _("Write what you want to know, in at most 2,000 characters.")


class DueTooSoon(Invalid):
    code = "due_too_soon"
    sentence = _("The answer cannot be due before now. Choose a later day.")


class AnswerMissing(Invalid):
    code = "answer_missing"
    sentence = _("Write your answer before you send it.")


class AnswerTooLong(Invalid):
    code = "answer_too_long"
    sentence = _("Shorten the answer to 10,000 characters.")


class AnswerTooLate(Conflict):
    code = "answer_too_late"


class AlreadyAnswered(Conflict):
    code = "already_answered"
    sentence = _("This question was answered already. Reload the page to read it.")


@transaction.atomic
def ask(application: Application, *, question: str, due_at: datetime, by: User, at: datetime) -> Clarification:
    """
    Ask a start-up about what it submitted, in one language, until ``due_at``: the first moment at which an answer is late.

    Raises NotPermitted, WrongState, QuestionMissing, DueTooSoon.
    """
    row = rows.locked(application)
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, row.call.programme.public_id)
    if row.state != State.SUBMITTED:
        raise WrongState(Act.ANSWER)
    text = answers.cleaned(question).strip()
    if not 1 <= len(text) <= LONGEST_QUESTION:
        raise QuestionMissing(field="question")
    if due_at <= at:
        raise DueTooSoon(field="due_on")
    made = Clarification.objects.create(application=row, question=text, asked_by=by, asked_at=at, due_at=due_at)
    rows.record(ASKED, row, by, {"clarification": made.public_id, "due_at": due_at})
    _tell(row, made, at=at)
    return made


@transaction.atomic
def answer(clarification: Clarification, *, text: str, by: User, at: datetime) -> Clarification:
    """
    Answer, once. ``at`` is when the request arrived.

    Raises NotPermitted, WrongState, AlreadyAnswered, AnswerTooLate, AnswerMissing, AnswerTooLong.
    """
    row = rows.locked(clarification.application)
    if refused := refusal(by, row, Act.ANSWER, at=at):
        raise refused
    kept = locks.in_order(Clarification.objects.filter(pk=clarification.pk)).get()
    if kept.answer:
        raise AlreadyAnswered
    if at >= kept.due_at:
        said = _now("The answer was due by %(due)s, and this arrived at %(arrived)s. Ask the programme for more time.")
        due = words.moment_there(kept.due_at, row.call.zone)
        raise AnswerTooLate(said % {"due": due, "arrived": numerals.to_the_second(at)})
    given = answers.cleaned(text).strip()
    if not given:
        raise AnswerMissing(field="answer")
    if len(given) > LONGEST_ANSWER:
        raise AnswerTooLong(field="answer")
    kept.answer, kept.answered_by, kept.answered_at = given, by, at
    kept.save(update_fields=["answer", "answered_by", "answered_at"])
    rows.record(ANSWERED, row, by, {"clarification": kept.public_id})
    return kept


def _tell(row: Application, made: Clarification, *, at: datetime) -> None:
    """In the product and by mail, to everybody who writes for the start-up."""
    address = reverse("portal:clarification", args=[row.public_id, made.public_id])
    for reader in queries.readers_of(row.organisation, at=at):
        with translation.override(reader.language):
            said = _now("The programme asks about your application to %(call)s.") % {"call": row.call}
        notifications.tell(reader, title=said, address=address, at=at)
        notifications.write_from_template(
            "application_asked",
            recipient=reader.email,
            language=reader.language,
            context={
                "name": reader.name,
                "call": row.call,
                "question": made.question,
                "due": words.Moment(made.due_at, row.call.zone),
                "link": f"{settings.SITE_URL}{address}",
            },
            at=at,
        )
