"""The words of the web admin: ``{% load admin_words %}``."""

from django import template
from django.utils.functional import Promise

from core.web import site

register = template.Library()


@register.filter
def in_words(name: str | Promise) -> str:
    """What a model or a field is called in the reader's language."""
    return site.product_site().in_words(str(name))
