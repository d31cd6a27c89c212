"""Opening a quarter's run, preparing its marks, changing, submitting, approving and reopening; looking for drift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import digests
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, DomainError, Invalid
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.money import queries as money
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.queries import ADDING, RECEIVING
from portfolio.valuations import alarm, queries, rules, techniques
from portfolio.valuations.lifecycle import APPROVALS_NEEDED, State
from portfolio.valuations.models import Mark, MarkApproval, ValuationPolicy, ValuationRun
from portfolio.valuations.rules import Act

PREPARE = "portfolio.valuations.prepare"
TELL_DRIFT = "portfolio.valuations.tell_drift"
HOLDINGS_A_CHUNK = 20
ZERO, CENT = Decimal(0), Decimal("0.01")
ONE_DAY = timedelta(days=1)
ODD_RATIO = Decimal(2)
"""A rate that doubled or halved in a day is taken for an error until somebody looked."""
Technique = Mark.Technique
ROLLED = (Technique.REPORTED_NAV, Technique.WRITE_DOWN)
"""What a person stated for an earlier quarter is carried to this one, while anything is held."""
BOOKS = "books of the fund"

POLICY_RECORDED = declare("valuation.policy-recorded", _("{actor} recorded valuation policy {version}."))
OPENED = declare("valuation.opened", _("{actor} opened the valuation at {quarter_end}, version {version}."))
PREPARED = declare("valuation.prepared", _("{actor} prepared {marks} marks of the valuation at {quarter_end}."))
CHANGED = declare("mark.changed", _("{actor} changed the mark of {holding} to {value}: {reason}."))
SUBMITTED = declare("valuation.submitted", _("{actor} submitted the valuation at {quarter_end}."))
APPROVED = declare("valuation.approved", _("{actor} approved the valuation at {quarter_end}."))
LOCKED = declare("valuation.locked", _("{actor} locked the valuation at {quarter_end} by the last approval."))
REOPENED = declare("valuation.reopened", _("{actor} reopened the valuation at {quarter_end}: {reason}."))


class NotAQuarterEnd(Invalid):
    code = "not_a_quarter_end"
    sentence = _("A valuation is made for the last day of a quarter that has ended. Choose such a day.")


class PolicyMissing(Conflict):
    code = "valuation_policy_missing"
    sentence = _("No valuation policy of the fund governs this quarter. Record one, then open the run.")


class PolicyIncomplete(Invalid):
    code = "valuation_policy_incomplete"
    sentence = _("A valuation policy has a version of its own and a text. Enter both.")


class OddRate(Conflict):
    """A rate is out of line with the one published before it."""

    code = "odd_rate"

    def __init__(self, currency: str, now: Decimal, before: Decimal) -> None:
        sentence = _(
            "The rate of {currency} is {now} for one euro and was {before} the day before. "
            "Correct the rate, or wait for the next one; no run was opened."
        )
        super().__init__(
            str(sentence).format(currency=currency, now=f"{now.normalize():f}", before=f"{before.normalize():f}")
        )


class SourceMissing(Invalid):
    code = "mark_source_missing"
    sentence = _("Say where the figure comes from: a mark has no input without a source.")


class ReasonMissing(Invalid):
    code = "mark_reason_missing"
    sentence = _("Say why, in a sentence: the committee reads it and the audit trail keeps it.")


class RelevanceMissing(Invalid):
    code = "mark_relevance_missing"
    sentence = _("Say with its day why the last round still tells what the company is worth at the end of the quarter.")


class AmountMissing(Invalid):
    code = "mark_amount_missing"
    sentence = _("Enter the amount in the currency of the holding, zero or more, with at most two decimal places.")


class NotBelowCost(Invalid):
    code = "mark_not_below_cost"

    def __init__(self, cost: Decimal) -> None:
        sentence = _("A write-down lies below cost, which is {cost}. Enter less, or choose another technique.")
        super().__init__(str(sentence).format(cost=f"{cost:,.2f}"), field="amount")


class DatedOutside(Invalid):
    code = "mark_dated_outside"

    def __init__(self, quarter_end: date) -> None:
        sentence = _("The figure is dated after the quarter, which ended on {day}. Enter that day or an earlier one.")
        super().__init__(str(sentence).format(day=quarter_end.isoformat()), field="dated")


class NoRound(Conflict):
    code = "mark_without_round"
    sentence = _("No purchase of shares in a round is recorded by then, so there is no last round to calibrate to.")


class WrongTechnique(Invalid):
    code = "mark_wrong_technique"
    sentence = _("A reported net asset value is of a stake in another fund; rounds are of companies.")


class AdjustedTooFar(Invalid):
    code = "mark_adjusted_too_far"
    sentence = _("An adjustment lies between -100 and 100 per cent.")


class ChangedSince(Conflict):
    code = "valuation_changed_since"
    sentence = _("The valuation was changed since the page was shown. Read it again, then approve what stands now.")


class MarksMissing(Conflict):
    code = "marks_missing"
    sentence = _("Not every holding has its mark yet. Wait for the job, then submit.")


class LaterVersion(Conflict):
    code = "later_version"
    sentence = _("The quarter was reopened already. Work in its latest version.")


class EditedMeanwhile(Conflict):
    code = "mark_edited_meanwhile"
    sentence = _("Somebody changed this mark meanwhile. Read it again, then enter your change anew.")


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A fund whose run was due and could not be opened."""

    fund: Fund
    quarter_end: date
    why: DomainError


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a stored mark comes to from its pinned inputs and rates; amounts as in Mark."""

    mark: Mark
    local_value: Decimal
    value: Decimal

    @property
    def difference(self) -> Decimal:
        """What the stored value is short of; zero where it follows from its inputs."""
        return self.value - self.mark.value

    @property
    def drifts(self) -> bool:
        return (self.local_value, self.value) != (self.mark.local_value, self.mark.value)


@transaction.atomic
def record_policy(
    fund: Fund,
    *,
    version: str,
    first_day: date,
    text: str,
    by: User,
    at: datetime,
    cadence: str = ValuationPolicy.Cadence.QUARTERLY,
    is_illustrative: bool = False,
) -> ValuationPolicy:
    """State how a fund values from a quarter end on. Raises NotPermitted, PolicyIncomplete."""
    rules.require_opening(by, fund)
    taken = ValuationPolicy.objects.filter(fund=fund, version=version.strip()).exists()
    if not version.strip() or not text.strip() or taken:
        raise PolicyIncomplete(field="version")
    policy = ValuationPolicy.objects.create(
        fund=fund,
        version=version.strip(),
        first_day=first_day,
        cadence=cadence,
        text=text.strip(),
        is_illustrative=is_illustrative,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record(
        POLICY_RECORDED,
        policy.public_id,
        by=by,
        chain=fund.public_id,
        after={"version": policy.version, "first_day": first_day, "cadence": cadence},
    )
    return policy


@transaction.atomic
def open_run(fund: Fund, *, quarter_end: date, by: User, at: datetime) -> ValuationRun:
    """Open a quarter's valuation and put its preparation on the list; the one that stands already is returned.

    Pins the euro reference rates of the last day as known at ``at``. Raises NotPermitted, NotAQuarterEnd, RateMissing, OddRate.
    """
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    rules.require_opening(by, fund)
    today = funds.day_of(fund, at)
    if (
        quarter_end >= today
        or techniques.quarter_end_before(date.fromordinal(quarter_end.toordinal() + 1)) != quarter_end
    ):
        raise NotAQuarterEnd(field="quarter_end")
    standing = ValuationRun.objects.filter(fund=fund, quarter_end=quarter_end).order_by("-version").first()
    if standing is not None:
        return standing
    policy = queries.policy_of(fund, quarter_end=quarter_end, known_at=at)
    if policy is None:
        raise PolicyMissing
    run = ValuationRun.objects.create(
        fund=fund,
        quarter_end=quarter_end,
        rates=_pinned_rates(fund, quarter_end, known_at=at),
        policy_version=policy.version,
        code_version=techniques.CODE_VERSION,
        opened_at=at,
        opened_by=by,
        is_illustrative=fund.is_illustrative
        or Transaction.objects.filter(holding__fund=fund, is_illustrative=True).exists(),
    )
    jobs.start(PREPARE, key=job_key(run), by=by, on=today, scope=fund.public_id, run=run.pk)
    _record(OPENED, run, by, after={"quarter_end": quarter_end, "version": run.version, "rates": run.rates})
    return run


def open_due_runs(*, by: User, at: datetime) -> tuple[list[ValuationRun], list[NotOpened]]:
    """The run of the last quarter that ended, for every fund whose policy says so, that holds something and has none.

    A fund that cannot be valued yet, for want of a rate, does not keep the others waiting: it is told with the reason.
    """
    opened, refused = [], []
    for fund in Fund.objects.exclude(book=None).order_by("pk"):
        quarter_end = techniques.quarter_end_before(funds.day_of(fund, at))
        if not _is_due(fund, quarter_end, at):
            continue
        try:
            opened.append(open_run(fund, quarter_end=quarter_end, by=by, at=at))
        except DomainError as why:
            refused.append(NotOpened(fund, quarter_end, why))
    return opened, refused


def _is_due(fund: Fund, quarter_end: date, at: datetime) -> bool:
    policy = queries.policy_of(fund, quarter_end=quarter_end, known_at=at)
    if policy is None or policy.cadence != ValuationPolicy.Cadence.QUARTERLY:
        return False
    held = Transaction.objects.filter(holding__fund=fund, effective_on__lte=quarter_end, recorded_at__lte=at)
    return held.exists() and not ValuationRun.objects.filter(fund=fund, quarter_end=quarter_end).exists()


def job_key(run: ValuationRun) -> str:
    """What makes a run's job one: operations read it, so that it names nothing of the fund."""
    return f"run-{run.pk}"


