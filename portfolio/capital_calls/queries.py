"""Calls, what each Ally owes and has paid, and what is unfunded: as of a day and as known on a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.audit import digests
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import ROLES, Permission, Scope
from portfolio.capital_calls import changes, counting, rules, splitting, words
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallApproval, CallLine, CallNotice, CapitalCall, ReceiptAllocation
from portfolio.capital_calls.rules import Act, OwnWork
from portfolio.capital_calls.splitting import Day, NoPartner, OverUnfunded, Part, Stated
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund

ZERO = Decimal(0)
REPRESENTATIVE = "ally-representative"
EVER = datetime.max.replace(tzinfo=timezone.utc)
"""As a moment of knowledge: all that is recorded."""
NAMED = 3
"""How many Allies a refusal names with their amounts; the page of the call lists every one."""
_PAID_NOW = Sum("allocations__amount", filter=counting.parts_now("allocations__"))
"""Of a notice; nothing where it is none."""


class ChangedSince(Conflict):
    """Something changed after the page was shown, or after it was approved. ``fields`` names what."""

    code = "changed_since"

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = list(fields)
        sentence = _("The call was changed since ({fields}). Read it again, then approve what stands now.")
        unknown = _(
            "The call, or its split over the Allies, was changed since. Read it again, then approve what stands now."
        )
        super().__init__(str(sentence).format(fields=words.fields(fields)) if fields else unknown)


class SplitChanged(Conflict):
    """The Allies of today would not bear what was approved. ``fields`` as for ChangedSince."""

    code = "split_changed"
    fields = ("split",)

    def __init__(self, signed: changes.Split, current: changes.Split) -> None:
        sentence = _(
            "The split over the Allies has changed since the approval ({shares}), so the approval is void. "
            "A second person approves the split of today, then the call is issued."
        )
        super().__init__(str(sentence).format(shares=changes.told(signed, current, at_most=NAMED)))


class NotApproved(Conflict):
    code = "not_approved"
    sentence = _("The call has no approval for what stands now. A second person approves it first.")


class DueTooEarly(Invalid):
    code = "due_too_early"
    sentence = _("The due date lies before the day of issue. Choose a later one.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    sentence = _("Money was already received for this call, so it cannot be cancelled.")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One Ally's part of a call. ``paid`` is what receipts were allocated, ``open`` what is still owed."""

    notice: CallNotice
    amount: Decimal
    inside: Decimal
    paid: Decimal

    @property
    def open(self) -> Decimal:
        return self.amount - self.paid


def visible_to(person: User) -> QuerySet[CapitalCall]:
    """Calls of the funds that the person reads; an Ally's representative sees calls once they are issued."""
    calls = CapitalCall.objects.select_related("fund", "drafted_by", "edited_by", "issued_by").order_by("-number", "pk")
    if people_rules.reaches_everywhere(person, Permission.FUND_READ):
        return calls
    own = Q(fund__public_id__in=people_rules.scopes_of(person, Permission.FUND_READ))
    nations = person.scope_refs(REPRESENTATIVE, Scope.NATION)
    return calls.filter(own | Q(notices__commitment__nation__in=nations, issued_on__isnull=False)).distinct()


def notices_visible_to(person: User) -> QuerySet[CallNotice]:
    """Notices of the person's funds, or of the nations that she represents: never another nation's."""
    notices = CallNotice.objects.select_related("call", "commitment__nation").order_by("-call__number", "pk")
    if people_rules.reaches_everywhere(person, Permission.FUND_READ):
        return notices
    return notices.filter(
        Q(call__fund__public_id__in=people_rules.scopes_of(person, Permission.FUND_READ))
        | Q(commitment__nation__in=person.scope_refs(REPRESENTATIVE, Scope.NATION))
    )


def of_own_funds(person: User) -> QuerySet[CapitalCall]:
    """The calls that a person reads as a whole, with every Ally's part: never those of an Ally's representative."""
    calls = CapitalCall.objects.select_related("fund", "drafted_by", "edited_by", "issued_by")
    return calls.filter(fund__in=funds.visible_to(person)).order_by("-number", "pk")


