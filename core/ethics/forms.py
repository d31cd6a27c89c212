"""Forms of ethics reviews: they check shape; what may be done is the services' to say."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.ethics import words
from core.ethics.lifecycle import UNMET, Outcome
from core.ethics.queries import Asked
from core.ethics.services import NewCondition
from core.ethics.services.reviews import Given
from core.ethics.subjects import Subject
from core.people.models import User
from core.questionnaires.models import Question
from core.web import fields

YES, NO, NEITHER = "yes", "no", "neither"
EVERY = "every"
"""Whatever the state."""
CONDITIONS = 3
"""Conditions that the form of an assessment offers at once; more are set by a further assessment."""


class SearchForm(forms.Form):
    """What narrows the list."""

    standing = forms.ChoiceField(label=_("How it stands"), required=False)
    family = forms.ChoiceField(label=_("Principles"), required=False)
    q = forms.CharField(label=_("Company"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = cast(forms.ChoiceField, self.fields["standing"])
        standing.choices = [("", _("Any")), *((code, word) for code, (_tone, word) in words.STANDINGS.items())]
        cast(forms.ChoiceField, self.fields["family"]).choices = [("", _("Any")), *words.FAMILIES.items()]

    def wanted(self) -> dict[str, str]:
        """What is asked for; nothing where the form cannot be read."""
        return self.cleaned_data if self.is_valid() else {}


class ConditionSearchForm(forms.Form):
    """What narrows the list of conditions; those that are neither met nor waived where nothing is asked for."""

    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Company"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Neither met nor waived")), (EVERY, _("Any"))]
        states = [(code, word) for code, (_tone, word) in words.CONDITIONS.items()]
        cast(forms.ChoiceField, self.fields["state"]).choices = [*offered, *states]

    def wanted(self) -> tuple[frozenset[str], str]:
        """The states and the company that are asked for; the usual ones where the form cannot be read."""
        given = self.cleaned_data if self.is_valid() else {"state": "", "q": ""}
        if not given["state"]:
            return frozenset(UNMET), given["q"]
        return frozenset(words.CONDITIONS if given["state"] == EVERY else {given["state"]}), given["q"]


class OpenForm(forms.Form):
    subject = forms.ChoiceField(label=_("What is reviewed"))
    officer = forms.ChoiceField(label=_("Officer"), help_text=_("Assesses, and is reminded of what falls due."))
    second = forms.ChoiceField(
        label=_("Second officer"), help_text=_("Agrees where the risk is high, and is told what stays late.")
    )

    def __init__(self, *args: Any, offered: list[Subject], officers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.public_id: one for one in offered}
        self.officers = {one.public_id: one for one in officers}
        people = [("", _("Choose a person")), *((key, one.name) for key, one in self.officers.items())]
        things = [("", _("Choose what is reviewed")), *((key, one.name) for key, one in self.offered.items())]
        cast(forms.ChoiceField, self.fields["subject"]).choices = things
        for name in ("officer", "second"):
            cast(forms.ChoiceField, self.fields[name]).choices = people

    def clean_subject(self) -> Subject:
        return self.offered[self.cleaned_data["subject"]]

    def clean_officer(self) -> User:
        return self.officers[self.cleaned_data["officer"]]

    def clean_second(self) -> User:
        return self.officers[self.cleaned_data["second"]]


class AnswersForm(forms.Form):
    """The questions of a review, by group; each may stay empty until the assessment."""

    def __init__(self, *args: Any, asked: list[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [one.question for one in asked]
        for one in asked:
            self._add(one.question, one)

    def _add(self, question: Question, one: Asked) -> None:
        answer = one.answer
        if question.kind == Question.Kind.YES_NO:
            said = {True: YES, False: NO}.get(cast(bool, answer.says_yes), NEITHER) if answer else ""
            self.fields[f"{question.code}-yes"] = forms.ChoiceField(
                label=question.text,
                required=False,
                initial=said,
                choices=[("", _("Not answered")), (YES, _("Yes")), (NO, _("No")), (NEITHER, _("Does not apply"))],
                help_text=question.hint,
            )
        self.fields[f"{question.code}-words"] = forms.CharField(
            label=_now("In words: %(question)s") % {"question": question.text}
            if question.kind == Question.Kind.YES_NO
            else question.text,
            required=False,
            initial=answer.words if answer else "",
            max_length=4000,
            help_text="" if question.kind == Question.Kind.YES_NO else question.hint,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def given(self) -> list[Given]:
        """What was filled in, as the services take it."""
        return [one for question in self.asked if (one := self._given(question)) is not None]

    def _given(self, question: Question) -> Given | None:
        text = self.cleaned_data.get(f"{question.code}-words", "")
        said = self.cleaned_data.get(f"{question.code}-yes", "")
        if not text.strip() and not said:
            return None
        if said == NEITHER and not text.strip():
            text = _now("Does not apply.")
        return Given(question, text, {YES: True, NO: False}.get(said))


class AssessForm(forms.Form):
    risk = forms.ChoiceField(label=_("Risk"), help_text=_("High risk needs the word of a second officer."))
    outcome = forms.ChoiceField(label=_("Outcome"))
    summary = forms.CharField(label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    expires_on = fields.Day(label=_("Holds until"), help_text=_("The last day on which the review holds."))

    def __init__(self, *args: Any, owners: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {one.public_id: one for one in owners}
        cast(forms.ChoiceField, self.fields["risk"]).choices = [("", _("Choose")), *words.RISKS.items()]
        cast(forms.ChoiceField, self.fields["outcome"]).choices = [("", _("Choose")), *words.OUTCOMES.items()]
        people = [("", _("Choose a person")), *((key, one.name) for key, one in self.owners.items())]
        for number in range(1, CONDITIONS + 1):
            self._add_condition(number, people)

    def _add_condition(self, number: int, people: list[Any]) -> None:
        told = {"number": number}
        self.fields[f"text_{number}"] = forms.CharField(
            label=_now("Condition %(number)s: what must be done") % told, max_length=400, required=False
        )
        self.fields[f"evidence_{number}"] = forms.CharField(
            label=_now("Condition %(number)s: evidence wanted") % told, max_length=300, required=False
        )
        self.fields[f"owner_{number}"] = forms.ChoiceField(
            label=_now("Condition %(number)s: owner") % told, choices=people, required=False
        )
        self.fields[f"due_on_{number}"] = fields.Day(label=_now("Condition %(number)s: due on") % told, required=False)
        self.fields[f"is_blocking_{number}"] = forms.BooleanField(
            label=_now("Condition %(number)s: holds money back until it is met") % told, required=False
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(1, CONDITIONS + 1):
            if any(given.get(f"{name}_{number}") for name in ("text", "evidence", "owner", "due_on")):
                for name in ("text", "evidence", "owner", "due_on"):
                    if not given.get(f"{name}_{number}") and f"{name}_{number}" not in self.errors:
                        self.add_error(
                            f"{name}_{number}", _now("Fill this in too, or leave the whole condition empty.")
                        )
        if given.get("outcome") == Outcome.CONDITIONS and not given.get("text_1"):
            self.add_error("text_1", _now("Say at least one condition, or choose another outcome."))
        return given

    def conditions(self) -> list[NewCondition]:
        """The conditions that were filled in."""
        given = self.cleaned_data
        return [
            NewCondition(
                given[f"text_{number}"],
                given[f"evidence_{number}"],
                self.owners[given[f"owner_{number}"]],
                given[f"due_on_{number}"],
                given[f"is_blocking_{number}"],
            )
            for number in range(1, CONDITIONS + 1)
            if given.get(f"text_{number}")
        ]


class BecauseForm(forms.Form):
    because = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The history of the review keeps it."))


class ExtendForm(BecauseForm):
    expires_on = fields.Day(label=_("Holds until"), help_text=_("The plan of reminders changes with it at once."))
    field_order = ("expires_on", "because")


class MoveForm(BecauseForm):
    due_on = fields.Day(label=_("Due on"), help_text=_("The plan of reminders changes with it at once."))
    field_order = ("due_on", "because")


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, and where the evidence stands."),
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page says what is confirmed."""