def prepare(job: Running, *, by: User, at: datetime) -> None:
    """Write the first edition of every mark of a run, some at a time; what is written already stays as it is."""
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    while run.state == State.PREPARING:
        with job.chunk() as chunk:
            run = _locked(run)
            total, left = _positions_without_mark(run)
            for one in left[:HOLDINGS_A_CHUNK]:
                _prepare_mark(run, one, by=by, at=at)
                failpoints.reach("valuations.mark_written")
            done = total - len(left) + len(left[:HOLDINGS_A_CHUNK])
            if done == total:
                run.state = State.IN_REVIEW
                run.save(update_fields=["state"])
                _record(PREPARED, run, by, after={"marks": total, "quarter_end": run.quarter_end})
            chunk.done(done, total)


def prepare_at_once(run: ValuationRun, *, by: User, at: datetime) -> ValuationRun:
    """Do the run's job in the caller's own time, as a worker would. Raises MarksMissing where a worker has it already."""
    job = jobs.claim(at=at)
    if job is None or job.lease is None or (job.name, job.key) != (PREPARE, job_key(run)):
        raise MarksMissing
    prepare(
        Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, by.public_id, job.attempts), by=by, at=at
    )
    jobs.finish(job.pk, job.lease, at=at)
    run.refresh_from_db()
    return run


