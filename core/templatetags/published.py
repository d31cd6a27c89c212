"""How published facts stand on a page, with where they come from: ``{% load published %}``."""

from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.web import published, sources
from core.web import references as sources_of

register = template.Library()


@register.simple_tag
def references(text: str, basis: str = "") -> SafeString:
    """Each reference of ``text``, as a link where it leads to a page, then how sure the figure is in plain words."""
    # Sources are kept as they were noted, in English, on pages of every language.
    shown = format_html_join("; ", "{}", ((_shown(one),) for one in sources_of.split(text)))
    parts = format_html('<span lang="en">{}</span>', shown)
    if not basis:
        return format_html('<span class="source">{}</span>', parts)
    return format_html('<span class="source">{} · {}</span>', parts, sources.confidence_in_words(basis))


@register.filter
def how_sure(basis: str) -> str:
    """The plain words for how far a figure may be trusted."""
    return str(sources.confidence_in_words(basis))


@register.filter
def known_to(day: date | None, precision: str) -> str:
    """``{{ day|known_to:"month" }}``: no more exactly than it is known."""
    return published.period(day, precision)


def _shown(one: sources_of.Reference) -> SafeString:
    label = (
        format_html('<a href="{}" rel="nofollow noopener noreferrer external">{}</a>', one.address, one.label)
        if one.address
        else format_html("{}", one.label)
    )
    return format_html("{} {}", label, one.remark) if one.remark else label
