"""Questionnaires by version, with their questions in both languages. Written once."""

from django.db import models
from django.db.models import Q

from core import append_only
from core.identity import PublicIdField
from core.web import bilingual


class Questionnaire(models.Model):
    """One published version of a form. ``origin_en`` and ``origin_fr`` say whose text it is."""

    public_id = PublicIdField(prefix="form")
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200)
    origin_en = models.CharField(max_length=300)
    origin_fr = models.CharField(max_length=300)
    is_illustrative = models.BooleanField(default=False)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="questionnaire_version_above_zero"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def title(self) -> str:
        return str(bilingual.Words(self.title_en, self.title_fr))

    @property
    def origin(self) -> str:
        return str(bilingual.Words(self.origin_en, self.origin_fr))


class Question(models.Model):
    """One question of a version. ``group`` is what it belongs to, such as a family of principles."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        YES_NO = "yes-no", "Yes or no, with words"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="questions")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text_en = models.CharField(max_length=500)
    text_fr = models.CharField(max_length=500)
    hint_en = models.CharField(max_length=300, blank=True)
    hint_fr = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "code"], name="question_code_once"),
            models.UniqueConstraint(fields=["questionnaire", "order"], name="question_order_once"),
            models.CheckConstraint(condition=~Q(text_en="") & ~Q(text_fr=""), name="question_in_both_languages"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        return str(bilingual.Words(self.text_en, self.text_fr))

    @property
    def hint(self) -> str:
        return str(bilingual.Words(self.hint_en, self.hint_fr))
