"""
Specifications of charts in the house look (pure): lines that name themselves at their end, columns with numbers on top.

Axes of bars begin at zero; at most four grid lines; text of 12 units. Values are drawn as floats: a drawing shows,
the table beside it says exactly.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from core.web import numerals
from core.web.charts import NARROW, Spec

HEIGHTS = {True: 200, False: 190}
"""By whether the drawing is narrow, in units."""
LETTER = 6.6
"""How wide a letter of a label is, in units, on average."""
LINE_HEIGHT = 15
MOST_GRID_LINES = 4
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Line:
    """
    A named line; ``values`` stand at the same places as the labels of the axis, None where nothing is known.

    ``token`` is a colour of ``tokens.css``. Amounts set by acts (calls) are drawn in steps, measured ones as a line.
    ``dashed_from`` is the place from which the values are a forecast or an estimate.
    """

    name: str
    values: Sequence[Decimal | None]
    token: str = "seq-1"  # noqa: S105 -- the name of a colour
    in_steps: bool = False
    dashed_from: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A level to compare with, such as a guideline."""

    name: str
    value: Decimal


def lines(
    places: Sequence[str], drawn: Sequence[Line], *, width: int, digits: int = 1, rule: Rule | None = None
) -> Spec:
    """Lines over time. ``places`` label the axis in order, in the reader's language."""
    narrow = width <= NARROW
    values = [value for line in drawn for value in line.values if value is not None] + ([rule.value] if rule else [])
    ticks = _ticks(max(values, default=Decimal(1)))
    layers = [layer for line in drawn for layer in _line_layers(places, line)]
    layers += _rule_layers(places, rule, drawn) if rule else []
    layers += _end_labels(places, drawn, narrow=narrow, top=ticks[-1], digits=digits)
    scale = {"domain": [0, float(ticks[-1])], "nice": False}
    return {
        **_sheet(narrow=narrow),
        "padding": {"left": 2, "top": 10, "bottom": 2, "right": 6 if narrow else 20},
        "encoding": {
            "x": {
                "field": "place",
                "type": "ordinal",
                "sort": None,
                "scale": {"type": "point", "padding": 0.3, "domain": list(places)},
                "axis": {"title": None, "labelAngle": 0, "values": _spaced(places, width if narrow else width - 180)},
            },
            "y": {"field": "value", "type": "quantitative", "scale": scale, "axis": _value_axis(ticks)},
        },
        "layer": layers,
    }


def columns(
    places: Sequence[str],
    values: Sequence[Decimal],
    *,
    width: int,
    digits: int = 0,
    token: str = "seq-2",  # noqa: S107 -- the name of a colour
    texts: Sequence[str] | None = None,
) -> Spec:
    """A load per period: columns with the number on top, from zero; ``texts`` stand there where a number says too much."""
    rows = [
        {"place": place, "value": float(value), "text": text}
        for place, value, text in zip(places, values, texts or [numerals.plain(v, digits) for v in values], strict=True)
    ]
    axis = {"title": None, "labelAngle": 0, "labelLimit": 120, "ticks": False, "labelPadding": 6}
    return {
        **_sheet(narrow=width <= NARROW),
        "padding": {"left": 2, "right": 2, "top": 18, "bottom": 2},
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "place", "type": "ordinal", "sort": None, "axis": axis, "scale": {"paddingInner": 0.4}},
            "y": {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True, "nice": False}},
        },
        "layer": [
            {"mark": {"type": "bar", "color": _colour(token)}},
            {"mark": {**_label("ink"), "dy": -8}, "encoding": {"text": {"field": "text"}}},
        ],
    }


def _sheet(*, narrow: bool) -> Spec:
    quiet = {"labelColor": _colour("ink-3"), "labelFontSize": 12, "domainColor": _colour("line-strong")}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "height": HEIGHTS[narrow],
        "config": {
            "view": {"stroke": None},
            "axis": {**quiet, "tickColor": _colour("line-strong"), "gridColor": _colour("grid")},
            "font": "Liberation Sans",
        },
    }


