"""Forms of decisions: they check shape; what may be done is the services' to say."""

from datetime import time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.decisions import kinds, periods, words
from core.decisions.kinds import Kind
from core.decisions.models import Addressee, ProposalText
from core.decisions.services import NewText
from core.decisions.services.breaking import LONGEST
from core.decisions.services.circulating import LONGEST_REASON
from core.web import fields

TEXTS = ("title_en", "title_fr", "body_en", "body_fr")
HOURS = [(f"{hour:02}:00", f"{hour:02}:00") for hour in range(24)]
CHANGED = _("This form was changed on its way. Open it anew and fill it in again.")


class TextForm(forms.Form):
    """The text in both languages, and whatever its kind asks for."""

    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    title_fr = forms.CharField(label=_("Title in French"), max_length=200)
    body_en = fields.LongText(label=_("Text in English"), max_length=20_000, lines=8)
    body_fr = fields.LongText(label=_("Text in French"), max_length=20_000, lines=8)

    def __init__(self, *args: Any, kind: Kind, scope: str, before: ProposalText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = kind.fields(scope)
        self.fields |= self.terms
        if before is not None:
            self.initial |= {name: getattr(before, name) for name in TEXTS} | before.terms

    def text(self) -> NewText:
        given = self.cleaned_data
        terms = kinds.plain({name: given[name] for name in self.terms})
        return NewText(**{name: given[name] for name in TEXTS}, terms=terms)


class CirculateForm(forms.Form):
    """``digest`` is that of the text which stands beside the form."""

    days = forms.IntegerField(
        label=_("Working days"),
        min_value=periods.SHORTEST_DAYS,
        max_value=periods.LONGEST_DAYS,
        initial=3,
        help_text=_("Counted from the day after today."),
    )
    hour = forms.ChoiceField(label=_("Silence ends at"), choices=HOURS, initial="16:00")
    zone = forms.ChoiceField(label=_("By the clocks of"), choices=list(words.ZONES.items()))
    calendar = forms.ChoiceField(
        label=_("Working days of"),
        choices=list(words.CALENDARS.items()),
        help_text=_("Monday to Friday without the public holidays of that nation."),
    )
    told_otherwise = forms.CharField(
        label=_("How Allies without an account here are told"),
        max_length=300,
        required=False,
        help_text=_("Such as a note to each delegation. It stands in the evidence."),
    )
    digest = forms.CharField(
        widget=forms.HiddenInput, max_length=64, error_messages={"required": CHANGED, "max_length": CHANGED}
    )

    def clean_hour(self) -> time:
        return time.fromisoformat(self.cleaned_data["hour"])


class ExtendForm(forms.Form):
    days = forms.IntegerField(
        label=_("Further working days"),
        min_value=periods.SHORTEST_DAYS,
        max_value=periods.LONGEST_DAYS,
        initial=1,
        help_text=_("Counted from the day on which silence ends now, to the same hour."),
    )
    because = forms.CharField(label=_("Why"), max_length=LONGEST_REASON, help_text=_("Every Ally reads it."))


class BecauseForm(forms.Form):
    because = forms.CharField(label=_("Why"), max_length=LONGEST_REASON, help_text=_("Every Ally reads it."))


class ObjectionForm(forms.Form):
    """The written word with which silence is broken, for one of some Allies."""

    nation = forms.ChoiceField(label=_("Ally"))
    reason = fields.LongText(label=_("What the Ally objects to"), max_length=LONGEST)
    amendment = fields.LongText(
        label=_("The change that it proposes"), max_length=LONGEST, required=False, help_text=_("May stay empty.")
    )

    def __init__(self, *args: Any, of: list[Addressee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nations = [(one.nation_id, one.nation.name) for one in of]
        cast(forms.ChoiceField, self.fields["nation"]).choices = nations


class LetterForm(ObjectionForm):
    letter = forms.CharField(
        label=_("Reference of the letter"),
        max_length=200,
        help_text=_("It counts from the moment at which you enter it."),
    )
    field_order = ("nation", "letter", "reason", "amendment")
