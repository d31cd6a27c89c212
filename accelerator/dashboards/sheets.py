"""The public pages as workbooks: sheets of figures, members and the network."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from accelerator.challenges.queries import Count, Funnel, PublishedProgramme
from accelerator.cohorts.queries import Member
from accelerator.test_centres.queries import Network, Size
from core.exports.xlsx import About, Cell, Column, Kind, Sheet
from core.web import sources

WIDE = 60
"""Letters of a column of sources and remarks."""


def about(title: str, *, as_of: date, known_at: datetime, remarks: Sequence[str] = ()) -> About:
    return About(title, as_of, known_at, _("Published facts; the source stands in each row."), remarks=remarks)


def figures(programme: PublishedProgramme) -> Sheet:
    """Every figure of the funnel, those of sources that differ after the one to go by."""
    columns = [
        Column(_("Stage")),
        Column(_("Nation")),
        Column(_("Figure"), Kind.WHOLE),
        Column(_("More than")),
        Column(_("To go by")),
        *_source_columns(),
        Column(_("Remark"), width=WIDE),
    ]
    return Sheet(_("Figures"), columns, [_figure(label, count) for label, count in _counts(programme.funnel)])


def rates(programme: PublishedProgramme) -> Sheet:
    """The shares that follow from the figures to go by."""
    named = [
        (_("Applications selected for phase 1"), programme.funnel.phase_1_rate),
        (_("Phase 1 selected for phase 2"), programme.funnel.phase_2_rate),
    ]
    columns = [
        Column(_("Rate"), width=WIDE),
        Column(_("Share"), Kind.SHARE),
        Column(_("At most")),
        Column(_("At least")),
        Column(_("How sure")),
    ]
    rows: list[list[Cell]] = [
        [label, rate.share, _yes(rate.is_at_most), _yes(rate.is_at_least), _sure(rate.basis)]
        for label, rate in named
        if rate
    ]
    return Sheet(_("Rates"), columns, rows)


def challenges(programme: PublishedProgramme) -> Sheet:
    columns = [Column(_("Code")), Column(_("Challenge"), width=WIDE), *_source_columns()]
    rows = [[one.code, str(one.title), one.source, _sure(one.basis)] for one in programme.challenges]
    return Sheet(_("Challenges"), columns, rows)


def members(found: Iterable[Member]) -> Sheet:
    """Members; an empty cell is something that no source names."""
    columns = [
        Column(_("Company")),
        Column(_("Nation")),
        Column(_("Challenge")),
        Column(_("Challenge inferred")),
        Column(_("Technology")),
        Column(_("Technology inferred")),
        Column(_("Highest phase known"), Kind.WHOLE),
        *_source_columns(),
        Column(_("Remark"), width=WIDE),
    ]
    return Sheet(_("Members"), columns, [_member(one) for one in found])


def network(network: Network) -> Sheet:
    columns = [
        Column(_("What is counted")),
        Column(_("Stated for")),
        Column(_("Day, or first day of the period"), Kind.DAY),
        Column(_("Figure"), Kind.WHOLE),
        Column(_("More than")),
        *_source_columns(),
    ]
    return Sheet(_("Network"), columns, [_size(one) for one in network.all()])


def measure_name(measure: str) -> str:
    """What a figure of the network counts, in the reader's language."""
    return {
        "accelerator-sites": _("Accelerator sites"),
        "test-centres": _("Test centres"),
        "nations": _("Nations with a test centre or accelerator site"),
        "mentors": _("Mentors"),
    }[measure]


def _counts(funnel: Funnel) -> list[tuple[str, Count]]:
    steps = [
        (_("Applications"), funnel.applications),
        (_("Selected for phase 1"), funnel.phase_1),
        (_("Nations in phase 1"), funnel.phase_1_nations),
        (_("Selected for phase 2"), funnel.phase_2),
        (_("Nations in phase 2"), funnel.phase_2_nations),
    ]
    every = [(label, count) for label, step in steps for count in (step.count, *step.others) if count]
    return every + [(_("Applications of one nation"), count) for count in funnel.applications_by_nation]


def _figure(label: str, count: Count) -> list[Cell]:
    return [
        label,
        str(count.nation or "") or None,
        count.value,
        _yes(count.is_at_least),
        _yes(count.is_preferred),
        count.source,
        _sure(count.basis),
        str(count.note) or None,
    ]


def _member(one: Member) -> list[Cell]:
    return [
        one.name,
        str(one.nation) or None,
        str(one.challenge) or None,
        _yes(one.is_challenge_inferred),
        one.technology_name or None,
        _yes(one.is_technology_inferred),
        one.highest_phase,
        one.source,
        _sure(one.basis),
        str(one.note) or None,
    ]


def _size(one: Size) -> list[Cell]:
    return [
        measure_name(one.measure),
        one.period,
        one.stated_for,
        one.value,
        _yes(one.is_at_least),
        one.source,
        _sure(one.basis),
    ]


def _source_columns() -> list[Column]:
    return [Column(_("Source"), width=WIDE), Column(_("How sure"))]


def _sure(basis: str) -> str:
    return str(sources.confidence_in_words(basis))


def _yes(flag: bool) -> str:
    return _("yes") if flag else _("no")
