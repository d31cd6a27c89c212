"""Recording Allies, their membership, their defence expenditure by edition, and guidelines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

RECORDED = declare("nation.recorded", _("{actor} recorded the nation {subject}."))
MEMBERSHIP_RECORDED = declare(
    "nation.membership_recorded", _("{actor} recorded that {subject} is an Ally from {starts_on}.")
)
EDITION_PUBLISHED = declare(
    "expenditure.edition_published", _("{actor} added the edition {subject} of defence expenditure.")
)
EXPENDITURE_PUBLISHED = declare("expenditure.published", _("{actor} recorded {rows} figures of the edition {subject}."))
GUIDELINE_RECORDED = declare("guideline.recorded", _("{actor} recorded the guideline {subject}."))

FIRST_YEAR, LAST_YEAR = 1949, 2100
MOST_DECIMALS = 4
"""Decimal places of a percentage that the table keeps: a fraction of one with six."""


class AlreadyRecorded(Conflict):
    code = "already_recorded"
    sentence = _("This is already recorded.")


class OverlappingMembership(Conflict):
    code = "overlapping_membership"
    sentence = _("The nation already is an Ally on some of these days.")


class EndsBeforeItStarts(Invalid):
    code = "ends_before_it_starts"
    sentence = _("The end lies before the beginning. Choose a later day or leave it empty.")


class UnfitCode(Invalid):
    code = "unfit_nation_code"
    sentence = _("Write the two capitals of ISO 3166, such as EE.")


class UnfitShare(Invalid):
    """A share of gross domestic product is a fraction of one."""

    code = "unfit_share"
    sentence = _("A share of gross domestic product lies between 0 and 100 %.")


class UnfitFigure(Invalid):
    """One row of a publication at fault; the sentence names it."""

    code = "unfit_figure"

    def __init__(self, figure: "Figure", reason: object) -> None:
        super().__init__(
            str(_("Figure of {whose} for {year}: {reason}")).format(
                whose=figure.nation or figure.aggregate or "–", year=figure.year, reason=reason
            )
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One figure of an edition: of the nation with this code, or else of an aggregate.

    ``share_of_gdp`` is a fraction of one; ``decimals_published`` are decimal places of the percentage in print.
    """

    nation: str | None
    aggregate: str
    year: int
    share_of_gdp: Decimal
    decimals_published: int
    is_estimate: bool
    source: str


@transaction.atomic
def record_nation(*, code: str, name_en: str, name_fr: str, by: User, at: datetime) -> Nation:
    """Add a nation by its ISO code. Raises NotPermitted, UnfitCode, AlreadyRecorded."""
    rules.require(by, Permission.NATIONS_RECORD)
    if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004 -- ISO alpha-2
        raise UnfitCode(field="code")
    nation, created = Nation.objects.get_or_create(code=code, defaults={"name_en": name_en, "name_fr": name_fr})
    if not created:
        raise AlreadyRecorded(field="code")
    audit.record(RECORDED, code, by=by, after={"name_en": name_en, "name_fr": name_fr})
    return nation


@transaction.atomic
def record_membership(
    nation: Nation,
    *,
    starts_on: date,
    ends_before: date | None,
    source: str,
    note: str = "",
    by: User,
    at: datetime,
) -> MembershipPeriod:
    """
    Record that a nation is an Ally from ``starts_on`` until the day before ``ends_before``, or until further notice.

    Raises NotPermitted, EndsBeforeItStarts, OverlappingMembership.
    """
    nation = locks.in_order(Nation.objects.filter(pk=nation.pk)).get()
    rules.require(by, Permission.NATIONS_RECORD)
    if ends_before is not None and ends_before <= starts_on:
        raise EndsBeforeItStarts(field="ends_before")
    if _overlapping(nation, starts_on, ends_before):
        raise OverlappingMembership(field="starts_on")
    period = MembershipPeriod.objects.create(
        nation=nation, starts_on=starts_on, ends_before=ends_before, source=source, note=note
    )
    audit.record(MEMBERSHIP_RECORDED, nation.code, by=by, after={"starts_on": starts_on, "ends_before": ends_before})
    return period


@transaction.atomic
def publish_edition(
    *,
    code: str,
    name_en: str,
    name_fr: str,
    published_on: date,
    published_precision: str,
    is_full_series: bool,
    source: str,
    by: User,
    at: datetime,
) -> ExpenditureEdition:
    """Add an edition, yet without figures. Raises NotPermitted, AlreadyRecorded."""
    rules.require(by, Permission.NATIONS_RECORD)
    edition, created = ExpenditureEdition.objects.get_or_create(
        code=code,
        defaults={
            "name_en": name_en,
            "name_fr": name_fr,
            "published_on": published_on,
            "published_precision": published_precision,
            "is_full_series": is_full_series,
            "source": source,
        },
    )
    if not created:
        raise AlreadyRecorded(field="code")
    audit.record(EDITION_PUBLISHED, code, by=by, after={"published_on": published_on, "source": source})
    return edition


