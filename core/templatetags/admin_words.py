"""The words of the web admin: ``{% load admin_words %}``."""

import re

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.web import site

register = template.Library()
LONG = re.compile(r"[^\s<>]{18,}(?=[^<>]*<)")
JOINTS = re.compile(r"(?<=[/_.?=-])(?=\w)")
BOOLEAN = re.compile(r'<img src="[^"]*/icon-(yes|no|unknown)\.svg" alt="[^"]*">')


@register.filter
def in_words(name: str | Promise) -> str:
    """What a model or a field is called in the reader's language."""
    return site.product_site().in_words(str(name))


@register.filter
def yes_or_no(cell: str) -> str:
    """A cell of Django's with a word where it has a coloured sign that is read out in English."""
    if not isinstance(cell, SafeString):
        return cell
    words = {"yes": _("Yes"), "no": _("No"), "unknown": "–"}
    return mark_safe(BOOLEAN.sub(lambda sign: words[sign[1]], cell))


@register.filter
def breakable(cell: str) -> str:
    """A cell in which a long address or id may go on in the next line at one of its joints."""
    if not isinstance(cell, SafeString):
        return cell
    return mark_safe(LONG.sub(lambda text: JOINTS.sub("<wbr>", text[0]), cell))
