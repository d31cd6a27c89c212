"""Forms of calls for applications. They check shape; what a call may say is the services' to refuse."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.challenges import queries, services, words, zones
from accelerator.challenges.models import Call, CallCriterion, CallQuestion, CallSection, Programme
from core.nations import queries as nations
from core.nations.models import Nation
from core.web import alphabet, fields, rows
from core.web.bilingual import Words

FIRST_FOUNDING = date(1900, 1, 1)
CODE_LENGTH = 2


class Clock(forms.TimeField):
    """A time on a clock, to the minute."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M"], error_messages={"invalid": _("Write the time like 17:00.")}, **kwargs)


class ProgrammeForm(forms.Form):
    """A programme as it is published. Amounts in euro."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    slug = forms.RegexField(
        "^[a-z0-9-]+$",
        label=_("Address"),
        max_length=40,
        help_text=_("The last part of its page’s address: small letters, digits and hyphens."),
    )
    opens_on = fields.Day(label=_("Applications from"))
    closes_on = fields.Day(label=_("Applications until"))
    cohort_year = forms.IntegerField(label=_("Year of the cohort"), min_value=2022, max_value=2099)
    phase_1_starts_on = fields.Day(label=_("Phase 1 starts on"))
    phase_1_amount = fields.Amount(
        label=_("Funding in phase 1, EUR"), max_digits=20, decimal_places=2, initial="100000.00"
    )
    phase_1_months = forms.IntegerField(label=_("Months of phase 1"), min_value=1, max_value=60, initial=6)
    phase_2_amount_at_most = fields.Amount(
        label=_("Funding in phase 2 at most, EUR"), max_digits=20, decimal_places=2, initial="300000.00"
    )
    phase_2_months = forms.IntegerField(label=_("Months of phase 2"), min_value=1, max_value=60, initial=6)
    agreement = forms.ChoiceField(label=_("Agreement"), choices=[*words.AGREEMENTS.items()])
    source = forms.CharField(
        label=_("Source"),
        max_length=400,
        help_text=_("The decision or the page that says so: everybody can look it up."),
    )

    def stated(self) -> dict[str, Any]:
        """What was stated, as the service takes it. Ask once it is valid."""
        given = dict(self.cleaned_data)
        days = services.Call(given.pop("opens_on"), given.pop("closes_on"))
        names = ("phase_1_amount", "phase_1_months", "phase_2_amount_at_most", "phase_2_months", "agreement")
        funding = services.Funding(**{name: given.pop(name) for name in names})
        return given | {"call": days, "funding": funding}


class ChallengeForm(forms.Form):
    """One challenge of a programme."""

    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("Short and its own, such as P27-SENSE."))
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    source = forms.CharField(label=_("Source"), max_length=400)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class CallForm(forms.Form):
    """What a call says beside its form and criteria. ``programmes`` are offered where a new one is drafted."""

    programme = forms.ChoiceField(label=_("Programme"))
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    text_en = fields.LongText(label=_("Text in English"), max_length=5_000)
    text_fr = fields.LongText(label=_("Text in French"), max_length=5_000)
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The window is named on the clocks of this zone."), initial="Europe/Brussels"
    )
    opens_on = fields.Day(label=_("Opens on"))
    opens_at = Clock(label=_("Opens at"), initial=time(9))
    closes_on = fields.Day(label=_("Closes on"))
    closes_at = Clock(
        label=_("Closes at"), initial=time(17), help_text=_("What arrives at this time or later is late.")
    )
    agreement = forms.ChoiceField(label=_("Agreement"), choices=[*words.AGREEMENTS.items()])
    nations = forms.MultipleChoiceField(
        label=_("Nations"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Where a start-up that applies has its head office. The Allies on the day on which the call opens are offered."
        ),
    )
    founded_from = fields.Day(
        label=_("Founded from"), required=False, first=FIRST_FOUNDING, help_text=_("Empty where any day will do.")
    )
    founded_until = fields.Day(label=_("Founded until"), required=False, first=FIRST_FOUNDING)

    def __init__(
        self, *args: Any, opens_on: date, kept: Sequence[str] = (), programmes: list[Programme] | None = None, **kw: Any
    ) -> None:
        """``opens_on`` is the day by which Allies are offered where no other was sent; ``kept`` are codes of the call's own nations."""
        super().__init__(*args, **kw)
        allies = list(nations.allies(self._day_sent() or opens_on))
        own = nations.by_code([*kept, *self._nations_sent()])
        self._offer("zone", _by_name((one, str(words.ZONES[one])) for one in zones.ZONES))
        self._offer("nations", _named({*allies, *own}))
        if programmes is None:
            del self.fields["programme"]
        else:
            self.fields["nations"].initial = [one.code for one in allies]
            self._offer("programme", [(one.public_id, str(one)) for one in programmes])

    def facts(self) -> services.Facts:
        """What was stated. Ask once it is valid."""
        return services.Facts(**{name: value for name, value in self.cleaned_data.items() if name != "programme"})

    def _day_sent(self) -> date | None:
        """The day of opening that was sent, where it is one."""
        try:
            return cast("date | None", self.fields["opens_on"].clean(self.data.get("opens_on", "")))
        except ValidationError:
            return None

    def _nations_sent(self) -> list[str]:
        """Codes that were ticked: a box stays on the page, and it is the service that refuses what it may not say."""
        sent = self.data.getlist("nations") if hasattr(self.data, "getlist") else []
        return [code for code in sent if len(code) == CODE_LENGTH]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class SectionForm(forms.Form):
    """One section of the form; ``place`` is where it stands now."""

    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    place = forms.IntegerField(
        label=_("Place"), required=False, min_value=1, max_value=services.MOST_SECTIONS, widget=forms.HiddenInput
    )


