"""What the templates of forms need: ``{% load form_pieces %}``."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.functional import Promise

from core.web import forms as product_forms

register = template.Library()


@register.filter
def remedies(field: BoundField) -> list[str | Promise]:
    """The errors of a field as what to do."""
    return product_forms.remedies(field)


@register.filter
def focus_id(field: BoundField) -> str:
    """Where a line of the summary leads: the input, or the first of a group."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether a field is a single box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def at_fault(form: forms.BaseForm) -> list[BoundField]:
    """The fields with errors, in the order of the page."""
    return [field for field in form if field.errors]
