"""The drawings of the pool, of burden sharing and of an Ally's account. Each heading is the finding, made from the figures shown."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.money.value import Money
from core.nations.models import Guideline
from core.nations.queries import Edition, Share
from core.web import charts, drawings, numerals
from core.web.charts import Chart, Head
from core.web.drawings import Line, Rule
from portfolio.dashboards.queries import Account, Expenditure
from portfolio.performance.course import Quarter

PERCENT = 100
TWO_POINTS = 2


def europe_and_canada(expenditure: Expenditure) -> Chart | None:
    """European Allies and Canada over time, as told by one edition and as restated by a later one."""
    told, restated = expenditure.told, expenditure.restated
    if told is None:
        return None
    series = [(_("First told") if restated else told.edition.name, told)]
    series += [(_("Restated"), restated)] if restated else []
    finding = _finding(_("European Allies and Canada"), told.europe_and_canada)
    return _over_time(
        "aggregate",
        finding,
        [(name, edition, edition.europe_and_canada) for name, edition in series],
        expenditure.rule,
    )


def own_expenditure(account: Account) -> Chart | None:
    """One Ally over time; None where its edition gives fewer than two years."""
    if account.edition is None or len(account.series) < TWO_POINTS:
        return None
    finding = _finding(account.nation.name, account.series)
    return _over_time("expenditure", finding, [(account.nation.name, account.edition, account.series)], account.rule)


def stated(share: Share) -> str:
    """A figure with the decimals of its edition, and whether it is an estimate."""
    text = numerals.percentage(share.share_of_gdp, share.decimals)
    return _("%(share)s, estimate") % {"share": text} if share.is_estimate else text


def _finding(whose: str, series: Sequence[Share]) -> str:
    first, last = series[0], series[-1]
    return _("%(whose)s: from %(first)s in %(first_year)s to %(last)s in %(last_year)s") % {
        "whose": whose,
        "first": numerals.percentage(first.share_of_gdp, first.decimals),
        "first_year": first.year,
        "last": numerals.percentage(last.share_of_gdp, last.decimals),
        "last_year": last.year,
    }


def _over_time(
    key: str, finding: str, told: Sequence[tuple[str, Edition, Sequence[Share]]], rule: Guideline | None
) -> Chart:
    every_year = [share.year for _name, _edition, series in told for share in series]
    years = list(range(min(every_year), max(every_year) + 1))
    tokens = ("seq-1", "seq-3")
    drawn = [_line(name, series, years, token) for (name, _edition, series), token in zip(told, tokens, strict=False)]
    level = Rule(_guideline_words(rule), rule.share_of_gdp * PERCENT) if rule else None
    places = [str(year) for year in years]
    return Chart(
        id=key,
        heading=finding,
        drawing=charts.draw(
            lambda width: drawings.lines(places, drawn, width=width, digits=2, rule=level), label=finding
        ),
        unit=_("per cent of gross domestic product"),
        caption=_("Defence expenditure as a share of gross domestic product, by edition"),
        heads=[Head(_("Year")), *(Head(edition.edition.name, "n") for _name, edition, _series in told)],
        rows=_table([series for _name, _edition, series in told], years),
        source=told[0][1].edition.source,
    )


def _line(name: str, series: Sequence[Share], years: Sequence[int], token: str) -> Line:
    by_year = {share.year: share for share in series}
    values = [by_year[year].share_of_gdp * PERCENT if year in by_year else None for year in years]
    estimated = [place for place, year in enumerate(years) if year in by_year and by_year[year].is_estimate]
    gapless = None not in values
    return Line(name, values, token=token, dashed_from=estimated[0] if gapless and estimated else None)


def _table(told: Sequence[Sequence[Share]], years: Sequence[int]) -> list[list[str]]:
    columns = [{share.year: stated(share) for share in series} for series in told]
    return [
        [str(year), *(column.get(year, numerals.MISSING) for column in columns)]
        for year in years
        if any(year in column for column in columns)
    ]


def _guideline_words(rule: Guideline) -> str:
    return _("Guideline %(share)s") % {"share": numerals.percentage(rule.share_of_gdp, _digits(rule))}


def _digits(rule: Guideline) -> int:
    """As many decimals of a per cent as the rule itself has."""
    exponent = (rule.share_of_gdp * PERCENT).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def calls_and_investments(quarters: Sequence[Quarter], *, currency: str, illustrative: bool) -> Chart:
    """Called against invested, as steps. The end of each line is the figure of the pool."""
    places = [numerals.quarter(one.starts_on) for one in quarters]
    drawn = [
        Line(_("Called"), [one.called / numerals.MILLION for one in quarters], "seq-1", in_steps=True),
        Line(_("Invested"), [one.invested / numerals.MILLION for one in quarters], "seq-3", in_steps=True),
    ]
    finding = ahead(quarters, currency=currency)
    return Chart(
        id="course",
        heading=finding,
        drawing=charts.draw(lambda width: drawings.lines(places, drawn, width=width, digits=1), label=finding),
        unit=_("cumulative, %(unit)s") % {"unit": numerals.unit_of_millions(currency)},
        caption=_("Called and invested by quarter, cumulative"),
        heads=[Head(_("Quarter")), Head(_("Called"), "n"), Head(_("Invested"), "n")],
        rows=_course_in_words(quarters),
        illustrative=illustrative,
    )


def ahead(quarters: Sequence[Quarter], *, currency: str) -> str:
    """Whether calls or investments run ahead, and by how much at the end."""
    gap = quarters[-1].called - quarters[-1].invested
    words = {"gap": numerals.rounded_amount(Money(abs(gap), currency))}
    if gap < 0:
        return _("Investments run ahead of calls by %(gap)s") % words
    if all(one.called >= one.invested for one in quarters):
        return _("Calls have run ahead of investments throughout, now by %(gap)s") % words
    return _("Calls run ahead of investments by %(gap)s") % words


def _course_in_words(quarters: Sequence[Quarter]) -> list[list[str]]:
    """The table of the drawing, the latest quarter last."""
    return [
        [numerals.quarter(one.starts_on), numerals.in_millions(one.called), numerals.in_millions(one.invested)]
        for one in quarters
    ]
