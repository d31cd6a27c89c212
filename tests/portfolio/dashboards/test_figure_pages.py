"""Every figure opens into what makes it: the link of each is followed, and the rows are summed to the cent."""

import html
import re
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
import pyxirr
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from portfolio.capital_calls import services as calls
from portfolio.performance.pool import MEANINGS
from tests.factories import people, pools
from tests.portfolio.dashboards.conftest import sheets, text_of

POOL = "/manage/pool"
FIGURE = re.compile(r'<dd class="fig"><a href="([^"]+)">(.*?)</a></dd>')
ZERO = Decimal(0)


@pytest.fixture
def as_manager(client, pool):
    return people.signed_in(client, pool.manager)


class Sweep:
    """Follows links as a reader does, and remembers where it has been."""

    def __init__(self, client):
        self.client = client
        self.pages = {}

    def open(self, address):
        if address not in self.pages:
            response = self.client.get(address)
            assert response.status_code == 200, address
            self.pages[address] = text_of(response)
        return self.pages[address]

    def figures(self, address=POOL):
        """Every figure of a page: where it leads, and what it shows."""
        return [(html.unescape(link), shown) for link, shown in FIGURE.findall(self.open(address))]

    def rows(self, address):
        """Every row on every page of a list: the links in it, and its amount."""
        page = self.open(address)
        found = [
            (re.findall(r'<a href="([^"]+)"', row), re.search(r'<data class="n" value="([^"]+)"', row))
            for row in re.findall(r"<tr>(.*?)</tr>", _between(page, "<tbody>", "</tbody>"), re.DOTALL)
        ]
        rows = [([html.unescape(link) for link in links], Decimal(amount[1])) for links, amount in found]
        following = re.search(r'<a href="(\?[^"]+)" rel="next">', page)
        return rows + (self.rows(address.partition("?")[0] + html.unescape(following[1])) if following else [])

    def total(self, address):
        """What the rows of a figure come to; figures that are made of others are followed down to the rows."""
        page, rows = self.open(address), self.rows(address)
        if "Made of these figures" not in page:
            for links, _amount in rows:
                for link in links:
                    self.open(link)
            return sum((amount for _links, amount in rows), ZERO)
        assert sum((abs(amount) for _links, amount in rows), ZERO) == sum(
            (abs(self.total(links[0])) for links, _amount in rows), ZERO
        )
        return sum((amount for _links, amount in rows), ZERO)

    def come_to(self, address):
        """The amounts that the page behind the head of a row or line comes to."""
        page = self.open(address)
        if address.startswith("/manage/holdings?"):
            return [Decimal(exact) for exact in re.findall(r'<data value="([^"]+)"', page[page.index("<tfoot>") :])]
        if address.startswith("/manage/calls/"):
            return [Decimal(re.search(r'value="([^"]+)"', page[page.index("<tfoot>") :])[1])]
        return [self.total(address)]

    def quotient(self, address):
        """What a multiple comes to, as a page shows it; nothing where there is nothing to divide by."""
        rows = self.rows(address)
        *above, below = [self.total(links[0]) for links, _amount in rows]
        return f"{sum(above, ZERO) / below:.2f}×" if below else "–"


def _between(page, start, end):
    return page[page.index(start) : page.index(end)] if start in page else ""


def name_of(address):
    return address.partition("?")[0].rpartition("/")[2]


@pytest.mark.parametrize("asked", ["", "?as_of=2026-02-20", "?as_of=2026-05-31&known_at=2026-05-15T09:00:00Z"])
def test_every_figure_of_the_pool_page_sums_from_its_rows(as_manager, asked):
    sweep = Sweep(as_manager)
    figures = sweep.figures(POOL + asked)

    assert len(figures) == 18
    for address, shown in figures:
        name = name_of(address)
        if exact := re.search(r'<data value="([^"]+)">', shown):
            assert sweep.total(address) == Decimal(exact[1]), name
        elif name == "irr":
            assert f"{_rate(sweep, address):.1f} %".replace("-", "−") == shown
        else:
            assert sweep.quotient(address) == shown, name


UNIT = re.compile(r"<tr>.*?</tr>|<li>.*?</li>|<dd class=\"fig\">.*?</dd>", re.DOTALL)
"""What holds figures: a row of a table, a line of a list, a tile."""
LINKED = re.compile(r'<a href="([^"]+)"><data value="([^"]+)">[^<]*</data></a>')


