"""Who did what to a call and who may go on, in words: the four eyes, what changed since a signature, the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.audit import digests, sentences
from core.audit.models import AuditEvent
from core.errors import DomainError, NotPermitted
from core.people.models import RoleGrant, User
from core.people.roles import ROLES, Scope
from portfolio.capital_calls import changes, history, queries, rules, splitting
from portfolio.capital_calls.changes import Change, Content
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallApproval, CapitalCall
from portfolio.capital_calls.rules import Act, OwnWork
from portfolio.capital_calls.splitting import Part

DRAFTED, EDITED, SUBMITTED = "capital_call.drafted", "capital_call.edited", "capital_call.submitted"
APPROVED, ISSUED, CANCELLED = "capital_call.approved", "capital_call.issued", "capital_call.cancelled"
ACTS: dict[str, Promise] = {
    DRAFTED: _("Drafted"),
    EDITED: _("Changed"),
    SUBMITTED: _("Submitted for approval"),
    APPROVED: _("Approved"),
    ISSUED: _("Issued"),
    CANCELLED: _("Cancelled"),
    "capital_call.settled": _("Paid in full"),
    "capital_call.opened_again": _("Open again"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever did something, with the role held over the fund at that time; empty where there was none."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    kind: str
    act: str
    at: datetime
    actor: Actor
    said: str
    changes: tuple[Change, ...]
    digest: str = ""
    """What an approval covers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four eyes' steps. ``state`` is done, void, now or later; ``said`` says why or what follows."""

    state: str
    act: str
    done: Happened | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The latest signature by a second person, and what was changed since; nothing where it holds."""

    actor: Actor
    at: datetime
    changes: tuple[Change, ...]
    since: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may be done about a call now: why the person may not take each step, and who could sign."""

    permitted: Mapping[Act, DomainError | None]
    others: Sequence[str]
    recipients: int
    refusal: str = ""
    """Why nobody could issue the call as it stands."""


@dataclass(frozen=True, slots=True)
class Story:
    steps: tuple[Step, ...]
    happened: tuple[Happened, ...]
    signature: Signature | None
    digest: str
    """Of what stands, in groups of eight."""

    @property
    def last_change(self) -> Happened | None:
        return next((one for one in reversed(self.happened) if one.changes), None)


def story(call: CapitalCall, parts: Iterable[Part], *, known_at: datetime, outlook: Outlook | None) -> Story:
    """What happened to a call by a moment, with its split as shown; ``outlook`` is given where the page speaks of now."""
    events = [one for one in history.events(call) if one.kind in ACTS and one.occurred_at <= known_at]
    people = _people(events)
    happened = tuple(_happened(event, people.get(event.actor), call) for event in events)
    versions = history.versions(events)
    written = versions[-1].content if versions else queries.content(call)
    content = written | {"split": splitting.stated(parts)}
    digest = digests.digest(content)
    signed = queries.signature(call, digest)
    signature = _signature(signed, content, happened) if signed and signed.at <= known_at else None
    holds = frozenset({digest, signed.digest} if signed and signature and not signature.changes else {digest})
    return Story(
        (*_prepared(happened), *_approved(call, happened, holds, outlook), *_issued(call, happened, holds, outlook)),
        happened,
        signature,
        sentences.in_groups(digest),
    )


def _prepared(happened: Sequence[Happened]) -> list[Step]:
    steps = [Step("done", _now("Prepared"), one) for one in happened if one.kind == DRAFTED]
    edits = [one for one in happened if one.kind == EDITED]
    if edits:
        steps.append(Step("done", _now("Last changed"), edits[-1], edits[-1].said))
    return steps


def _approved(
    call: CapitalCall, happened: Sequence[Happened], holds: frozenset[str], outlook: Outlook | None
) -> list[Step]:
    """Approvals of what stands hold, others are void; then whoever is to sign next."""
    steps = []
    for one in happened:
        if one.kind == APPROVED and one.digest in holds:
            steps.append(Step("done", _now("Approved"), one))
        elif one.kind == APPROVED:
            steps.append(Step("void", _now("Approved, void since the change"), one))
    if outlook is None or any(step.state == "done" for step in steps):
        return steps
    if call.state == State.SUBMITTED:
        return [*steps, _waiting(Act.APPROVE, outlook)]
    if call.state == State.DRAFT:
        return [*steps, Step("later", _now("Approval"), said=_now("By a second person, once the draft is submitted."))]
    return steps


