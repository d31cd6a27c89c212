"""Applications that a partner system brings in on behalf of start-ups: checked by the services that the portal uses."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers, queries
from accelerator.applications.models import Answer, Application, Intake, Submission
from accelerator.applications.services import drafts, rows, submitting
from accelerator.challenges import queries as challenges
from accelerator.challenges.lifecycle import State as CallState
from accelerator.challenges.models import Call, CallQuestion, Challenge
from core import locks
from core.audit import digests
from core.audit.kinds import declare
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.organisations import services as organisations
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Scope

BROUGHT = declare("application.brought", _("{actor} brought in the application {subject}."))
COME_SEPARATELY = _("Files come separately, as documents of the application.")


class ExternalIdReused(Conflict):
    code = "external_id_reused"
    sentence = _("Another application was sent under this external_id. Change that one, or choose another name.")


class StandsAlready(Conflict):
    code = "application_stands"
    sentence = _("This start-up’s application to this challenge was brought in under another external_id.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the JSON Pointer to it within what was sent, a code, and what to do."""

    pointer: str
    code: str
    detail: str


class AnswersUnfit(Invalid):
    """Answers that cannot be kept, or, where it is to be submitted, what is still to answer and to correct."""

    code = "answers_unfit"
    sentence = _("Some answers do not fit the form. Each is pointed at.")

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Item:
    """One application as a partner system sends it. ``answers`` are by question, as ``section.question``."""

    external_id: str
    call: str
    challenge: str
    name: str
    nation: str
    founded_on: date | None
    registration_number: str
    website: str
    answers: Mapping[str, str]
    submit: bool

    def plain(self) -> dict[str, Any]:
        """As values that can be kept."""
        return asdict(self) | {"founded_on": self.founded_on.isoformat() if self.founded_on else None}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Item":
        told = plain["founded_on"]
        return cls(**{**plain, "founded_on": date.fromisoformat(told) if told else None})


@dataclass(frozen=True, slots=True)
class Brought:
    """``is_new`` is false where the same was sent before; ``submission`` is the one that counts, if any."""

    application: Application
    submission: Submission | None
    is_new: bool


@transaction.atomic
def bring(item: Item, *, by: User, at: datetime) -> Brought:
    """
    Begin an application of a start-up of the partner's nations and submit it where that is asked, or nothing of it.

    ``at`` is when the request arrived. The same under the same ``external_id`` is what stands already. Raises NotFound for a
    call out of reach, ExternalIdReused, StandsAlready, AnswersUnfit, and what registering, beginning, saving and submitting
    raise.
    """
    locks.by_name(f"applications brought by {by.public_id}")
    digest = digests.digest(item.plain())
    if known := Intake.objects.filter(by=by, external_id=item.external_id).select_related("application").first():
        if known.digest != digest:
            raise ExternalIdReused(field="external_id")
        return Brought(known.application, queries.last_submission(known.application), is_new=False)
    call, challenge = _called(item, by)
    try:
        organisation = organisations.bring(
            name=item.name,
            nation=item.nation,
            founded_on=item.founded_on,
            registration_number=item.registration_number,
            website=item.website,
            by=by,
            at=at,
        )
    except DomainError as refusal:
        refusal.field = f"organisation/{refusal.field or 'name'}"
        raise
    application = drafts.begin(call, organisation, challenge, by=by, at=at)
    if Intake.objects.filter(application=application).exists():
        raise StandsAlready(field="external_id")
    Intake.objects.create(application=application, by=by, external_id=item.external_id, digest=digest, at=at)
    rows.record_draft(BROUGHT, application, by, {"external_id": item.external_id, "digest": digest})
    fill(application, item.answers, by=by, at=at)
    sent = send(application, by=by, at=at) if item.submit else None
    application.refresh_from_db()
    return Brought(application, sent, is_new=True)


