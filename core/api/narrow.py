"""Lists whose rows are read and shown without a model and a serializer for each: the columns that the shape names alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from rest_framework import serializers

from core.api.fields import Out

AS_IT_IS = (serializers.CharField, serializers.ChoiceField, serializers.BooleanField, serializers.IntegerField)
"""What the database gives as the answer shows it."""
Show = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """The names of the fields, the column of each, and the place and way of those that are not shown as they are."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    shows: tuple[tuple[str, Show], ...]

    def lines(self, rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Each row of ``columns`` as the serializer would show it."""
        lines = [dict(zip(self.names, row, strict=True)) for row in rows]
        for name, show in self.shows:
            known: dict[Any, Any] = {None: None}
            for line in lines:
                value = line[name]
                if value not in known:
                    known[value] = show(value)
                line[name] = known[value]
        return lines


@cache
def shape(answers: type[Out]) -> Shape:
    """How ``answers`` is read narrow. Raises TypeError where a field is more than one column."""
    fields = answers().fields
    if unfit := sorted(name for name, field in fields.items() if field.source == "*"):
        raise TypeError(f"{answers.__name__} cannot be read narrow: {', '.join(unfit)}")
    return Shape(
        tuple(fields),
        tuple((field.source or name).replace(".", "__") for name, field in fields.items()),
        tuple((name, field.to_representation) for name, field in fields.items() if type(field) not in AS_IT_IS),
    )
