"""Drawings obey the content security policy and follow the theme."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from core.web import charts, drawings

D = Decimal
PLACES = ["2014", "2019", "2024"]
LINES = [
    drawings.Line("European Allies and Canada", [D("1.43"), D("1.52"), D("2.02")]),
    drawings.Line("All <Allies>", [D("2.5"), None, D("2.71")], token="seq-3", dashed_from=2),
]


def drawn(width):
    spec = drawings.lines(PLACES, LINES, width=width, digits=2, rule=drawings.Rule("Guideline 2 %", D(2)))
    return charts.svg(spec, width=width, label='Shares & "rules"')


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_a_drawing_has_no_style_no_script_and_one_role(width):
    svg = drawn(width)

    assert re.findall(r"\b(?:style|on\w+|href|font-family|aria-roledescription)=", svg) == []
    assert re.findall(r"\brole=\"(\w+)\"", svg) == ["img"]
    assert "<script" not in svg
    assert 'aria-label="Shares &amp; &quot;rules&quot;"' in svg
    assert svg.startswith(f'<svg viewBox="0 0 {width} ')


def test_colours_are_tokens_and_text_has_classes():
    svg = drawn(charts.WIDE)

    colours = set(re.findall(r"(?:fill|stroke)=\"([^\"]+)\"", svg)) - {"none"}
    assert all(colour.startswith("var(--") for colour in colours), colours
    assert {"ax", "lb", "lb2", "ground"} == set(re.findall(r"<text[^>]*class=\"(\w+)\"", svg))


def test_text_that_looks_like_markup_stays_text():
    assert "All &lt;Allies&gt;" in drawn(charts.WIDE)


def test_an_axis_speaks_the_language_and_has_at_most_four_lines_above_zero():
    with translation.override("fr"):
        axis = drawings.lines(PLACES, LINES, width=776)["encoding"]["y"]["axis"]

    assert axis["values"] == [0.0, 1.0, 2.0, 3.0]
    with translation.override("fr"):
        assert '"0,5"' in drawings._value_axis([D(0), D("0.5")])["labelExpr"]


@pytest.mark.parametrize("most", ["0.0001", "0.9", "1", "7", "585", "99999999", "0"])
def test_round_values_reach_the_largest_in_at_most_four_steps(most):
    ticks = drawings._ticks(D(most))

    assert ticks[0] == 0
    assert ticks[-1] >= D(most)
    assert len(ticks) <= 5


def test_labels_that_would_touch_are_pushed_apart():
    assert drawings._apart([100, 95, 10]) == [10.0, 0.0, 0.0]


def test_columns_carry_their_number():
    spec = drawings.columns(["2023", "2024"], [D(30), D(44)], width=280)

    svg = charts.svg(spec, width=280, label="Start-ups by year")

    assert ">44</text>" in svg


def test_the_same_drawing_is_rendered_once(monkeypatch):
    first = drawn(charts.NARROW)
    monkeypatch.setattr(charts, "_render", lambda _spec: pytest.fail("rendered twice"))

    assert drawn(charts.NARROW) == first
