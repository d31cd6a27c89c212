"""What is published of programmes: calls, challenges, and the funnel with what is doubtful about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from accelerator.challenges.models import Challenge, Programme, ProgrammeFigure
from core.errors import NotFound
from core.money.value import Money
from core.nations.models import Basis
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import published
from core.web.bilingual import Words

Stage = ProgrammeFigure.Stage

FROM_SURE_TO_DOUBTFUL = (Basis.SOLID, Basis.PARTIAL, Basis.WEAK, Basis.UNCONFIRMED, Basis.ILLUSTRATIVE)


@dataclass(frozen=True, slots=True)
class Count:
    """One published figure. ``is_at_least`` where the source says "more than" the value."""

    stage: str
    value: int
    is_at_least: bool
    is_preferred: bool
    basis: str
    source: str
    note: Words
    nation: Words | None = None
    nation_code: str = ""

    @property
    def said(self) -> str:
        """The figure in the reader's language."""
        return published.count(self.value, is_at_least=self.is_at_least)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the funnel: the figure to go by, None where none was found, and those of sources that differ."""

    stage: str
    count: Count | None
    others: tuple[Count, ...]

    @property
    def value(self) -> int | None:
        return self.count.value if self.count else None


@dataclass(frozen=True, slots=True)
class Rate:
    """A fraction of one; a bound where one of its figures is one, and as doubtful as the more doubtful of the two."""

    share: Decimal
    is_at_most: bool
    is_at_least: bool
    basis: str

    @property
    def said(self) -> str:
        """The rate in the reader's language, to one decimal of a per cent."""
        return published.share(self.share, is_at_most=self.is_at_most, is_at_least=self.is_at_least)


@dataclass(frozen=True, slots=True)
class Funnel:
    """From applications over phase 1 to phase 2. ``applications_by_nation`` largest first, not all nations."""

    applications: Step
    phase_1: Step
    phase_1_nations: Step
    phase_2: Step
    phase_2_nations: Step
    applications_by_nation: tuple[Count, ...]
    phase_1_rate: Rate | None
    phase_2_rate: Rate | None


@dataclass(frozen=True, slots=True)
class Announced:
    """A day, month or year, as exactly as it is known."""

    on: date
    precision: str

    @property
    def said(self) -> str:
        return published.period(self.on, self.precision)


@dataclass(frozen=True, slots=True)
class Topic:
    """A challenge."""

    code: str
    title: Words
    basis: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class PublishedProgramme:
    """A programme as published. The year of the call and the year of the cohort are two facts."""

    public_id: str
    slug: str
    name: Words
    call_opens_on: date
    call_closes_on: date
    call_closes_at: datetime | None
    cohort_year: int
    phase_1_starts_on: date
    phase_1_announced: Announced | None
    phase_2_announced: Announced | None
    phase_1_funding: Money
    phase_1_months: int
    phase_2_funding_at_most: Money
    phase_2_months: int
    agreement: str
    basis: str
    source: str
    note: Words
    challenges: tuple[Topic, ...]
    funnel: Funnel

    @property
    def call_year(self) -> int:
        return self.call_opens_on.year


def programmes() -> list[PublishedProgramme]:
    """Every published programme, the latest call first, in three queries."""
    return [_published(programme) for programme in _with_all(Programme.objects.all())]


def programme(slug: str) -> PublishedProgramme:
    """One programme by its address, in three queries. Raises NotFound."""
    for found in _with_all(Programme.objects.filter(slug=slug)):
        return _published(found)
    raise NotFound


def by_slug(slug: str) -> Programme | None:
    """The row of a programme, for services."""
    return Programme.objects.filter(slug=slug).first()


def challenge(code: str) -> Challenge | None:
    """The row of a challenge, for services."""
    return Challenge.objects.filter(code=code).first()


def funnel(figures: Iterable[Count]) -> Funnel:
    """The funnel that published figures make (pure)."""
    known = list(figures)
    steps = {stage: _step(stage, known) for stage in Stage.values}
    by_nation = [one for one in known if one.stage == Stage.APPLICATIONS_OF_NATION and one.is_preferred]
    applications, phase_1, phase_2 = steps[Stage.APPLICATIONS], steps[Stage.PHASE_1], steps[Stage.PHASE_2]
    return Funnel(
        applications=applications,
        phase_1=phase_1,
        phase_1_nations=steps[Stage.PHASE_1_NATIONS],
        phase_2=phase_2,
        phase_2_nations=steps[Stage.PHASE_2_NATIONS],
        applications_by_nation=tuple(sorted(by_nation, key=lambda one: (-one.value, one.nation_code))),
        phase_1_rate=rate(phase_1.count, applications.count),
        phase_2_rate=rate(phase_2.count, phase_1.count),
    )


