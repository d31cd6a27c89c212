"""The words of the web admin: ``{% load admin_words %}``."""

from typing import cast

from django import template
from django.contrib import admin
from django.utils.functional import Promise

from core.web.admin import ProductSite

register = template.Library()


@register.filter
def in_words(name: str | Promise) -> str:
    """What a model or a field is called in the reader's language."""
    site = cast("ProductSite", admin.site)
    return site.in_words(str(name))
