"""Proposals as a person may know of them; the rows of a circulation; whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet

from core import clock
from core.audit import queries as audit
from core.audit.models import AuditEvent
from core.decisions import kinds, rules
from core.decisions.kinds import Kind
from core.decisions.lifecycle import State, Verdict
from core.decisions.models import (
    Addressee,
    Circulation,
    Effect,
    Objection,
    Outcome,
    Proposal,
    ProposalText,
    Reading,
    Telling,
)
from core.decisions.rules import Act
from core.errors import NotFound
from core.nations.models import Nation
from core.people import rules as people_rules
from core.people.models import RoleGrant, User
from core.people.roles import ALLY_REPRESENTATIVE, Scope
from core.web.requests import LONGEST_WAIT

ANSWERED_WITHIN = timedelta(seconds=60)
"""A page is answered, or given up, within it."""


WITH = ("proposal", "text__written_by", "circulated_by", "outcome__ended_by", "outcome__effect")
"""What a circulation is read with."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a person may propose."""

    kind: Kind
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entitled Ally of a circulation: who was told and who read, each with the moment."""

    addressee: Addressee
    told: list[Telling]
    read: list[Reading]


def on_its_way() -> timedelta:
    """For so long after the expiry a request that arrived before it may still be on its way to us; nothing is adopted before."""
    waited = LONGEST_WAIT if settings.ALLAUTH_TRUSTED_PROXY_COUNT else timedelta()
    return waited + ANSWERED_WITHIN


def visible_to(person: User) -> QuerySet[Proposal]:
    """Every proposal of the funds and programmes that the person reads. The newest first."""
    wanted = Q(pk__in=[])
    for kind in kinds.every():
        if people_rules.reaches_everywhere(person, kind.read):
            wanted |= Q(kind=kind.code)
        elif scopes := people_rules.scopes_of(person, kind.read):
            wanted |= Q(kind=kind.code, scope__in=scopes)
    return Proposal.objects.filter(wanted).order_by("-drafted_at", "-pk")


def before(person: User) -> QuerySet[Proposal]:
    """The proposals that were circulated to a nation for which the person speaks. The newest first."""
    nations = rules.nations_of(person)
    put = Addressee.objects.filter(nation__in=nations).values("circulation__proposal")
    return Proposal.objects.filter(pk__in=put).order_by("-drafted_at", "-pk")


def get(person: User, public_id: str) -> Proposal:
    """One proposal that the person reads. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_before(person: User, public_id: str) -> Proposal:
    """One proposal that is or was put before the person's nation. Raises NotFound."""
    found = before(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def choices(person: User) -> list[Choice]:
    """What the person may propose, about which fund or programme."""
    return [
        Choice(kind, scope, name)
        for kind in kinds.every()
        for scope, name in kind.scopes()
        if people_rules.may(person, kind.circulate, scope)
    ]


def choice(person: User, about: str) -> Choice:
    """The one that a form names as ``kind:scope``. Raises NotFound."""
    for one in choices(person):
        if f"{one.kind.code}:{one.scope}" == about:
            return one
    raise NotFound


def last_text(proposal: Proposal) -> ProposalText:
    return proposal.texts.select_related("written_by").order_by("-version")[0]


def texts(proposal: Proposal) -> list[ProposalText]:
    """Every version, the latest first."""
    return list(proposal.texts.select_related("written_by").order_by("-version"))


def last_texts(proposals: Iterable[Proposal]) -> dict[int, ProposalText]:
    """The last version of each, in one query."""
    rows = (
        ProposalText.objects.filter(proposal__in=list(proposals)).order_by("proposal", "-version").distinct("proposal")
    )
    return {row.proposal_id: row for row in rows}


def circulations(proposal: Proposal) -> list[Circulation]:
    """Every circulation with what became of it, the latest first."""
    rows = proposal.circulations.select_related(*WITH).order_by("-order")
    return list(rows.prefetch_related(Prefetch("extensions")))


def last_circulation(proposal: Proposal) -> Circulation | None:
    rows = proposal.circulations.select_related(*WITH)
    return rows.order_by("-order").first()


def get_running(proposal: Proposal) -> Circulation:
    """The circulation of a proposal under silence."""
    found = last_circulation(proposal)
    if found is None:
        raise NotFound
    return found


def get_outcome(key: int) -> Outcome:
    """One outcome by its key, with what it is about."""
    return Outcome.objects.select_related("circulation__proposal", "circulation__text").get(pk=key)


def expiry(circulation: Circulation) -> datetime:
    """When silence ends, or ended, with every extension."""
    return max((one.expires_at for one in circulation.extensions.all()), default=circulation.expires_at)


def of_nation(circulation: Circulation, nations: Iterable[str]) -> list[Addressee]:
    """The rows of some nations in a circulation, by name."""
    rows = circulation.addressees.filter(nation__in=list(nations)).select_related("nation")
    return list(rows.order_by("nation__name_en", "pk"))


def addressees(circulation: Circulation) -> list[Addressee]:
    """Every entitled Ally, by name."""
    return list(circulation.addressees.select_related("nation").order_by("nation__name_en", "pk"))


def entitled_now(proposal: Proposal, *, at: datetime) -> list[tuple[Nation, list[User]]]:
    """The Allies that take part on the day of a moment, by name, each with who speaks for it."""
    kind = kinds.find(proposal.kind)
    codes = kind.entitled(proposal.scope, at) if kind else []
    speakers = representatives(codes, on=clock.day_of(at))
    return [(one, speakers[one.code]) for one in Nation.objects.filter(code__in=codes).order_by("name_en", "code")]


def rows_of(circulation: Circulation) -> list[Row]:
    """Every entitled Ally with who was told and who read, in four queries however many they are."""
    people = ("person",)
    addressees = (
        circulation.addressees.select_related("nation")
        .prefetch_related(
            Prefetch("tellings", Telling.objects.select_related(*people).order_by("told_at", "pk")),
            Prefetch("readings", Reading.objects.select_related(*people).order_by("read_at", "pk")),
        )
        .order_by("nation__name_en", "pk")
    )
    return [Row(one, list(one.tellings.all()), list(one.readings.all())) for one in addressees]


def objections(circulation: Circulation) -> list[Objection]:
    """Every objection, also those that came late, in the order of their arrival."""
    rows = circulation.objections.select_related("addressee__nation", "given_by")
    return list(rows.order_by("arrived_at", "pk"))


def heard_or_own(circulation: Circulation, mine: Iterable[Addressee]) -> list[Objection]:
    """What broke silence, which every Ally is told, and whatever one's own Allies sent."""
    own = {one.pk for one in mine}
    return [one for one in objections(circulation) if one.verdict == Verdict.HEARD or one.addressee_id in own]


def effect_of(outcome: Outcome) -> Effect | None:
    return getattr(outcome, "effect", None)


def takes_effect(proposal: Proposal) -> bool:
    """Whether anything follows its adoption but the text itself."""
    kind = kinds.find(proposal.kind)
    return kind is not None and kind.take_effect is not None


def is_own_text(person: User, text: ProposalText) -> bool:
    return rules.is_own_text(person, text)


def last_circulations(proposals: Iterable[Proposal]) -> list[Circulation]:
    """The last one of each proposal, in their order, in one query."""
    found = list(proposals)
    rows = Circulation.objects.filter(proposal__in=found).select_related("proposal", "text", "outcome")
    rows = rows.prefetch_related("extensions")
    by_proposal = {one.proposal_id: one for one in rows.order_by("proposal", "-order").distinct("proposal")}
    return [by_proposal[one.pk] for one in found]


def entitled_by_circulation(found: Iterable[Circulation]) -> dict[int, list[str]]:
    """The codes of the entitled Allies of each circulation by its key, in one query."""
    codes: dict[int, list[str]] = {one.pk: [] for one in found}
    rows = Addressee.objects.filter(circulation__in=list(codes)).order_by("circulation", "nation")
    for circulation, nation in rows.values_list("circulation", "nation"):
        codes[circulation].append(nation)
    return codes


def outcome_of(circulation: Circulation) -> Outcome | None:
    return getattr(circulation, "outcome", None)


def representatives(nations: Iterable[str], *, on: date) -> dict[str, list[User]]:
    """Who speaks for each of some nations on a day, by code."""
    found: dict[str, list[User]] = {code: [] for code in nations}
    grants = RoleGrant.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on),
        role=ALLY_REPRESENTATIVE.slug,
        scope_kind=Scope.NATION,
        scope_ref__in=list(found),
        starts_on__lte=on,
        revoked_at__isnull=True,
        person__is_active=True,
    )
    for grant in grants.select_related("person").order_by("scope_ref", "person"):
        found[grant.scope_ref].append(grant.person)
    return found


