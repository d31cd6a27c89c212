"""What is stated of a call for applications, and how it is refused."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import CallQuestion
from core.errors import Conflict, Invalid
from core.web import numerals

LONGEST = {"title_en": 160, "title_fr": 160, "text_en": 5_000, "text_fr": 5_000}
LONGEST_QUESTION, LONGEST_HINT, LONGEST_OPTION = 500, 300, 160
MOST_SECTIONS, MOST_QUESTIONS, MOST_CRITERIA, MOST_OPTIONS, MOST_WORDS = 20, 40, 20, 50, 5_000
LEAST_OPTIONS = 2
DIGITS, PLACES = 18, 6
"""Of a bound: before and after the decimal sign."""
IN_WORDS = {CallQuestion.Kind.SHORT, CallQuestion.Kind.LONG}
AGREEMENTS = ("grant", "contract")


class UnfitTitle(Invalid):
    code = "unfit_title"
    sentence = _("A call has a title of 1 to 160 letters and a text of 1 to 5,000 in both languages.")


class UnfitZone(Invalid):
    code = "unfit_zone"
    sentence = _("Choose one of the time zones offered.")


class NoSuchTime(Invalid):
    code = "no_such_time"
    sentence = _("On that day the clocks of this zone skip that time. Choose another.")


class UnfitWindow(Invalid):
    code = "unfit_window"
    sentence = _("A call closes after it opens.")


class WindowPassed(Conflict):
    code = "window_passed"
    sentence = _("The call would be closed already. Give it a later end before it is published.")


class OutsideProgramme(Invalid):
    """The window leaves the days on which the programme takes applications: ``first`` to ``last``, both inclusive."""

    code = "outside_programme"

    def __init__(self, first: date, last: date, *, field: str) -> None:
        days = {"first": numerals.day(first), "last": numerals.day(last)}
        sentence = _now("Its programme takes applications from %(first)s to %(last)s. Choose a day within these.")
        super().__init__(sentence % days, field=field)


class ClosesLate(Invalid):
    code = "closes_late"

    def __init__(self, moment: datetime) -> None:
        """``moment`` is when the programme said that it closes."""
        said = _now("Its programme closes at this moment: %(moment)s. Choose that or an earlier one.")
        super().__init__(said % {"moment": numerals.moment(moment)}, field="closes_at")


class OtherAgreement(Invalid):
    code = "other_agreement"
    sentence = _("Its programme offers another kind of agreement. Choose the same for the call.")


class UnfitNations(Invalid):
    code = "unfit_nations"
    sentence = _("Choose at least one nation, each an Ally on the day on which the call opens.")


class UnfitFounding(Invalid):
    code = "unfit_founding"
    sentence = _("The last day of founding is not before the first.")


class UnfitAgreement(Invalid):
    code = "unfit_agreement"
    sentence = _("Choose one of the kinds of agreement offered.")


class UnfitSections(Invalid):
    code = "unfit_sections"
    sentence = _("A form has 1 to 20 sections, each with a title of 1 to 160 letters in both languages.")


class UnfitQuestions(Invalid):
    code = "unfit_questions"
    sentence = _(
        "A section has 1 to 40 questions, each of 1 to 500 letters in both languages, with at most 300 letters of help in "
        "both languages or in neither."
    )


class UnfitLimit(Invalid):
    code = "unfit_limit"
    sentence = _("An answer in text has a limit of 1 to 5,000 words; no other answer has one.")


class UnfitOptions(Invalid):
    code = "unfit_options"
    sentence = _(
        "A choice offers 2 to 50 different things of at most 160 letters, the same ones in the same order in both languages; "
        "no other question offers any."
    )


class UnfitCurrency(Invalid):
    code = "unfit_currency"
    sentence = _(
        "An amount of money names the code of a currency that is kept, such as EUR; no other question names one."
    )


class UnfitBounds(Invalid):
    code = "unfit_bounds"
    sentence = _("The least number is not above the greatest, and only a question for a number has bounds.")


class UnfitCriteria(Invalid):
    code = "unfit_criteria"
    sentence = _(
        "A call has 1 to 20 criteria, each with a title of 1 to 160 letters in both languages and a weight of 1 to 100 per cent."
    )


class NotWhole(Conflict):
    """``lacking`` names what is missing: see ``queries.lacking``."""

    code = "call_not_whole"
    sentence = _(
        "Before it is submitted, a call has at least one section, a question in each, and criteria whose weights add up to "
        "100 per cent."
    )


class ChangedSince(Conflict):
    code = "changed_since"
    sentence = _("The call has changed since you opened this page. Read it again, then decide.")


class BecauseMissing(Invalid):
    code = "because_missing"
    sentence = _("Say in a sentence what should be changed.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a call says beside its form: see Call. Times are on the clocks of ``zone``."""

    title_en: str
    title_fr: str
    text_en: str
    text_fr: str
    zone: str
    opens_on: date
    opens_at: time
    closes_on: date
    closes_at: time
    agreement: str
    nations: Collection[str]
    founded_from: date | None = None
    founded_until: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``place`` is where it stands in the form now; None for one that is new."""

    title_en: str
    title_fr: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """See CallQuestion."""

    kind: str
    text_en: str
    text_fr: str
    hint_en: str = ""
    hint_fr: str = ""
    is_required: bool = True
    words_at_most: int | None = None
    options_en: list[str] = field(default_factory=list)
    options_fr: list[str] = field(default_factory=list)
    currency: str = ""
    """The code for an amount of money; empty for the programme's."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """See CallCriterion; ``weight`` in per cent."""

    title_en: str
    title_fr: str
    weight: int
    text_en: str = ""
    text_fr: str = ""