@pytest.mark.parametrize(
    "asked", ["", "?as_of=2026-02-20", "?as_of=2026-05-31", "?as_of=2026-05-31&known_at=2026-05-15T09:00:00Z"]
)
def test_every_amount_in_the_main_part_of_the_pool_page_leads_to_what_makes_it(as_manager, asked):
    sweep = Sweep(as_manager)
    main = _between(sweep.open(POOL + asked), '<main class="main"', "</main>")
    followed = 0

    for unit in UNIT.findall(main):
        linked = [(html.unescape(link), exact) for link, exact in LINKED.findall(unit)]
        for link, exact in linked:
            assert sweep.total(link) == Decimal(exact), link
        told = re.findall(r'<data value="([^"]+)"', LINKED.sub("", unit))
        if told:
            head = html.unescape(re.search(r'<a href="([^"]+)">', unit)[1])
            assert [Decimal(exact) for exact in told] == sweep.come_to(head), head
        followed += len(linked) + len(told)

    assert followed == main.count("<data ")


def test_a_quarter_opens_into_what_was_called_and_invested_by_its_end(as_manager, pool):
    course = _between(text_of(as_manager.get(POOL)), "Called and invested by quarter", "</table>")
    fund = f"fund={pool.fund.public_id}"

    assert [(html.unescape(link), exact) for link, exact in LINKED.findall(course)] == [
        (f"/manage/pool/figures/called?{fund}&as_of=2026-03-31", "150.00"),
        (f"/manage/pool/figures/invested?{fund}&as_of=2026-03-31", "80.00"),
        (f"/manage/pool/figures/called?{fund}&as_of=2026-06-01", "240.01"),
        (f"/manage/pool/figures/invested?{fund}&as_of=2026-06-01", "90.00"),
    ]


def test_a_quarter_keeps_the_moment(as_manager):
    asked = {"as_of": "2026-05-31", "known_at": "2026-05-15T09:00:00Z"}
    course = _between(text_of(as_manager.get(POOL, asked)), "Called and invested by quarter", "</table>")

    assert {html.unescape(link).partition("&")[2] for link, _exact in LINKED.findall(course)} == {
        "as_of=2026-03-31&known_at=2026-05-15T09%3A00%3A00Z",
        "as_of=2026-05-31&known_at=2026-05-15T09%3A00%3A00Z",
    }


def test_a_call_counts_in_the_course_until_the_quarter_in_which_it_was_cancelled(as_manager, pool):
    july_2 = datetime(2026, 7, 2, 9, tzinfo=timezone.utc)
    with clock.standing_at(july_2):
        calls.cancel(pool.calls[1], because="not needed", by=pool.manager, on=date(2026, 7, 2), at=july_2)
        as_manager.force_login(pool.manager)  # the session of a month ago has ended
        sweep = Sweep(as_manager)
        course = _between(sweep.open(POOL), "Called and invested by quarter", "</table>")

        linked = [(html.unescape(link), Decimal(exact)) for link, exact in LINKED.findall(course)]
        assert [exact for link, exact in linked if name_of(link) == "called"] == [
            Decimal("150.00"),
            Decimal("240.01"),
            Decimal("150.00"),
        ]
        assert [sweep.total(link) for link, _exact in linked] == [exact for _link, exact in linked]


def _rate(sweep, address):
    page = sweep.open(address)
    days = re.findall(r'<td class="d">([^<]+)</td>', page)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    dates = [date(int(d.split()[2]), months.index(d.split()[1]) + 1, int(d.split()[0])) for d in days]
    flows = [float(amount) for _links, amount in sweep.rows(address)]
    return pyxirr.xirr(dates, flows) * 100


def test_the_bar_leads_to_the_same_figures(as_manager):
    sweep = Sweep(as_manager)
    panel = _between(sweep.open(POOL), '<ul class="key">', 'id="course-finding"')

    for address, exact in re.findall(r'<a href="([^"]+)">[^<]*</a><b><data value="([^"]+)"', panel):
        assert sweep.total(html.unescape(address)) == Decimal(exact)


@pytest.mark.parametrize("name", MEANINGS)
def test_a_figure_says_its_formula_and_its_rounding(as_manager, name):
    page = text_of(as_manager.get(f"/manage/pool/figures/{name}"))

    assert html.escape(str(MEANINGS[name].formula)) in page
    assert "half to even" in page


@pytest.mark.parametrize("name", ["nonsense", "Paid_in", "__class__", "unfunded-", "residue", "opening"])
def test_a_figure_that_is_none_is_not_there(as_manager, name):
    assert as_manager.get(f"/manage/pool/figures/{name}").status_code == 404
    assert as_manager.get(f"/manage/pool/figures/{name}.xlsx").status_code == 404


def test_the_page_says_what_rounding_hides(as_manager):
    page = text_of(as_manager.get("/manage/pool/figures/nav"))

    assert '<data class="n" value="244.74">244.74</data>' in page
    assert "rounding hides +244.74 EUR" in page


def test_rows_lead_on_to_their_own_pages(as_manager, pool):
    def links(name):
        return [link for found, _amount in Sweep(as_manager).rows(f"/manage/pool/figures/{name}") for link in found]

    estonia = f"/manage/commitments/{pool.commitments['EE'].public_id}"
    alder = f"/manage/holdings/{pool.holdings['Alder Robotics'].public_id}"
    assert estonia in links("committed")
    assert estonia in links("paid_in")
    assert any(link.startswith(f"{alder}#tx_") for link in links("invested"))
    assert alder in links("at_cost")
    assert all(link.startswith("/manage/ledger/entries/entry_") for link in links("fees"))
    assert estonia in links("liabilities")
    assert f"/manage/ledger/entries?fund={pool.fund.public_id}&account=suspense" in links("liabilities")


