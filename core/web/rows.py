"""Several rows of one kind on one page: as many as there are, some empty ones more, and a button for more of them.

No script is needed: a row that is left empty is none, one to take out is marked, and the button sends the page back with what
was typed and further rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MORE = "more"
"""The button that asks for more rows and saves nothing."""
OFFERED = 3
"""Empty rows of a new thing, and how many more come at a time."""


class BaseRows(forms.BaseFormSet):
    """Rows to take out are marked."""

    default_error_messages = {
        "missing_management_form": _("The rows of the form did not arrive. Open the page anew and send it once more."),
    }

    def stated(self) -> list[dict[str, Any]]:
        """What was typed, without empty rows and rows taken out. Ask once it is valid."""
        return [_stated(form) for form in self._kept()]

    def take(self, refusal: DomainError) -> None:
        """
        Show a refusal of a service, beside the row and the field where it names them and above the rows where it does not.

        A service counts what was stated; the lines of the page count empty rows and rows taken out as well.
        """
        kept = self._kept()
        if refusal.row is None or refusal.row > len(kept):
            self.non_form_errors().append(str(refusal))
            return
        form = kept[refusal.row - 1]
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))

    def full_clean(self) -> None:
        super().full_clean()
        for form in self.forms if self.is_bound else []:
            if form.cleaned_data.get("DELETE"):
                # What goes needs no correction.
                form.errors.clear()

    def _kept(self) -> list[forms.Form]:
        return [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take this line out")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``form``, at most so many; ``prefix`` is what the names of their inputs begin with."""

    form: type[forms.Form]
    prefix: str
    most: int
    base: type[BaseRows] = BaseRows

    def offered(self, rows: Sequence[Mapping[str, Any]] = (), **given: Any) -> BaseRows:
        """Rows to fill in: the given ones and some empty ones. ``given`` goes to each row's form."""
        return self._kind()(prefix=self.prefix, initial=list(rows), form_kwargs=given)

    def sent(self, data: Mapping[str, Any], **given: Any) -> BaseRows:
        """The rows as they were sent; every one of them may be empty. ``given`` goes to each row's form."""
        sent = {**_flat(data), f"{self.prefix}-INITIAL_FORMS": "0"}
        return self._kind()(sent, prefix=self.prefix, form_kwargs=given)

    def typed(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What was typed into the rows, unread, to offer it again with more rows; rows taken out are gone."""
        flat = _flat(data)
        count = str(flat.get(f"{self.prefix}-TOTAL_FORMS", ""))
        known = count.isascii() and count.isdigit() and len(count) <= len(str(self.most))
        rows = range(min(int(count), self.most) if known else 0)
        return [self._typed(flat, row) for row in rows if f"{self.prefix}-{row}-DELETE" not in flat]

    def _typed(self, flat: Mapping[str, Any], row: int) -> dict[str, Any]:
        values = {name: flat.get(f"{self.prefix}-{row}-{name}", "") for name in self.form.base_fields}
        boxes = [name for name, one in self.form.base_fields.items() if isinstance(one, forms.BooleanField)]
        return values | {name: bool(values[name]) for name in boxes}

    def _kind(self) -> type[BaseRows]:
        made = forms.formset_factory(
            self.form,
            formset=self.base,
            extra=OFFERED,
            can_delete=True,
            max_num=self.most,
            absolute_max=self.most + OFFERED,
            validate_max=True,
        )
        return cast("type[BaseRows]", made)


def _stated(form: forms.Form) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.base_fields}


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in data}