class QuestionForm(forms.Form):
    """One question. A row of which nothing but the kind was chosen is no question."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CallQuestion.Kind.choices)
    text_en = forms.CharField(label=_("Question in English"), max_length=services.LONGEST_QUESTION)
    text_fr = forms.CharField(label=_("Question in French"), max_length=services.LONGEST_QUESTION)
    hint_en = forms.CharField(label=_("Help in English"), max_length=services.LONGEST_HINT, required=False)
    hint_fr = forms.CharField(label=_("Help in French"), max_length=services.LONGEST_HINT, required=False)
    words_at_most = forms.IntegerField(
        label=_("Words at most"),
        required=False,
        min_value=1,
        max_value=services.MOST_WORDS,
        help_text=_("For an answer in text."),
    )
    options_en = fields.LongText(
        label=_("Choices in English"),
        required=False,
        max_length=9_000,
        lines=3,
        help_text=_("For a choice: one a line."),
    )
    options_fr = fields.LongText(label=_("Choices in French"), required=False, max_length=9_000, lines=3)
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        help_text=_("For an amount of money: a code such as EUR. Empty for the programme’s."),
    )
    minimum = fields.Amount(
        label=_("At least"), required=False, max_digits=24, decimal_places=6, help_text=_("For a number.")
    )
    maximum = fields.Amount(label=_("At most"), required=False, max_digits=24, decimal_places=6)
    is_required = forms.BooleanField(label=_("Has to be answered"), required=False, initial=True)

    def has_changed(self) -> bool:
        return not set(self.changed_data) <= {"kind", "is_required"}


class CriterionForm(forms.Form):
    """One criterion."""

    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    text_en = forms.CharField(label=_("What is looked at, in English"), max_length=500, required=False)
    text_fr = forms.CharField(label=_("What is looked at, in French"), max_length=500, required=False)
    weight = forms.IntegerField(label=_("Weight, per cent"), min_value=1, max_value=queries.WHOLE)


SECTIONS = rows.Rows(SectionForm, "sections", services.MOST_SECTIONS)
QUESTIONS = rows.Rows(QuestionForm, "questions", services.MOST_QUESTIONS)
CRITERIA = rows.Rows(CriterionForm, "criteria", services.MOST_CRITERIA)


class PublishForm(forms.Form):
    """``digest`` is what the page showed."""

    digest = forms.CharField(label=_("Digest"), max_length=64, widget=forms.HiddenInput)


class HandBackForm(forms.Form):
    because = forms.CharField(label=_("What should be changed"), max_length=300)


class EligibilityForm(forms.Form):
    """What the rules of a call are asked about; nothing of it is kept."""

    nation = forms.ChoiceField(label=_("Nation of the head office"))
    founded_on = fields.Day(label=_("Founded on"), first=FIRST_FOUNDING)

    def __init__(self, *args: Any, needs_day: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        cast(forms.ChoiceField, self.fields["nation"]).choices = [
            ("", _("Choose a nation")),
            *_named(nations.every()),
            ("-", _("Another nation")),
        ]
        if not needs_day:
            del self.fields["founded_on"]

    def clean_founded_on(self) -> date:
        """A start-up was founded on a day that has come."""
        day: date = self.cleaned_data["founded_on"]
        if day > self.today:
            raise ValidationError(_("This day is still to come. Write the day on which the start-up was founded."))
        return day


def _named(offered: Iterable[Nation]) -> list[tuple[str, str]]:
    """Nations as choices, in the alphabet of the reader's language."""
    return _by_name((one.code, str(Words(one.name_en, one.name_fr))) for one in offered)


def _by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda one: alphabet.key(one[1]))


def of_call(call: Call) -> dict[str, Any]:
    """What stands, as the initial values of the form."""
    opens, closes = zones.there(call.opens_at, call.zone), zones.there(call.closes_at, call.zone)
    stands = {name: getattr(call, name) for name in (*queries.FACTS, *queries.DAYS)}
    return stands | {
        "opens_on": opens.date(),
        "opens_at": opens.time(),
        "closes_on": closes.date(),
        "closes_at": closes.time(),
    }


def of_sections(sections: list[CallSection]) -> list[dict[str, Any]]:
    return [{"title_en": one.title_en, "title_fr": one.title_fr, "place": one.order} for one in sections]


def of_questions(section: CallSection) -> list[dict[str, Any]]:
    asked = section.questions.order_by("order", "pk")
    return [
        {name: getattr(one, name) for name in QuestionForm.base_fields}
        | {name: "\n".join(getattr(one, name)) for name in ("options_en", "options_fr")}
        | {name: value.normalize() for name in queries.BOUNDS if (value := getattr(one, name)) is not None}
        | {"currency": one.currency_id or ""}
        for one in asked
    ]


def of_criteria(criteria: list[CallCriterion]) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in CriterionForm.base_fields} for one in criteria]


def question(stated: Mapping[str, Any]) -> services.Question:
    """A row as the service takes it: choices a line each."""
    split = {
        name: [line.strip() for line in stated[name].splitlines() if line.strip()]
        for name in ("options_en", "options_fr")
    }
    return services.Question(**(dict(stated) | split | {"currency": stated["currency"].upper()}))
