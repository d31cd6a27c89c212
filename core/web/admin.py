"""Django's admin as part of the web admin: the same sign-in, the same policy table, nothing edited past the services."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter, helpers
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, Invalid

LONGEST_NUMBER = 18
"""Digits that a 64-bit whole number always has room for."""
ASKED_BY_FILTERS = ("", "__exact", "__isnull", "__gte", "__lt")
ASKED_BY_DATES = ("__year", "__month", "__day", "__gte", "__lt")


class Listing(ChangeList):
    """Django's list, for which a year beyond all calendars and a NUL byte are filters that cannot be used, not faults."""

    def get_filters(self, request: HttpRequest) -> Any:
        if any("\x00" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        try:
            return super().get_filters(request)
        except OverflowError as unfit:
            raise IncorrectLookupParameters(unfit) from None


class Actions(helpers.ActionForm):
    """The choice of what to do with the rows chosen, named for whoever does not see the words beside it."""

    action = forms.ChoiceField(
        label=gettext_lazy("With those chosen"),
        widget=forms.Select(attrs={"aria-label": gettext_lazy("With those chosen")}),
    )


class UnfitChoice(Invalid):
    code = "choice_of_no_list"
    sentence = gettext_lazy(
        "What was chosen does not stand on this list. Load the list again, choose rows of it and what to do with them."
    )


Row = TypeVar("Row", bound=Model)
Said = tuple[int, str]
"""How a message is toned, by Django's levels, and what it says."""


def carry_out(
    request: HttpRequest, rows: Iterable[Row], act: Callable[[Row], Said], *, name: Callable[[Row], str]
) -> None:
    """Act on each row that was chosen, each in the transaction of its service, and say what came of it.

    What is refused is said with the name of the row and the rule, and stops no other.
    """
    for row in rows:
        try:
            level, said = act(row)
        except DomainError as refusal:
            level, said = messages.ERROR, _("%(row)s: %(refusal)s") % {"row": name(row), "refusal": refusal}
        messages.add_message(request, level, said)


def _is_a_number(text: str) -> bool:
    """Of a row or of a choice, as the database and Django count them."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


OF_A_LANGUAGE = ("_en", "_fr")
"""How the names of fields end that are kept once a language."""


def in_english(text: str) -> SafeString:
    """What was noted in English, as a source has it, on pages of every language."""
    return format_html('<span lang="en">{}</span>', text)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists, filters, search and pages to read. Changes are made by services, on the work pages or as actions."""

    is_read_only = True
    list_per_page = 50
    show_full_result_count = False
    actions: Any = None
    action_form = Actions
    media = Media()
    """Lists and pages to read need no script."""
    in_words: Mapping[str, Callable[[Any], object]] = {}
    """How the codes of a field read, by its name or, for a filter, by the way to it. A code without words stays itself."""

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self._columns = {name: self._column(name) for name in self.list_display}

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns, the same ones at each asking: Django compares them."""
        return [self._columns.get(name, name) for name in super().get_list_display(request)]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """The row by its key where the address names no field: Django takes an empty name for a field's."""
        return super().get_object(request, object_id, from_field or None)

    def shown(self, row: Model, name: Any) -> str | None:
        """What stands for a value that Django would show as a code, a sign or a word of one language; None for others."""
        field, value = self._field(name), getattr(row, name, None) if isinstance(name, str) else None
        if isinstance(field, models.BooleanField):
            return None if value is None else _("yes") if value else _("no")
        if field is None or value in (None, ""):
            return None
        if name in self.in_words:
            return str(self.in_words[name](value))
        if isinstance(field, models.JSONField):
            return format_html("<code>{}</code>", field.value_to_string(row))
        if name.endswith(OF_A_LANGUAGE):
            return format_html('<span lang="{}">{}</span>', name[-2:], value)
        return None

    def choice(self, path: str, display: object) -> object:
        """What a filter offers: the words for a code."""
        return self.in_words[path](display) if path in self.in_words else display

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.may_open(  # type: ignore[attr-defined]  # set by the policy middleware
            f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        )

    def get_changelist(self, request: HttpRequest, **_: Any) -> type[ChangeList]:
        return Listing

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Act on the rows chosen. A choice that no list offers is refused in words: Django fails on it, or takes another."""
        sent, offered = request.POST, dict(self.get_action_choices(request))
        numbers = [*sent.getlist(helpers.ACTION_CHECKBOX_NAME), *sent.getlist("index"), *sent.getlist("select_across")]
        if not all(map(_is_a_number, numbers)) or not set(sent.getlist("action")) <= offered.keys():
            raise UnfitChoice
        return super().response_action(request, queryset, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """
        What the list's own filters ask in an address, and nothing else.

        Django lets an address ask anything of a model's own fields: ``?password__startswith=`` would spell out a column
        that is never shown, a letter at a time, and ``?name__regex=`` would hand the database a pattern of the asker's.
        """
        asked = {f"{self.date_hierarchy}{end}" for end in ASKED_BY_DATES if self.date_hierarchy}
        filters: Any = self.get_list_filter(request)
        for filtered in filters:
            if isinstance(filtered, type) and issubclass(filtered, SimpleListFilter):
                asked.add(str(filtered.parameter_name))  # a filter of our own, which reads its word itself
                continue
            name = filtered if isinstance(filtered, str) else filtered[0]
            target = getattr(get_fields_from_path(self.model, name)[-1], "target_field", None)
            asked |= {f"{name}{end}" for end in ASKED_BY_FILTERS}
            asked |= {f"{name}__{target.name}__exact"} if target is not None else set()
        return lookup in asked

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _column(self, name: Any) -> Any:
        """A column that needs words is shown in them; it is called and sorted as before."""
        field = self._field(name)
        if field is None or not (
            isinstance(field, models.BooleanField) or name in self.in_words or name.endswith(OF_A_LANGUAGE)
        ):
            return name

        @admin.display(description=field.verbose_name, ordering=name)
        def column(row: Model) -> str | None:
            return self.shown(row, name)

        column.__name__ = name
        return column

    def _field(self, name: Any) -> Any:
        """The model's own field of that name, if it is one."""
        try:
            return self.opts.get_field(name)
        except (FieldDoesNotExist, TypeError):
            return None
