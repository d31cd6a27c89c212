"""Recording the principles as published."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.ethics.models import Principle
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

RECORDED = declare("principles.recorded", _("{actor} recorded {count} principles of responsible use."))


@dataclass(frozen=True, slots=True)
class Told:
    """A principle as it is given: see Principle."""

    code: str
    family: str
    order: int
    name_en: str
    name_fr: str
    meaning_en: str
    meaning_fr: str
    adopted_on: date | None
    source: str
    basis: str


@transaction.atomic
def record_principles(told: Sequence[Told], *, by: User, at: datetime) -> None:
    """Keep the principles that are not kept yet. Raises NotPermitted."""
    rules.require(by, Permission.QUESTIONNAIRE_PUBLISH)
    known = set(Principle.objects.values_list("code", flat=True))
    fresh = [Principle(recorded_at=at, **asdict(one)) for one in told if one.code not in known]
    Principle.objects.bulk_create(fresh)
    if fresh:
        audit.record(RECORDED, "principles", by=by, after={"count": len(fresh)})
