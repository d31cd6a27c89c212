"""How one leads from a row to what it belongs to."""

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


def _leads_on(field: object) -> bool:
    """A foreign key, or the one row that points back, such as the fund of a book."""
    if isinstance(field, ForeignObjectRel):
        return field.one_to_one
    return bool(field.many_to_one or field.one_to_one) and isinstance(field.related_model, type)
