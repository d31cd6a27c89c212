"""What a call for applications may say: each rule with the field, and among several things the row, at fault."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from accelerator.challenges import queries, zones
from accelerator.challenges.models import CallQuestion, Programme
from accelerator.challenges.services.stated import (
    AGREEMENTS,
    DIGITS,
    IN_WORDS,
    LEAST_OPTIONS,
    LONGEST,
    LONGEST_HINT,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_WORDS,
    PLACES,
    ClosesLate,
    Criterion,
    Facts,
    NoSuchTime,
    OtherAgreement,
    OutsideProgramme,
    Question,
    Section,
    UnfitAgreement,
    UnfitBounds,
    UnfitCriteria,
    UnfitCurrency,
    UnfitFounding,
    UnfitLimit,
    UnfitNations,
    UnfitOptions,
    UnfitQuestions,
    UnfitSections,
    UnfitTitle,
    UnfitWindow,
    UnfitZone,
)
from core.errors import Invalid
from core.money import queries as money
from core.nations import queries as nations

Stated = TypeVar("Stated")


def checked(facts: Facts, programme: Programme) -> dict[str, Any]:
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
    check_programme(programme, facts.opens_on, facts.closes_on, closes_at, facts.agreement)
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


def check_programme(programme: Programme, opens_on: date, closes_on: date, closes_at: datetime, agreement: str) -> None:
    """Raise Invalid unless a call keeps to the days and the agreement that its programme published. Days are in the call's zone."""
    first, last = programme.call_opens_on, programme.call_closes_on
    for name, day in (("opens_on", opens_on), ("closes_on", closes_on)):
        if not first <= day <= last:
            raise OutsideProgramme(first, last, field=name)
    if programme.call_closes_at and closes_at > programme.call_closes_at:
        raise ClosesLate(programme.call_closes_at)
    if agreement != programme.agreement:
        raise OtherAgreement(field="agreement")


def check_rows(stated: Sequence[Stated], check: Callable[[Stated], None]) -> None:
    """Check each thing. What is refused names its row, from 1."""
    for row, one in enumerate(stated, start=1):
        try:
            check(one)
        except Invalid as refused:
            refused.row = row
            raise


def check_section(stated: Section) -> None:
    if at_fault := _untitled(stated):
        raise UnfitSections(field=at_fault)


def check_criterion(stated: Criterion) -> None:
    if at_fault := _untitled(stated):
        raise UnfitCriteria(field=at_fault)
    if not 1 <= stated.weight <= queries.WHOLE:
        raise UnfitCriteria(field="weight")


def check_question(asked: Question) -> None:
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
    _check_currency(asked)
    _check_bounds(asked)
    offered = (asked.options_en, asked.options_fr)
    if asked.kind != CallQuestion.Kind.CHOICE:
        if any(offered):
            raise UnfitOptions(field="options_en")
        return
    if len(asked.options_en) != len(asked.options_fr) or not all(map(_are_options, offered)):
        raise UnfitOptions(field="options_en")


def _check_currency(asked: Question) -> None:
    if not asked.currency:
        return
    if asked.kind != CallQuestion.Kind.MONEY or asked.currency not in money.currency_names():
        raise UnfitCurrency(field="currency")


def _check_bounds(asked: Question) -> None:
    for name in ("minimum", "maximum"):
        bound = getattr(asked, name)
        if bound is not None and (asked.kind != CallQuestion.Kind.NUMBER or not _is_a_bound(bound)):
            raise UnfitBounds(field=name)
    if asked.minimum is not None and asked.maximum is not None and asked.maximum < asked.minimum:
        raise UnfitBounds(field="maximum")


def _is_a_bound(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < 10**DIGITS and value == round(value, PLACES)


def _are_options(options: Sequence[str]) -> bool:
    fit = all(1 <= len(one.strip()) <= LONGEST_OPTION for one in options)
    return LEAST_OPTIONS <= len(options) <= MOST_OPTIONS and fit and len(set(options)) == len(options)


def _untitled(one: Section | Criterion) -> str:
    """The name of the title that is missing or too long; empty where both fit."""
    titles = ("title_en", "title_fr")
    return next((name for name in titles if not 1 <= len(getattr(one, name).strip()) <= LONGEST[name]), "")
