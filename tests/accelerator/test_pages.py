"""The public pages: open to visitors, the same figures in both languages, sources and doubts beside each."""

import io
import re
from datetime import date

import openpyxl
import pytest

from tests.factories import accelerator as factory
from tests.factories import nations, people

PAGES = ("/programmes/", "/programmes/2026/", "/programmes/network/")
WORKBOOKS = ("/programmes/2026/members.xlsx", "/programmes/2026/figures.xlsx", "/programmes/network/figures.xlsx")


def text_of(response):
    """What a reader sees, blanks made one."""
    without_drawings = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_drawings).split())


def figures_of(response):
    """Every number in the tables, in order, without the sign that the languages write differently."""
    cells = re.findall(r'<td class="n">(.*?)</td>', response.content.decode(), flags=re.DOTALL)
    return [re.findall(r"\d+", cell.replace("\u00a0", "")) for cell in cells]


@pytest.fixture
def world(programme, space, system):
    """A programme whose sources disagree, with two members and a network."""
    for code in ("EE", "FI"):
        nations.ally(code, system=system)
    factory.figures(
        programme,
        factory.figure("applications", 3680, basis="weak", source="a report (page address not kept)"),
        factory.figure("applications", 3000, is_at_least=True, is_preferred=False, source="https://example.org/other"),
        factory.figure("phase-1", 150),
        factory.figure("phase-1-nations", 24),
        factory.figure("applications-of-nation", 215, nation="FI"),
        by=system,
    )
    factory.member(
        programme,
        "Alfa",
        nation="EE",
        challenge=space,
        is_challenge_inferred=True,
        technology="SPACE",
        highest_phase=2,
        by=system,
    )
    factory.member(programme, "=Bravo", technology="QUANTUM", basis="partial", source="https://example.org", by=system)
    factory.network(
        factory.size("test-centres", date(2022, 4, 1), 50, precision="month", is_at_least=True, basis="partial"),
        factory.size(),
        factory.size("accelerator-sites", value=23),
        by=system,
    )
    return programme


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_reads_every_page(address, world, client):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*PAGES, *WORKBOOKS])
def test_nobody_writes_to_a_public_page(address, world, client):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_both_languages_show_the_same_figures(address, world, client):
    english = client.get(address, headers={"accept-language": "en"})
    french = client.get(address, headers={"accept-language": "fr"})

    assert figures_of(english) == figures_of(french)
    assert figures_of(english) != []
    assert 'lang="fr"' in french.content.decode()[:200]


@pytest.mark.parametrize(
    "address",
    ["/programmes/2099/", "/programmes/2099/members.xlsx", "/programmes/2099/figures.xlsx", "/programmes/%00/"],
)
def test_an_unknown_programme_is_not_there(address, world, client):
    assert client.get(address).status_code == 404


def test_the_funnel_shows_both_sources_and_how_sure_each_is(world, client):
    page = client.get("/programmes/2026/")
    text = text_of(page)

    assert "a report (page address not kept) · one weak source" in text
    assert "Applications, by another source more than 3 000" in text
    assert "sources differ" in text
    assert "no figure found" in text
    assert 'href="https://example.org/other" rel="nofollow noopener noreferrer external">example.org</a>' in (
        page.content.decode()
    )
    assert "Call of 2025, cohort of 2026" in text


def test_a_host_without_a_page_is_text(world, client):
    page = client.get("/programmes/2026/?name=Bravo").content.decode()

    assert "example.org</span> · attested in part" in page
    assert 'href="https://example.org"' not in page


def test_what_was_inferred_or_is_not_confirmed_says_so(world, client):
    text = text_of(client.get("/programmes/2026/"))

    assert "Challenge P26-SPACE inferred" in text
    assert "nation not confirmed" in text
    assert "Members named by a source: 2 of 150" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("name=alf", {"Alfa"}),
        ("nation=EE", {"Alfa"}),
        ("nation=none", {"=Bravo"}),
        ("challenge=P26-SPACE", {"Alfa"}),
        ("technology=QUANTUM", {"=Bravo"}),
        ("phase=2", {"Alfa"}),
        ("", {"Alfa", "=Bravo"}),
    ],
)
def test_members_are_looked_for_by_the_address(query, shown, world, client):
    page = client.get(f"/programmes/2026/?{query}").content.decode()

    rows = set(re.findall(r'<th scope="row">(Alfa|=Bravo)', page))
    assert rows == shown


