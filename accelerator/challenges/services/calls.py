"""Drafting a call for applications with its form and criteria, and publishing it by a second person."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accelerator.challenges import queries, zones
from accelerator.challenges.lifecycle import State
from accelerator.challenges.models import Call, CallCriterion, CallQuestion, CallSection, Programme
from accelerator.challenges.rules import Act, refusal
from accelerator.challenges.services.stated import (
    AGREEMENTS,
    IN_WORDS,
    LEAST_OPTIONS,
    LONGEST,
    LONGEST_HINT,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_CRITERIA,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_SECTIONS,
    MOST_WORDS,
    BecauseMissing,
    ChangedSince,
    ClosesLate,
    Criterion,
    Facts,
    NoSuchTime,
    NotWhole,
    OtherAgreement,
    OutsideProgramme,
    Question,
    Section,
    UnfitAgreement,
    UnfitCriteria,
    UnfitFounding,
    UnfitLimit,
    UnfitNations,
    UnfitOptions,
    UnfitQuestions,
    UnfitSections,
    UnfitTitle,
    UnfitWindow,
    UnfitZone,
    WindowPassed,
)
from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Invalid
from core.nations import queries as nations
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

Stated = TypeVar("Stated")
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
        **_checked(facts, row),
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
    stated = _checked(facts, call.programme)

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
    _check_rows(sections, _check_section)

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
    """Ask these questions in a section, in their order. Raises NotPermitted, WrongState, UnfitQuestions,
    UnfitLimit, UnfitOptions, and ChangedSince where the section has gone.
    """
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise UnfitQuestions
    _check_rows(questions, _check_question)

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
            )
            for order, one in enumerate(questions, start=1)
        )

    return _edited(section.call, write, by=by, at=at, read=read)


@transaction.atomic
def set_criteria(call: Call, criteria: Sequence[Criterion], *, by: User, at: datetime, read: str = "") -> Call:
    """Judge by these criteria. Their weights need to add up only when the call is submitted. Raises NotPermitted, WrongState, UnfitCriteria."""
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        raise UnfitCriteria
    _check_rows(criteria, _check_criterion)

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
    """Ask a second person to publish the call. Raises NotPermitted, WrongState, NotWhole, WindowPassed."""
    row = _locked(call)
    _require(by, row, Act.SUBMIT)
    if queries.lacking(row):
        raise NotWhole
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


def _checked(facts: Facts, programme: Programme) -> dict[str, Any]:
    """The columns of a call. Raises Invalid with the rule that is broken and the field at fault."""
    for name, most in LONGEST.items():
        if not 1 <= len(getattr(facts, name).strip()) <= most:
            raise UnfitTitle(field=name)
    if facts.zone not in zones.ZONES:
        raise UnfitZone(field="zone")
    opens_at = zones.moment(facts.opens_on, facts.opens_at, facts.zone)
    closes_at = zones.moment(facts.closes_on, facts.closes_at, facts.zone)
    if opens_at is None:
        raise NoSuchTime(field="opens_at")
    if closes_at is None:
        raise NoSuchTime(field="closes_at")
    if closes_at <= opens_at:
        raise UnfitWindow(field="closes_on")
    if facts.agreement not in AGREEMENTS:
        raise UnfitAgreement(field="agreement")
    _check_programme(facts, programme, closes_at)
    allies = set(nations.allies(facts.opens_on).values_list("code", flat=True))
    if not facts.nations or not set(facts.nations) <= allies:
        raise UnfitNations(field="nations")
    if facts.founded_from and facts.founded_until and facts.founded_until < facts.founded_from:
        raise UnfitFounding(field="founded_until")
    return {name: getattr(facts, name).strip() for name in LONGEST} | {
        "zone": facts.zone,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "agreement": facts.agreement,
        "nations": sorted(set(facts.nations)),
        "founded_from": facts.founded_from,
        "founded_until": facts.founded_until,
    }


def _check_programme(facts: Facts, programme: Programme, closes_at: datetime) -> None:
    """Raise Invalid unless the call keeps to the days and the agreement that its programme published."""
    first, last = programme.call_opens_on, programme.call_closes_on
    for name in ("opens_on", "closes_on"):
        if not first <= getattr(facts, name) <= last:
            raise OutsideProgramme(first, last, field=name)
    if programme.call_closes_at and closes_at > programme.call_closes_at:
        raise ClosesLate(programme.call_closes_at)
    if facts.agreement != programme.agreement:
        raise OtherAgreement(field="agreement")


def _check_rows(stated: Sequence[Stated], check: Callable[[Stated], None]) -> None:
    """Check each thing. What is refused names its row, from 1."""
    for row, one in enumerate(stated, start=1):
        try:
            check(one)
        except Invalid as refused:
            refused.row = row
            raise


def _check_section(stated: Section) -> None:
    if at_fault := _untitled(stated):
        raise UnfitSections(field=at_fault)


def _check_criterion(stated: Criterion) -> None:
    if at_fault := _untitled(stated):
        raise UnfitCriteria(field=at_fault)
    if not 1 <= stated.weight <= queries.WHOLE:
        raise UnfitCriteria(field="weight")


def _check_question(asked: Question) -> None:
    texts, hints = (asked.text_en.strip(), asked.text_fr.strip()), (asked.hint_en.strip(), asked.hint_fr.strip())
    if asked.kind not in CallQuestion.Kind.values or not all(1 <= len(text) <= LONGEST_QUESTION for text in texts):
        raise UnfitQuestions(field="text_en")
    if any(len(hint) > LONGEST_HINT for hint in hints) or bool(hints[0]) != bool(hints[1]):
        raise UnfitQuestions(field="hint_en")
    limit = asked.words_at_most
    if asked.kind in IN_WORDS and (limit is None or not 1 <= limit <= MOST_WORDS):
        raise UnfitLimit(field="words_at_most")
    if asked.kind not in IN_WORDS and limit is not None:
        raise UnfitLimit(field="words_at_most")
    offered = (asked.options_en, asked.options_fr)
    if asked.kind != CallQuestion.Kind.CHOICE:
        if any(offered):
            raise UnfitOptions(field="options_en")
        return
    if len(asked.options_en) != len(asked.options_fr) or not all(map(_are_options, offered)):
        raise UnfitOptions(field="options_en")


def _are_options(options: Sequence[str]) -> bool:
    fit = all(1 <= len(one.strip()) <= LONGEST_OPTION for one in options)
    return LEAST_OPTIONS <= len(options) <= MOST_OPTIONS and fit and len(set(options)) == len(options)


def _untitled(one: Section | Criterion) -> str:
    """The name of the title that is missing or too long; empty where both fit."""
    titles = ("title_en", "title_fr")
    return next((name for name in titles if not 1 <= len(getattr(one, name).strip()) <= LONGEST[name]), "")


def _record(
    kind: Kind, call: Call, by: User, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    told = {"title_en": call.title_en} | (after or {})
    audit.record(kind, call.public_id, by=by, chain=call.programme.public_id, before=before, after=told)