def test_a_figure_keeps_fund_and_point_in_time(as_manager, pool):
    asked = {"fund": pool.fund.public_id, "as_of": "2026-05-04"}
    page = text_of(as_manager.get("/manage/pool/figures/nav", asked))

    assert f'href="/manage/pool/figures/cash?fund={pool.fund.public_id}&amp;as_of=2026-05-04"' in page
    assert f'href="/manage/pool?as_of=2026-05-04&amp;fund={pool.fund.public_id}"' in page


def test_a_figure_without_rows_says_so(client, system):
    pool = pools.committed(system=system, name="Another fund")
    manager = people.signed_in(client, pool.manager)

    assert "Nothing was recorded by then." in text_of(manager.get("/manage/pool/figures/fees"))
    assert "nothing to divide by" in text_of(manager.get("/manage/pool/figures/tvpi"))


def test_the_workbook_of_a_figure_holds_its_rows(as_manager):
    response = as_manager.get("/manage/pool/figures/paid_in.xlsx")
    book = sheets(response)

    assert response["Content-Disposition"] == 'attachment; filename="paid-in-2026-06-01.xlsx"'
    head, *rows, total = book["Rows"]
    assert head == ["Ally", "Received on", "For call", "Ledger entry", "EUR", "Illustrative"]
    assert [(row[0], row[1].date(), row[2], row[4]) for row in rows] == [
        ("Luxembourg", date(2026, 2, 20), "Call No. 1", 50),
        ("Finland", date(2026, 2, 9), "Call No. 1", 52),
        ("Estonia", date(2026, 2, 9), "Call No. 1", 26),
    ]
    assert total == ["Total", None, "", "", 128, ""]
    remarks = [row[1] for row in book["About"] if row[0] == "Remark"]
    assert "Receipts matched to calls." in remarks


def test_the_workbook_of_a_derived_figure_holds_its_terms(as_manager):
    rows = sheets(as_manager.get("/manage/pool/figures/available.xlsx"))["Figures"]

    assert [row[:3] for row in rows[1:]] == [
        ["Unfunded", "plus", 360],
        ["Cash", "plus", 60.73],
        ["Liabilities", "less", -4],
        ["Available", "", 416.73],
    ]
    ratio = sheets(as_manager.get("/manage/pool/figures/pic.xlsx"))["Figures"]
    assert [row[:4] for row in ratio[1:]] == [
        ["Paid in", "plus", 128, None],
        ["Committed", "over", 600.01, None],
        ["PIC", "", None, 0.2133],
    ]
    multiple = sheets(as_manager.get("/manage/pool/figures/moic.xlsx"))["Figures"]
    assert [row[:4] for row in multiple[1:]] == [
        ["Received from holdings", "plus", 26.5, None],
        ["Fair value", "plus", 70, None],
        ["Invested", "over", 90, None],
        ["MOIC", "", None, 1.0722],
    ]


def test_what_holdings_brought_in_opens_into_sales(as_manager, pool):
    alder = f"/manage/holdings/{pool.holdings['Alder Robotics'].public_id}"
    ((links, amount),) = Sweep(as_manager).rows("/manage/pool/figures/received")

    assert amount == Decimal("26.50")
    assert links[0].startswith(f"{alder}#tx_")


def test_pages_take_as_many_queries_for_many_rows_as_for_one(client, system):
    pool = pools.committed(system=system, name="Another fund")
    manager = people.signed_in(client, pool.manager)
    pages = [f"/manage/pool/figures/{name}" for name in MEANINGS] + ["/manage/pool/returns", "/manage/pool/over-time"]

    def asked():
        counts = {}
        for page in pages:
            manager.get(page)
            with CaptureQueriesContext(connection) as queries_of_page:
                manager.get(page)
            counts[page] = len(queries_of_page)
        return counts

    with pools.on(2, 2):
        pool.call(pools.Line("investment", "Tickets", Decimal("300.00")), issued_on=date(2026, 2, 2))
        pool.receive("EE", "1.00", "bank-0")
        pool.buy(pool.hold("Company 0", nation="EE", technology="AI"), "0.01")
        pool.pay_fee("0.01", key="fee-0")
    with_one = asked()
    with pools.on(2, 3):
        for number in range(1, 12):
            pool.receive("EE", "1.00", f"bank-{number}")
            pool.buy(pool.hold(f"Company {number}", nation="EE", technology="AI"), "0.01")
            pool.pay_fee("0.01", key=f"fee-{number}")

    assert asked() == with_one
    assert max(with_one.values()) == 14
