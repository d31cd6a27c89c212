"""Texts that some people of the world may meet and others never: ids, amounts, names, addresses, links, digests.

Who may is said here by role and place, apart from the product's own rules.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.challenges.models import Call, Programme
from accelerator.cohorts.models import Advancement, Offer, Participation
from accelerator.grants.models import Budget, PaymentLine
from accelerator.milestones.models import Evidence, EvidenceFile, Judgement, Milestone
from accelerator.panels.models import Selection, SelectionLine
from accelerator.reviews.models import Assignment
from core.audit.models import AuditEvent
from core.documents.models import Document
from core.ethics.models import Condition, GateStart, Override, Review
from core.jobs.models import Job
from core.organisations.models import OneCompany, Organisation
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import ROLES
from portfolio.capital_calls.models import CapitalCall
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding
from tests.sweeps import closed_calls, cohorts, elsewhere
from tests.sweeps.ways import names_of, path_to
from tests.sweeps.world import ALLY, MESSAGE, NOW, OTHER_AMOUNT, PAPER, STRANGER, TOLD, Actor, World, reads_papers

TOKEN = re.compile(
    r"\b[a-z]+_[0-9a-z]{16}\b|\b[0-9a-f]{64}\b|/admin/[a-z]+/[a-z]+/\d+/|\b[\w.+-]+@example\.org|[a-z]+__id__exact=\d+"
)
"""What a page is cut into: public ids, digests, links and filters of the web admin, addresses."""
EXACTLY = "__id__exact"
"""How the web admin ends the name of a filter by a thing."""
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.,’']+(?=\d)")
WORDS = ("Birch Series A", "Birch audit", "Birch fees", "Birch lost a customer")
"""Words that stand in nothing but the other fund's papers."""

LONG_ENOUGH = 20
"""Letters of an answer that nothing else says by chance."""

May = Callable[[Actor], bool]
Told = Iterator[tuple[str, "Secret"]]

CALL_READERS = frozenset({"programme-manager", "ethics-officer", "auditor"})
"""Roles that read calls for applications before they are published."""

COHORT_READERS = frozenset({"programme-manager", "ethics-officer", "auditor"})
"""Roles that read what a programme keeps of those who take part."""


@dataclass(frozen=True)
class Secret:
    what: str
    readers: frozenset[str]
    """Names of actors."""


