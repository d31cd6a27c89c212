"""Forms of calls and receipts. They check shape; what may be done is the services' to say."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.web import fields, numerals, rows
from portfolio.capital_calls import words
from portfolio.capital_calls.models import CallLine, CapitalCall
from portfolio.capital_calls.services import Line
from portfolio.funds.models import Commitment
from portfolio.investments.models import Holding
from portfolio.ledger.fields import PostedAmount

ZERO = Decimal(0)
MOST_LINES = 30


class CallForm(forms.Form):
    """The due date, a note, and for a call that others saw before, why it is changed."""

    due_on = fields.Day(label=_("Due on"), help_text=_("The day by which every Ally pays."))
    memo = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("Stands on the notice of every Ally.")
    )
    because = forms.CharField(
        label=_("Why it is changed"),
        max_length=300,
        required=False,
        help_text=_("Shown to whoever approves, beside what changed."),
    )

    def __init__(self, *args: Any, today: date, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(fields.Day, self.fields["due_on"]).first = today
        if not changes:
            del self.fields["because"]


class LineForm(forms.Form):
    """One purpose line. A row without purpose, text and amount is no line, whatever its box says."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", _("Choose")), *words.PURPOSES.items()])
    text = forms.CharField(label=_("What it is for"), max_length=200)
    amount = PostedAmount(label=_("Amount"))
    company = forms.ChoiceField(
        label=_("Company"),
        required=False,
        help_text=_("Where one investment is what the money is for: it passes the ethics gate."),
    )
    inside_commitment = forms.BooleanField(label=_("Uses up commitment"), required=False, initial=True)

    def __init__(self, *args: Any, companies: Sequence[Holding] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.public_id, one.organisation.name) for one in companies]
        cast(forms.ChoiceField, self.fields["company"]).choices = [("", _("None in particular")), *offered]

    def has_changed(self) -> bool:
        return not {"purpose", "text", "amount", "company"}.isdisjoint(self.changed_data)


class BaseLines(rows.BaseRows):
    """The purpose lines. All rows may stay empty; rows to take out are marked, so that no script is needed."""

    default_error_messages = {"too_many_forms": _("A call has at most %(num)s lines.")}


LINES = rows.Rows(LineForm, "lines", MOST_LINES, BaseLines)


def lines_of(sent: rows.BaseRows) -> list[Line]:
    """The purpose lines that were sent. Ask once they are valid."""
    return [Line(**one) for one in sent.stated()]


class ConfirmForm(forms.Form):
    """``digest`` is what the page showed."""

    digest = forms.CharField(label=_("Digest"), max_length=64, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    because = forms.CharField(label=_("Why it is cancelled"), max_length=300)


class ReceiptForm(forms.Form):
    """What came in, of which Ally; each is offered with what it owes today."""

    commitment = forms.ChoiceField(label=_("Ally"))
    amount = PostedAmount(label=_("Amount received"), help_text=_("In the fund’s currency, to the cent."))
    received_on = fields.Day(label=_("Received on"), help_text=_("The day on which the bank credited it."))
    reference = forms.CharField(
        label=_("Bank reference"),
        max_length=100,
        help_text=_("The bank’s own, different for every payment: nothing is booked twice under it."),
    )

    def __init__(
        self, *args: Any, commitments: Sequence[Commitment], owed: Mapping[int, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commitments = {one.public_id: one for one in commitments}
        self.owed = owed
        offered = [(key, self._offer(one)) for key, one in self.commitments.items()]
        cast(forms.ChoiceField, self.fields["commitment"]).choices = [("", _("Choose an Ally")), *offered]

    def clean_commitment(self) -> Commitment:
        return self.commitments[self.cleaned_data["commitment"]]

    def open_of(self, public_id: str) -> Decimal:
        """What an Ally owes today; nothing of one that is not offered."""
        commitment = self.commitments.get(public_id)
        return self.owed.get(commitment.pk, ZERO) if commitment else ZERO

    def _offer(self, commitment: Commitment) -> str:
        owed = self.owed.get(commitment.pk, ZERO)
        words = {"ally": commitment.nation.name, "owed": numerals.plain(owed, 2)}
        return _now("%(ally)s, owes %(owed)s") % words if owed else words["ally"]


def of_call(call: CapitalCall, lines: Sequence[CallLine]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stands, as the initial values of both forms."""
    standing = [{name: getattr(line, name) for name in LineForm.base_fields} for line in lines]
    return {"due_on": call.due_on, "memo": call.memo}, standing
