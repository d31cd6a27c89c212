"""The words of the web admin: ``{% load admin_words %}``."""

import re
from typing import Any

from django import template
from django.contrib.admin.helpers import AdminReadonlyField
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.web import site

register = template.Library()
LONG = re.compile(r"[^\s<>]{18,}(?=[^<>]*<)")
JOINTS = re.compile(r"(?<=[/_.?=-])(?=\w)")
BOOLEAN = re.compile(r'<img src="[^"]*/icon-(yes|no|unknown)\.svg" alt="[^"]*">')


@register.filter
def contents(field: AdminReadonlyField) -> str:
    """The value of a field of a page to read, in the reader's language."""
    shown_by: Any = field.model_admin
    said = shown_by.shown(field.form.instance, field.field["field"])
    return field.contents() if said is None else said


@register.inclusion_tag("admin/filter.html")
def list_filter(cl: Any, spec: Any) -> dict[str, Any]:
    """A filter of a list with what it offers, in the reader's language."""
    path = getattr(spec, "field_path", "")
    choices = [{**one, "display": cl.model_admin.choice(path, one["display"])} for one in spec.choices(cl)]
    return {"title": spec.title, "choices": choices, "spec": spec}


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