@transaction.atomic
def publish_expenditure(edition: ExpenditureEdition, figures: Sequence[Figure], *, by: User, at: datetime) -> int:
    """
    Record the figures of an edition: all of them or none; return how many. One audit row names the counts.

    Raises NotPermitted, and UnfitFigure for the first row that is unknown, out of range or given twice.
    """
    edition = locks.in_order(ExpenditureEdition.objects.filter(pk=edition.pk)).get()
    rules.require(by, Permission.NATIONS_RECORD)
    _check_figures(figures, known=_keys_of(edition))
    DefenceExpenditure.objects.bulk_create(
        DefenceExpenditure(
            edition=edition,
            nation_id=figure.nation,
            aggregate=figure.aggregate,
            year=figure.year,
            share_of_gdp=figure.share_of_gdp,
            decimals_published=figure.decimals_published,
            is_estimate=figure.is_estimate,
            source=figure.source,
            recorded_at=at,
        )
        for figure in figures
    )
    audit.record(EXPENDITURE_PUBLISHED, edition.code, by=by, after=_counts(figures))
    return len(figures)


@transaction.atomic
def record_guideline(
    *,
    code: str,
    name_en: str,
    name_fr: str,
    share_of_gdp: Decimal,
    starts_on: date,
    ends_before: date | None,
    due_year: int | None,
    source: str,
    by: User,
    at: datetime,
) -> Guideline:
    """Record a guideline as a rule with dates. Raises NotPermitted, UnfitShare, EndsBeforeItStarts, AlreadyRecorded."""
    rules.require(by, Permission.NATIONS_RECORD)
    if not 0 < share_of_gdp < 1:
        raise UnfitShare(field="share_of_gdp")
    if ends_before is not None and ends_before <= starts_on:
        raise EndsBeforeItStarts(field="ends_before")
    stated = {"share_of_gdp": share_of_gdp, "starts_on": starts_on, "ends_before": ends_before, "due_year": due_year}
    guideline, created = Guideline.objects.get_or_create(
        code=code, defaults={"name_en": name_en, "name_fr": name_fr, "source": source, **stated}
    )
    if not created:
        raise AlreadyRecorded(field="code")
    audit.record(GUIDELINE_RECORDED, code, by=by, after=stated)
    return guideline


def _overlapping(nation: Nation, starts_on: date, ends_before: date | None) -> bool:
    ends_later = Q(ends_before__isnull=True) | Q(ends_before__gt=starts_on)
    periods = nation.memberships.filter(ends_later)
    return (periods.filter(starts_on__lt=ends_before) if ends_before else periods).exists()


def _check_figures(figures: Iterable[Figure], *, known: set[tuple[str | None, str, int]]) -> None:
    nations = set(Nation.objects.values_list("code", flat=True))
    for figure in figures:
        key = (figure.nation, figure.aggregate, figure.year)
        if reason := _fault(figure, nations):
            raise UnfitFigure(figure, reason)
        if key in known:
            raise UnfitFigure(figure, _("it is given twice."))
        known.add(key)


def _fault(figure: Figure, nations: set[str]) -> object | None:
    if bool(figure.nation) == bool(figure.aggregate):
        return _("it must be of one nation or of one aggregate.")
    if figure.nation and figure.nation not in nations:
        return _("the nation is not known.")
    if figure.aggregate and figure.aggregate not in DefenceExpenditure.Aggregate.values:
        return _("the aggregate is not known.")
    if not FIRST_YEAR <= figure.year <= LAST_YEAR:
        return _("the year is not plausible.")
    if not 0 <= figure.share_of_gdp < 1 or not 0 <= figure.decimals_published <= MOST_DECIMALS:
        return _("the share lies between 0 and 100 %, with at most four decimals.")
    return None


def _keys_of(edition: ExpenditureEdition) -> set[tuple[str | None, str, int]]:
    return set(edition.figures.values_list("nation_id", "aggregate", "year"))


def _counts(figures: Sequence[Figure]) -> dict[str, object]:
    years = [figure.year for figure in figures]
    return {
        "rows": len(figures),
        "nations": len({figure.nation for figure in figures if figure.nation}),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
    }