def get_call(person: User, public_id: str) -> CapitalCall:
    """One call that the person reads as a whole. Raises NotFound."""
    call = of_own_funds(person).filter(public_id=public_id).first()
    if call is None:
        raise NotFound
    return call


def waiting(person: User) -> QuerySet[CapitalCall]:
    """The calls that wait for a person: submitted ones that others prepared, where she approves, and her own drafts."""
    own_work = Q(drafted_by=person) | Q(edited_by=person)
    by_her = people_rules.of_same_human("drafted_by", person) | people_rules.of_same_human("edited_by", person)
    to_sign = Q(fund__public_id__in=people_rules.scopes_of(person, Permission.CALL_APPROVE), state=State.SUBMITTED)
    to_finish = Q(fund__public_id__in=people_rules.scopes_of(person, Permission.CALL_DRAFT), state=State.DRAFT)
    calls = CapitalCall.objects.filter((to_sign & ~by_her) | (to_finish & own_work))
    return calls.select_related("fund", "drafted_by", "edited_by").order_by("due_on", "number", "pk")


def count_waiting(person: User) -> int:
    """How many calls wait for a person; no query for whoever neither drafts nor approves."""
    if not people_rules.may(person, Permission.CALL_DRAFT):
        return 0
    return waiting(person).count()


