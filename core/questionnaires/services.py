"""Publishing a version of a questionnaire."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people import rules
from core.people.models import User
from core.people.roles import Permission
from core.questionnaires.models import Question, Questionnaire

LAST_VERSION, LONGEST_TITLE, LONGEST_ORIGIN = 9_999, 200, 300
"""The highest number of a version; letters."""

PUBLISHED = declare("questionnaire.published", _("{actor} published version {version} of the questionnaire {name}."))


class NoQuestions(Invalid):
    code = "no_questions"
    sentence = _("A questionnaire has at least one question, each in both languages.")


class UnfitHead(Invalid):
    code = "unfit_head"
    sentence = _(
        "A version is a number from 1 to 9999. Its title has 1 to 200 letters in both languages, and whose text it is 1 to 300."
    )


class VersionStands(Conflict):
    code = "version_stands"
    sentence = _("This version is published and stays as it is. Publish the next one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is given: see Question."""

    code: str
    kind: str
    text_en: str
    text_fr: str
    group: str = ""
    hint_en: str = ""
    hint_fr: str = ""


@transaction.atomic
def publish(
    code: str,
    *,
    version: int,
    title_en: str,
    title_fr: str,
    origin_en: str,
    origin_fr: str,
    asked: Sequence[Asked],
    by: User,
    at: datetime,
    illustrative: bool = False,
) -> Questionnaire:
    """Fix a version for ever. Raises NotPermitted, UnfitHead, NoQuestions, VersionStands."""
    rules.require(by, Permission.QUESTIONNAIRE_PUBLISH)
    titles, origins = (title_en, title_fr), (origin_en, origin_fr)
    told = [(one, LONGEST_TITLE) for one in titles] + [(one, LONGEST_ORIGIN) for one in origins]
    if not 0 < version <= LAST_VERSION or any(not one.strip() or len(one) > most for one, most in told):
        raise UnfitHead(field="version")
    if not asked or not all(one.text_en.strip() and one.text_fr.strip() for one in asked):
        raise NoQuestions(field="asked")
    form, created = Questionnaire.objects.get_or_create(
        code=code,
        version=version,
        defaults={
            "title_en": title_en,
            "title_fr": title_fr,
            "origin_en": origin_en,
            "origin_fr": origin_fr,
            "is_illustrative": illustrative,
            "published_at": at,
        },
    )
    if not created:
        raise VersionStands(field="version")
    Question.objects.bulk_create(
        Question(questionnaire=form, order=order, **asdict(one)) for order, one in enumerate(asked, start=1)
    )
    audit.record(PUBLISHED, form.public_id, by=by, after={"name": code, "version": version, "count": len(asked)})
    return form