def _spaced(places: Sequence[str], room: int) -> list[str]:
    """The places that get a label: every one, every second, and so on, so that none touches; always the last."""
    widest = max((len(place) for place in places), default=1) * LETTER + LETTER * 2
    every = max(1, -(-len(places) * int(widest) // max(room - 50, 1)))
    return list(places[::-1][::every][::-1])


def _value_axis(ticks: Sequence[Decimal]) -> dict[str, Any]:
    """Grid lines at ``ticks`` with our own figures on them, in the reader's language."""
    digits = max(0, *(-int(tick.normalize().as_tuple().exponent) for tick in ticks))
    words = {float(tick): numerals.plain(tick, digits) for tick in ticks}
    expression = "''"
    for value, word in words.items():
        expression = f"abs(datum.value - {value!r}) < 1e-9 ? {json.dumps(word)} : {expression}"
    values = list(words)
    return {
        "title": None,
        "values": values,
        "labelExpr": expression,
        "domain": False,
        "ticks": False,
        "labelPadding": 7,
    }


def _ticks(most: Decimal) -> list[Decimal]:
    """Zero and up to four round values, the last at or above ``most``."""
    if most <= 0:
        return [Decimal(0), Decimal(1)]
    least_step = most / MOST_GRID_LINES
    power = Decimal(1).scaleb(least_step.adjusted())
    step = next(power * factor for factor in STEPS if power * factor >= least_step)
    count = int((most / step).to_integral_value(rounding=ROUND_CEILING))
    return [step * place for place in range(count + 1)]


def _line_layers(places: Sequence[str], line: Line) -> list[Spec]:
    """The known part solid; what is estimated dashed, joined to it."""
    cut = len(places) if line.dashed_from is None else line.dashed_from
    parts = [(line.values[:cut], 0, False), (line.values[max(cut - 1, 0) :], max(cut - 1, 0), True)]
    layers = [_one_line(places[first:], values, line, dashed) for values, first, dashed in parts if len(values) > 1]
    if line.dashed_from is None:
        layers = layers[:1]
    return [layer for layer in layers if layer["data"]["values"]]


def _one_line(places: Sequence[str], values: Sequence[Decimal | None], line: Line, dashed: bool) -> Spec:
    mark = {
        "type": "line",
        "color": _colour(line.token),
        "strokeWidth": 2.5,
        "interpolate": "step-after" if line.in_steps else "linear",
        **({"strokeDash": [4, 3]} if dashed else {}),
    }
    rows = [
        {"place": place, "value": float(value)}
        for place, value in zip(places, values, strict=False)
        if value is not None
    ]
    return {"data": {"values": rows}, "mark": mark}


def _rule_layers(places: Sequence[str], rule: Rule, drawn: Sequence[Line]) -> list[Spec]:
    """The level as a dotted line, named on the side on which the first values leave more room."""
    rows = [{"place": place, "value": float(rule.value)} for place in (places[0], places[-1])]
    first = [line.values[0] - rule.value for line in drawn if line.values and line.values[0] is not None]
    above = min((gap for gap in first if gap >= 0), default=Decimal("Infinity"))
    below = min((-gap for gap in first if gap < 0), default=Decimal("Infinity"))
    where = {"align": "left", "dy": -8 if above >= below else 15, "baseline": "alphabetic", "fontWeight": "normal"}
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": _colour("ink"), "strokeWidth": 1, "strokeDash": [2, 3]},
        },
        *_named([{**rows[0], "text": rule.name}], {**_label("ink-2"), **where}),
    ]


def _named(rows: Sequence[dict[str, Any]], mark: dict[str, Any]) -> list[Spec]:
    """A label on a thin ground of its own, so that it reads where it crosses a line."""
    ground = {**mark, "color": _colour("surface"), "stroke": _colour("surface"), "strokeWidth": 4}
    text = {"text": {"field": "text"}}
    return [{"data": {"values": list(rows)}, "mark": layer, "encoding": text} for layer in (ground, mark)]


def _end_labels(places: Sequence[str], drawn: Sequence[Line], *, narrow: bool, top: Decimal, digits: int) -> list[Spec]:
    """The name and the last figure of each line at its end; neighbours are pushed apart."""
    ends = [(place, line, line.values[place]) for line in drawn if (place := _last(line)) is not None]
    unit = Decimal(HEIGHTS[narrow] - 40) / top
    placed = _apart([float(value * unit) for _place, _line, value in ends if value is not None])
    layers = []
    for (place, line, value), lift in zip(ends, placed, strict=True):
        row = {"place": places[place], "value": float(value or 0), "text": _end_text(line, value, digits)}
        where = {"align": "right", "dx": 2, "dy": -10 - lift} if narrow else {"align": "left", "dx": 9, "dy": -lift}
        layers += [
            {
                "data": {"values": [row]},
                "mark": {"type": "circle", "size": 45, "opacity": 1, "color": _colour(line.token)},
            },
            *_named([row], {**_label("ink"), **where, "baseline": "middle"}),
        ]
    return layers


def _apart(heights: Sequence[float]) -> list[float]:
    """By how much each label is lifted so that no two stand closer than a line of text."""
    lifts = [0.0] * len(heights)
    below = float("-inf")
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        lifts[index] = max(0.0, below + LINE_HEIGHT - heights[index])
        below = heights[index] + lifts[index]
    return lifts


def _end_text(line: Line, value: Decimal | None, digits: int) -> str:
    return f"{line.name} {numerals.plain(value, digits)}"


def _last(line: Line) -> int | None:
    return max((place for place, value in enumerate(line.values) if value is not None), default=None)


def _label(token: str) -> dict[str, Any]:
    return {"type": "text", "color": _colour(token), "fontSize": 12, "fontWeight": 600}


def _colour(token: str) -> str:
    return f"var(--{token})"