def rate(part: Count | None, whole: Count | None) -> Rate | None:
    """``part`` as a share of ``whole``. None where a figure is missing, or where two bounds leave nothing to say."""
    if part is None or whole is None or not whole.value or (part.is_at_least and whole.is_at_least):
        return None
    return Rate(
        share=Decimal(part.value) / Decimal(whole.value),
        is_at_most=whole.is_at_least,
        is_at_least=part.is_at_least,
        basis=max(part.basis, whole.basis, key=FROM_SURE_TO_DOUBTFUL.index),
    )


def counts(figures: Iterable[ProgrammeFigure]) -> list[Count]:
    """The rows as values; their nations must be at hand."""
    return [
        Count(
            stage=row.stage,
            value=row.value,
            is_at_least=row.is_at_least,
            is_preferred=row.is_preferred,
            basis=row.basis,
            source=row.source,
            note=Words(row.note_en, row.note_fr),
            nation=Words(row.nation.name_en, row.nation.name_fr) if row.nation else None,
            nation_code=row.nation_id or "",
        )
        for row in figures
    ]


def _step(stage: str, known: list[Count]) -> Step:
    of_stage = [one for one in known if one.stage == stage]
    preferred = next((one for one in of_stage if one.is_preferred), None)
    return Step(stage, preferred, tuple(one for one in of_stage if not one.is_preferred))


def _with_all(rows: QuerySet[Programme]) -> QuerySet[Programme]:
    figures = ProgrammeFigure.objects.select_related("nation").order_by("pk")
    challenges = Challenge.objects.order_by("order", "pk")
    with_both = rows.prefetch_related(Prefetch("challenges", challenges), Prefetch("figures", figures))
    return with_both.order_by("-call_opens_on", "-pk")


def _published(row: Programme) -> PublishedProgramme:
    return PublishedProgramme(
        public_id=row.public_id,
        slug=row.slug,
        name=Words(row.name_en, row.name_fr),
        call_opens_on=row.call_opens_on,
        call_closes_on=row.call_closes_on,
        call_closes_at=row.call_closes_at,
        cohort_year=row.cohort_year,
        phase_1_starts_on=row.phase_1_starts_on,
        phase_1_announced=_announced(row.phase_1_announced_on, row.phase_1_announced_precision),
        phase_2_announced=_announced(row.phase_2_announced_on, row.phase_2_announced_precision),
        phase_1_funding=Money(row.phase_1_amount, row.currency_id),
        phase_1_months=row.phase_1_months,
        phase_2_funding_at_most=Money(row.phase_2_amount_at_most, row.currency_id),
        phase_2_months=row.phase_2_months,
        agreement=row.agreement,
        basis=row.basis,
        source=row.source,
        note=Words(row.note_en, row.note_fr),
        challenges=tuple(
            Topic(one.code, Words(one.title_en, one.title_fr), one.basis, one.source, one.note)
            for one in row.challenges.all()
        ),
        funnel=funnel(counts(row.figures.all())),
    )


def _announced(on: date | None, precision: str) -> Announced | None:
    return Announced(on, precision) if on else None


def run_by(person: User) -> list[Programme]:
    """The programmes for which the person may draft calls, the latest first."""
    rows = Programme.objects.order_by("-cohort_year", "-pk")
    if people_rules.reaches_everywhere(person, Permission.PROGRAMME_PUBLISH):
        return list(rows)
    return list(rows.filter(public_id__in=people_rules.scopes_of(person, Permission.PROGRAMME_PUBLISH)))


def challenges_of(programme: Programme) -> list[Challenge]:
    """The challenges of a programme in their order."""
    return list(programme.challenges.order_by("order", "pk"))


def challenges_in(programmes: Sequence[int]) -> list[Challenge]:
    """The challenges of some programmes, by their keys, in order."""
    return list(Challenge.objects.filter(programme__in=programmes).order_by("programme", "order", "pk"))
