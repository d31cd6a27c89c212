"""Which version is asked now, and its questions."""

from collections.abc import Iterable

from core.questionnaires.models import Question, Questionnaire


def latest(code: str) -> Questionnaire | None:
    """The version that a new answer is given to."""
    return Questionnaire.objects.filter(code=code).order_by("-version").first()


def questions(form: Questionnaire, groups: Iterable[str] | None = None) -> list[Question]:
    """The questions of a version in their order; of some groups where these are named."""
    found = form.questions.order_by("order", "pk")
    return list(found if groups is None else found.filter(group__in=list(groups)))
