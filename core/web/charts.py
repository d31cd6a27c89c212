"""
Charts: a Vega-Lite specification in, an SVG that obeys our content security policy out.

Each chart is drawn twice, 776 and 280 units wide, and the panel's width picks one; each has its table as a twin.
Colours are the names of tokens, so that the dark look follows by itself. The specifications come from
``core.web.drawings``.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

WIDE = 776
NARROW = 280
Spec = dict[str, Any]

CLEANED = 2
"""Raised when the cleaning changes, so that no drawing cleaned in the old way is served from the cache."""
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
ATTRIBUTES = {
    *("d", "x", "y", "x2", "y2", "cx", "cy", "r", "rx", "width", "height", "transform", "viewBox", "text-anchor"),
    *("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"),
    *("fill-opacity", "stroke-opacity", "font-weight"),
}
TEXT_CLASSES = {"var(--ink-3)": "ax", "var(--ink)": "lb", "var(--ink-2)": "lb2"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart, drawn for a wide and for a narrow panel."""

    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the twin; ``kind`` is ``n`` for numbers."""

    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``components/chart.html`` shows. ``heading`` is the finding; ``rows`` are formatted, their first cell a name."""

    id: str
    heading: str
    drawing: Drawing
    unit: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    source: str = ""
    confidence: str = ""
    illustrative: bool = False


def draw(specify: Callable[[int], Spec], *, label: str) -> Drawing:
    """Both drawings of a chart. ``specify`` gives the specification for a width; ``label`` says in a sentence what it shows."""
    return Drawing(*(svg(specify(width), width=width, label=label) for width in (WIDE, NARROW)))


def svg(spec: Spec, *, width: int, label: str) -> SafeString:
    """One drawing, ``width`` units wide. The same specification is rendered once and then comes from the cache."""
    fitted = {**spec, "width": width, "autosize": {"type": "fit", "contains": "padding"}}
    text = json.dumps([CLEANED, fitted, label], sort_keys=True, ensure_ascii=False)
    key = f"chart:{hashlib.sha256(text.encode()).hexdigest()}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        drawn = clean(_render(fitted), label=label)
        cache.set(key, drawn, timeout=None)
    return mark_safe(drawn)


def clean(drawn: str, *, label: str) -> str:
    """Keep shapes, text and token colours; drop styles, scripts, links, sizes, and roles inside the one image."""
    root = ET.fromstring(drawn)  # noqa: S314 -- our own renderer's output, with text escaped by it
    _drop_background(root)
    _clean_element(root)
    root.set("role", "img")
    root.set("aria-label", label)
    ET.register_namespace("", SVG.strip("{}"))
    return ET.tostring(root, encoding="unicode").replace(f' xmlns="{SVG.strip("{}")}"', "", 1)


def _render(spec: Spec) -> str:
    import vl_convert  # noqa: PLC0415 -- slow import

    return str(vl_convert.vegalite_to_svg(spec))


def _drop_background(root: ET.Element) -> None:
    """The page is the ground: the white sheet that the renderer lays first goes."""
    if len(root) and root[0].tag == f"{SVG}rect":
        root.remove(root[0])


def _clean_element(element: ET.Element) -> None:
    for child in list(element):
        if child.tag.removeprefix(SVG) not in ELEMENTS or _draws_nothing(child):
            element.remove(child)
        else:
            _clean_element(child)
    kept = {name: value for name, value in element.attrib.items() if name in ATTRIBUTES}
    element.attrib.clear()
    element.attrib.update(_with_classes(element.tag.removeprefix(SVG), kept))


def _draws_nothing(element: ET.Element) -> bool:
    return element.get("display") == "none" or element.get("class") == "background"


def _with_classes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    """Classes in place of colours where the style sheets have them: they also serve forced colours and print."""
    if tag == "svg":
        return {"viewBox": attributes["viewBox"]}
    if tag == "text":
        return _as_text(attributes)
    if tag == "line" and attributes.get("stroke") == "var(--grid)":
        return {k: v for k, v in attributes.items() if not k.startswith("stroke")} | {"class": "gl"}
    return {name: value for name, value in attributes.items() if (name, value) != ("opacity", "1")}


def _as_text(attributes: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in attributes.items() if name in {"x", "y", "transform", "text-anchor"}}
    if "stroke" in attributes:
        return kept | {name: attributes[name] for name in ("fill", "stroke", "stroke-width")} | {"class": "ground"}
    kind = TEXT_CLASSES.get(attributes.get("fill", ""))
    return kept | ({"class": kind} if kind else {"fill": attributes.get("fill", "var(--ink)")})
