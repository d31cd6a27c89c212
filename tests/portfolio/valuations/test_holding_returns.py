"""A holding at fair value: what its page, the list and their workbooks say is what the pool says, as of and known at."""

import html
import io
import re
from datetime import date, datetime, timezone
from decimal import Decimal

import openpyxl
import pytest
import pyxirr

from core import clock
from portfolio.investments import listing
from portfolio.investments import services as positions
from portfolio.investments.listing import Wanted
from portfolio.performance import queries as performance
from portfolio.valuations import queries, services
from tests.factories import investments, people
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, written_down

AUGUST_1 = datetime(2026, 8, 1, 9, tzinfo=timezone.utc)
SOLD_ON = date(2026, 7, 20)


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


def tiles(page):
    """The headline figures of a holding by name: where each leads, and what it shows."""
    return {
        name: (
            re.findall(r'href="([^"]+)"', shown),
            re.sub(r"<[^>]+>", "", shown),
            *re.findall(r'value="([^"]+)"', shown),
        )
        for name, shown in re.findall(r'<dt>([^<]*)</dt><dd class="fig">(.*?)</dd>', page)
    }


def book(response):
    found = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    return {name: [list(row) for row in found[name].iter_rows(values_only=True)] for name in found.sheetnames}


@pytest.fixture
def marked(opened, prepare, fund, holding, stake, analyst, committee, system):
    """A company marked to 400.00 of 1000.00, a quarter of it sold for 150.00 in July; a stake marked at what was paid."""
    run = prepare(opened())
    written_down(next(one for one in queries.marks_of(run) if one.holding == holding), analyst)
    approved(services.submit_run(run, by=analyst, at=JULY_1), committee)
    with clock.standing_at(AUGUST_1):
        positions.sell(
            holding, quantity=Decimal(25), amount=Decimal("150.00"), effective_on=SOLD_ON, key="sale", by=system, at=AUGUST_1
        )  # fmt: skip
        yield queries.marks_of(run)


@pytest.fixture
def reader(client, marked, analyst):
    return people.signed_in(client, analyst)


def listed(fund, wanted=None, *, as_of=SOLD_ON, known_at=AUGUST_1):
    return listing.listed(fund, wanted or Wanted(), as_of=as_of, known_at=known_at)


def test_a_holding_is_worth_its_mark_carried_forward(reader, marked, holding):
    (mark,) = [one for one in marked if one.holding == holding]
    page = text_of(reader.get(f"/manage/holdings/{holding.public_id}", {"as_of": SOLD_ON.isoformat()}))

    shown = tiles(page)
    assert shown["Fair value"] == ([f"/manage/valuations/marks/{mark.public_id}?as_of=2026-07-20"], "0.00", "300.00")
    assert "by the mark approved as of 30 Jun 2026, carried forward since" in page
    assert (shown["At cost"][2], shown["Received"][2]) == ("750.00", "150.00")
    assert {name: shown[name][1] for name in ("TVPI (MOIC)", "DPI", "RVPI")} == {
        "TVPI (MOIC)": "0.45×",
        "DPI": "0.15×",
        "RVPI": "0.30×",
    }


def test_the_rate_of_return_has_fair_value_at_its_end(reader, holding):
    rate = pyxirr.xirr([date(2026, 5, 4), SOLD_ON, SOLD_ON], [-1000.0, 150.0, 300.0])

    page = text_of(reader.get(f"/manage/holdings/{holding.public_id}", {"as_of": SOLD_ON.isoformat()}))

    assert tiles(page)["IRR"][1] == f"{rate * 100:.1f} %".replace("-", "−")


@pytest.mark.parametrize(
    ("as_of", "known_at", "fair_value", "words"),
    [
        ("2026-06-29", AUGUST_1, "1000.00", "at cost: no mark is approved"),
        ("2026-06-30", AUGUST_1, "400.00", "by the mark approved as of 30 Jun 2026"),
        ("2026-06-30", datetime(2026, 6, 30, 9, tzinfo=timezone.utc), "1000.00", "at cost: no mark is approved"),
        ("2026-07-20", JULY_1, "400.00", "by the mark approved as of 30 Jun 2026"),
    ],
)
def test_a_holding_is_worth_what_was_known_of_the_day(reader, holding, as_of, known_at, fair_value, words):
    asked = {"as_of": as_of, "known_at": known_at.isoformat()}

    page = text_of(reader.get(f"/manage/holdings/{holding.public_id}", asked))

    assert tiles(page)["Fair value"][2] == fair_value
    assert words in page


