"""Paper, forced colours, stillness, large text: what each takes away and what must stay."""

import pytest

from tests.browser import people
from tests.browser.looking import OVERFLOWS
from tests.browser.visiting import DESK

PAPERS = {
    "/manage/pool": people.MANAGER,
    "/manage/ledger": people.MANAGER,
    "/manage/holdings": people.MANAGER,
    "/ally/": people.ALLY,
    "/programmes/2023-pilot/": people.VISITOR,
    "/manage/audit": people.AUDITOR,
}
WITH_A_DAY = [
    path for path in PAPERS if path.startswith(("/manage/pool", "/manage/ledger", "/manage/holdings", "/ally"))
]
LARGE = {
    **PAPERS,
    "/": people.VISITOR,
    "/account/login/": people.VISITOR,
    "/settings": people.ALLY,
    "/admin/": people.MANAGER,
}

SHOWN = """
(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true })
  && !one.closest("[popover]:not(:popover-open), .vh, details:not([open]) > :not(summary)"))
  .map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture
def look(visits):
    """Open a page under what a device asks for; the page is as it was afterwards."""
    changed = []

    def at(path, who, *, size=DESK, **media):
        page = visits.open(path, who=who)
        changed.append(page)
        page.set_viewport_size(size)
        page.emulate_media(**media)
        return page

    yield at
    for page in changed:
        page.emulate_media(media="null", forced_colors="null", reduced_motion="null")


def shown(page, selector):
    return page.evaluate(SHOWN, selector)


@pytest.mark.parametrize("path", PAPERS)
def test_on_paper_the_frame_and_everything_to_press_go(look, path):
    page = look(path, PAPERS[path], media="print")

    assert shown(page, ".top, .nav, .skip, .foot, .pages, .float, .ending, form, button, .btn, summary") == []
    assert shown(page, "h1") != []


@pytest.mark.parametrize("path", WITH_A_DAY)
def test_on_paper_the_day_the_tags_and_the_totals_stay(look, path):
    page = look(path, PAPERS[path])
    tags, totals = (len(shown(page, selector)) for selector in (".illus", "tfoot tr"))

    page.emulate_media(media="print")

    assert "23\u00a0Nov\u00a02026" in page.locator(".asof").inner_text()
    assert len(shown(page, ".illus")) == tags
    assert len(shown(page, "tfoot tr")) == totals


def test_on_paper_every_column_of_a_table_returns(look):
    page = look("/manage/pool/burden-sharing", people.MANAGER, size={"width": 390, "height": 844})
    assert shown(page, "th.p2, th.p3") == []

    page.emulate_media(media="print")

    assert len(shown(page, "table.t th.p2, table.t th.p3")) == page.locator("table.t th.p2, table.t th.p3").count() > 0


@pytest.mark.parametrize("path", PAPERS)
def test_a_page_becomes_a_pdf_of_a_few_sheets(look, path):
    page = look(path, PAPERS[path])

    paper = page.pdf(prefer_css_page_size=True)

    assert paper.startswith(b"%PDF")
    assert 1 <= paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 12


def test_forced_colours_keep_borders_and_what_is_chosen(look):
    page = look("/manage/pool/burden-sharing", people.MANAGER, forced_colors="active")

    for part in (".panel", ".btn", ".illus", ".note"):
        assert page.locator(part).first.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    current = page.locator(".nav a[aria-current]").first
    assert current.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.locator("[popovertarget=account-menu]").click()
    pressed = page.locator(".seg [aria-pressed=true]").first
    assert pressed.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


@pytest.mark.parametrize("path", PAPERS)
def test_nothing_moves_for_whoever_wants_stillness(look, path):
    page = look(path, PAPERS[path], reduced_motion="reduce")

    moving = page.evaluate("""[...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      const lasts = (text) => text.split(",").some((part) => parseFloat(part) > 0);
      return lasts(style.transitionDuration) || style.animationName !== "none" || style.scrollBehavior === "smooth";
    }).map((one) => one.outerHTML.slice(0, 120))""")

    assert moving == []


@pytest.mark.parametrize("path", LARGE)
def test_twice_the_size_loses_nothing(look, path):
    page = look(path, LARGE[path], size={"width": 640, "height": 400})
    zoomed = page.evaluate(OVERFLOWS)

    page.set_viewport_size(DESK)
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert zoomed == []
    assert page.evaluate(OVERFLOWS) == []


@pytest.mark.parametrize("path", LARGE)
def test_text_set_wide_loses_nothing(look, path):
    """The spacing that WCAG 2.2, 1.4.12 names."""
    page = look(path, LARGE[path])

    page.evaluate("""for (const one of document.querySelectorAll("body *")) {
      Object.assign(one.style, { lineHeight: "1.5", letterSpacing: "0.12em", wordSpacing: "0.16em" });
      if (one.tagName === "P") one.style.marginBlockEnd = "2em";
    }""")

    assert [one for one in page.evaluate(OVERFLOWS) if one.startswith("is cut off")] == []
