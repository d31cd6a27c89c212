"""How one leads from a row to what it belongs to, and what others call it."""

from functools import cache

from django.apps import apps
from django.db.models import Model
from django.db.models.fields.reverse_related import ForeignObjectRel


def path_to(model: type[Model], target: type[Model], seen: tuple[type[Model], ...] = ()) -> str:
    """The shortest way from a row to its ``target``, as a filter writes it; empty where there is none."""
    steps = [(one.name, one.related_model) for one in model._meta.get_fields() if _leads_on(one)]
    for name, related in steps:
        if related is target:
            return name
    further = [
        (name, path_to(related, target, (*seen, model))) for name, related in steps if related not in (*seen, model)
    ]
    return min((f"{name}__{way}" for name, way in further if way), key=lambda way: way.count("__"), default="")


@cache
def names_of(target: type[Model]) -> frozenset[str]:
    """What foreign keys of the same package call such a row."""
    fields = [
        field for model in apps.get_app_config(target._meta.app_label).get_models() for field in model._meta.fields
    ]
    return frozenset(field.name for field in fields if field.related_model is target)


def _leads_on(field: object) -> bool:
    """A foreign key, or the one row that points back, such as the fund of a book."""
    if isinstance(field, ForeignObjectRel):
        return field.one_to_one
    return bool(field.many_to_one or field.one_to_one) and isinstance(field.related_model, type)
