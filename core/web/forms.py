"""
Forms as the product renders them: label, hint, error, field; a summary first that takes the focus.

``Renderer`` is the setting FORM_RENDERER, so every form on every page looks and speaks like this, whoever wrote it.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Render a form, field or widget; a label stands above each field, so no placeholder repeats it inside."""
        if "widget" in context:
            context["widget"]["attrs"].pop("placeholder", None)
        return super().render(template_name, context, request)


def take(form: forms.Form, refusal: DomainError, renamed: dict[str, str] | None = None) -> None:
    """Show a refusal of a service beside the field that it names, or above the form."""
    field = (renamed or {}).get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, str(refusal))


CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)

REMEDIES: dict[str, Promise] = {
    "missing": _("Fill in “%(label)s”."),
    "unchosen": _("Choose “%(label)s”."),
    "invalid_date": _("Write the day like 2026-09-30."),
    "invalid_number": _("Write a number, such as 1234.56."),
    "invalid_email": _("Write an address like name@example.org."),
    "max_length": _("Shorten “%(label)s” to %(limit_value)s characters. It has %(show_value)s."),
    "invalid_choice": _("Choose one of the values offered."),
}


def remedies(field: BoundField) -> list[str | Promise]:
    """What to do about each error of a field, in our own words where Django's say only what is wrong."""
    return [sentence for error in field.errors.as_data() for sentence in _sentences(field, error)]


def _sentences(field: BoundField, error: ValidationError) -> list[str | Promise]:
    remedy = REMEDIES.get(_kind(field.field, error.code or ""))
    if remedy is None or _is_our_own(field.field, error):
        return [str(message) for message in error.messages]
    return [remedy % {"label": field.label, **(error.params or {})}]


def _kind(field: forms.Field, code: str) -> str:
    if code == "required":
        return "unchosen" if isinstance(field.widget, CHOSEN) else "missing"
    if code == "invalid":
        return _invalid_kind(field)
    return code


def _invalid_kind(field: forms.Field) -> str:
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return "invalid_date"
    if isinstance(field, forms.IntegerField):
        return "invalid_number"
    return "invalid_email" if isinstance(field, forms.EmailField) else ""


def _is_our_own(field: forms.Field, error: ValidationError) -> bool:
    """Whether the form itself words this error; its words then stand."""
    stock: dict[str, object] = {}
    for kind in reversed(type(field).__mro__):
        stock.update(getattr(kind, "default_error_messages", {}))
    given = field.error_messages.get(error.code or "")
    return given is not None and error.code in stock and given != stock[error.code]
