"""Django's admin as part of the web admin: the same sign-in, the same policy table, nothing edited past the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter, helpers
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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
        label=_("With those chosen"), widget=forms.Select(attrs={"aria-label": _("With those chosen")})
    )


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists, filters, search and pages to read. Changes are made by services, on the work pages or as actions."""

    is_read_only = True
    list_per_page = 50
    show_full_result_count = False
    actions: Any = None
    action_form = Actions
    media = Media()
    """Lists and pages to read need no script."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.may_open(  # type: ignore[attr-defined]  # set by the policy middleware
            f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        )

    def get_changelist(self, request: HttpRequest, **_: Any) -> type[ChangeList]:
        return Listing

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
