"""Programmes, challenges and the figures published about them; calls for applications with their forms and criteria."""

from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.challenges.lifecycle import STEPS, State
from core import append_only
from core.identity import PublicIdField
from core.nations.models import Basis
from core.web import numerals
from core.web.bilingual import Words


class Programme(models.Model):
    """A challenge programme. The year of its call and the year of its cohort differ, so each has its own field."""

    public_id = PublicIdField(prefix="programme")
    slug = models.SlugField(unique=True, max_length=40)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    call_opens_on = models.DateField()
    call_closes_on = models.DateField()
    call_closes_at = models.DateTimeField(null=True, blank=True)
    """The moment of closing, where it was published."""
    cohort_year = models.PositiveSmallIntegerField()
    phase_1_starts_on = models.DateField()
    phase_1_announced_on = models.DateField(null=True, blank=True)
    phase_1_announced_precision = models.CharField(
        max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))], default="day"
    )
    phase_2_announced_on = models.DateField(null=True, blank=True)
    phase_2_announced_precision = models.CharField(
        max_length=5, choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))], default="day"
    )
    phase_1_amount = models.DecimalField(max_digits=20, decimal_places=2)
    """Contractual funding of a participant in phase 1, in ``currency``."""
    phase_1_months = models.PositiveSmallIntegerField()
    phase_2_amount_at_most = models.DecimalField(max_digits=20, decimal_places=2)
    phase_2_months = models.PositiveSmallIntegerField()
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT)
    agreement = models.CharField(
        max_length=10, choices=[("grant", _("Grant")), ("contract", _("Contract"))], default="contract"
    )
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=400, blank=True)
    note_fr = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(call_closes_on__gte=F("call_opens_on")), name="programme_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(phase_1_amount__gt=0, phase_2_amount_at_most__gt=0), name="programme_funding_above_zero"
            ),
        ]
        triggers = [append_only.kept("public_id")]

    def __str__(self) -> str:
        return str(Words(self.name_en, self.name_fr))


class Challenge(models.Model):
    """One challenge of a programme."""

    public_id = PublicIdField(prefix="challenge")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="challenges")
    code = models.CharField(max_length=20, unique=True)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    order = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "order"], name="challenge_order_once")]

    def __str__(self) -> str:
        return str(Words(self.title_en, self.title_fr))


class ProgrammeFigure(models.Model):
    """One published figure of a programme's funnel. Two sources that disagree are two rows."""

    class Stage(models.TextChoices):
        APPLICATIONS = "applications", _("Applications")
        PHASE_1 = "phase-1", _("Selected for phase 1")
        PHASE_1_NATIONS = "phase-1-nations", _("Nations in phase 1")
        PHASE_2 = "phase-2", _("Selected for phase 2")
        PHASE_2_NATIONS = "phase-2-nations", _("Nations in phase 2")
        APPLICATIONS_OF_NATION = "applications-of-nation", _("Applications of one nation")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="figures")
    stage = models.CharField(max_length=24, choices=Stage.choices)
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, null=True, blank=True)
    value = models.PositiveIntegerField()
    is_at_least = models.BooleanField(default=False)
    """True where the source says "more than" the value."""
    is_preferred = models.BooleanField(default=True)
    """False for the figure of a source that another contradicts."""
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "stage", "nation"],
                condition=Q(is_preferred=True),
                name="programme_one_preferred_figure_a_stage",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(stage="applications-of-nation", nation__isnull=False)
                | (~Q(stage="applications-of-nation") & Q(nation__isnull=True)),
                name="programme_figure_names_a_nation_where_it_is_of_one",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="programme_figure_has_a_source"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.value}"


FIXED = "a published call stays as it is: publish another one"
BEGUN = "a call begins as a draft: submit it, then a second person publishes it"


def _fixed_with_its_call(found: str) -> list[pgtrigger.Trigger]:
    """
    Refuse any change to what belongs to a published call, and to empty the table; ``found`` names the call of a row in SQL.

    The call's row is held while it is asked, so that nothing slips in while another transaction publishes it.
    """
    hold = "SELECT state INTO held FROM accelerator_call WHERE id = ({}) FOR SHARE; "
    refuse = f"IF held = 'published' THEN RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'restrict_violation'; END IF; "
    of_new, of_old = (hold.format(found.format(row=row)) + refuse for row in ("NEW", "OLD"))
    return [
        pgtrigger.Trigger(
            name="fixed_with_its_call",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("held", "TEXT")],
            func=(
                f"IF TG_OP <> 'INSERT' THEN {of_old}END IF; "
                f"IF TG_OP <> 'DELETE' THEN {of_new}END IF; "
                "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
            ),
        ),
        append_only.never_emptied(FIXED),
    ]