def test_a_search_without_result_repeats_what_was_looked_for(world, client):
    text = text_of(client.get("/programmes/2026/?name=zebra&nation=EE"))

    assert "No member fits: “zebra” · Estonia" in text
    assert "Show all 2 members" in text


@pytest.mark.parametrize("query", ["phase=9", "nation=XX", "challenge=P1", "technology=MAGIC", "name=%00"])
def test_a_value_that_nobody_has_is_said_at_its_field(query, world, client):
    page = client.get(f"/programmes/2026/?{query}")

    assert page.status_code == 200
    assert 'class="field field--bad"' in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()
    assert "<title>Error: " in page.content.decode()


def test_empty_pages_say_what_will_appear(client, db):
    assert "No programme is published yet." in text_of(client.get("/programmes/"))
    assert "No figure of the network is published yet." in text_of(client.get("/programmes/network/"))


def test_a_programme_without_members_says_what_will_appear(programme, client):
    assert "No member is named yet." in text_of(client.get("/programmes/2026/"))


def test_staff_find_the_pages_in_their_navigation(world, client, system):
    client = people.signed_in(client, people.person(role="programme-manager", system=system))

    page = client.get("/programmes/").content.decode()

    assert '<a href="/programmes/" aria-current="page">Programmes</a>' in page
    assert '<a href="/programmes/network/">Network</a>' in page


def sheets_of(response):
    assert response["Content-Disposition"].startswith("attachment; filename=")
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_the_members_leave_as_they_are_filtered_and_no_name_calculates(world, client):
    everybody = sheets_of(client.get("/programmes/2026/members.xlsx"))
    some = sheets_of(client.get("/programmes/2026/members.xlsx?phase=2"))

    assert everybody["Members"][0][:3] == ["Company", "Nation", "Challenge"]
    assert [row[0] for row in everybody["Members"][1:]] == ["'=Bravo", "Alfa"]
    alfa = ["Alfa", "Estonia", "Challenge P26-SPACE", "yes", "Space technologies", "no", 2, factory.SOURCE]
    assert some["Members"][1][:8] == alfa
    assert len(some["Members"]) == 2
    assert ["Remark", "Limited to: Phase 2"] in some["About"]


def test_the_figures_leave_as_numbers_with_their_doubts(world, client):
    book = sheets_of(client.get("/programmes/2026/figures.xlsx"))

    assert [row[:6] for row in book["Figures"][1:4]] == [
        ["Applications", None, 3680, "no", "yes", "a report (page address not kept)"],
        ["Applications", None, 3000, "yes", "no", "https://example.org/other"],
        ["Selected for phase 1", None, 150, "no", "yes", factory.SOURCE],
    ]
    assert book["Figures"][1][6] == "one weak source"
    assert book["Rates"][1][1] == pytest.approx(150 / 3680)
    assert [row[0] for row in book["Challenges"][1:]] == ["P26-SPACE"]


def test_the_network_leaves_as_numbers_and_days(world, client):
    rows = sheets_of(client.get("/programmes/network/figures.xlsx"))["Network"]

    assert [(row[0], row[1], row[3], row[4]) for row in rows[1:]] == [
        ("Test centres", "14\u00a0Mar\u00a02024", 182, "no"),
        ("Accelerator sites", "14\u00a0Mar\u00a02024", 23, "no"),
        ("Test centres", "Apr\u00a02022", 50, "yes"),
    ]
    assert rows[1][2].date() == date(2024, 3, 14)


ADMIN_LISTS = ("programme", "challenge", "programmefigure", "cohortmember", "networkfigure")


@pytest.mark.parametrize("model", ADMIN_LISTS)
def test_the_web_admin_lists_and_searches(model, world, client, system):
    client = people.signed_in(client, people.person(role="programme-manager", system=system))

    page = client.get(f"/admin/accelerator/{model}/", {"q": "2026"})

    assert page.status_code == 200
    assert client.get(f"/admin/accelerator/{model}/add/").status_code == 404


def test_whoever_has_no_role_is_told_so_and_not_sent_to_the_public_pages(world, client, system):
    client = people.signed_in(client, people.person(system=system))

    front = client.get("/")

    assert front.status_code == 200
    assert "gets a role from an administrator" in text_of(front)
