"""Drafts: begun for a start-up, written by its people, also by several at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers
from accelerator.applications.models import Answer, Application, OtherText
from accelerator.applications.rules import Act, may, outside_window, refusal
from accelerator.applications.services import rows
from accelerator.challenges.lifecycle import State as CallState
from accelerator.challenges.models import Call, CallQuestion, Challenge
from core import locks
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.organisations.models import Organisation
from core.people.models import User
from core.people.roles import Permission

BEGUN = declare("application.begun", _("{actor} began the application {subject}."))
SAVED = declare("application.saved", _("{actor} kept answers of the application {subject}."))
SETTLED = declare("application.text_chosen", _("{actor} chose between two texts of the application {subject}."))


class NotOpen(Conflict):
    code = "call_not_published"
    sentence = _("This call is not published, so nobody can apply to it yet.")


class ChallengeMissing(Invalid):
    code = "challenge_missing"
    sentence = _("Choose the challenge that you answer. It must be one of this programme.")


class UnknownQuestion(Invalid):
    code = "unknown_question"
    sentence = _("The form has no such question. Open the page anew; what was saved is still there.")


class TooLong(Invalid):
    code = "answer_too_long"
    sentence = _("This text is far longer than any answer may be. Shorten it, then it is kept.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed. ``edition`` is that of the answer which her page showed, 0 where there was none."""

    text: str
    edition: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it stands after saving; ``other`` is the text of a colleague that it replaced, where there was one."""

    order: int
    text: str
    edition: int
    other: OtherText | None = None


@transaction.atomic
def begin(
    call: Call,
    organisation: Organisation,
    challenge: Challenge | None,
    *,
    by: User,
    at: datetime,
    illustrative: bool = False,
) -> Application:
    """
    Begin an application of a start-up; the one that stands already where it was begun before.

    Raises NotPermitted, NotOpen, TooEarly, TooLate, ChallengeMissing.
    """
    if not may(by, Permission.APPLICATION_WRITE, organisation):
        raise NotPermitted
    if call.state != CallState.PUBLISHED:
        raise NotOpen
    if outside := outside_window(call, at=at):
        raise outside
    _check_challenge(call, challenge)
    row, is_new = Application.objects.get_or_create(
        call=call,
        organisation=organisation,
        challenge=challenge,
        defaults={
            "form_digest": call.digest,
            "begun_by": by,
            "begun_at": at,
            "is_illustrative": illustrative or organisation.is_illustrative,
        },
    )
    if is_new:
        told = {"call": call.public_id, "challenge": challenge.code if challenge else ""}
        rows.record_draft(BEGUN, row, by, told)
    return row


@transaction.atomic
def save(application: Application, section: int, typed: Mapping[int, Typed], *, by: User, at: datetime) -> list[Kept]:
    """
    Keep what was typed in a section, by the place of each question: also what is too long or cannot be read yet.

    The last one who saves wins; where the page did not show the text that stood, that text is kept beside it for comparison,
    unless it is part of the new one. Raises NotPermitted, WrongState, TooEarly, TooLate, UnknownQuestion, TooLong.
    """
    row = rows.locked(application)
    if refused := refusal(by, row, Act.WRITE, at=at):
        raise refused
    asked = {one.order: one for one in _questions(row, section) if one.order in typed}
    if asked.keys() != typed.keys():
        raise UnknownQuestion
    standing = {one.question_id: one for one in row.answers.filter(question__in=asked.values())}
    kept = [
        _keep(row, asked[order], standing.get(asked[order].pk), typed[order], by=by, at=at) for order in sorted(typed)
    ]
    changed = [one.order for one, is_changed in kept if is_changed]
    if changed:
        row.saved_by, row.saved_at = by, at
        row.save(update_fields=["saved_by", "saved_at"])
        rows.record_draft(SAVED, row, by, {"section": section, "questions": changed})
    return [one for one, _is_changed in kept]


@transaction.atomic
def settle(other: OtherText, *, takes_it: bool, by: User, at: datetime) -> OtherText:
    """Choose between two texts: take the one that was replaced, or leave the one that stands. Once chosen it is chosen.

    Raises NotPermitted, WrongState, TooLate.
    """
    row = rows.locked(other.answer.application)
    if refused := refusal(by, row, Act.WRITE, at=at):
        raise refused
    kept = locks.in_order(OtherText.objects.filter(pk=other.pk)).get()
    if kept.settled_at is not None:
        return kept
    kept.settled_by, kept.settled_at = by, at
    kept.save(update_fields=["settled_by", "settled_at"])
    answer = Answer.objects.get(pk=kept.answer_id)
    if takes_it and answer.text != kept.text:
        _write(answer, kept.text, by=by, at=at)
        row.saved_by, row.saved_at = by, at
        row.save(update_fields=["saved_by", "saved_at"])
    rows.record_draft(SETTLED, row, by, {"taken": takes_it})
    return kept


def _keep(
    row: Application, question: CallQuestion, standing: Answer | None, typed: Typed, *, by: User, at: datetime
) -> tuple[Kept, bool]:
    """The answer as it stands now, and whether it was changed."""
    if not answers.fits(question.kind, typed.text):
        raise TooLong(field=f"q{question.order}")
    text = answers.canonical(question.kind, typed.text)
    if standing is None:
        if not text:
            return Kept(question.order, "", 0), False
        made = Answer.objects.create(application=row, question=question, text=text, written_by=by, written_at=at)
        return Kept(question.order, text, made.edition), True
    if text == standing.text:
        return Kept(question.order, text, standing.edition), False
    other = None
    if typed.edition != standing.edition and standing.text and standing.text not in text:
        other = OtherText.objects.create(
            answer=standing,
            text=standing.text,
            written_by=standing.written_by,
            written_at=standing.written_at,
            replaced_by=by,
            replaced_at=at,
        )
    _write(standing, text, by=by, at=at)
    return Kept(question.order, text, standing.edition, other), True


def _write(answer: Answer, text: str, *, by: User, at: datetime) -> None:
    answer.text, answer.edition, answer.written_by, answer.written_at = text, answer.edition + 1, by, at
    answer.save(update_fields=["text", "edition", "written_by", "written_at"])


def _questions(row: Application, section: int) -> list[CallQuestion]:
    """The questions of a section that are answered in words; files come another way."""
    asked = CallQuestion.objects.filter(section__call=row.call_id, section__order=section)
    return list(asked.exclude(kind=CallQuestion.Kind.FILE).order_by("order", "pk"))


def _check_challenge(call: Call, challenge: Challenge | None) -> None:
    if challenge is None:
        if Challenge.objects.filter(programme=call.programme_id).exists():
            raise ChallengeMissing(field="challenge")
    elif challenge.programme_id != call.programme_id:
        raise ChallengeMissing(field="challenge")
