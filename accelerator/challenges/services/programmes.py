"""Publishing programmes, their challenges and the figures of their funnel."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import Challenge, Programme, ProgrammeFigure
from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.nations.models import Basis
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

PUBLISHED = declare("programme.published", _("{actor} published the programme {name_en}."))
CHALLENGE_PUBLISHED = declare("challenge.published", _("{actor} published the challenge {title_en}."))
FIGURES_PUBLISHED = declare("programme.figures_published", _("{actor} published {count} figures of a programme."))
SELECTION_ANNOUNCED = declare("programme.selection_announced", _("{actor} announced the selection for phase {phase}."))

RESERVED_SLUGS = frozenset({"network", "calls"})
"""Addresses beside the programmes that are not programmes."""
PRECISIONS = ("day", "month", "year")

Stated = set[tuple[str, str | None]]
"""Stages, with the nation where there is one, that have a figure to go by."""


class AlreadyPublished(Conflict):
    code = "already_published"
    sentence = _("A programme is already published under this address.")


class ChallengeAlreadyPublished(Conflict):
    code = "challenge_already_published"
    sentence = _("A challenge with this code, or at this place of the programme, is already published.")


class AlreadyStated(Conflict):
    code = "figure_already_stated"
    sentence = _("This stage already has a figure to go by. Publish the other source’s beside it, as one that differs.")


class AlreadyAnnounced(Conflict):
    code = "already_announced"
    sentence = _("This selection was already announced.")


class UnfitAddress(Invalid):
    code = "unfit_address"
    sentence = _("This address is kept for another page. Choose a different one.")


class UnfitCall(Invalid):
    code = "unfit_call"
    sentence = _("A call closes on the day on which it opens or later.")


class UnfitFunding(Invalid):
    code = "unfit_funding"
    sentence = _("Funding is above zero, in whole cents, and lasts at least one month.")


class UnfitFigure(Invalid):
    code = "unfit_figure"
    sentence = _("Only a count of one nation’s applications names a nation, and it always does.")


class NothingToPublish(Invalid):
    code = "nothing_to_publish"
    sentence = _("There is no figure here to publish.")


class NoSource(Invalid):
    code = "no_source"
    sentence = _("Say where this is published.")


class NotConfirmed(Invalid):
    code = "not_confirmed"
    sentence = _("What no source confirms is not published.")


@dataclass(frozen=True, slots=True)
class Call:
    """Days on which applications are taken, both inclusive; ``closes_at`` where the moment was published."""

    opens_on: date
    closes_on: date
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Funding:
    """What a participant gets: amounts in ``currency``, that of phase 2 at most. No equity is taken for it."""

    phase_1_amount: Decimal
    phase_1_months: int
    phase_2_amount_at_most: Decimal
    phase_2_months: int
    currency: str = "EUR"
    agreement: str = "contract"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published count. ``is_at_least`` where the source says "more than"; not preferred where another contradicts it."""

    stage: str
    value: int
    basis: str
    source: str
    nation: str | None = None
    is_at_least: bool = False
    is_preferred: bool = True
    note_en: str = ""
    note_fr: str = ""


@transaction.atomic
def publish_programme(
    *,
    slug: str,
    name_en: str,
    name_fr: str,
    call: Call,
    cohort_year: int,
    phase_1_starts_on: date,
    funding: Funding,
    basis: str,
    source: str,
    by: User,
    at: datetime,
    note_en: str = "",
    note_fr: str = "",
) -> Programme:
    """Add a programme. Raises NotPermitted unless ``by`` publishes for all programmes, AlreadyPublished, Invalid."""
    if not rules.reaches_everywhere(by, Permission.PROGRAMME_PUBLISH):
        raise NotPermitted
    check_attested(basis, source)
    if slug in RESERVED_SLUGS:
        raise UnfitAddress(field="slug")
    if call.closes_on < call.opens_on:
        raise UnfitCall(field="call_closes_on")
    _check_funding(funding)
    programme, created = Programme.objects.get_or_create(
        slug=slug,
        defaults={
            "name_en": name_en,
            "name_fr": name_fr,
            "call_opens_on": call.opens_on,
            "call_closes_on": call.closes_on,
            "call_closes_at": call.closes_at,
            "cohort_year": cohort_year,
            "phase_1_starts_on": phase_1_starts_on,
            "phase_1_amount": funding.phase_1_amount,
            "phase_1_months": funding.phase_1_months,
            "phase_2_amount_at_most": funding.phase_2_amount_at_most,
            "phase_2_months": funding.phase_2_months,
            "currency_id": funding.currency,
            "agreement": funding.agreement,
            "basis": basis,
            "source": source,
            "note_en": note_en,
            "note_fr": note_fr,
            "recorded_at": at,
        },
    )
    if not created:
        raise AlreadyPublished(field="slug")
    after = {"name_en": name_en, "call_opens_on": call.opens_on, "cohort_year": cohort_year, "source": source}
    audit.record(PUBLISHED, programme.public_id, by=by, chain=programme.public_id, after=after)
    return programme


