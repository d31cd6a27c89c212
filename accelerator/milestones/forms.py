"""Forms of milestones. They check shape; what may be done is the services' to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.asking import Carried
from accelerator.milestones import services
from accelerator.milestones.models import Milestone
from core.web import fields, rows


class LineForm(forms.Form):
    """A milestone of a plan; one title is enough."""

    title_en = forms.CharField(label=_("Title in English"), max_length=services.LONGEST_TITLE, required=False)
    title_fr = forms.CharField(label=_("Title in French"), max_length=services.LONGEST_TITLE, required=False)
    due_on = fields.Day(label=_("Due on"))
    amount = fields.Amount(label=_("Releases"), max_digits=20, decimal_places=2)


PLAN = rows.Rows(LineForm, "milestones", services.MOST)


class EvidenceForm(forms.Form):
    text = forms.CharField(
        label=_("What shows that it is reached"),
        max_length=services.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
        help_text=_("Where the results can be seen, what was measured and by whom."),
    )


class ReadForm(forms.Form):
    """Carries the evidence that the page shows."""

    read = Carried(max_length=40)


class SendBackForm(ReadForm):
    because = forms.CharField(
        label=_("What is missing"), max_length=services.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )


def of_plan(milestones: tuple[Milestone, ...]) -> list[dict[str, Any]]:
    names = ("title_en", "title_fr", "due_on", "amount")
    return [{name: getattr(one, name) for name in names} for one in milestones]
