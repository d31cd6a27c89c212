"""Calls, what each Ally owes and has paid, and what is unfunded: as of a day and as known on a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.audit import digests
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import ROLES, Permission, Scope
from portfolio.capital_calls import rules, words
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallApproval, CallLine, CallNotice, CapitalCall, ReceiptAllocation
from portfolio.capital_calls.rules import Act, OwnWork
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund

ZERO = Decimal(0)
REPRESENTATIVE = "ally-representative"


class ChangedSince(Conflict):
    """Something changed after the page was shown, or after it was approved. ``fields`` names what."""

    code = "changed_since"

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = list(fields)
        sentence = _("The call was changed since ({fields}). Read it again, then approve what stands now.")
        unknown = _("The call was changed since. Read it again, then approve what stands now.")
        super().__init__(str(sentence).format(fields=words.fields(fields)) if fields else unknown)


class NotApproved(Conflict):
    code = "not_approved"
    sentence = _("The call has no approval for what stands now. A second person approves it first.")


class DueTooEarly(Invalid):
    code = "due_too_early"
    sentence = _("The due date lies before the day of issue. Choose a later one.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    sentence = _("Money was already received for this call, so it cannot be cancelled.")


class Stated(Protocol):
    """A purpose line, kept or only typed."""

    @property
    def purpose(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def amount(self) -> Decimal: ...

    @property
    def inside_commitment(self) -> bool: ...


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
    to_sign = Q(fund__public_id__in=people_rules.scopes_of(person, Permission.CALL_APPROVE), state=State.SUBMITTED)
    to_finish = Q(fund__public_id__in=people_rules.scopes_of(person, Permission.CALL_DRAFT), state=State.DRAFT)
    calls = CapitalCall.objects.filter((to_sign & ~own_work) | (to_finish & own_work))
    return calls.select_related("fund", "drafted_by").order_by("due_on", "number", "pk")


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
        notices.annotate(paid=Sum("allocations__amount"))
        .filter(Q(paid__isnull=True) | Q(paid__lt=F("amount")))
        .select_related("call__fund")
        .order_by("call__due_on", "call__number", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def signed_content(call: CapitalCall) -> dict[str, object]:
    """Exactly what an approval covers, as plain values."""
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


def digest(call: CapitalCall) -> str:
    return digests.digest(signed_content(call))


def changed_fields(signed: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    """The names of what differs between what was signed and what stands now."""
    return [name for name in current if name != "version" and signed.get(name) != current[name]]


def notices(call: CapitalCall, *, known_at: datetime, as_of: date = date.max) -> list[NoticeLine]:
    """Every notice of a call with what has been paid on it."""
    counted = Q(allocations__recorded_at__lte=known_at, allocations__effective_on__lte=as_of)
    rows = (
        call.notices.select_related("commitment__nation")
        .annotate(paid=Sum("allocations__amount", filter=counted))
        .order_by("-amount", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def called_inside(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """Issued calls inside commitment, by key of the commitment: what is no longer unfunded."""
    rows = (
        _in_force(CallNotice.objects.filter(call__fund=fund), as_of, known_at)
        .values("commitment_id")
        .annotate(total=Sum("inside"))
    )
    return {row["commitment_id"]: row["total"] for row in rows}


def open_notices(commitment_id: int, *, as_of: date) -> list[NoticeLine]:
    """What an Ally still owes, the oldest due date first."""
    rows = (
        CallNotice.objects.filter(commitment_id=commitment_id, call__state=State.ISSUED, call__issued_on__lte=as_of)
        .annotate(paid=Sum("allocations__amount"))
        .filter(Q(paid__isnull=True) | Q(paid__lt=F("amount")))
        .select_related("call", "commitment")
        .order_by("call__due_on", "call__number", "pk")
    )
    return [NoticeLine(row, row.amount, row.inside, row.paid or ZERO) for row in rows]


def is_illustrative(fund: Fund) -> bool:
    """Whether calls of the fund are invented: those of an illustrative fund, and those beside illustrative ones."""
    return fund.is_illustrative or CapitalCall.objects.filter(fund=fund, is_illustrative=True).exists()


def is_open(call: CapitalCall) -> bool:
    """Whether any notice of the call is not paid in full."""
    paid = call.notices.annotate(paid=Sum("allocations__amount"))
    return paid.filter(Q(paid__isnull=True) | Q(paid__lt=F("amount"))).exists()


def paid_by_call(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """What was paid on each call, by its key."""
    rows = ReceiptAllocation.objects.filter(receipt__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
    return dict(rows.order_by().values_list("notice__call_id").annotate(Sum("amount")))


def is_approved(call: CapitalCall) -> bool:
    """Whether a second person signed exactly what stands."""
    signature = last_signature(call)
    return signature is not None and signature.digest == digest(call)


def paid_in(fund: Fund, *, as_of: date, known_at: datetime) -> dict[int, Decimal]:
    """Receipts matched to calls, by key of the commitment."""
    rows = (
        ReceiptAllocation.objects.filter(receipt__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)
        .values("receipt__commitment_id")
        .annotate(total=Sum("amount"))
    )
    return {row["receipt__commitment_id"]: row["total"] for row in rows}


def receipts_of(call: CapitalCall, *, as_of: date, known_at: datetime) -> list[ReceiptAllocation]:
    """What was paid on a call, the latest first: each part with its receipt and its Ally."""
    rows = ReceiptAllocation.objects.filter(notice__call=call, effective_on__lte=as_of, recorded_at__lte=known_at)
    return list(rows.select_related("receipt", "notice__commitment__nation").order_by("-effective_on", "-pk"))


def open_by_commitment(fund: Fund) -> dict[int, Decimal]:
    """What each Ally still owes today on all issued calls, by key of the commitment."""
    issued = CallNotice.objects.filter(call__fund=fund, call__state=State.ISSUED)
    owed = issued.values_list("commitment_id").annotate(Sum("amount"))
    paid = (
        ReceiptAllocation.objects.filter(notice__in=issued).values_list("notice__commitment_id").annotate(Sum("amount"))
    )
    already = dict(paid.order_by())
    return {key: amount - already.get(key, ZERO) for key, amount in owed.order_by()}


def refusal(person: User, call: CapitalCall, act: Act, *, on: date | None = None) -> DomainError | None:
    """Why the person may not take this step now; None where she may. Pages and services both ask here."""
    found = rules.refusal(person, call, act, on=on)
    if isinstance(found, OwnWork) and on is not None:
        return OwnWork(others_who_may_approve(call, besides=person, on=on))
    if found is None and act is Act.ISSUE:
        gap = _gap_in_approval(call)
        return gap or (DueTooEarly(field="due_on") if on is not None and call.due_on < on else None)
    if found is None and act is Act.CANCEL and ReceiptAllocation.objects.filter(notice__call=call).exists():
        return AlreadyPaid()
    return found


def permitted(person: User, call: CapitalCall, *, on: date) -> dict[Act, DomainError | None]:
    """Every step of a call, each with why the person may not take it, or None where she may."""
    return {act: refusal(person, call, act, on=on) for act in Act}


def last_signature(call: CapitalCall) -> CallApproval | None:
    """The latest approval by somebody who neither drafted nor last changed the call; it may be void by now."""
    others = [one for one in call.approvals.all() if one.by_id not in (call.drafted_by_id, call.edited_by_id)]
    return max(others, key=lambda one: (one.at, one.pk), default=None)


def others_who_may_approve(call: CapitalCall, *, besides: User, on: date) -> list[str]:
    """The names of people who could approve and issue a call, without its authors and without one person."""
    able = [slug for slug, role in ROLES.items() if Permission.CALL_APPROVE in role.permissions]
    people = User.objects.filter(
        Q(grants__scope_kind=Scope.EVERYWHERE) | Q(grants__scope_ref=call.fund.public_id),
        Q(grants__ends_before__isnull=True) | Q(grants__ends_before__gt=on),
        grants__role__in=able,
        grants__starts_on__lte=on,
        grants__revoked_at__isnull=True,
        is_active=True,
    ).exclude(pk__in=[call.drafted_by_id, call.edited_by_id, besides.pk])
    return list(people.order_by("name").values_list("name", flat=True).distinct())


def _signed_line(line: Stated) -> list[object]:
    return [line.purpose, line.text.strip(), f"{line.amount:.2f}", line.inside_commitment]


def _gap_in_approval(call: CapitalCall) -> Conflict | None:
    """What is missing of an approval for exactly what stands now."""
    signature = last_signature(call)
    if signature is None:
        return NotApproved()
    if signature.digest != digest(call):
        return ChangedSince(changed_fields(signature.signed, signed_content(call)))
    return None


def _in_force(rows: QuerySet[CallNotice], as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    """Notices of calls issued by then and not cancelled by then, as known by then."""
    return rows.filter(call__issued_on__lte=as_of, call__issued_at__lte=known_at).exclude(
        call__cancelled_on__lte=as_of, call__cancelled_at__lte=known_at
    )