@transaction.atomic
def publish_challenge(
    programme: Programme,
    *,
    code: str,
    title_en: str,
    title_fr: str,
    basis: str,
    source: str,
    by: User,
    at: datetime,
    order: int | None = None,
    note: str = "",
) -> Challenge:
    """
    Add a challenge to a programme, after those that are there where ``order`` names no place.

    Raises NotPermitted, ChallengeAlreadyPublished, Invalid.
    """
    locked = lock(programme, by=by)
    check_attested(basis, source)
    if order is None:
        order = (locked.challenges.aggregate(last=Max("order"))["last"] or 0) + 1
    challenge = Challenge(
        programme=locked,
        code=code,
        title_en=title_en,
        title_fr=title_fr,
        order=order,
        basis=basis,
        source=source,
        note=note,
    )
    try:
        with transaction.atomic():
            challenge.save(force_insert=True)
    except IntegrityError:
        # A code is unique across programmes, which no lock on this one can promise.
        raise ChallengeAlreadyPublished(field="code") from None
    after = {"code": code, "title_en": title_en, "source": source, "published_at": at}
    audit.record(CHALLENGE_PUBLISHED, challenge.public_id, by=by, chain=locked.public_id, after=after)
    return challenge


@transaction.atomic
def publish_figures(
    programme: Programme, figures: Sequence[Figure], *, by: User, at: datetime
) -> list[ProgrammeFigure]:
    """Add figures of a programme's funnel, all or none. Raises NotPermitted, AlreadyStated, Invalid."""
    locked = lock(programme, by=by)
    if not figures:
        raise NothingToPublish
    stated: Stated = set(locked.figures.filter(is_preferred=True).values_list("stage", "nation_id"))
    for figure in figures:
        _check_figure(figure, stated)
    written = ProgrammeFigure.objects.bulk_create(_row(locked, figure, at) for figure in figures)
    after = {"count": len(figures), "figures": [asdict(figure) for figure in figures]}
    audit.record(FIGURES_PUBLISHED, locked.public_id, by=by, chain=locked.public_id, after=after)
    return written


@transaction.atomic
def announce_selection(
    programme: Programme, *, phase: int, on: date, precision: str, by: User, at: datetime
) -> Programme:
    """Record when the selection for a phase was announced; ``on`` is the first day of a month or year known only so far."""
    locked = lock(programme, by=by)
    if phase not in (1, 2) or precision not in PRECISIONS:
        raise Invalid
    if getattr(locked, f"phase_{phase}_announced_on"):
        raise AlreadyAnnounced
    changed = {f"phase_{phase}_announced_on": on, f"phase_{phase}_announced_precision": precision}
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changed))
    after = {"phase": phase, "announced_on": on, "precision": precision, "recorded_at": at}
    audit.record(SELECTION_ANNOUNCED, locked.public_id, by=by, chain=locked.public_id, after=after)
    return locked


def lock(programme: Programme, *, by: User) -> Programme:
    """The programme, locked for this transaction, if ``by`` publishes for it. Raises NotPermitted."""
    locked = locks.in_order(Programme.objects.filter(pk=programme.pk)).get()
    rules.require(by, Permission.PROGRAMME_PUBLISH, locked.public_id)
    return locked


def check_attested(basis: str, source: str) -> None:
    """Raise NoSource or NotConfirmed: nothing is published that nobody can look up."""
    if not source.strip():
        raise NoSource(field="source")
    if basis not in Basis.values or basis == Basis.UNCONFIRMED:
        raise NotConfirmed(field="basis")


def _check_funding(funding: Funding) -> None:
    amounts = (funding.phase_1_amount, funding.phase_2_amount_at_most)
    if min(funding.phase_1_months, funding.phase_2_months) < 1 or funding.agreement not in ("grant", "contract"):
        raise UnfitFunding(field="funding")
    if any(not amount.is_finite() or amount <= 0 or amount != round(amount, 2) for amount in amounts):
        raise UnfitFunding(field="funding")


def _check_figure(figure: Figure, stated: Stated) -> None:
    """Check one figure against the rules and against ``stated``, which then holds it too."""
    check_attested(figure.basis, figure.source)
    is_of_nation = figure.stage == ProgrammeFigure.Stage.APPLICATIONS_OF_NATION
    if figure.stage not in ProgrammeFigure.Stage.values or figure.value < 0 or is_of_nation != bool(figure.nation):
        raise UnfitFigure(field="figures")
    if not figure.is_preferred:
        return
    if (figure.stage, figure.nation) in stated:
        raise AlreadyStated(field="figures")
    stated.add((figure.stage, figure.nation))


def _row(programme: Programme, figure: Figure, at: datetime) -> ProgrammeFigure:
    return ProgrammeFigure(
        programme=programme,
        stage=figure.stage,
        nation_id=figure.nation,
        value=figure.value,
        is_at_least=figure.is_at_least,
        is_preferred=figure.is_preferred,
        basis=figure.basis,
        source=figure.source,
        note_en=figure.note_en,
        note_fr=figure.note_fr,
        recorded_at=at,
    )
