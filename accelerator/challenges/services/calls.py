"""Drafting a call for applications with its form and criteria, and publishing it by a second person."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accelerator.challenges import queries, zones
from accelerator.challenges.lifecycle import State
from accelerator.challenges.models import Call, CallCriterion, CallQuestion, CallSection, Programme
from accelerator.challenges.rules import Act, refusal
from accelerator.challenges.services import checks
from accelerator.challenges.services.stated import (
    MOST_CRITERIA,
    MOST_QUESTIONS,
    MOST_SECTIONS,
    BecauseMissing,
    ChangedSince,
    Criterion,
    Facts,
    NotWhole,
    Question,
    Section,
    UnfitCriteria,
    UnfitQuestions,
    UnfitSections,
    WindowPassed,
)
from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

APART = 1_000
"""How far places are moved out of the way while they are given anew."""
DRAFTED = declare("call.drafted", _("{actor} drafted the call {title_en}."))
EDITED = declare("call.edited", _("{actor} changed the call {title_en}."))
SUBMITTED = declare("call.submitted", _("{actor} submitted the call {title_en} for publication."))
HANDED_BACK = declare("call.handed_back", _("{actor} handed the call {title_en} back: {because}"))
CALL_PUBLISHED = declare("call.published", _("{actor} published the call {title_en}."))


@transaction.atomic
def draft_call(programme: Programme, facts: Facts, *, by: User, at: datetime, illustrative: bool = False) -> Call:
    """Begin a call within what its programme says. Raises NotPermitted, and Invalid with the rule that the facts break."""
    row = locks.in_order(Programme.objects.filter(pk=programme.pk)).get()
    people_rules.require(by, Permission.PROGRAMME_PUBLISH, row.public_id)
    call = Call.objects.create(
        programme=row,
        **checks.checked(facts, row),
        drafted_by=by,
        drafted_at=at,
        edited_by=by,
        edited_at=at,
        is_illustrative=illustrative,
    )
    _record(DRAFTED, call, by, after=queries.content(call))
    return call


@transaction.atomic
def edit_call(call: Call, facts: Facts, *, by: User, at: datetime, read: str = "") -> Call:
    """Change what a call says beside its form. Raises as ``draft_call`` does, and WrongState."""
    stated = checks.checked(facts, call.programme)

    def write(row: Call) -> None:
        for name, value in stated.items():
            setattr(row, name, value)

    return _edited(call, write, by=by, at=at, read=read)


@transaction.atomic
def set_sections(call: Call, sections: Sequence[Section], *, by: User, at: datetime, read: str = "") -> Call:
    """
    Name the sections of the form in their order. Each says at which place it stands now and keeps its questions; what is not
    named goes with its questions. Raises NotPermitted, WrongState, UnfitSections.
    """
    if not 1 <= len(sections) <= MOST_SECTIONS:
        raise UnfitSections
    checks.check_rows(sections, checks.check_section)

    def write(row: Call) -> None:
        standing = {one.order: one for one in row.sections.all()}
        kept = [
            standing.pop(one.place) if one.place is not None and one.place in standing else CallSection(call=row)
            for one in sections
        ]
        row.sections.filter(pk__in=[one.pk for one in standing.values()]).delete()
        row.sections.update(order=F("order") + APART)
        for order, (one, stated) in enumerate(zip(kept, sections, strict=True), start=1):
            one.order, one.title_en, one.title_fr = order, stated.title_en.strip(), stated.title_fr.strip()
            one.save()

    return _edited(call, write, by=by, at=at, read=read)


@transaction.atomic
def set_questions(
    section: CallSection, questions: Sequence[Question], *, by: User, at: datetime, read: str = ""
) -> Call:
    """Ask these questions in a section, in their order. Raises NotPermitted, WrongState, UnfitQuestions, UnfitLimit,
    UnfitOptions, UnfitCurrency, UnfitBounds, and ChangedSince where the section has gone.
    """
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise UnfitQuestions
    checks.check_rows(questions, checks.check_question)

    def write(row: Call) -> None:
        kept = locks.in_order(CallSection.objects.filter(pk=section.pk, call=row)).first()
        if kept is None:
            raise ChangedSince
        kept.questions.all().delete()
        CallQuestion.objects.bulk_create(
            CallQuestion(
                section=kept,
                order=order,
                kind=one.kind,
                text_en=one.text_en.strip(),
                text_fr=one.text_fr.strip(),
                hint_en=one.hint_en.strip(),
                hint_fr=one.hint_fr.strip(),
                is_required=one.is_required,
                words_at_most=one.words_at_most,
                options_en=one.options_en,
                options_fr=one.options_fr,
                currency_id=(one.currency or row.programme.currency_id)
                if one.kind == CallQuestion.Kind.MONEY
                else None,
                minimum=one.minimum,
                maximum=one.maximum,
            )
            for order, one in enumerate(questions, start=1)
        )

    return _edited(section.call, write, by=by, at=at, read=read)


@transaction.atomic
def set_criteria(call: Call, criteria: Sequence[Criterion], *, by: User, at: datetime, read: str = "") -> Call:
    """Judge by these criteria. Their weights need to add up only when the call is submitted. Raises NotPermitted, WrongState, UnfitCriteria."""
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        raise UnfitCriteria
    checks.check_rows(criteria, checks.check_criterion)

    def write(row: Call) -> None:
        row.criteria.all().delete()
        CallCriterion.objects.bulk_create(
            CallCriterion(
                call=row,
                order=order,
                title_en=one.title_en.strip(),
                title_fr=one.title_fr.strip(),
                text_en=one.text_en.strip(),
                text_fr=one.text_fr.strip(),
                weight=one.weight,
            )
            for order, one in enumerate(criteria, start=1)
        )

    return _edited(call, write, by=by, at=at, read=read)


@transaction.atomic
def submit_call(call: Call, *, by: User, at: datetime) -> Call:
    """Ask a second person to publish the call. Raises NotPermitted, WrongState, NotWhole, WindowPassed, and
    Invalid where it leaves what its programme says.
    """
    row = _locked(call)
    _require(by, row, Act.SUBMIT)
    if queries.lacking(row):
        raise NotWhole
    opens_on, closes_on = (zones.there(moment, row.zone).date() for moment in (row.opens_at, row.closes_at))
    checks.check_programme(row.programme, opens_on, closes_on, row.closes_at, row.agreement)
    if row.closes_at <= at:
        raise WindowPassed
    row.state, row.submitted_by, row.submitted_at = State.SUBMITTED, by, at
    row.save(update_fields=["state", "submitted_by", "submitted_at"])
    _record(SUBMITTED, row, by, after={"digest": queries.digest(row)})
    return row


@transaction.atomic
def hand_back(call: Call, *, because: str, by: User) -> Call:
    """Make a submitted call a draft again, and say why. Raises NotPermitted, WrongState, BecauseMissing."""
    row = _locked(call)
    _require(by, row, Act.HAND_BACK)
    if not because.strip():
        raise BecauseMissing(field="because")
    _as_draft(row)
    row.save(update_fields=["state", "submitted_by", "submitted_at"])
    _record(HANDED_BACK, row, by, after={"because": because.strip()[:300]})
    return row


@transaction.atomic
def publish_call(call: Call, *, digest: str, by: User, at: datetime) -> Call:
    """
    Publish exactly what ``digest`` covers, for ever: the database refuses every later change.

    Raises NotPermitted, OwnWork, WrongState, ChangedSince, WindowPassed.
    """
    row = _locked(call)
    _require(by, row, Act.PUBLISH)
    if queries.digest(row) != digest:
        raise ChangedSince
    if row.closes_at <= at:
        raise WindowPassed
    row.state, row.published_by, row.published_at, row.digest = State.PUBLISHED, by, at, digest
    row.save(update_fields=["state", "published_by", "published_at", "digest"])
    _record(CALL_PUBLISHED, row, by, after={"digest": digest})
    return row


def _edited(call: Call, write: Callable[[Call], None], *, by: User, at: datetime, read: str) -> Call:
    """
    Write a change. A submitted call is a draft again then; what changes nothing changes nothing. ``read`` is the digest of what
    the person had before her, where she had a page: what another changed since is not overwritten unseen.
    """
    row = _locked(call)
    _require(by, row, Act.EDIT)
    if read and read != queries.digest(row):
        raise ChangedSince
    before = queries.content(row)
    write(row)
    after = queries.content(row)
    changed = queries.changed_parts(before, after)
    if not changed:
        return row
    _as_draft(row)
    row.edited_by, row.edited_at, row.editors = by, at, sorted({*row.editors, by.pk})
    row.save()
    _record(
        EDITED, row, by, before={name: before[name] for name in changed}, after={name: after[name] for name in changed}
    )
    return row


def _as_draft(row: Call) -> None:
    row.state, row.submitted_by, row.submitted_at = State.DRAFT, None, None


def _locked(call: Call) -> Call:
    """The call as it stands, its row held until the transaction ends."""
    return locks.in_order(Call.objects.filter(pk=call.pk).select_related("programme")).get()


def _require(by: User, call: Call, act: Act) -> None:
    if refused := refusal(by, call, act):
        raise refused


def _record(
    kind: Kind, call: Call, by: User, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    told = {"title_en": call.title_en} | (after or {})
    audit.record(kind, call.public_id, by=by, chain=call.programme.public_id, before=before, after=told)
