"""Burden sharing: commitments in both languages, as of any day, with editions that are never mixed."""

import re
from datetime import date, datetime, timezone

import pytest

from core import clock
from portfolio.dashboards import charts, queries
from tests.factories import funds, nations, people
from tests.portfolio.dashboards.conftest import FIRST_CLOSING_CELL, sheets, text_of

POOL = "/manage/pool/burden-sharing"
JUNE = date(2026, 6, 1)


def cells(page):
    """The rows of the table of Allies, as text."""
    table = page[page.index('<table class="t">') :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_table_has_every_ally_the_largest_first(as_manager):
    _head, *rows, total = cells(text_of(as_manager.get(POOL)))

    assert [row[0] for row in rows] == ["Sweden illustrative", "Estonia", "Iceland illustrative"]
    assert rows[0] == [
        "Sweden illustrative", "not published", "19 Apr 2024", "51.2", "", "51.2300 %", "not published",
        "2.25 % estimate", "",
    ]  # fmt: skip
    assert rows[1][3:] == [
        "30.3", "", "30.2600 %", "example.org · well attested", "3.38 % estimate", "",
    ]  # fmt: skip
    assert rows[2][7] == "no figure"
    assert total[0] == "Total, 3 Allies"
    assert total[3] == "100.0"


def test_the_same_table_in_french(client, world, system):
    fund = world[0]
    reader = people.person(
        role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, language="fr", system=system
    )
    page = text_of(people.signed_in(client, reader).get(POOL))

    rows = {row[0].split()[0]: row for row in cells(page)[1:-1]}
    assert rows["Suède"][2:6] == ["19 avr. 2024", "51,2", "", "51,2300 %"]
    assert rows["Suède"][7].startswith("2,25 %")
    assert "M€" in page
    assert "EUR m" not in page


def test_amounts_stand_in_the_page_to_the_cent(as_manager):
    assert '<data value="30260000.00">30.3</data>' in text_of(as_manager.get(POOL))


@pytest.mark.parametrize(
    ("as_of", "allies", "total"),
    [("2023-08-01", 2, "48.8"), ("2024-04-18", 2, "48.8"), ("2024-04-19", 3, "100.0")],
)
def test_the_page_shows_the_pool_of_the_day_asked_for(as_manager, as_of, allies, total):
    rows = cells(text_of(as_manager.get(POOL, {"as_of": as_of})))

    assert (len(rows) - 2, rows[-1][3]) == (allies, total)


def test_a_correction_is_not_seen_on_a_page_known_before_it(as_manager, world, system):
    corrected_at = datetime(2025, 3, 1, 9, tzinfo=timezone.utc)
    funds.amendment(world[1]["EE"], "40260000.00", effective_on=date(2023, 8, 1), at=corrected_at, system=system)

    now = cells(text_of(as_manager.get(POOL)))
    then = cells(text_of(as_manager.get(POOL, {"known_at": "2025-03-01T08:59:59Z"})))

    assert (now[-1][3], then[-1][3]) == ("110.0", "100.0")


def test_the_finding_is_made_from_the_figures(as_manager):
    page = text_of(as_manager.get(POOL))

    assert "European Allies and Canada: from 1.43 % in 2014 to 2.02 % in 2024" in page


def test_no_edition_no_finding(as_manager):
    page = text_of(as_manager.get(POOL, {"as_of": "2024-06-16"}))

    assert "European Allies and Canada" not in page
    assert "No edition of defence expenditure was published by this day." in page


def test_the_most_complete_edition_stands_first(as_manager):
    page = text_of(as_manager.get(POOL))

    assert "Defence expenditure of 2024 as stated by: Edition 2025-05." in page
    assert 'value="2025-05/2024" selected' in page


def test_another_edition_and_year_can_be_chosen(as_manager):
    rows = cells(text_of(as_manager.get(POOL, {"edition": "2024-06/2024"})))

    assert [row[7] for row in rows[1:-1]] == ["no figure", "3.43 % estimate", "no figure"]


@pytest.mark.parametrize("choice", ["2025-05/1990", "nothing", "<script>", "2025-05/2024/1"])
def test_an_edition_that_is_not_there_is_said_so(as_manager, choice):
    page = text_of(as_manager.get(POOL, {"edition": choice}))

    assert "are not known at this point in time" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("ally", ["Estonia", "Iceland", "Sweden"]),
        ("-ally", ["Sweden", "Iceland", "Estonia"]),
        ("amount", ["Iceland", "Estonia", "Sweden"]),
        ("-gdp", ["Estonia", "Sweden", "Iceland"]),
        ("closing", ["Estonia", "Iceland", "Sweden"]),
        ("nonsense", ["Sweden", "Estonia", "Iceland"]),
    ],
)
def test_the_table_sorts(as_manager, sort, order):
    rows = cells(text_of(as_manager.get(POOL, {"sort": sort})))[1:-1]

    assert [row[0].removesuffix(" illustrative") for row in rows] == order