@transaction.atomic
def change(
    application: Application, given: Mapping[str, str], *, is_final: bool, by: User, at: datetime
) -> Submission | None:
    """Change answers of an application and submit it where that is asked. Raises AnswersUnfit and what both raise."""
    fill(application, given, by=by, at=at)
    return send(application, by=by, at=at) if is_final else None


def fill(application: Application, given: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Keep answers by question, numbers and amounts with a point. Raises AnswersUnfit and what ``save`` raises."""
    asked = _asked(application.call)
    if faults := list(_unfit(given, asked)):
        raise AnswersUnfit(faults)
    standing = dict(Answer.objects.filter(application=application).values_list("question", "edition"))
    by_section: dict[int, dict[int, drafts.Typed]] = {}
    for name, text in given.items():
        section, question = asked[name]
        by_section.setdefault(section, {})[question.order] = drafts.Typed(text, standing.get(question.pk, 0))
    with translation.override("en"):  # a machine writes 1234.56, in whatever language it asks for words
        for section, typed in sorted(by_section.items()):
            drafts.save(application, section, typed, by=by, at=at)


def send(application: Application, *, by: User, at: datetime) -> Submission:
    """Submit it as it stands. Raises AnswersUnfit with all that is still to do, and what ``submit`` raises."""
    whole = Application.objects.select_related("call__programme", "challenge", "organisation").get(pk=application.pk)
    if faults := to_correct(whole):
        raise AnswersUnfit(faults)
    return submitting.submit(whole, read=queries.digest(whole), by=by, at=at)


def to_correct(application: Application) -> list[Fault]:
    """What is still to answer and to correct before it can be submitted, by question."""
    found = []
    for part in queries.sheet(application).parts:
        for item in part.items:
            if said := item.problem or item.missing:
                code = "unfit_answer" if item.problem else "answer_missing"
                found.append(Fault(f"/answers/{part.order}.{item.question.order}", code, said))
    return found


def pointed(faults: Iterable[Fault], under: str) -> list[Fault]:
    """The same within a larger body."""
    return [replace(one, pointer=f"{under}{one.pointer}") for one in faults]


def faults_of(refusal: DomainError) -> list[Fault]:
    """What a refusal says is wrong; the whole where it names nothing."""
    if isinstance(refusal, AnswersUnfit):
        return refusal.faults
    return [Fault(f"/{refusal.field}" if refusal.field else "", refusal.code, str(refusal))]


def _called(item: Item, by: User) -> tuple[Call, Challenge | None]:
    reached = by.scope_refs(PARTNER_SYSTEM.slug, Scope.PROGRAMME)
    rows = Call.objects.filter(state=CallState.PUBLISHED, public_id=item.call, programme__public_id__in=reached)
    call = rows.select_related("programme__currency").first()
    if call is None:
        raise NotFound(field="call")
    if not item.challenge:
        return call, None
    challenge = Challenge.objects.filter(programme=call.programme_id, code=item.challenge).first()
    if challenge is None:
        raise drafts.ChallengeMissing(field="challenge")
    return call, challenge


def _asked(call: Call) -> dict[str, tuple[int, CallQuestion]]:
    """Each question of a form by its name, with the place of its section."""
    return {
        f"{section.order}.{one.order}": (section.order, one)
        for section in challenges.sections(call)
        for one in section.questions.all()
    }


def _unfit(given: Mapping[str, str], asked: Mapping[str, tuple[int, CallQuestion]]) -> Iterable[Fault]:
    for name, text in given.items():
        pointer = f"/answers/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in asked:
            yield Fault(pointer, drafts.UnknownQuestion.code, str(_("The form has no such question.")))
        elif asked[name][1].kind == CallQuestion.Kind.FILE:
            yield Fault(pointer, "file_comes_separately", str(COME_SEPARATELY))
        elif not answers.fits(asked[name][1].kind, text):
            yield Fault(pointer, drafts.TooLong.code, str(drafts.TooLong.sentence))