def _issued(
    call: CapitalCall, happened: Sequence[Happened], holds: frozenset[str], outlook: Outlook | None
) -> list[Step]:
    done = [Step("done", one.act, one, one.said) for one in happened if one.kind in (ISSUED, CANCELLED)]
    if done or outlook is None:
        return done
    if call.state == State.SUBMITTED and any(one.digest in holds for one in happened):
        return [_waiting(Act.ISSUE, outlook)]
    if not outlook.recipients:
        return [Step("later", _now("Issue"), said=outlook.refusal)]
    to = ngettext(
        "To %(count)s Ally: notices and ledger entry in one step.",
        "To %(count)s Allies: notices and ledger entry in one step.",
        outlook.recipients,
    )
    return [Step("later", _now("Issue"), said=to % {"count": outlook.recipients})]


def _waiting(act: Act, outlook: Outlook) -> Step:
    """The step that is next, and why this person may or may not take it, and who else can."""
    refusal = outlook.permitted[act]
    heading = {
        (Act.APPROVE, True): _("Approval waits for you"),
        (Act.APPROVE, False): _("Approval waits for a second person"),
        (Act.ISSUE, True): _("Issue waits for you"),
        (Act.ISSUE, False): _("Issue waits for a second person"),
    }[act, refusal is None]
    if refusal is None:
        may = _now("You neither prepared nor last changed this call, so you may.")
        return Step("now", str(heading), said=outlook.refusal or may)
    if isinstance(refusal, NotPermitted) and not isinstance(refusal, OwnWork):
        rule = _now("A fund manager who neither prepared nor last changed the call takes this step.")
        return Step("now", str(heading), said=f"{rule} {rules.who_can(outlook.others)}")
    return Step("now", str(heading), said=str(refusal))


def _signature(given: CallApproval, content: Content, happened: Sequence[Happened]) -> Signature:
    """An issued call that was approved before approvals covered the split says nothing of it."""
    covered = {name: content[name] for name in content if name in given.signed or given.call.issued_on is None}
    differing = changes.between(given.signed, covered)
    since = tuple(one for one in happened if one.kind == EDITED and one.at >= given.at) if differing else ()
    return Signature(_signer(given, happened), given.at, differing, since)


def _signer(given: CallApproval, happened: Sequence[Happened]) -> Actor:
    told = (one.actor for one in happened if one.kind == APPROVED and one.actor.name == given.by.name)
    return next(told, Actor(given.by.name, ""))


def _happened(event: AuditEvent, person: User | None, call: CapitalCall) -> Happened:
    actor = Actor(person.name, _role(person, call.fund.public_id, event.occurred_at)) if person else Actor("–", "")
    changed = changes.between(event.before, event.after) if event.kind == EDITED else ()
    return Happened(
        event.kind,
        str(ACTS[event.kind]),
        event.occurred_at,
        actor,
        str(event.after.get("because", "")),
        changed,
        str(event.after.get("digest", "")),
    )


def _people(events: Sequence[AuditEvent]) -> dict[str, User]:
    """Whoever acted, by public id, with their grants, in two queries."""
    found = User.objects.filter(public_id__in={event.actor for event in events}).prefetch_related("grants")
    return {person.public_id: person for person in found}


def _role(person: User, fund: str, at: datetime) -> str:
    held = [grant for grant in person.grants.all() if _held(grant, fund, at)]
    return ", ".join(dict.fromkeys(str(ROLES[grant.role].name) for grant in held))


def _held(grant: RoleGrant, fund: str, at: datetime) -> bool:
    over_it = grant.scope_kind == Scope.EVERYWHERE or grant.scope_ref == fund
    ended = grant.ends_before is not None and grant.ends_before <= at.date()
    revoked = grant.revoked_at is not None and grant.revoked_at <= at
    return over_it and grant.starts_on <= at.date() and not ended and not revoked
