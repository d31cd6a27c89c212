"""Small pieces of pages: ``{% load pieces %}``. Pure formatting; whatever they show is handed to them."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms, template
from django.http import HttpRequest
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.web import asof, sources

register = template.Library()

TONE_ICONS = {"ok": "check", "info": "half", "warn": "warn", "stop": "stop", "plain": "clock", "none": "lock"}
NEAR_LIMIT = Decimal("0.9")
"""A value from nine tenths of its limit on counts as near."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign from the sprite; the word beside it says the same."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag
def chip(tone: str, label: str | Promise, icon_name: str = "") -> SafeString:
    """A state: icon, word and tint. Tones: ok, info, warn, stop, plain, none."""
    kind = "" if tone == "plain" else f" chip--{tone}"
    sign = icon(icon_name or TONE_ICONS.get(tone, "clock"))
    return format_html('<span class="chip{}">{}{}</span>', kind, sign, label)


@register.simple_tag
def illustrative(what: str = "") -> SafeString:
    """The violet mark. ``{% illustrative "figures" %}`` for a bar, plain for a panel."""
    word = _("Illustrative figures") if what == "figures" else _("illustrative")
    return format_html('<span class="illus">{}</span>', word)


@register.simple_tag
def source(text: str, confidence: str = "") -> SafeString:
    """Where a public figure comes from: a link if it is a web address, and how sure it is in plain words."""
    parts: list[str] = [_("Public figure")]
    parts += [format_html('<span lang="en">{}</span>', _source_link(text))] if text else []
    parts += [str(sources.confidence_in_words(confidence))] if confidence else []
    return format_html('<span class="source">{}</span>', format_html_join(" · ", "{}", ((part,) for part in parts)))


@register.simple_tag
def bar(fraction: Decimal | None, token: str = "seq-2") -> SafeString:  # noqa: S107 -- the name of a colour
    """One bar in a row; it repeats the number beside it and is silent."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8" fill="var(--{})"/></svg>',
        _hundredth(fraction),
        token,
    )


@register.simple_tag
def bullet(value: Decimal, limit: Decimal, maximum: Decimal, token: str = "") -> SafeString:
    """
    A bar with a black mark at its limit; grey within, amber near, red over. All three in one unit.

    ``token`` is one colour instead, where the mark is a guideline that may well be passed.
    """
    tone = token or ("stop" if value > limit else "warn" if value >= limit * NEAR_LIMIT else "line-strong")
    return format_html(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="6" fill="var(--sunken)"/><rect width="{}" height="6" fill="var(--{})"/>'
        '<path d="M{} 0V6" stroke="var(--ink)" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>',
        _hundredth(value / maximum if maximum else None),
        tone,
        _hundredth(limit / maximum if maximum else None),
    )


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, label: str | Promise, kind: str = "", default: str = "") -> SafeString:
    """
    A column head that sorts: ``?sort=key`` upwards, ``?sort=-key`` downwards. ``kind`` are its classes.

    A head of numbers (``kind`` has ``n``) sorts the largest first. ``default`` is the order without a choice.
    """
    request: HttpRequest = context["request"]
    current = request.GET.get("sort") or str(context.get("sort") or default)
    largest_first = "n" in kind.split()
    state = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    follows = {"ascending": f"-{key}", "descending": key}.get(state, f"-{key}" if largest_first else key)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        format_html(' class="{}"', kind) if kind else "",
        format_html(' aria-sort="{}"', state) if state else "",
        _query_with(request, sort=follows, page=None),
        label,
        format_html(" {}", icon("up" if state == "ascending" else "down")) if state else "",
    )


@register.simple_tag(takes_context=True)
def keep_point(context: Context, url: str) -> str:
    """``url`` with the point in time that this page speaks of."""
    return asof.with_point(url, context.get("point"))


@register.simple_tag(takes_context=True)
def opens(context: Context, route: str) -> bool:
    """Whether the policy table lets the reader open a page, to offer it or not."""
    ask = getattr(context.get("request"), "may_open", None)
    return bool(ask and ask(route))


@register.simple_tag(takes_context=True)
def keep_query(context: Context, **changes: Any) -> SafeString:
    """The query of the page with some names changed; None takes one out."""
    return format_html("?{}", _query_with(context["request"], **changes))


@register.simple_tag(takes_context=True)
def carried_fields(context: Context, *left_out: str) -> SafeString:
    """The query of this page as hidden inputs of a GET form, without the names that the form asks for itself."""
    skipped = {*left_out, "page"}
    items = [(n, v) for n, values in context["request"].GET.lists() if n not in skipped for v in values]
    fields = [format_html('<input type="hidden" name="{}" value="{}">', name, value) for name, value in items]
    return mark_safe("".join(fields))


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """``Error: `` for the title of a page that holds a form or a point in time at fault."""
    values = context.flatten().values()
    at_fault = any(
        isinstance(v, forms.BaseForm | forms.BaseFormSet) and v.is_bound and not v.is_valid() for v in values
    )
    point: asof.PointInTime | None = context.get("point")
    return _("Error: ") if at_fault or (point and point.error) else ""


def _source_link(text: str) -> SafeString | str:
    """A link only to the web; anything else is text. What stands in brackets after an address stays text."""
    address, _space, rest = text.partition(" ")
    if not sources.is_web_address(address):
        return conditional_escape(text)
    host = urlsplit(address).netloc.removeprefix("www.")
    tail = format_html(" {}", rest) if rest else ""
    return format_html('<a href="{}" rel="noopener noreferrer external">{}</a>{}', address, host, tail)


def _query_with(request: HttpRequest, **changes: Any) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()


def _hundredth(fraction: Decimal | None) -> str:
    """A fraction of one as a length of 0 to 100, kept inside the drawing."""
    inside = min(max(fraction or Decimal(0), Decimal(0)), Decimal(1))
    return f"{inside * 100:.2f}"