class Canaries:
    """All secrets of the world: tokens by their text, and phrases to look for everywhere."""

    def __init__(self, world: World) -> None:
        self.actors = world.actors
        self.secrets: dict[str, Secret] = {}
        for gathered in (
            self._of_funds(world),
            self._of_reviews(world),
            self._of_applications(),
            self._of_closed_calls(),
            self._of_cohorts(world),
            self._of_companies(),
            self._of_jobs(world),
            self._of_documents(world),
            self._of_people(),
            self._of_sessions(),
            self._of_the_trail(world),
        ):
            self.secrets |= dict(gathered)
        self.phrases = [text for text in self.secrets if not TOKEN.fullmatch(text)]

    def met(self, text: str, actor: Actor, *, asked: str = "") -> list[str]:
        """What ``actor`` may not meet and finds in ``text``. What stood in the question itself may come back."""
        closed = BETWEEN_DIGITS.sub("", text)
        found = {token for token in TOKEN.findall(text) if token in self.secrets}
        found |= {phrase for phrase in self.phrases if phrase in text or phrase in closed}
        return sorted(
            f"{self.secrets[one].what}: {one}"
            for one in found
            if one.removeprefix('href="').rstrip('"') not in asked and actor.name not in self.secrets[one].readers
        )

    def _secret(self, what: str, may: May) -> Secret:
        return Secret(what, frozenset(actor.name for actor in self.actors if may(actor)))

    def _of_funds(self, world: World) -> Told:
        for (place, fund), ally in zip(_places(world), (ALLY, STRANGER), strict=True):
            kept = self._secret(f"what the fund {place} keeps", partial(_reads_fund, place=place))
            told = self._secret(f"what the Ally {place} is told", partial(_is_told, place=place))
            known = self._secret(f"the fund {place}", partial(_knows, fund=fund, place=place))
            reviewed = self._secret(f"what the fund {place} holds", partial(_reads_reviews, place=place))
            yield from ((text, known) for text in (fund.name, *_texts(fund)))
            for row in rows_of(fund):
                is_told = isinstance(row, CapitalCall) or _nation_of(row) == ally
                yield from ((text, told if is_told else kept) for text in _texts(row))
                if isinstance(row, Holding):
                    yield row.public_id, reviewed
        yield from ((_digits(amount), told) for amount in (OTHER_AMOUNT, elsewhere.CALLED, elsewhere.CALLED_AGAIN))
        yield (
            f"Nation {STRANGER}",
            self._secret("the Ally elsewhere", lambda one: _is_staff(one) or _is_told(one, "elsewhere")),
        )
        amounts = (elsewhere.TICKET, elsewhere.STAKE, elsewhere.STAKE_PAID)
        yield from ((text, kept) for text in (*WORDS, *map(_digits, amounts)))

    def _of_reviews(self, world: World) -> Told:
        """Whoever owns a condition reads it; the review around it is for those of the fund."""
        for place, fund in _places(world):
            readers = partial(_reads_reviews, place=place)
            kept = self._secret(f"a review of the fund {place}", readers)
            for review in Review.objects.filter(scope=fund.public_id):
                yield from ((text, kept) for text in _texts(review))
            for one in Override.objects.filter(scope=fund.public_id):
                yield from ((text, kept) for text in (one.public_id, one.reason))
            for one in GateStart.objects.filter(scope=fund.public_id):
                yield one.reason, kept
            for one in Condition.objects.filter(review__scope=fund.public_id).select_related("owner"):
                owned = partial(_owns_or, person=one.owner, may=readers)
                told = self._secret(f"a condition of the fund {place}", owned)
                yield from ((text, told) for text in (*_texts(one), one.text, one.evidence) if text)
        yield from self._of_members()
        yield from self._of_programme_calls()

    def _of_members(self) -> Told:
        """Members of cohorts are public; to whom they are offered for a review is not."""
        officers = self._secret("a member to review", lambda one: "ethics-officer" in one.roles and one.where == "here")
        for programme in Programme.objects.all():
            if member := programme.members.order_by("pk").first():
                yield f'<option value="{member.public_id}"', officers

    def _of_programme_calls(self) -> Told:
        """What is not published is for those who read programmes as staff; what is published is everybody's.

        Programmes are offered to whoever runs them, and to auditors as chains of the trail.
        """
        readers = self._secret("a call that waits", lambda one: bool(one.roles & CALL_READERS) and one.where == "here")
        managers = self._secret("a programme to run", lambda one: _runs_programmes(one) or "auditor" in one.roles)
        yield from ((f'<option value="{programme.public_id}"', managers) for programme in Programme.objects.all())
        for call in Call.objects.filter(state="submitted"):
            yield from ((text, readers) for text in (call.public_id, call.title_en, call.title_fr))

    def _of_applications(self) -> Told:
        """What a start-up writes is for its own people, after its call closed for those who judge it too; the trail tells by its id."""
        for organisation in Organisation.objects.all():
            own = partial(_works_for, organisation=organisation.public_id)
            yield f'href="/portal/organisations/{organisation.public_id}"', self._secret("whose start-up it is", own)
        for row in Application.objects.select_related("organisation", "call"):
            own = partial(_works_for, organisation=row.organisation.public_id)
            kept = self._secret("what a start-up wrote", partial(_reads_what_was_sent, own=own, row=row))
            told = self._secret("an application", partial(_reads_its_trail, own=own, row=row))
            yield row.public_id, told
            yield (
                f'name="organisation" value="{row.organisation.public_id}"',
                self._secret("a start-up to act for", own),
            )
            yield from ((one.text, kept) for one in row.answers.all() if len(one.text) > LONG_ENOUGH)
            for one in row.submissions.all():
                yield from ((text, told) for text in (one.number, one.digest))
                yield one.public_id, kept
            for one in row.clarifications.all():
                yield one.question, kept
                yield one.public_id, told

    def _of_closed_calls(self) -> Told:
        """What is said of applications is for whoever runs the programme; reviewers have their own, start-ups the last word alone.

        Why the desk decided as it did stands in the trail as well, which auditors read.
        """
        runs = self._secret("what the desk says", _runs_programmes)
        because = self._secret("why the desk decided", lambda one: _runs_programmes(one) or "auditor" in one.roles)
        yield closed_calls.COMMENT, runs
        yield from ((text, because) for text in (closed_calls.WHY, closed_calls.SCREENED))
        yield closed_calls.REASON, self._secret("why somebody is unsure", lambda _one: False)
        told = SelectionLine.objects.get(selection__reason=closed_calls.WHY, selection__state="released").application
        own = partial(_works_for, organisation=told.organisation.public_id)
        yield closed_calls.WORDS, self._secret("words for a start-up", lambda one: own(one) or _runs_programmes(one))
        for one in Assignment.objects.select_related("reviewer"):
            yield one.public_id, self._secret("what is given to a reviewer", partial(_reviews, person=one.reviewer))
        read = self._secret("a call's page", lambda one: bool(one.roles & CALL_READERS) and one.where == "here")
        for call in Call.objects.all():
            yield f"/manage/application-calls/{call.public_id}/ranking", runs
            yield f"/manage/programme-calls/{call.public_id}", read
        for one in Selection.objects.all():
            known = self._secret("a selection", lambda actor: _runs_programmes(actor) or "auditor" in actor.roles)
            yield from ((text, known) for text in (one.public_id, one.digest))

    def _of_cohorts(self, world: World) -> Told:
        """What a programme keeps of its start-ups is for its people; of the world's start-up for that one's too."""
        staff = partial(_reads_cohorts, startup=False)
        kept = self._secret("what a programme keeps of start-ups", staff)
        told = self._secret("what a programme tells a start-up", partial(_reads_cohorts, startup=True))
        own = applications.organisations_of(world.actor("startup-owner").user).get()
        for offer in Offer.objects.all():
            is_told = offer.organisation == own and offer.state in {"released", "accepted"}
            yield from ((text, told if is_told else kept) for text in _texts(offer))
        for row in Participation.objects.all():
            yield from ((text, told if row.organisation == own else kept) for text in _texts(row))
        for model in (Advancement, Judgement, Budget, PaymentLine):
            yield from ((text, kept) for row in model._default_manager.all() for text in _texts(row))
        for model in (Milestone, Evidence, EvidenceFile):
            yield from ((text, told) for row in model._default_manager.all() for text in _texts(row))
        yield from ((words, told) for words in (cohorts.TERMS, cohorts.EVIDENCE, cohorts.EVIDENCE_FILE))
        known = self._secret("a file of evidence", lambda one: _reads_cohorts(one, startup=True) or _keeps_people(one))
        for file in EvidenceFile.objects.select_related("document"):
            yield file.document.public_id, known
        yield from ((words, kept) for words in (cohorts.OTHER_TERMS, cohorts.REASON, _digits(cohorts.ADVANCED)))

    def _of_companies(self) -> Told:
        """Which start-ups are which companies is for whoever states it, and whoever audits."""
        joiners = {"administrator", "auditor", "programme-manager"}
        told = self._secret("which two are one company", lambda one: bool(one.roles & joiners))
        yield from ((text, told) for row in OneCompany.objects.all() for text in (row.public_id, row.reason))

    def _of_jobs(self, world: World) -> Told:
        for place, fund in _places(world):
            kept = self._secret(f"background work of the fund {place}", partial(_reads_jobs, place=place))
            for job in Job.objects.filter(scope=fund.public_id):
                yield from ((text, kept) for text in _texts(job))
                if job.name.startswith("tests."):
                    yield job.name, kept

    def _of_documents(self, world: World) -> Told:
        """Whoever keeps the product knows that there is a file, and not what it is called."""
        reads = partial(_may_read, document=world.document)
        yield PAPER, self._secret("the name of a file", reads)
        known = self._secret("a file", lambda one: reads(one) or _keeps_people(one))
        yield from ((text, known) for text in (*_texts(world.document), world.document.sha256))

    def _of_people(self) -> Told:
        yield MESSAGE, self._secret("somebody’s message", lambda one: one.name == TOLD)
        for invitation in Invitation.objects.all():
            told = self._secret("an invitation", partial(_steers, invitation=invitation))
            yield from ((text, told) for text in (invitation.email, invitation.public_id))
        for person in User.objects.all():
            yield person.email, self._secret("somebody’s address", partial(_works_with, person=person))
        for grant in RoleGrant.objects.select_related("person"):
            yield grant.public_id, self._secret("somebody’s role", partial(_is_about, person=grant.person))

    def _of_sessions(self) -> Told:
        """Everybody in the world signed in at a moment of her own."""
        for actor in self.actors:
            if kept := Session.objects.filter(session_key=actor.session).first():
                own = self._secret("somebody’s session", partial(_is_about, person=actor.user))
                yield kept.get_decoded()["signed_in_at"], own

    def _of_the_trail(self, world: World) -> Told:
        """A digest stands for its event: it is written beside it wherever the trail is shown in full."""
        by_chain = {
            world.fund.public_id: self._secret("the trail of the fund here", partial(_reads_fund, place="here")),
            world.other_fund.public_id: self._secret("the other fund’s trail", partial(_reads_fund, place="elsewhere")),
        }
        programmes = self._secret("a programme’s trail", lambda one: bool(one.roles & {"auditor", "programme-manager"}))
        general = self._secret("the general trail", lambda one: "auditor" in one.roles)
        for chain, digest in AuditEvent.objects.values_list("chain", "digest"):
            yield digest, by_chain.get(chain, programmes if chain.startswith("programme_") else general)