def test_the_list_shows_each_fair_value_and_where_it_is_cost(reader, fund, system):
    fresh = investments.holding(fund, "Fresh Optics", system=system)
    investments.purchase(fresh, amount="10.00", on=date(2026, 7, 19), system=system)

    page = text_of(reader.get("/manage/holdings", {"as_of": SOLD_ON.isoformat()}))
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index("<tbody>") : page.index("</table>")], re.DOTALL)

    told = {re.search(r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', row)[1]: row for row in rows}
    values = {name: re.findall(r'<data value="([^"]+)"', row) for name, row in told.items()}
    assert values == {
        "Example Ventures": ["1000.00", "1000.00", "1000.00"],
        "Example Robotics": ["1000.00", "750.00", "300.00"],
        "Fresh Optics": ["10.00", "10.00", "10.00"],
        "Total, 3 holdings": ["2010.00", "1760.00", "1310.00"],
    }
    assert [name for name, row in told.items() if "at cost</span>" in row] == ["Fresh Optics"]
    assert re.findall(r"(\d\.\d\d)×", told["Total, 3 holdings"]) == ["0.07", "0.65", "0.73"]


@pytest.mark.parametrize(
    ("wanted", "fair_value"),
    [
        (Wanted(), "1300.00"),
        (Wanted(kind="direct"), "300.00"),
        (Wanted(kind="fund"), "1000.00"),
        (Wanted(nation="EE"), "0"),
    ],
)
def test_the_total_is_of_the_holdings_that_the_list_is_narrowed_to(marked, fund, wanted, fair_value):
    assert listed(fund, wanted).fair_value == Decimal(fair_value)


@pytest.mark.parametrize(
    "as_of", [date(2026, 5, 3), date(2026, 5, 4), date(2026, 6, 29), JUNE, date(2026, 7, 19), SOLD_ON]
)
@pytest.mark.parametrize("known_at", [datetime(2026, 6, 1, 13, tzinfo=timezone.utc), JULY_1, AUGUST_1])
def test_the_holdings_add_up_to_the_fair_value_of_the_pool(marked, fund, as_of, known_at):
    found = listed(fund, as_of=as_of, known_at=known_at)
    pool = performance.figures(fund, as_of=as_of, known_at=known_at)

    assert sum((row.worth.value for row in found.rows), Decimal(0)) == found.fair_value == pool.fair_value
    assert (found.at_cost, found.invested) == (pool.at_cost, pool.invested)


@pytest.mark.parametrize("as_of", [date(2026, 5, 4), JUNE, SOLD_ON])
def test_all_holdings_together_have_the_multiple_of_the_pool(marked, fund, as_of):
    found = listed(fund, as_of=as_of)
    pool = performance.pool_returns(fund, as_of=as_of, known_at=AUGUST_1)

    assert found.returned.tvpi == listing.shown(pool.moic)
    assert found.received == performance.figures(fund, as_of=as_of, known_at=AUGUST_1).received


def test_a_group_of_the_pool_opens_into_the_fair_value_of_its_holdings(reader):
    page = text_of(reader.get("/manage/pool", {"as_of": SOLD_ON.isoformat()}))
    panel = page[page.index('id="h-by-kind"') :]
    rows = re.findall(
        r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th>(.*?)</tr>', panel[: panel.index("</table>")], re.DOTALL
    )

    told = {name: re.findall(r'<data value="([^"]+)"', amounts) for _address, name, amounts in rows}
    assert told == {
        "Fund stake": ["1000.00", "1000.00", "1000.00"],
        "Direct": ["1000.00", "750.00", "300.00"],
        "Total": ["2000.00", "1750.00", "1300.00"],
    }
    for address, name, _amounts in rows:
        listed = text_of(reader.get(html.unescape(address)))
        assert re.findall(r'<data value="([^"]+)"', listed[listed.index("<tfoot>") :]) == told[name]


def test_the_workbooks_say_the_same(reader, holding):
    asked = {"as_of": SOLD_ON.isoformat()}
    rows = book(reader.get("/manage/holdings.xlsx", asked))["Holdings"]
    figures = book(reader.get(f"/manage/holdings/{holding.public_id}/export.xlsx", asked))["Figures"]

    told = {row[0]: row[8:16] for row in rows}
    basis = "mark as of 30 Jun 2026, carried forward"
    assert told["Example Robotics"] == [1000, 750, 150, 300, basis, 0.15, 0.3, 0.45]
    assert told["Total"] == [2000, 1750, 150, 1300, "", 0.075, 0.65, 0.725]
    assert [row[:3] for row in figures[1:-1]] == [
        ["Invested", 1000, None],
        ["At cost", 750, None],
        ["Received", 150, None],
        ["Fair value", 300, None],
        ["TVPI (MOIC)", None, 0.45],
        ["DPI", None, 0.15],
        ["RVPI", None, 0.3],
    ]
    assert (figures[4][3], figures[-1][0]) == (basis, "IRR")


def test_the_list_takes_three_queries_however_many_holdings(marked, fund, system, django_assert_num_queries):
    with django_assert_num_queries(3):
        listed(fund)

    for number in range(3):
        fresh = investments.holding(fund, f"Company {number}", system=system)
        investments.purchase(fresh, amount="10.00", on=date(2026, 7, 19), system=system)

    with django_assert_num_queries(3):
        listed(fund)
