"""The pool on one screen: the figures of the clerk, what stands beside them, and who reads it."""

import re
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from core import clock
from portfolio.dashboards import figures
from portfolio.performance.breakdowns import BREAKDOWNS
from tests.factories import funds, people, pools
from tests.portfolio.dashboards.conftest import sheets, text_of

POOL = "/manage/pool"
TODAY = date(2026, 6, 1)
TILE = re.compile(
    r'<div><dt>(?P<name>[^<]*)</dt><dd class="fig"><a href="[^"]*">(?P<shown>.*?)</a></dd><dd>(?P<note>.*?)</dd>'
)


@pytest.fixture
def as_manager(client, pool):
    return people.signed_in(client, pool.manager)


def tiles(page):
    """The headline figures by name: what is shown, and what is said below."""
    return {one["name"]: (one["shown"], one["note"]) for one in TILE.finditer(page)}


def main(page):
    """The part of the page that speaks of the fund, without what is made anew for every answer."""
    return page[page.index('<main class="main"') : page.index("</main>")]


def groups(page, by):
    """The rows of one breakdown: name, number of holdings, and the three amounts as they stand in the page."""
    panel = page[page.index(f'id="h-by-{by}"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", panel[: panel.index("</table>")], re.DOTALL)[1:]
    return [
        (re.sub(r"<[^>]+>", "", re.search(r"<th[^>]*>(.*?)</th>", row)[1]), *re.findall(r'<data value="([^"]+)"', row))
        for row in rows
    ]


def test_the_page_begins_with_every_figure_to_the_cent(as_manager):
    shown = tiles(text_of(as_manager.get(POOL)))

    exact = {name: re.search(r'<data value="([^"]+)"', cell) for name, (cell, _note) in shown.items()}
    told = pools.FIGURES
    assert {name: found[1] for name, found in exact.items() if found} == {
        "Committed": told["committed"],
        "Called": told["called"],
        "Paid in": told["paid_in"],
        "Unfunded": told["unfunded"],
        "Invested": told["invested"],
        "At cost": told["at_cost"],
        "Fair value": told["fair_value"],
        "Received from holdings": told["received"],
        "Fees and expenses": told["fees"],
        "Cash": told["cash"],
        "Net asset value": told["nav"],
        "Available": told["available"],
    }
    assert {name: cell for name, (cell, _note) in shown.items() if not exact[name]} == {
        "MOIC": "1.07×",
        "IRR": "−3.3 %",
        "TVPI": "0.99×",
        "DPI": "0.00×",
        "RVPI": "0.99×",
        "PIC": "0.21×",
    }


def test_what_is_said_below_the_figures(as_manager):
    notes = {name: note for name, (_cell, note) in tiles(text_of(as_manager.get(POOL))).items()}

    assert notes["Committed"] == "3 Allies"
    assert notes["Called"] == "40.0 % · 2 calls"
    assert notes["Invested"] == "3 holdings"
    assert notes["Fair value"] == "at cost until marks are approved"
    assert notes["IRR"] == "per year: one rate"


def test_why_there_is_no_rate_of_return_is_said(client, system):
    pool = pools.committed(system=system, name="Another fund")
    shown = tiles(text_of(people.signed_in(client, pool.manager).get(POOL)))

    assert shown["IRR"] == ("–", "per year: nothing came in, or nothing went out")
    assert shown["TVPI"][0] == "–"
    assert shown["Paid in"][1] == "nothing called yet"


def test_a_day_with_commitments_and_no_call(client, system):
    pool = pools.committed(system=system, name="Another fund")
    page = text_of(people.signed_in(client, pool.manager).get(POOL))

    assert "None of the commitments has been called yet" in page
    assert tiles(page)["Called"][1] == "nothing called yet"
    assert tiles(page)["At cost"][1] == ""
    assert "Nothing was bought by then." in page
    assert "hx-get" not in page


def test_before_the_first_closing_the_page_says_when_it_was(as_manager):
    page = text_of(as_manager.get(POOL, {"as_of": "2023-07-31"}))

    assert "No Ally had committed on that day." in page
    assert "The first closing was on 1 Aug 2023." in page
    assert tiles(page) == {}


def test_a_fund_without_a_closing_says_so(client, system):
    pool = pools.established(system=system, name="Another fund")

    assert "No closing is recorded." in text_of(people.signed_in(client, pool.manager).get(POOL))


def test_the_bar_adds_up(as_manager):
    page = text_of(as_manager.get(POOL))
    panel = page[page.index('id="h-standing"') :]
    panel = panel[: panel.index("</section>")]

    assert "40.0 % of the commitments has been called" in panel
    assert re.findall(r'<data value="([^"]+)"', panel) == ["128.00", "118.01", "360.00"]
    widths = [float(width) for width in re.findall(r'width="([^"]+)" height="24"', panel)]
    assert sum(widths) == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize(
    ("by", "heading", "rows"),
    [
        (
            "nation",
            "Estonia: 57.1 % of what is held, at cost",
            [
                ("Estonia", "60.00", "40.00", "40.00"),
                ("Finland", "10.00", "10.00", "10.00"),
                ("Not published", "20.00", "20.00", "20.00"),
            ],
        ),
        (
            "technology",
            "Artificial intelligence: 57.1 % of what is held, at cost",
            [
                ("Artificial intelligence", "60.00", "40.00", "40.00"),
                ("Space technologies", "20.00", "20.00", "20.00"),
                ("None named", "10.00", "10.00", "10.00"),
            ],
        ),
        ("year", "Begun in 2026: 100.0 % of what was invested", [("2026", "90.00", "70.00", "70.00")]),
        (
            "kind",
            "85.7 % is held directly, at cost",
            [("Direct", "80.00", "60.00", "60.00"), ("Fund stake", "10.00", "10.00", "10.00")],
        ),
    ],
)
def test_a_breakdown_adds_up_to_the_pool(as_manager, by, heading, rows):
    page = text_of(as_manager.get(POOL))

    *shown, total = groups(page, by)
    assert heading in page
    assert shown == rows
    assert total == ("Total", pools.FIGURES["invested"], pools.FIGURES["at_cost"], pools.FIGURES["fair_value"])


def test_a_group_opens_into_its_holdings(as_manager):
    page = text_of(as_manager.get(POOL, {"as_of": "2026-05-31"}))
    followed = 0
    for by in BREAKDOWNS:
        panel = page[page.index(f'id="h-by-{by}"') :]
        panel = panel[: panel.index("</table>")]
        for address, amounts in re.findall(r'<th scope="row"><a href="([^"]+)">.*?</th>(.*?)</tr>', panel, re.DOTALL):
            listed = text_of(as_manager.get(address.replace("&amp;", "&")))
            total = listed[listed.index("<tfoot>") :]
            assert re.findall(r'<data value="([^"]+)"', total) == re.findall(r'<data value="([^"]+)"', amounts)
            assert "as_of=2026-05-31" in address
            followed += 1

    assert followed == (3 + 1) + (3 + 1) + (1 + 1) + (2 + 1)  # each group, and the total


def test_calls_and_investments_stand_by_quarter(as_manager):
    page = text_of(as_manager.get(POOL))
    table = page[page.index("Called and invested by quarter") :]
    table = table[: table.index("</table>")]

    assert "Calls have run ahead of investments throughout, now by EUR 0.0m" in page
    assert re.findall(r'<th scope="row">([^<]*)</th>', table) == ["Q1 2026", "Q2 2026"]


def test_the_drawing_comes_by_itself_and_the_figures_do_not_wait(as_manager, monkeypatch):
    page = text_of(as_manager.get(POOL, {"as_of": "2026-05-31"}))
    address = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")

    fragment = text_of(as_manager.get(address, headers={"HX-Request": "true"}))
    whole = text_of(as_manager.get(address))

    assert "<svg" not in page[page.index("course-finding") : page.index("Show the drawing")]
    assert address.startswith("/manage/pool/over-time?fund=")
    assert fragment.count('<svg viewBox="0 0') == 2
    assert "<main" not in fragment
    assert "<main" in whole
    assert "Called and invested by quarter, cumulative" in whole


def test_a_single_quarter_stands_as_a_table_without_a_drawing(as_manager):
    day = {"as_of": "2026-03-31"}
    page = text_of(as_manager.get(POOL, day))

    assert "Calls have run ahead of investments throughout" in page
    assert "hx-get" not in page
    assert '<details class="twin" open>' in page
    assert "needs calls or purchases of more than one quarter" in text_of(as_manager.get("/manage/pool/over-time", day))
    fragment = as_manager.get("/manage/pool/over-time", day, headers={"HX-Request": "true"})
    assert fragment.content.strip() == b""


def test_what_waits_stands_first_for_whoever_may_approve(client, as_manager, pool):
    page = text_of(as_manager.get(POOL))
    panel = page[page.index("Waits for you") : page.index("Headline figures")]

    assert "Approve call No. 3" in panel
    assert "EUR 0.0m" in panel
    assert "due in 29 days" in panel
    assert "Waits for you" not in text_of(as_manager.get(POOL, {"as_of": "2026-06-01"}))
    assert "Waits for you" not in text_of(people.signed_in(client, pool.analyst).get(POOL))


def test_a_call_that_waits_leads_to_its_page(as_manager, pool):
    page = text_of(as_manager.get(POOL))
    panel = page[page.index("Waits for you") : page.index("Headline figures")]
    try:
        address = reverse("portfolio:call", args=[pool.calls[2].public_id])
    except NoReverseMatch:
        address = ""

    assert re.findall(r'<a href="([^"]+)"', panel) == ([address] if address else [])


def test_what_was_known_is_shown_to_the_byte_after_later_corrections(as_manager, pool):
    asked = {"as_of": "2026-06-01", "known_at": "2026-06-01T12:00:00Z"}
    addresses = [POOL, "/manage/pool/returns", "/manage/pool/figures/cash", "/manage/pool/figures/called"]
    before = [main(text_of(as_manager.get(address, asked))) for address in addresses]

    with clock.standing_at(datetime(2026, 6, 2, 9, tzinfo=timezone.utc)):
        funds.amendment(
            pool.commitments["EE"], "150.00", effective_on=date(2023, 8, 1), at=clock.now(), system=pool.system
        )
        pool.receive("FI", "11.11", "bank-4")
        pool.buy(pool.holdings["Alder Robotics"], "5.00")
        pool.sell(pool.holdings["Alder Robotics"], "9.00")
        pool.pay_fee("0.50", key="fee-2")
        as_manager.force_login(pool.manager)  # yesterday's session has ended
        after = [main(text_of(as_manager.get(address, asked))) for address in addresses]
        now = text_of(as_manager.get(POOL))

    assert after == before
    assert 'value="650.01"' in now


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_page_takes_eight_queries_however_many_holdings(client, system, count):
    pool = pools.committed(system=system, name="Another fund")
    with pools.on(2, 2):
        pool.call(pools.Line("investment", "Tickets", Decimal("300.00")), issued_on=date(2026, 2, 2))
        pool.receive("EE", "49.99", "bank-1")
        for number in range(count):
            pool.buy(pool.hold(f"Company {number}", nation="EE", technology="AI"), "1.00")
    signed_in = people.signed_in(client, pool.manager)
    signed_in.get(POOL)

    with CaptureQueriesContext(connection) as queries_of_page:
        page = text_of(signed_in.get(POOL))

    assert tiles(page)["Invested"][1] == f"{count} holding{'s' if count > 1 else ''}"
    assert len(queries_of_page) == 8, [query["sql"][:120] for query in queries_of_page]


def test_another_funds_manager_sees_nothing_of_it(client, pool, system):
    other = pools.established(system=system, name="Zebra fund")
    stranger = people.signed_in(client, other.manager)
    asked = {"fund": pool.fund.public_id}
    paths = ["pool", "pool.xlsx", "pool/returns", "pool/over-time", "pool/figures/cash", "pool/figures/cash.xlsx"]
    paths += ["pool/burden-sharing", "pool/burden-sharing.xlsx"]

    assert {stranger.get(f"/manage/{path}", asked).status_code for path in paths} == {404}
    assert "No closing is recorded." in text_of(stranger.get(POOL))


def test_an_auditor_chooses_among_several_funds(client, pool, system):
    other = pools.established(system=system, name="Zebra fund")
    signed_in = people.signed_in(client, people.person(role="auditor", system=system))

    assert f"?fund={other.fund.public_id}" in text_of(signed_in.get(POOL))
    assert "No closing is recorded." in text_of(signed_in.get(POOL, {"fund": other.fund.public_id}))


def test_the_workbook_holds_every_figure_and_breakdown(as_manager):
    response = as_manager.get("/manage/pool.xlsx")
    book = sheets(response)

    assert response["Content-Disposition"] == 'attachment; filename="pool-2026-06-01.xlsx"'
    assert list(book) == [
        "About", "Figures", "By nation", "By technology", "By year of first investment", "Directly and through funds",
        "By quarter, cumulative", "Returns by Ally",
    ]  # fmt: skip
    told = {row[0]: row[1:] for row in book["Figures"]}
    assert told["Net asset value"][0] == 244.74
    assert told["Unfunded"][2] == "Committed less called inside commitment."
    assert told["TVPI"][:2] == [None, 0.9901]
    assert told["MOIC"][:2] == [None, 1.0722]
    assert told["Received from holdings"][:2] == [26.5, None]
    assert book["By nation"][1:] == [
        ["Estonia", 1, 60, 40, 40, "no"],
        ["Finland", 1, 10, 10, 10, "no"],
        ["Not published", 1, 20, 20, 20, "no"],
        ["Total", 3, 90, 70, 70, "no"],
    ]
    assert book["By quarter, cumulative"][1:] == [["Q1 2026", 150, 80, "no"], ["Q2 2026", 240.01, 90, "no"]]
    assert [row[:5] for row in book["Returns by Ally"][1:]] == [
        ["Luxembourg", 300.01, 50, 0, 122.51],
        ["Finland", 200, 52, 0, 81.49],
        ["Estonia", 100, 26, 0, 40.74],
        ["Total", 600.01, 128, 0, 244.74],
    ]
    assert book["Returns by Ally"][0][5:10] == ["TVPI", "DPI", "RVPI", "PIC", "IRR"]
    assert book["Returns by Ally"][1][5:9] == [0.99, 0, 0.99, 0.1667]
    assert book["Returns by Ally"][-1][5:9] == [0.9901, 0, 0.9901, 0.2133]


def test_a_workbook_of_an_impossible_day_is_refused(as_manager):
    assert as_manager.get("/manage/pool.xlsx", {"as_of": "1800-01-01"}).status_code == 400


def test_every_ally_has_its_part_and_its_returns(as_manager):
    page = text_of(as_manager.get("/manage/pool/returns"))
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index("<tbody>") : page.index("</table>")], re.DOTALL)
    told = [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]

    assert [(row[0], row[4], *row[5:]) for row in told] == [
        ("Luxembourg", "122.51", "0.99×", "0.00×", "0.99×", "0.17×", "−3.6 %"),
        ("Finland", "81.49", "0.99×", "0.00×", "0.99×", "0.26×", "−3.2 %"),
        ("Estonia", "40.74", "0.99×", "0.00×", "0.99×", "0.26×", "−3.2 %"),
        ("Total, 3 Allies", "244.74", "0.99×", "0.00×", "0.99×", "0.21×", "−3.3 %"),
    ]


def test_before_a_closing_no_ally_has_a_part(client, system):
    pool = pools.established(system=system, name="Another fund")

    assert "No Ally had committed on that day." in text_of(
        people.signed_in(client, pool.manager).get("/manage/pool/returns")
    )


def test_the_page_in_french(client, pool, system):
    reader = people.person(
        role="fund-analyst", scope_kind="fund", scope_ref=pool.fund.public_id, language="fr", system=system
    )
    page = text_of(people.signed_in(client, reader).get(POOL))

    assert "M€" in page
    assert "EUR m" not in page


def test_a_screen_is_empty_only_where_nothing_happened(pool):
    def screen(day):
        return figures.screen(pool.fund, as_of=day, known_at=clock.now())

    assert screen(date(2023, 7, 31)).is_empty
    assert not screen(date(2023, 8, 1)).is_empty