def due(*, at: datetime) -> list[int]:
    """Keys of the proposals whose silence ended, and of which nothing that arrived before can still be on its way."""
    rows = Proposal.objects.filter(state=State.SILENT, expires_at__lte=at - on_its_way())
    return list(rows.order_by("expires_at", "pk").values_list("pk", flat=True))


def permitted(person: User, proposal: Proposal, *, at: datetime) -> dict[str, bool]:
    """Which steps the person may take now: page and services ask the same rules."""
    text = last_text(proposal)
    return {act.value: rules.refusal(person, proposal, act, at=at, text=text) is None for act in Act}


def history(proposal: Proposal) -> list[AuditEvent]:
    """Everything that was done with it, the newest first."""
    return list(audit.of_subject(proposal.public_id))[::-1]


def count_waiting(person: User) -> int:
    """How many silences run for a person's nation of which she has not read the text."""
    nations = rules.nations_of(person)
    if not nations:
        return 0
    running = Addressee.objects.filter(
        nation__in=nations, circulation__outcome__isnull=True, circulation__proposal__state=State.SILENT
    )
    return running.exclude(readings__person=person).values("circulation").distinct().count()


def held_of(person: int) -> list[dict[str, Any]]:
    """The texts that somebody read for an Ally, and the objections that she gave."""
    of = "addressee__circulation__proposal__public_id"
    read = Reading.objects.filter(person=person).order_by("pk").values("read_at", proposal=F(of))
    said = Objection.objects.filter(given_by=person).order_by("pk")
    return [dict(row) for row in read] + [
        dict(row) for row in said.values("public_id", "arrived_at", "reason", "amendment", "letter", proposal=F(of))
    ]