def due_notices(person: User, *, until: date) -> list[NoticeLine]:
    """The open notices of the person's funds that are due by a day, the first due first."""
    notices = CallNotice.objects.filter(
        call__fund__in=funds.visible_to(person), call__state=State.ISSUED, call__due_on__lte=until
    )
    rows = (
        notices.annotate(paid=_PAID_NOW)
        .filter(Q(paid__isnull=True) | Q(paid__lt=F("amount")))
        .select_related("call__fund")
        .order_by("call__due_on", "call__number", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def signed_content(call: CapitalCall, parts: Iterable[Part]) -> dict[str, object]:
    """Exactly what an approval covers, as plain values: what the call says, and what each Ally bears of it."""
    return content(call) | {"split": splitting.stated(parts)}


def content(call: CapitalCall) -> dict[str, object]:
    """What the call says at its version, as plain values."""
    return {
        "fund": call.fund.public_id,
        "number": call.number,
        "due_on": call.due_on.isoformat(),
        "memo": call.memo,
        "lines": [_signed_line(line) for line in lines_of(call)],
        "version": call.version,
    }


def lines_of(call: CapitalCall) -> list[CallLine]:
    """The purpose lines in their order; no query where they were prefetched."""
    return sorted(call.lines.all(), key=lambda line: (line.order, line.pk))


def says_the_same(content: Mapping[str, object], *, due_on: date, memo: str, lines: Sequence[Stated]) -> bool:
    """Whether what is asked for is what the content says already."""
    asked = {"due_on": due_on.isoformat(), "memo": memo, "lines": [_signed_line(line) for line in lines]}
    return all(content[name] == value for name, value in asked.items())


def digest(call: CapitalCall, *, at: datetime, on: date | None = None) -> str:
    """Of what an approval would cover, as split on a day: by default the day of the moment in the fund's zone."""
    day = Day(on or funds.day_of(call.fund, at), at)
    return digest_of(call, parts_of(call, day))


def digest_of(call: CapitalCall, parts: Iterable[Part]) -> str:
    return digests.digest(signed_content(call, parts))


def parts_of(call: CapitalCall, day: Day) -> Sequence[Part]:
    """What each Ally bears: by the notices of an issued call, else as split on the day; nothing where it cannot be."""
    if call.issued_on is not None:
        return list(call.notices.select_related("commitment"))
    try:
        return day.split(call)
    except (NoPartner, OverUnfunded):
        return []


def changed_fields(signed: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    """The names of what differs between what was signed and what stands now; other lines explain another split."""
    names = [name for name in current if name != "version" and signed.get(name) != current[name]]
    return [name for name in names if name != "split"] if "lines" in names else names


def notices(call: CapitalCall, *, known_at: datetime, as_of: date = date.max) -> list[NoticeLine]:
    """Every notice of a call with what has been paid on it."""
    counted = counting.parts(as_of=as_of, known_at=known_at, of="allocations__")
    rows = (
        call.notices.select_related("commitment__nation")
        .annotate(paid=Sum("allocations__amount", filter=counted))
        .order_by("-amount", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def open_notices(commitment_id: int, *, as_of: date) -> list[NoticeLine]:
    """What an Ally still owes, the oldest due date first."""
    rows = (
        CallNotice.objects.filter(commitment_id=commitment_id, call__state=State.ISSUED, call__issued_on__lte=as_of)
        .annotate(paid=_PAID_NOW)
        .filter(Q(paid__isnull=True) | Q(paid__lt=F("amount")))
        .select_related("call", "commitment")
        .order_by("call__due_on", "call__number", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def is_illustrative(fund: Fund) -> bool:
    """Whether calls of the fund are invented: those of an illustrative fund, and those beside illustrative ones."""
    return fund.is_illustrative or CapitalCall.objects.filter(fund=fund, is_illustrative=True).exists()


def paid_in_full(notices: Iterable[CallNotice]) -> QuerySet[CapitalCall]:
    """Of the calls of some notices, the issued ones of which no notice is open any more."""
    paid = CallNotice.objects.filter(call=OuterRef("pk")).annotate(paid=_PAID_NOW)
    still_open = paid.filter(Q(paid__isnull=True) | Q(paid__lt=F("amount")))
    calls = CapitalCall.objects.filter(pk__in={one.call_id for one in notices}, state=State.ISSUED)
    return calls.filter(~Exists(still_open)).select_related("fund").order_by("pk")


def paid_by_call(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """What was paid on each call, by its key."""
    rows = ReceiptAllocation.objects.filter(counting.parts(as_of=as_of, known_at=known_at), receipt__fund=fund)
    return dict(rows.order_by().values_list("notice__call_id").annotate(Sum("amount")))


def is_approved(call: CapitalCall, day: Day) -> bool:
    """Whether a second person signed exactly what stands, as split on the day."""
    return bool(_signatures(call)) and _gap_in_approval(call, parts_of(call, day)) is None


def paid_in(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """Receipts matched to calls, by key of the commitment."""
    rows = (
        ReceiptAllocation.objects.filter(counting.parts(as_of=as_of, known_at=known_at), receipt__fund=fund)
        .values("receipt__commitment_id")
        .annotate(total=Sum("amount"))
    )
    return {row["receipt__commitment_id"]: row["total"] for row in rows}


def receipts_of(call: CapitalCall, *, as_of: date, known_at: datetime) -> list[ReceiptAllocation]:
    """What was paid on a call, the latest first: each part with its receipt and its Ally."""
    rows = ReceiptAllocation.objects.filter(counting.parts(as_of=as_of, known_at=known_at), notice__call=call)
    return list(rows.select_related("receipt", "notice__commitment__nation").order_by("-effective_on", "-pk"))


def open_by_commitment(fund: Fund) -> dict[int, Decimal]:
    """What each Ally still owes today on all issued calls, by key of the commitment."""
    issued = CallNotice.objects.filter(call__fund=fund, call__state=State.ISSUED)
    owed = issued.values_list("commitment_id").annotate(Sum("amount"))
    paid = ReceiptAllocation.objects.filter(counting.parts_now(), notice__in=issued)
    already = dict(paid.order_by().values_list("notice__commitment_id").annotate(Sum("amount")))
    return {key: amount - already.get(key, ZERO) for key, amount in owed.order_by()}


def refusal(
    person: User,
    call: CapitalCall,
    act: Act,
    *,
    on: date | None = None,
    day: Day | None = None,
    parts: Sequence[Part] | None = None,
) -> DomainError | None:
    """Why the person may not take this step now; None where she may. Pages and services both ask here.

    ``day`` has the Allies over whom the call is split, by default those of the day ``on`` with all that is recorded;
    ``parts`` are given where the Allies were asked already.
    """
    found = rules.refusal(person, call, act, on=on)
    if isinstance(found, OwnWork) and on is not None:
        return OwnWork(others_who_may_approve(call, besides=person, on=on))
    if found is None and on is not None and act in (Act.APPROVE, Act.ISSUE):
        return _not_as_split(call, act, day or Day(on, EVER), parts, on=on)
    if found is None and act is Act.CANCEL and _is_paid_in_part(call):
        return AlreadyPaid()
    return found


def permitted(person: User, call: CapitalCall, *, on: date) -> dict[Act, DomainError | None]:
    """Every step of a call, each with why the person may not take it, or None where she may."""
    day = Day(on, EVER)
    return {act: refusal(person, call, act, on=on, day=day) for act in Act}


def signature(call: CapitalCall, digest: str) -> CallApproval | None:
    """The latest approval of this digest by a second person; where there is none, the latest of all, void by now."""
    return max(_signatures(call), key=lambda one: (one.digest == digest, one.at, one.pk), default=None)


def others_who_may_approve(call: CapitalCall, *, besides: User, on: date) -> list[str]:
    """The names of people who could approve and issue a call, without its authors and without one person."""
    able = [slug for slug, role in ROLES.items() if Permission.CALL_APPROVE in role.permissions]
    humans = {one.human for one in (call.drafted_by, call.edited_by, besides) if one}
    people = User.objects.filter(
        Q(grants__scope_kind=Scope.EVERYWHERE) | Q(grants__scope_ref=call.fund.public_id),
        Q(grants__ends_before__isnull=True) | Q(grants__ends_before__gt=on),
        grants__role__in=able,
        grants__starts_on__lte=on,
        grants__revoked_at__isnull=True,
        is_active=True,
    ).exclude(Q(pk__in=humans) | Q(same_person_as__in=humans))
    return list(people.order_by("name").values_list("name", flat=True).distinct())


def _is_paid_in_part(call: CapitalCall) -> bool:
    return ReceiptAllocation.objects.filter(counting.parts_now(), notice__call=call).exists()


def _signed_line(line: Stated) -> list[object]:
    """A company stands last where the line names one, so that what was signed before lines named any is the same."""
    said = [line.purpose, line.text.strip(), f"{line.amount:.2f}", line.inside_commitment]
    return [*said, line.company] if line.company else said


def _signatures(call: CapitalCall) -> list[CallApproval]:
    """The approvals by people who neither drafted nor last changed the call."""
    return [
        one for one in call.approvals.all() if not people_rules.is_same_human(one.by, call.drafted_by, call.edited_by)
    ]


def _not_as_split(
    call: CapitalCall, act: Act, day: Day, parts: Sequence[Part] | None, *, on: date
) -> DomainError | None:
    """What stands against approving or issuing the call as the Allies of the day would bear it."""
    if act is Act.ISSUE and not _signatures(call):
        return NotApproved()
    try:
        borne = day.split(call) if parts is None else parts
    except (NoPartner, OverUnfunded) as refused:
        return refused
    if act is Act.APPROVE:
        return None
    gap = _gap_in_approval(call, borne)
    return gap or (DueTooEarly(field="due_on") if call.due_on < on else None)


def _gap_in_approval(call: CapitalCall, parts: Iterable[Part]) -> Conflict | None:
    """What is missing of an approval for exactly what stands now."""
    current = signed_content(call, parts)
    found = signature(call, digests.digest(current))
    if found is None:
        return NotApproved()
    differing = changed_fields(found.signed, current)
    if differing == ["split"] and "split" in found.signed:
        return SplitChanged(found.signed["split"], splitting.stated(parts))
    return ChangedSince(differing) if found.digest != digests.digest(current) else None
