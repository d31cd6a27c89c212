"""Calls for applications: to their programme's people in every state, to everybody once they are published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Prefetch, Q, QuerySet

from accelerator.challenges import eligibility, words, zones
from accelerator.challenges.lifecycle import State, Window, window
from accelerator.challenges.models import Call, CallCriterion, CallQuestion, CallSection
from core.audit import digests
from core.errors import NotFound
from core.nations import queries as nations
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web.bilingual import Words

WHOLE = 100
"""What the weights of the criteria add up to, in per cent."""
FACTS = ("title_en", "title_fr", "text_en", "text_fr", "zone", "agreement", "nations")
DAYS = ("founded_from", "founded_until")
MOMENTS = ("opens_at", "closes_at")
OF_A_QUESTION = ("kind", "text_en", "text_fr", "hint_en", "hint_fr", "is_required", "words_at_most", "options_en", "options_fr")  # fmt: skip
BOUNDS = ("minimum", "maximum")
OF_A_CRITERION = ("title_en", "title_fr", "text_en", "text_fr", "weight")


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call as everybody reads it. Moments are in UTC; ``there`` are the same on the clocks of the call's zone."""

    call: Call
    stands: Window
    opens_there: datetime
    closes_there: datetime
    rules: eligibility.Rules
    sections: tuple[CallSection, ...]
    criteria: tuple[CallCriterion, ...]

    @property
    def title(self) -> Words:
        return Words(self.call.title_en, self.call.title_fr)

    @property
    def text(self) -> Words:
        return Words(self.call.text_en, self.call.text_fr)

    @property
    def place(self) -> str:
        """The capital by whose clocks the window is named."""
        return str(words.ZONES[self.call.zone])

    @property
    def stated_rules(self) -> list[str]:
        return eligibility.stated(self.rules)

    @property
    def questions(self) -> int:
        return sum(len(one.questions.all()) for one in self.sections)


def visible_to(person: User) -> QuerySet[Call]:
    """The published calls of the programmes that the person reads, and all of those whose drafts she reads."""
    rows = Call.objects.select_related("programme", "drafted_by", "edited_by", "submitted_by", "published_by")
    if not people_rules.may(person, Permission.PROGRAMME_READ):
        return rows.none()
    published = Q(state=State.PUBLISHED) & _within(person, Permission.PROGRAMME_READ)
    return rows.filter(published | _within(person, Permission.PROGRAMME_READ_DRAFTS)).order_by("-opens_at", "-pk")


def count_waiting(person: User) -> int:
    """How many calls wait for a person to publish them; no query for whoever publishes none."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH):
        return 0
    own = User.objects.filter(people_rules.of_same_human("", person)).values("pk")
    authors = Q(drafted_by__in=own) | Q(edited_by__in=own) | Q(submitted_by__in=own)
    authors |= Q(editors__overlap=ArraySubquery(own))
    submitted = Call.objects.filter(_within(person, Permission.PROGRAMME_PUBLISH), state=State.SUBMITTED)
    return submitted.exclude(authors).count()


def _within(person: User, permission: Permission) -> Q:
    """Calls of the programmes for which the person holds the permission."""
    if people_rules.reaches_everywhere(person, permission):
        return Q(programme__isnull=False)
    return Q(programme__public_id__in=people_rules.scopes_of(person, permission))


def get_call(person: User, public_id: str) -> Call:
    """A call that the person may see. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_section(call: Call, order: int) -> CallSection:
    """A section of a call by its place. Raises NotFound."""
    found = call.sections.filter(order=order).first()
    if found is None:
        raise NotFound
    return found


def published_calls(*, at: datetime, programme: str = "") -> list[OpenCall]:
    """What everybody may read, of one programme by its public id where it is named: the open ones first."""
    rows = with_all(Call.objects.filter(state=State.PUBLISHED))
    if programme:
        rows = rows.filter(programme__public_id=programme)
    order = [Window.OPEN, Window.COMING, Window.CLOSED]
    listed = list(rows.order_by("closes_at", "pk"))
    names = _names({code for row in listed for code in row.nations})
    found = [_open(row, names, at=at) for row in listed]
    return sorted(found, key=lambda one: order.index(one.stands))


