"""The charts of the public pages: the funnel of a programme, and the network over time."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accelerator.challenges.queries import Count, Funnel, PublishedProgramme, Step
from accelerator.test_centres.queries import Network, Size
from core.web import charts, drawings, numerals, published
from core.web.charts import Chart, Head, Spec


def funnel(programme: PublishedProgramme) -> Chart | None:
    """Applications, phase 1 and phase 2 as columns; None where fewer than two are known."""
    shown = [(label, step.count) for label, step in _steps(programme.funnel) if step.count]
    if len(shown) < 2:  # noqa: PLR2004 -- one column compares nothing
        return None
    places = [label for label, _count in shown]
    values = [Decimal(count.value) for _label, count in shown]
    heading = funnel_finding(programme.funnel)

    def specify(width: int) -> Spec:
        return drawings.columns(places, values, width=width, texts=[count.said for _label, count in shown])

    return Chart(
        id="funnel",
        heading=heading,
        drawing=charts.draw(specify, label=f"{programme.name}: " + "; ".join(_pairs(shown))),
        unit=_("start-ups"),
        caption=_("Funnel: start-ups at each stage"),
        heads=(Head(_("Stage")), Head(_("Start-ups"), "n")),
        rows=[(label, count.said) for label, count in shown],
    )


def funnel_finding(funnel: Funnel) -> str:
    """What the funnel shows, in a sentence without a full stop."""
    first, second = funnel.phase_1_rate, funnel.phase_2_rate
    if first and second:
        return _("%(first)s of applications reached phase 1, and %(second)s of those phase 2") % {
            "first": _capital(first.said),
            "second": second.said,
        }
    if first:
        return _("%(first)s of applications reached phase 1; no figure of phase 2 was found") % {
            "first": _capital(first.said)
        }
    return _("From applications to phase 2")


def named_share(named: int, selected: Count | None) -> str:
    """How many of those selected are named here, so that nobody takes the list for the whole cohort."""
    if selected is None:
        return ""
    return _("%(named)s of %(selected)s") % {"named": numerals.plain(named, 0), "selected": selected.said}


def network(network: Network) -> Chart | None:
    """Test centres and accelerator sites over time; None where nothing is known of either."""
    lines = [
        (_("Test centres"), network.test_centres, "seq-1"),
        (_("Accelerator sites"), network.accelerator_sites, "chart-2"),
    ]
    lines = [line for line in lines if line[1]]
    if not lines:
        return None
    months = _months([size for _name, sizes, _token in lines for size in sizes])
    places = [published.period(month, "month") for month in months]
    drawn = [drawings.Line(name, _along(months, rising(sizes)), token) for name, sizes, token in lines]

    def specify(width: int) -> Spec:
        return drawings.lines(places, drawn, width=width, digits=0)

    return Chart(
        id="network",
        heading=network_finding(network),
        drawing=charts.draw(specify, label=_("Test centres and accelerator sites by month")),
        unit=_("number of sites"),
        caption=_("Test centres and accelerator sites over time"),
        heads=(Head(_("Stated for")), *(Head(name, "n") for name, _sizes, _token in lines)),
        rows=_twin([sizes for _name, sizes, _token in lines]),
    )


def network_finding(network: Network) -> str:
    """From the first to the last figure of the test centres."""
    sizes = network.test_centres
    if len(sizes) < 2:  # noqa: PLR2004 -- a change needs two figures
        return _("The network over time")
    first, last = sizes[0], sizes[-1]
    return _("From %(first)s test centres (%(then)s) to %(last)s (%(later)s)") % {
        "first": first.said,
        "then": first.period,
        "last": last.said,
        "later": last.period,
    }


def rising(sizes: tuple[Size, ...]) -> list[Size]:
    """Leave out lower bounds below a figure already known: "more than 180" after 182 is no fall, it says nothing new."""
    kept: list[Size] = []
    for size in sizes:
        if not (size.is_at_least and kept and size.value < kept[-1].value):
            kept.append(size)
    return kept


def _steps(funnel: Funnel) -> list[tuple[str, Step]]:
    return [
        (_("Applications"), funnel.applications),
        (_("Phase 1"), funnel.phase_1),
        (_("Phase 2"), funnel.phase_2),
    ]


def _pairs(shown: list[tuple[str, Count]]) -> list[str]:
    return [f"{label} {count.said}" for label, count in shown]


def _months(sizes: list[Size]) -> list[date]:
    """Every month from the first to the last figure, so that the axis is true to time."""
    first, last = min(_month(size) for size in sizes), max(_month(size) for size in sizes)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(count)
    ]


def _month(size: Size) -> date:
    """The month at which a figure is drawn; one known only to the year stands in the middle of it."""
    return date(size.stated_for.year, 7, 1) if size.precision == "year" else size.stated_for.replace(day=1)


def _along(months: list[date], sizes: list[Size]) -> list[Decimal | None]:
    by_month = {_month(size): Decimal(size.value) for size in sizes}
    return [by_month.get(month) for month in months]


def _twin(lines: list[tuple[Size, ...]]) -> list[tuple[str, ...]]:
    """A row for each period that some line has a figure for."""
    periods = sorted({(size.stated_for, size.precision) for sizes in lines for size in sizes})
    found = [{(size.stated_for, size.precision): size.said for size in sizes} for sizes in lines]
    return [(published.period(*period), *(said.get(period, "–") for said in found)) for period in periods]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
