"""Recording the principles as published."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.ethics.models import Principle
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

LAST_PLACE = 99
"""Of a family: more than any text has principles."""

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


class PrincipleStands(Conflict):
    code = "principle_stands"

    def __init__(self, code: str) -> None:
        sentence = _(
            "Principle {code} is recorded with other words and stays as it is. Record what was adopted since under a code "
            "of its own."
        )
        super().__init__(str(sentence).format(code=code), field="code")


class UnfitPlace(Invalid):
    """A place outside a family, or one that is another principle's."""

    code = "unfit_place"

    def __init__(self, one: "Told") -> None:
        sentence = _(
            "Principle {code} cannot stand at place {order} of its family: a place is a number from 1 to {last}, and each is "
            "one principle’s."
        )
        super().__init__(str(sentence).format(code=one.code, order=one.order, last=LAST_PLACE), field="order")


@transaction.atomic
def record_principles(told: Sequence[Told], *, by: User, at: datetime) -> None:
    """Keep the principles that are not kept yet: all of them or none. Raises NotPermitted, PrincipleStands, UnfitPlace."""
    rules.require(by, Permission.QUESTIONNAIRE_PUBLISH)
    known = {one.code: one for one in Principle.objects.all()}
    if stands := next((one for one in told if one.code in known and not _says(known[one.code], one)), None):
        raise PrincipleStands(stands.code)
    new = [one for one in told if one.code not in known]
    taken = {(one.family, one.order) for one in known.values()}
    for one in new:
        if not 0 < one.order <= LAST_PLACE or (one.family, one.order) in taken:
            raise UnfitPlace(one)
        taken.add((one.family, one.order))
    fresh = Principle.objects.bulk_create(Principle(recorded_at=at, **asdict(one)) for one in new)
    if fresh:
        audit.record(RECORDED, "principles", by=by, after={"count": len(fresh)})


def _says(standing: Principle, told: Told) -> bool:
    return all(getattr(standing, name) == value for name, value in asdict(told).items())