@transaction.atomic
def change_mark(
    mark: Mark,
    *,
    technique: str,
    reason: str,
    by: User,
    at: datetime,
    amount: Decimal | None = None,
    source: str = "",
    dated: date | None = None,
    adjustment: Decimal = ZERO,
    relevance: str = "",
) -> Mark:
    """Write a further edition of a mark; a submitted run goes back to review, and its approvals lapse.

    ``amount`` is in the holding's currency: the net asset value reported for the day ``dated``, or what the holding is
    written down to; ``adjustment`` is in per cent of the price of the last round. Raises NotPermitted, WrongState,
    EditedMeanwhile, ReasonMissing, RelevanceMissing, SourceMissing, AmountMissing, NotBelowCost, DatedOutside, NoRound, WrongTechnique.
    """
    run = _locked(mark.run)
    rules.require(by, run, Act.CHANGE)
    latest = queries.history_of(mark)[0]
    if latest.pk != mark.pk:
        raise EditedMeanwhile
    if not reason.strip():
        raise ReasonMissing(field="reason")
    said = relevance.strip() or latest.relevance
    if technique == Technique.LAST_ROUND and not said:
        raise RelevanceMissing(field="relevance")
    position = _position(run, mark.holding)
    inputs = _given(run, position, technique, amount=amount, source=source.strip(), dated=dated, adjustment=adjustment)
    fresh = _write(
        run,
        position,
        technique,
        inputs,
        edition=latest.edition + 1,
        relevance=said,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    if run.state == State.SUBMITTED:
        run.state, run.submitted_at, run.submitted_by = State.IN_REVIEW, None, None
        run.save(update_fields=["state", "submitted_at", "submitted_by"])
    told = {"holding": mark.holding.organisation.name, "value": fresh.value, "reason": fresh.reason}
    _record(
        CHANGED,
        run,
        by,
        before={"value": latest.value},
        after=told | {"technique": technique, "edition": fresh.edition},
    )
    return fresh


@transaction.atomic
def submit_run(run: ValuationRun, *, by: User, at: datetime) -> ValuationRun:
    """Hand a run to the committee. Raises NotPermitted, WrongState, MarksMissing."""
    row = _locked(run)
    rules.require(by, row, Act.SUBMIT)
    if _positions_without_mark(row)[1]:
        raise MarksMissing
    row.state, row.submitted_at, row.submitted_by = State.SUBMITTED, at, by
    row.save(update_fields=["state", "submitted_at", "submitted_by"])
    _record(SUBMITTED, row, by, after={"quarter_end": row.quarter_end, "digest": queries.digest(row)})
    return row


@transaction.atomic
def approve_run(run: ValuationRun, *, digest: str, by: User, at: datetime) -> ValuationRun:
    """Sign exactly what ``digest`` covers; the second person's approval locks the run.

    Raises NotPermitted, WrongState, OwnMarks, ChangedSince where the page shown is not what stands.
    """
    row = _locked(run)
    rules.require(by, row, Act.APPROVE, authors=queries.authors_of(row))
    content = queries.content_of(row)
    if digest != queries.digest(row):
        raise ChangedSince
    signed = {rules.one_person(one): one for one in queries.signers_of(row, digest)}
    if signed.get(rules.one_person(by), by).pk != by.pk:
        raise rules.SignedAlready
    _approval, created = MarkApproval.objects.get_or_create(
        run=row, digest=digest, by=by, defaults={"signed": content, "at": at}
    )
    if created:
        _record(APPROVED, row, by, after={"quarter_end": row.quarter_end, "digest": digest})
    if len({*signed, rules.one_person(by)}) >= APPROVALS_NEEDED:
        ValuationRun.objects.filter(later=row).update(state=State.SUPERSEDED)
        row.state, row.locked_at = State.LOCKED, at
        row.save(update_fields=["state", "locked_at"])
        _record(LOCKED, row, by, after={"quarter_end": row.quarter_end, "digest": digest})
    return row


@transaction.atomic
def reopen_run(run: ValuationRun, *, reason: str, by: User, at: datetime) -> ValuationRun:
    """Open a further version of a locked quarter with the same marks, rates and policy. The locked one stands until then.

    Raises NotPermitted, WrongState, LaterVersion, ReasonMissing.
    """
    locks.in_order(Fund.objects.filter(pk=run.fund_id)).get()
    row = _locked(run)
    rules.require(by, row, Act.REOPEN)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not queries.is_latest(row):
        raise LaterVersion
    fresh = ValuationRun.objects.create(
        fund=row.fund,
        quarter_end=row.quarter_end,
        version=row.version + 1,
        supersedes=row,
        state=State.IN_REVIEW,
        rates=row.rates,
        policy_version=row.policy_version,
        code_version=row.code_version,
        reason=reason.strip(),
        opened_at=at,
        opened_by=by,
        is_illustrative=row.is_illustrative,
    )
    Mark.objects.bulk_create(_copied(mark, fresh, at=at) for mark in queries.marks_of(row))
    _record(
        REOPENED, fresh, by, after={"quarter_end": row.quarter_end, "version": fresh.version, "reason": fresh.reason}
    )
    return fresh


def recompute(mark: Mark) -> Recomputed:
    """The mark from its pinned inputs and rates alone. Writes nothing."""
    return Recomputed(mark, *queries.recomputed(mark))


def report_drift() -> list[Recomputed]:
    """Every mark whose stored value differs from what its pinned inputs come to today."""
    rows = Mark.objects.select_related("run__fund", "holding").order_by("pk")
    found = (recompute(mark) for mark in rows.iterator(chunk_size=500))
    return [one for one in found if one.drifts]


@transaction.atomic
def announce_drift(found: Sequence[Recomputed], *, by: User, at: datetime) -> list[Job]:
    """Put on the list that people are told of the marks that drift, once a run and a drift: found again, it is the same job."""
    by_run: dict[int, list[Recomputed]] = {}
    for one in found:
        by_run.setdefault(one.mark.run_id, []).append(one)
    return [_announce(some[0].mark.run, some, by=by, at=at) for some in by_run.values()]


def tell_drift(job: Running, *, at: datetime) -> None:
    """Tell people of the marks of a run that drift still, all in one chunk: either everybody was told or nobody."""
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    with job.chunk() as chunk:
        if chunk.count:
            return
        marks = run.marks.select_related("run__fund", "holding__organisation").order_by("holding", "edition")
        drifting = [mark for mark in marks if recompute(mark).drifts]
        told = alarm.tell(run, drifting, at=at) if drifting else 0
        chunk.done(max(told, 1), max(told, 1))


def _announce(run: ValuationRun, found: Sequence[Recomputed], *, by: User, at: datetime) -> Job:
    what = {one.mark.public_id: [str(one.local_value), str(one.value)] for one in found}
    key = f"{job_key(run)}-{digests.digest(what)}"
    today = funds.day_of(run.fund, at)
    return jobs.start(TELL_DRIFT, key=key, by=by, on=today, scope=run.fund.public_id, run=run.pk)


def _pinned_rates(fund: Fund, quarter_end: date, *, known_at: datetime) -> list[dict[str, str]]:
    held = Holding.objects.filter(
        fund=fund, transactions__effective_on__lte=quarter_end, transactions__recorded_at__lte=known_at
    ).values_list("currency", flat=True)
    currencies = sorted({*held, fund.currency_id})
    if currencies == [fund.currency_id]:
        return []
    return [_pinned(currency, quarter_end, known_at=known_at) for currency in currencies]


def _pinned(currency: str, quarter_end: date, *, known_at: datetime) -> dict[str, str]:
    rate = money.rate(currency, on=quarter_end, known_at=known_at)
    try:
        before = money.rate(currency, on=rate.observed_on - ONE_DAY, known_at=known_at).units_per_euro
    except money.RateMissing:
        before = rate.units_per_euro
    if not 1 / ODD_RATIO < rate.units_per_euro / before < ODD_RATIO:
        raise OddRate(currency, rate.units_per_euro, before)
    return {
        "currency": currency,
        "units_per_euro": str(rate.units_per_euro),
        "observed_on": rate.observed_on.isoformat(),
        "source": rate.source,
    }


@dataclass(frozen=True, slots=True)
class _Position:
    """A holding as the run sees it: what its transactions by the last day of the quarter come to."""

    holding: Holding
    rows: list[Transaction]
    quantity: Decimal
    cost: Decimal
    fund_cost: Decimal

    @property
    def last_round(self) -> Transaction | None:
        in_rounds = [
            row for row in self.rows if row.kind == Transaction.Kind.PURCHASE and row.round_id and row.quantity
        ]
        return max(in_rounds, key=lambda row: (row.effective_on, row.pk), default=None)

    def flows_after(self, day: date) -> tuple[Decimal, Decimal]:
        """Paid in and received after a day, in the holding's currency."""
        later = [row for row in self.rows if row.effective_on > day]
        paid = sum((row.amount for row in later if row.kind in ADDING), ZERO)
        return paid, sum((row.amount for row in later if row.kind in RECEIVING), ZERO)


def _position(run: ValuationRun, holding: Holding) -> _Position:
    rows = list(investments.transactions(holding, as_of=run.quarter_end, known_at=run.opened_at))
    found = investments.position(holding, rows)
    return _Position(holding, rows, found.quantity, found.cost, found.fund_cost)


def _positions_without_mark(run: ValuationRun) -> tuple[int, list[Holding]]:
    """How many holdings the run covers, and those that have no mark yet."""
    covered = Holding.objects.filter(
        fund=run.fund_id,
        transactions__effective_on__lte=run.quarter_end,
        transactions__recorded_at__lte=run.opened_at,
    ).distinct()
    left = covered.exclude(pk__in=Mark.objects.filter(run=run).values("holding"))
    return covered.count(), list(left.select_related("organisation", "currency", "fund").order_by("pk"))


def _prepare_mark(run: ValuationRun, holding: Holding, *, by: User, at: datetime) -> Mark:
    """The technique of the quarter before where a person chose one, else the last round, else cost."""
    position = _position(run, holding)
    before = _mark_before(run, holding)
    if before is not None and position.cost > ZERO and before.technique in ROLLED:
        inputs = _carried(before, position, run.quarter_end)
        return _write(
            run,
            position,
            before.technique,
            inputs,
            edition=1,
            relevance=before.relevance,
            reason=before.reason,
            by=by,
            at=at,
        )
    technique = Technique.LAST_ROUND if position.last_round and position.quantity > ZERO else Technique.COST
    adjustment = queries.amounts(before.inputs).get("adjustment", ZERO) if before is not None else ZERO
    inputs = _given(run, position, technique, adjustment=adjustment, source=BOOKS)
    relevance = _said_of_round(position, run) if technique == Technique.LAST_ROUND else ""
    return _write(run, position, technique, inputs, edition=1, relevance=relevance, reason="", by=by, at=at)


def _mark_before(run: ValuationRun, holding: Holding) -> Mark | None:
    return (
        Mark.objects.filter(holding=holding, run__quarter_end__lt=run.quarter_end, run__locked_at__lte=run.opened_at)
        .order_by("-run__quarter_end", "-run__version", "-edition")
        .first()
    )


def _given(
    run: ValuationRun,
    position: _Position,
    technique: str,
    *,
    amount: Decimal | None = None,
    source: str = "",
    dated: date | None = None,
    adjustment: Decimal = ZERO,
) -> list[dict[str, str]]:
    """The inputs of a technique, each with its source and day. Raises what ``change_mark`` raises of them."""
    end = run.quarter_end
    if technique == Technique.COST:
        return [_input("cost", position.cost, BOOKS, end)]
    if technique == Technique.LAST_ROUND:
        return _of_round(position, end, adjustment, source)
    if amount is None or amount < ZERO or amount != amount.quantize(CENT):
        raise AmountMissing(field="amount")
    if not source:
        raise SourceMissing(field="source")
    day = dated or end
    if day > end:
        raise DatedOutside(end)
    if technique == Technique.WRITE_DOWN:
        if amount >= position.cost:
            raise NotBelowCost(position.cost)
        return _rolled("written_down_to", amount, source, end, position, end)
    if position.holding.kind != Holding.Kind.FUND:
        raise WrongTechnique(field="technique")
    return _rolled("nav", amount, source, day, position, end)


def _of_round(position: _Position, end: date, adjustment: Decimal, source: str) -> list[dict[str, str]]:
    bought = position.last_round
    if bought is None or bought.round is None:
        raise (
            WrongTechnique(field="technique")
            if position.holding.kind == Holding.Kind.FUND
            else NoRound(field="technique")
        )
    if abs(adjustment) > techniques.HUNDRED:
        raise AdjustedTooFar(field="adjustment")
    if adjustment and not source:
        raise SourceMissing(field="source")
    of_round = f"{bought.round.name}, {bought.round.source}"[:400]
    return [
        _input("quantity", position.quantity, BOOKS, end),
        _input("round_amount", bought.amount, of_round, bought.effective_on),
        _input("round_quantity", bought.quantity or ZERO, of_round, bought.effective_on),
        _input("adjustment", adjustment, source or BOOKS, end),
    ]


def _rolled(name: str, amount: Decimal, source: str, day: date, position: _Position, end: date) -> list[dict[str, str]]:
    paid, received = position.flows_after(day)
    return [
        _input(name, amount, source, day),
        _input("paid_since", paid, BOOKS, end),
        _input("received_since", received, BOOKS, end),
    ]


def _carried(before: Mark, position: _Position, end: date) -> list[dict[str, str]]:
    """The figure of an earlier quarter, rolled to this one."""
    main = next(one for one in before.inputs if one["name"] == techniques.MAIN[before.technique])
    return _rolled(
        main["name"], Decimal(main["value"]), main["source"], date.fromisoformat(main["date"]), position, end
    )


def _input(name: str, value: Decimal, source: str, day: date) -> dict[str, str]:
    return {"name": name, "value": f"{value.normalize():f}", "source": source, "date": day.isoformat()}


def _said_of_round(position: _Position, run: ValuationRun) -> str:
    """A draft of the relevance statement, for the analyst to confirm: plain facts with their days."""
    bought = position.last_round
    if bought is None or bought.round is None:
        return ""
    return f"{bought.round.name}: {bought.effective_on.isoformat()} → {run.quarter_end.isoformat()}"


def _write(
    run: ValuationRun,
    position: _Position,
    technique: str,
    inputs: list[dict[str, str]],
    *,
    edition: int,
    relevance: str,
    reason: str,
    by: User,
    at: datetime,
) -> Mark:
    given = queries.amounts(inputs)
    local = techniques.value(technique, given)
    return Mark.objects.create(
        run=run,
        holding=position.holding,
        edition=edition,
        technique=technique,
        local_value=local,
        value=queries.in_fund_currency(run, position.holding, local),
        cost=position.fund_cost,
        known_at=run.opened_at,
        inputs=inputs,
        relevance=relevance,
        sensitivity=techniques.sensitivity(technique, given),
        reason=reason,
        recorded_at=at,
        recorded_by=by,
    )


def _copied(mark: Mark, run: ValuationRun, *, at: datetime) -> Mark:
    """The first edition of a mark in a further version: what was locked, as its author left it."""
    kept: Mapping[str, Any] = {
        name: getattr(mark, name)
        for name in (
            "holding",
            "technique",
            "local_value",
            "value",
            "cost",
            "level",
            "inputs",
            "relevance",
            "sensitivity",
            "known_at",
        )
    }
    return Mark(run=run, reason=mark.reason, recorded_at=at, recorded_by=mark.recorded_by, **kept)


def _locked(run: ValuationRun) -> ValuationRun:
    return locks.in_order(ValuationRun.objects.select_related("fund").filter(pk=run.pk)).get()


def _record(
    kind: Kind, run: ValuationRun, by: User, *, after: dict[str, Any], before: dict[str, Any] | None = None
) -> None:
    audit.record(kind, run.public_id, by=by, chain=run.fund.public_id, before=before, after=after)