def text_of(content: bytes) -> str:
    """A page as it reads, or everything written in a workbook."""
    if not content.startswith(b"PK"):
        return unescape(content.decode(errors="replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(unescape(book.read(name).decode()) for name in book.namelist() if name.endswith(".xml"))


def rows_of(fund: Fund) -> Iterator[Model]:
    """Every row of the portfolio from which foreign keys lead to a fund."""
    for model in apps.get_app_config("portfolio").get_models():
        if model is not Fund and (path := path_to(model, Fund)):
            yield from model._base_manager.filter(**{path: fund})


def _reads_fund(actor: Actor, place: str) -> bool:
    staff = {"fund-manager", "fund-analyst", "valuation-committee"}
    return "auditor" in actor.roles or (actor.where == place and bool(actor.roles & staff))


def _is_told(actor: Actor, place: str) -> bool:
    return _reads_fund(actor, place) or (actor.where == place and "ally-representative" in actor.roles)


def _reads_reviews(actor: Actor, place: str) -> bool:
    """The demo's ethics officers are officers of every fund."""
    return _reads_fund(actor, place) or ("ethics-officer" in actor.roles and actor.where in {"here", place})


def _reads_cohorts(actor: Actor, *, startup: bool) -> bool:
    """The programmes' people and whoever audits; ``startup`` where that start-up's own people read it too."""
    if "auditor" in actor.roles or (actor.where == "here" and bool(actor.roles & COHORT_READERS)):
        return True
    return startup and actor.where == "here" and bool(actor.roles & {"startup-owner", "startup-member"})


def _owns_or(actor: Actor, person: User, may: May) -> bool:
    return actor.user == person or may(actor)


def _works_for(actor: Actor, organisation: str) -> bool:
    return any(grant.scope_ref == organisation for grant in (actor.user.grants_in_force() if actor.user else ()))


def _runs_programmes(actor: Actor) -> bool:
    return "programme-manager" in actor.roles and actor.where == "here"


def _reviews(actor: Actor, person: User) -> bool:
    return actor.user == person or _runs_programmes(actor)


def _reads_what_was_sent(actor: Actor, own: May, row: Application) -> bool:
    """The start-up's people; after the closing whoever runs the programme, and a reviewer to whom it was given."""
    if own(actor) or row.call.closes_at > NOW or not row.submissions.exists():
        return own(actor)
    return _runs_programmes(actor) or row.assignments.filter(reviewer=actor.user).exists()


def _steers(actor: Actor, invitation: Invitation) -> bool:
    """Whoever keeps people, and the owners of the start-up that somebody is invited to."""
    own = actor.user.scope_refs("startup-owner", "organisation") if actor.user and actor.signed_in else frozenset()
    return _keeps_people(actor) or invitation.scope_ref in own


def _works_with(actor: Actor, person: User) -> bool:
    """Colleagues in a start-up know each other's addresses."""
    shared = _startups_of(actor.user) & _startups_of(person) if actor.user and actor.signed_in else frozenset()
    return _is_about(actor, person) or bool(shared)


def _startups_of(person: User) -> frozenset[str]:
    return person.scope_refs("startup-owner", "organisation") | person.scope_refs("startup-member", "organisation")


def _reads_its_trail(actor: Actor, own: May, row: Application) -> bool:
    """Auditors read every chain; programme managers that of what was sent."""
    sent = row.submissions.exists() and "programme-manager" in actor.roles
    return own(actor) or "auditor" in actor.roles or sent


def _reads_jobs(actor: Actor, place: str) -> bool:
    staff = {"fund-manager", "fund-analyst"}
    return _keeps_people(actor) or (actor.where == place and bool(actor.roles & staff))


def _knows(actor: Actor, fund: Fund, place: str) -> bool:
    """Whoever ever had a role over a fund reads its name beside that role, an officer beside what she reviews."""
    had_role = actor.user is not None and actor.user.grants.filter(scope_ref=fund.public_id).exists()
    return had_role or _is_told(actor, place) or _reads_reviews(actor, place) or _keeps_people(actor)


def _may_read(actor: Actor, document: Document) -> bool:
    return actor.user is not None and actor.signed_in and reads_papers(actor.user, document)


def _keeps_people(actor: Actor) -> bool:
    return bool(actor.roles & {"administrator", "auditor"})


def _is_staff(actor: Actor) -> bool:
    return any(ROLES[role].is_staff for role in actor.roles)


def _is_about(actor: Actor, person: User) -> bool:
    return _keeps_people(actor) or actor.user == person


def _nation_of(row: Model) -> str:
    """The Ally whose commitment a row is about, if any."""
    for step in filter(None, path_to(type(row), Commitment).split("__")):
        row = getattr(row, step)
    return row.nation_id if isinstance(row, Commitment) else ""


def _places(world: World) -> tuple[tuple[str, Fund], ...]:
    return ("here", world.fund), ("elsewhere", world.other_fund)


def _texts(row: Model) -> list[str]:
    """The web admin's link to a row and its filters by it, and its public id."""
    link = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"
    filters = [f"{name}{EXACTLY}={row.pk}" for name in names_of(type(row))]
    return [link, *filters, row.public_id] if hasattr(row, "public_id") else [link, *filters]


def _digits(amount: object) -> str:
    return re.sub(r"\D", "", str(amount))