class Call(models.Model):
    """A call for applications to a programme: its window, who may apply, its form, and what a second person published."""

    public_id = PublicIdField(prefix="cfa")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="calls")
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    text_en = models.TextField(max_length=5000)
    text_fr = models.TextField(max_length=5000)
    zone = models.CharField(max_length=40)
    """The zone in which the window is named, such as Europe/Brussels."""
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    """The first moment at which an application is late."""
    agreement = models.CharField(
        max_length=10, choices=[("grant", _("Grant")), ("contract", _("Contractual funding"))], default="contract"
    )
    nations = ArrayField(models.CharField(max_length=2))
    """Codes of the nations in which a start-up that applies has its head office."""
    founded_from = models.DateField(null=True, blank=True)
    founded_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.DRAFT)
    drafted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    editors = ArrayField(models.BigIntegerField(), default=list)
    """Keys of everybody who ever changed it: none of them publishes it."""
    submitted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """Of everything that was published, as the second person saw it."""
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(nations__len__gt=0), name="call_is_for_some_nation"),
            models.CheckConstraint(
                condition=Q(founded_from__isnull=True)
                | Q(founded_until__isnull=True)
                | Q(founded_until__gte=F("founded_from")),
                name="call_founded_until_is_not_before_from",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="published",
                    published_by__isnull=False,
                    published_at__isnull=False,
                    digest__regex="^[0-9a-f]{64}$",
                )
                | (~Q(state="published") & Q(published_by__isnull=True, published_at__isnull=True, digest="")),
                name="call_says_who_published_it",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_by__isnull=True, submitted_at__isnull=True)
                | (~Q(state="draft") & Q(submitted_by__isnull=False, submitted_at__isnull=False)),
                name="call_says_who_submitted_it",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | (
                    ~Q(published_by=F("drafted_by"))
                    & ~Q(published_by=F("edited_by"))
                    & ~Q(published_by=F("submitted_by"))
                ),
                name="call_is_published_by_another",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_call",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Trigger(
                name="starts_as_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state=State.DRAFT.value),
                func=f"RAISE EXCEPTION '{BEGUN}' USING ERRCODE = 'restrict_violation';",
            ),
            append_only.never_emptied(FIXED),
            pgtrigger.Trigger(
                name="published_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
                func=f"RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return str(Words(self.title_en, self.title_fr))


class CallSection(models.Model):
    """A part of the form of a call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "order"], name="call_section_order_once")]
        triggers = _fixed_with_its_call("{row}.call_id")

    def __str__(self) -> str:
        return str(Words(self.title_en, self.title_fr))


class CallQuestion(models.Model):
    """One question of a section."""

    class Kind(models.TextChoices):
        SHORT = "short", _("Short text")
        LONG = "long", _("Long text")
        CHOICE = "choice", _("Choice")
        NUMBER = "number", _("A number")
        MONEY = "money", _("Amount of money")
        DAY = "day", _("Day")
        NATION = "nation", _("Nation")
        FILE = "file", _("File")

    section = models.ForeignKey(CallSection, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    text_en = models.CharField(max_length=500)
    text_fr = models.CharField(max_length=500)
    hint_en = models.CharField(max_length=300, blank=True)
    hint_fr = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=True)
    words_at_most = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many words an answer in text has at most."""
    options_en = models.JSONField(default=list, blank=True)
    options_fr = models.JSONField(default=list, blank=True)
    """What a choice offers, the same things in the same order in both languages."""
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """In which an amount of money is asked; None in calls from before it was kept, which ask in the programme's."""
    minimum = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    maximum = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    """What a number lies within, both inclusive."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "order"], name="call_question_order_once"),
            models.CheckConstraint(
                condition=Q(kind="money") | Q(currency__isnull=True), name="call_question_currency_only_of_money"
            ),
            models.CheckConstraint(
                condition=Q(kind="number") | Q(minimum__isnull=True, maximum__isnull=True),
                name="call_question_bounds_only_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")),
                name="call_question_maximum_not_below_minimum",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["short", "long"], words_at_most__gt=0)
                | (~Q(kind__in=["short", "long"]) & Q(words_at_most__isnull=True)),
                name="call_question_counts_words_exactly_of_text",
            ),
        ]
        triggers = _fixed_with_its_call("SELECT call_id FROM accelerator_callsection WHERE id = {row}.section_id")

    def __str__(self) -> str:
        return str(Words(self.text_en, self.text_fr))

    @property
    def hint(self) -> str:
        return str(Words(self.hint_en, self.hint_fr))

    @property
    def bounds(self) -> str:
        """What a number lies within, in the reader's language; empty where any will do."""
        least, most = (None if one is None else numerals.as_it_stands(one) for one in (self.minimum, self.maximum))
        if least is not None and most is not None:
            return _now("from %(least)s to %(most)s") % {"least": least, "most": most}
        if least is not None:
            return _now("at least %(figure)s") % {"figure": least}
        return _now("at most %(figure)s") % {"figure": most} if most is not None else ""

    @property
    def options(self) -> list[str]:
        """What a choice offers, in the reader's language."""
        pairs = zip(self.options_en, self.options_fr, strict=True)
        return [str(Words(english, french)) for english, french in pairs]


class CallCriterion(models.Model):
    """By what applications are judged; the weights of a call add up to a hundred per cent."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    text_en = models.CharField(max_length=500, blank=True)
    text_fr = models.CharField(max_length=500, blank=True)
    weight = models.PositiveSmallIntegerField()
    """In per cent."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "order"], name="call_criterion_order_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100), name="call_criterion_weight_in_per_cent"
            ),
        ]
        triggers = _fixed_with_its_call("{row}.call_id")

    def __str__(self) -> str:
        return str(Words(self.title_en, self.title_fr))

    @property
    def text(self) -> str:
        return str(Words(self.text_en, self.text_fr))

    @property
    def share(self) -> Decimal:
        """The weight as a fraction of one."""
        return Decimal(self.weight) / 100