@pytest.mark.parametrize("day", ["1800-01-01", "9999-12-31", "tomorrow", "2026-02-30"])
def test_a_day_that_cannot_be_is_an_error_beside_todays_figures(as_manager, day):
    response = as_manager.get(POOL, {"as_of": day})
    page = text_of(response)

    assert "Enter a day from 4 Apr 1949 to 1 Jun 2036." in page
    assert f'value="{day}"' in page
    assert "<title>Error: " in page
    assert cells(page)[-1][0] == "Total, 3 Allies"


def test_before_the_first_closing_the_page_says_when_it_was(as_manager):
    page = text_of(as_manager.get(POOL, {"as_of": "2023-07-31"}))

    assert "No Ally had committed on that day." in page
    assert "The first closing was on 1 Aug 2023." in page


def test_a_fund_without_a_closing_says_so(client, system):
    fund = funds.fund(system=system)
    manager = people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)

    assert "No closing is recorded." in text_of(people.signed_in(client, manager).get(POOL))


def test_without_a_fund_the_page_says_what_will_stand_there(client, system):
    auditor = people.person(role="auditor", system=system)

    assert "No fund yet" in text_of(people.signed_in(client, auditor).get(POOL))


def test_an_auditor_chooses_among_several_funds(client, world, system):
    other = funds.fund(name="Zebra fund", system=system)
    signed_in = people.signed_in(client, people.person(role="auditor", system=system))

    assert f"?fund={other.public_id}" in text_of(signed_in.get(POOL))
    assert "No Ally had committed on that day." in text_of(signed_in.get(POOL, {"fund": other.public_id}))


def test_another_fund_is_not_there(as_manager, system):
    other = funds.fund(name="Zebra fund", system=system)

    assert as_manager.get(POOL, {"fund": other.public_id}).status_code == 404
    assert as_manager.get("/manage/pool/burden-sharing.xlsx", {"fund": other.public_id}).status_code == 404


def test_the_workbook_holds_real_numbers(as_manager):
    response = as_manager.get("/manage/pool/burden-sharing.xlsx")
    book = sheets(response)

    assert list(book) == ["About", "Commitments", "Burden sharing", "Guidelines"]
    assert response["Content-Disposition"] == 'attachment; filename="burden-sharing-2026-06-01.xlsx"'
    head, sweden, estonia, iceland, total = book["Commitments"]
    assert head[:7] == ["Code", "Ally", "Holder", "Closing", "In force from", "Commitment, EUR", "Share of the pool"]
    assert estonia == [
        "EE", "Estonia", "", FIRST_CLOSING_CELL, FIRST_CLOSING_CELL, 30260000, 0.3026, "no", "well attested",
        "https://example.org/commitment", "", 0.0338, 2024, "Edition 2025-05", "yes",
    ]  # fmt: skip
    assert sweden[7:10] == ["yes", "illustrative", ""]
    assert iceland[11:] == [None, None, "", ""]
    assert total[1] == "Total, 3 Allies"
    assert total[5:7] == [100000000, 1]


def test_the_workbook_tells_each_edition_apart(as_manager):
    rows = sheets(as_manager.get("/manage/pool/burden-sharing.xlsx"))["Burden sharing"]

    assert [row[:4] for row in rows[1:]] == [
        ["Edition 2024-06", 2014, 0.0143, "no"],
        ["Edition 2024-06", 2024, 0.0202, "yes"],
    ]


def test_the_workbook_says_what_it_shows(as_manager):
    about = {
        row[0]: row[1]
        for row in sheets(as_manager.get("/manage/pool/burden-sharing.xlsx", {"as_of": "2024-01-01"}))["About"]
    }

    assert about["As of"] == "2024-01-01"
    assert about["Known on"] == "2026-06-01 12:00 UTC"
    assert about["Figures"] == "Holds illustrative figures; the column says which."


def test_a_workbook_of_an_impossible_day_is_refused(as_manager):
    assert as_manager.get("/manage/pool/burden-sharing.xlsx", {"as_of": "1800-01-01"}).status_code == 400


def test_without_a_fund_there_is_no_workbook(client, system):
    auditor = people.signed_in(client, people.person(role="auditor", system=system))

    assert auditor.get("/manage/pool/burden-sharing.xlsx").status_code == 404


def test_a_series_restated_later_stands_beside_the_one_first_told(world, system):
    nations.edition(
        "2025-09",
        nations.figure("europe-canada", 2014, "1.40"),
        nations.figure("europe-canada", 2024, "1.99"),
        system=system,
        published_on=date(2025, 9, 1),
    )

    found = queries.expenditure_at(as_of=JUNE, known_at=clock.now())
    chart = charts.europe_and_canada(found)

    assert (found.told.code, found.restated.code) == ("2024-06", "2025-09")
    assert chart.heading.replace("\u00a0", " ") == "European Allies and Canada: from 1.43 % in 2014 to 2.02 % in 2024"
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in chart.rows] == [
        ["2014", "1.43 %", "1.40 %"],
        ["2024", "2.02 %, estimate", "1.99 %"],
    ]


def test_an_edition_that_is_chosen_tells_its_own_series_alone(world):
    found = queries.expenditure_at(as_of=JUNE, known_at=clock.now(), choice="2024-06/2024")

    assert (found.told.code, found.restated) == ("2024-06", None)
