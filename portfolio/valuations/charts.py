"""A holding's marks over time as a chart with its table."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.money.value import Money
from core.web import charts, drawings, numerals
from core.web.charts import Chart, Head
from core.web.drawings import Line
from portfolio.valuations.listing import Quarter


def marks(quarters: Sequence[Quarter], *, currency: str, illustrative: bool) -> Chart:
    """Value and cost at the end of each quarter, the oldest first. Asks for at least one quarter."""
    places = [numerals.quarter(one.mark.run.quarter_end) for one in quarters]
    drawn = [
        Line(_("Value"), [one.closing / numerals.MILLION for one in quarters], "seq-1"),
        Line(_("At cost"), [one.mark.cost / numerals.MILLION for one in quarters], "seq-3", in_steps=True),
    ]
    finding = _finding(quarters[-1], currency)
    return Chart(
        id="marks",
        heading=finding,
        drawing=charts.draw(lambda width: drawings.lines(places, drawn, width=width, digits=2), label=finding),
        unit=numerals.unit_of_millions(currency),
        caption=_("Value and cost at the end of each quarter"),
        heads=[Head(_("Quarter")), Head(_("Value"), "n"), Head(_("At cost"), "n")],
        rows=[
            [place, numerals.in_millions(one.closing, 2), numerals.in_millions(one.mark.cost, 2)]
            for place, one in zip(places, quarters, strict=True)
        ],
        illustrative=illustrative,
    )


def _finding(last: Quarter, currency: str) -> str:
    gap = last.closing - last.mark.cost
    told = {"gap": numerals.rounded_amount(Money(abs(gap), currency), 2)}
    if not gap:
        return _("Valued at cost")
    return _("Valued at %(gap)s above cost") % told if gap > 0 else _("Valued at %(gap)s below cost") % told
