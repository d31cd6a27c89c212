"""Forms of the desk and of reviewers. They check shape; what may be done is the services' to say."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import words as application_words
from accelerator.applications.lifecycle import State as Sent
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call, CallCriterion
from accelerator.reviews import queries, services, words
from accelerator.reviews.lifecycle import Says
from core.nations import queries as nations
from core.people.models import User
from core.web import fields
from core.web.bilingual import Words

YES, NO = "yes", "no"


class FilterForm(forms.Form):
    """What narrows the list of applications."""

    q = forms.CharField(label=_("Start-up"), max_length=120, required=False)
    call = forms.ChoiceField(label=_("Call"), required=False)
    challenge = forms.ChoiceField(label=_("Challenge"), required=False)
    nation = forms.ChoiceField(label=_("Nation"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    screened = forms.ChoiceField(label=_("Screening"), required=False)
    reviewers = forms.ChoiceField(label=_("Reviewers"), required=False)

    def __init__(self, *args: Any, calls: Sequence[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = challenges.challenges_in([one.programme_id for one in calls])
        self._offer("call", [(one.public_id, str(one)) for one in calls])
        self._offer("challenge", [(one.public_id, str(one)) for one in topics])
        names = sorted((str(Words(one.name_en, one.name_fr)), one.code) for one in nations.every())
        self._offer("nation", [(code, name) for name, code in names])
        self._offer("state", [(one, application_words.STATES[one][1]) for one in (Sent.SUBMITTED, Sent.WITHDRAWN)])
        self._offer("screened", [(code, word) for code, (_tone, word) in words.SCREENED.items()])
        self._offer("reviewers", [(queries.MISSING, _("Some are missing"))])

    def wanted(self) -> queries.Filters:
        """What is asked for; nothing where the form cannot be read."""
        if not self.is_valid():
            return queries.Filters()
        return queries.Filters(
            **{name: value for name, value in self.cleaned_data.items() if name != "q"}, text=self.cleaned_data["q"]
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, object]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", _("Any")), *choices]


class ScreenForm(forms.Form):
    is_complete = forms.ChoiceField(
        label=_("Is it complete?"), choices=[(YES, _("Yes")), (NO, _("No"))], widget=forms.RadioSelect
    )
    is_eligible = forms.ChoiceField(
        label=_("May the start-up apply, by the rules of the call?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=forms.RadioSelect,
    )
    rule = forms.CharField(
        label=_("The rule that is not kept"), max_length=300, required=False, help_text=_("As the call states it.")
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed where the answer is no. The start-up reads them with the decision."),
    )

    def stated(self) -> dict[str, Any]:
        """Ask once it is valid."""
        given = self.cleaned_data
        return given | {name: given[name] == YES for name in ("is_complete", "is_eligible")}


class BecauseForm(forms.Form):
    """Why something is done."""

    because = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AskForm(forms.Form):
    question = forms.CharField(
        label=_("What you want to know"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    due_on = fields.Day(
        label=_("Last day for an answer"), help_text=_("Until its end by the clocks by which the call is named.")
    )


class PlanForm(forms.Form):
    """How the applications of a call are reviewed."""

    reviewers_each = forms.IntegerField(label=_("Reviewers for each application"), min_value=1, max_value=9)
    most_each = forms.IntegerField(label=_("Applications for each reviewer, at most"), min_value=1, max_value=500)
    due_on = fields.Day(label=_("Last day for a review"))


class AssignForm(forms.Form):
    reviewer = forms.ChoiceField(label=_("Reviewer"))

    def __init__(self, *args: Any, offered: Sequence[User], loads: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.public_id: one for one in offered}
        told = [
            (key, _now("%(name)s (has %(count)s)") % {"name": one.name, "count": loads.get(one.pk, 0)})
            for key, one in self.offered.items()
        ]
        cast(forms.ChoiceField, self.fields["reviewer"]).choices = [("", _("Choose a person")), *told]

    def clean_reviewer(self) -> User:
        return self.offered[self.cleaned_data["reviewer"]]


class DeclareForm(forms.Form):
    """Free of conflict, or not, or unsure."""

    says = forms.ChoiceField(
        label=_("Do you have a conflict of interest with this application?"),
        widget=forms.RadioSelect,
        choices=[
            (Says.NONE, _("None: I have nothing to do with the start-up or its people")),
            (Says.CONFLICT, _("Conflict: somebody else has to review it")),
            (Says.UNSURE, _("Unsure: the programme decides")),
        ],
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept, and shown to nobody."),
    )


class ConflictForm(forms.Form):
    """A programme manager’s own conflict."""

    says = forms.ChoiceField(
        label=_("What keeps you from it?"),
        widget=forms.RadioSelect,
        choices=[(Says.CONFLICT, _("A conflict of interest")), (Says.UNSURE, _("I am not sure"))],
    )
    reason = forms.CharField(
        label=_("Why"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept, and shown to nobody."),
    )  # fmt: skip


class ReviewForm(forms.Form):
    """A score and words for each criterion, and words on the whole."""

    edition = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, min_value=0, max_value=999_999)

    def __init__(self, *args: Any, criteria: Sequence[CallCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            named = {"criterion": one, "weight": one.weight}
            self.fields[f"score_{one.order}"] = forms.TypedChoiceField(
                label=_now("%(criterion)s, %(weight)s per cent of the whole") % named,
                help_text=one.text,
                choices=list(words.SCORES.items()),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"comment_{one.order}"] = forms.CharField(
                label=_now("Why, on %(criterion)s") % named,
                max_length=3000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.fields["comment"] = forms.CharField(
            label=_("On the whole"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
        )

    def given(self) -> dict[int, services.Given]:
        """By the key of the criterion. Ask once it is valid."""
        said = self.cleaned_data
        return {
            one.pk: services.Given(said[f"score_{one.order}"], said[f"comment_{one.order}"]) for one in self.criteria
        }


def of_review(judged: Sequence[queries.Judged], *, comment: str, edition: int) -> dict[str, Any]:
    """What stands, to begin the form with."""
    values: dict[str, Any] = {"comment": comment, "edition": edition}
    for one in judged:
        values[f"score_{one.criterion.order}"] = one.value
        values[f"comment_{one.criterion.order}"] = one.comment
    return values