def open_call(call: Call | str, *, at: datetime) -> OpenCall:
    """A call as an applicant reads it: a row, or a published one by its public id. Raises NotFound."""
    row = (
        call if isinstance(call, Call) else with_all(Call.objects.filter(state=State.PUBLISHED, public_id=call)).first()
    )
    if row is None:
        raise NotFound
    return _open(row, _names(row.nations), at=at)


def _open(row: Call, names: Mapping[str, str], *, at: datetime) -> OpenCall:
    return OpenCall(
        call=row,
        stands=window(row.opens_at, row.closes_at, at=at),
        opens_there=zones.there(row.opens_at, row.zone),
        closes_there=zones.there(row.closes_at, row.zone),
        rules=eligibility.Rules({code: names[code] for code in row.nations}, row.founded_from, row.founded_until),
        sections=tuple(sections(row)),
        criteria=tuple(criteria(row)),
    )


def sections(call: Call) -> list[CallSection]:
    """The sections in their order, with their questions at hand in theirs."""
    if "sections" in getattr(call, "_prefetched_objects_cache", {}):
        return list(call.sections.all())
    return list(_sections().filter(call=call))


def criteria(call: Call) -> list[CallCriterion]:
    """By what applications are judged, in order."""
    if "criteria" in getattr(call, "_prefetched_objects_cache", {}):
        return list(call.criteria.all())
    return list(call.criteria.order_by("order", "pk"))


def lacking(call: Call) -> list[str]:
    """What a call needs before it is submitted, by name: ``sections``, ``questions``, ``criteria``, ``weights``."""
    form, judged = sections(call), criteria(call)
    found = [] if form else ["sections"]
    if any(not one.questions.all() for one in form):
        found.append("questions")
    if not judged:
        found.append("criteria")
    elif sum(one.weight for one in judged) != WHOLE:
        found.append("weights")
    return found


def content(call: Call) -> dict[str, Any]:
    """Everything that the call says, as plain values: what a second person publishes."""
    told: dict[str, Any] = {name: getattr(call, name) for name in FACTS}
    told |= {name: getattr(call, name).isoformat() for name in MOMENTS}
    told |= {name: day.isoformat() if (day := getattr(call, name)) else None for name in DAYS}
    return told | {
        "programme": call.programme.public_id,
        "sections": [_told_section(one) for one in sections(call)],
        "criteria": [{name: getattr(one, name) for name in OF_A_CRITERION} for one in criteria(call)],
    }


def digest(call: Call) -> str:
    return digests.digest(content(call))


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what differs between two contents."""
    return [name for name in after if before.get(name) != after[name]]


def _names(codes: Iterable[str]) -> dict[str, str]:
    """The nations' names in the reader's language, by code, in one query."""
    return {one.code: str(Words(one.name_en, one.name_fr)) for one in nations.by_code(codes)}


def _told_section(section: CallSection) -> dict[str, Any]:
    asked = [_told_question(one) for one in section.questions.all()]
    return {"title_en": section.title_en, "title_fr": section.title_fr, "questions": asked}


def _told_question(one: CallQuestion) -> dict[str, Any]:
    """What is not said of a question is left out where older calls do not know it: their digests stay what they are."""
    told: dict[str, Any] = {name: getattr(one, name) for name in OF_A_QUESTION}
    bounds = {name: f"{value.normalize():f}" for name in BOUNDS if (value := getattr(one, name)) is not None}
    return told | bounds | ({"currency": one.currency_id} if one.currency_id else {})


def _sections() -> QuerySet[CallSection]:
    in_order = Prefetch("questions", CallQuestion.objects.order_by("order", "pk"))
    return CallSection.objects.order_by("order", "pk").prefetch_related(in_order)


def with_all(rows: QuerySet[Call]) -> QuerySet[Call]:
    """Calls with their programme, form and criteria at hand."""
    judged = Prefetch("criteria", CallCriterion.objects.order_by("order", "pk"))
    return rows.select_related("programme").prefetch_related(Prefetch("sections", _sections()), judged)
