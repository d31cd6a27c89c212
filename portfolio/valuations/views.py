"""The valuation desk, a run, the evidence for a mark, a holding's marks over time, and the steps from opening to lock."""

from datetime import date
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.audit import sentences
from core.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from core.exports import xlsx
from core.jobs import queries as jobs
from core.jobs import words as job_words
from core.money.queries import RateMissing
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web import asof, numerals, tables
from core.web.forms import take
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.valuations import charts, forms, listing, queries, rules, services, techniques, telling, words, workbooks
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark as Edition
from portfolio.valuations.models import ValuationRun
from portfolio.valuations.rules import Act

FORBIDDEN, CONFLICT = 403, 409
QUARTERS_OFFERED = 8
RECOMPUTATIONS_SHOWN = 20


class Desk(View):
    """What waits for the person, and every run of the fund. It speaks of now."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {
            "fund": fund,
            "funds": own,
            "waiting": [(one.run, one.act.value) for one in listing.waiting(request.user)],
        }
        if fund:
            pages = tables.paginate(request, listing.runs_of(request.user, fund))
            rows = list(pages.page.object_list)
            sums = listing.sums_of(rows)
            context |= {
                "pages": pages,
                "rows": [(run, sums.get(run.pk, listing.Sum()), *words.state(run.state)) for run in rows],
                "hindrance": services.hindrance(fund, at=clock.now()),
                "may_open": people_rules.may(request.user, Permission.VALUATION_PREPARE, fund.public_id),
                **(_whole(request, rows[0]) if rows else {}),
            }
        return render(request, "portfolio/valuations/desk.html", context)


class DeskWorkbook(View):
    """Every run of the fund, as it stands now."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund, today = _fund(request), clock.today()
        found = list(listing.runs_of(request.user, fund))
        content = workbooks.runs(fund, found, listing.sums_of(found), as_of=today, known_at=clock.now())
        return xlsx.response(content, name=f"valuations-{today.isoformat()}")


class Open(View):
    """Opening a quarter's valuation; the job then prepares its marks."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, _fund(request))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = _fund(request)
        form = forms.OpenForm(request.POST, quarters=_quarters(fund))
        if not form.is_valid():
            return self._page(request, fund, form)
        try:
            run = services.open_run(fund, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid, RateMissing) as refusal:
            take(form, refusal)
            return self._page(request, fund, form, _status(refusal))
        return redirect("portfolio:valuation", run.public_id)

    def _page(
        self, request: PersonRequest, fund: Fund, form: forms.OpenForm | None = None, status: int = 200
    ) -> HttpResponse:
        rules.require_opening(request.user, fund)
        shown = form or forms.OpenForm(quarters=_quarters(fund))
        return render(request, "portfolio/valuations/open.html", {"fund": fund, "form": shown}, status=status)


class Policy(View):
    """How the fund values: its versions, and a further one."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund = _fund(request)
        return self._page(request, fund, forms.PolicyForm(initial={"first_day": _quarters(fund)[0]}))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund = _fund(request)
        form = forms.PolicyForm(request.POST)
        if not form.is_valid():
            return self._page(request, fund, form)
        try:
            policy = services.record_policy(fund, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, fund, form, _status(refusal))
        messages.success(request, _("Version %(version)s is recorded.") % {"version": policy.version})
        return redirect(f"{reverse('portfolio:valuation-policy')}?fund={fund.public_id}")

    def _page(self, request: PersonRequest, fund: Fund, form: forms.PolicyForm, status: int = 200) -> HttpResponse:
        rules.require_opening(request.user, fund)
        context = {"fund": fund, "form": form, "policies": queries.policies_of(fund)}
        return render(request, "portfolio/valuations/policy.html", context, status=status)


class Run(View):
    """One run: outliers first, who signed what, and how far its preparation is."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        run = listing.get(request.user, public_id)
        context = _whole(request, run) | {
            "acts": [act.value for act in queries.steps_open_to(run, request.user)],
            "versions": listing.versions(run),
            "rates": telling.rates(run.rates),
            "computed_at": clock.now(),
        }
        context["drifting"] = listing.drifting(context["marks"])
        return render(request, "portfolio/valuations/run.html", context)


class RunWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        run = listing.get(request.user, public_id)
        rows = listing.compared(run)
        content = workbooks.run(run, rows, listing.totals(rows), queries.approvals_of(run), known_at=clock.now())
        return xlsx.response(content, name=f"valuation-{run.quarter_end.isoformat()}-v{run.version}")


class Confirm(View):
    """A step that is taken once its page was read. A refusal stands on the page, with what stands now."""

    act: ClassVar[Act]
    form: ClassVar[type[django_forms.Form]] = django_forms.Form

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, listing.get(request.user, public_id), self.form())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        run = listing.get(request.user, public_id)
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(request, run, form)
        try:
            done = self._take(request, run, form.cleaned_data)
        except (Conflict, Invalid, NotPermitted, RateMissing) as refusal:
            # The person who sent the page may be the one who changed the run since; it is read anew.
            return self._page(request, listing.get(request.user, public_id), form, refusal)
        return redirect("portfolio:valuation", done.public_id)

    def _take(self, request: PersonRequest, run: ValuationRun, given: dict[str, Any]) -> ValuationRun:
        """Call the service and say what was done; return the run to show then."""
        raise NotImplementedError

    def _page(
        self, request: PersonRequest, run: ValuationRun, form: django_forms.Form, refusal: DomainError | None = None
    ) -> HttpResponse:
        standing = rules.refusal(request.user, run, self.act, authors=queries.authors_of(run))
        said = refusal or standing
        context = _whole(request, run) | {
            "act": self.act.value,
            "form": form,
            "refusal": str(said) if said else "",
            "may": standing is None,
            "namesakes": queries.namesakes(run, request.user) if self.act is Act.APPROVE and standing is None else [],
        }
        return render(request, "portfolio/valuations/confirm.html", context, status=_status(said))


class Submit(Confirm):
    act = Act.SUBMIT

    def _take(self, request: PersonRequest, run: ValuationRun, given: dict[str, Any]) -> ValuationRun:
        done = services.submit_run(run, by=request.user, at=clock.now())
        messages.success(request, _("Submitted. Two members of the committee approve it now."))
        return done


class Approve(Confirm):
    act, form = Act.APPROVE, forms.ConfirmForm

    def _take(self, request: PersonRequest, run: ValuationRun, given: dict[str, Any]) -> ValuationRun:
        done = services.approve_run(run, digest=given["digest"], by=request.user, at=clock.now())
        locked = _("Approved. The run is locked, and the net asset value follows it.")
        messages.success(request, locked if done.locked_at else _("Approved. One more member has to approve."))
        return done


class Reopen(Confirm):
    act, form = Act.REOPEN, forms.ReopenForm

    def _take(self, request: PersonRequest, run: ValuationRun, given: dict[str, Any]) -> ValuationRun:
        done = services.reopen_run(run, reason=given["reason"], by=request.user, at=clock.now())
        messages.success(request, _("Opened again. What is locked stands until this version is."))
        return done


class Mark(View):
    """The committee's evidence for one mark: technique, inputs with sources, sensitivity, editions, who did what."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return _mark_page(request, listing.get_mark(request.user, public_id))


class Recompute(View):
    """The mark once more from its pinned inputs; what came out stands on its page, with those before."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        mark = listing.get_mark(request.user, public_id)
        found = services.recompute(mark, by=request.user, at=clock.now())
        if not found.drifts:
            said = _("Computed again from its inputs and rates: %(unit)s %(value)s, as stored.")
            told = {"unit": mark.run.fund.currency_id, "value": numerals.plain(found.value, 2)}
            messages.success(request, said % told)
        return redirect("portfolio:valuation-mark", mark.public_id)


class Change(View):
    """A further edition of a mark, with its reason."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        mark = listing.get_mark(request.user, public_id)
        rules.require(request.user, mark.run, Act.CHANGE)
        return self._page(request, mark, forms.ChangeForm(initial=forms.of_mark(mark), kind=mark.holding.kind))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        mark = listing.get_mark(request.user, public_id)
        form = forms.ChangeForm(request.POST, kind=mark.holding.kind)
        if not form.is_valid():
            return self._page(request, mark, form)
        try:
            fresh = services.change_mark(mark, **form.cleaned_data, by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, mark, form, _status(refusal))
        messages.success(request, _("Changed. What stood before is kept as an earlier edition."))
        return redirect("portfolio:valuation-mark", fresh.public_id)

    def _page(self, request: PersonRequest, mark: Edition, form: forms.ChangeForm, status: int = 200) -> HttpResponse:
        reported = queries.reported_of(mark.holding, known_at=clock.now())
        context = {"mark": mark, "run": mark.run, "form": form, "inputs": telling.inputs(mark), "reported": reported}
        latest = queries.history_of(mark).first()
        context["later"] = latest if latest and latest.pk != mark.pk else None
        return render(request, "portfolio/valuations/change.html", context, status=status)


class HoldingMarks(View):
    """A holding's locked marks over time and its bridge from quarter to quarter."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read_or_today(request, today=clock.today(), now=clock.now())
        holding = listing.get_holding(request.user, public_id)
        quarters = listing.bridge(holding, as_of=point.as_of, known_at=point.known_at)
        illustrative = any(one.mark.run.is_illustrative for one in quarters)
        currency = holding.fund.currency_id
        context: dict[str, Any] = {
            "point": point,
            "holding": holding,
            "quarters": quarters,
            "illustrative": illustrative,
            "chart": charts.marks(quarters, currency=currency, illustrative=illustrative) if quarters else None,
        }
        return render(request, "portfolio/valuations/holding.html", context)


class HoldingMarksWorkbook(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        point = asof.read(request, today=clock.today(), now=clock.now())
        holding = listing.get_holding(request.user, public_id)
        quarters = listing.bridge(holding, as_of=point.as_of, known_at=point.known_at)
        content = workbooks.holding(holding, quarters, as_of=point.as_of, known_at=point.known_at)
        return xlsx.response(content, name=f"marks-{point.as_of.isoformat()}")


def _whole(request: PersonRequest, run: ValuationRun) -> dict[str, Any]:
    """What the desk, the page of a run and its confirming pages show of it."""
    rows = listing.compared(run)
    signed = queries.approvals_of(run)
    missing = queries.approvals_missing(run)
    names = {one.mark.holding.public_id: one.mark.holding.organisation.name for one in rows}
    digest = queries.digest(run)
    return {
        "run": run,
        "quarter": numerals.quarter(run.quarter_end),
        "state": words.state(run.state),
        "marks": rows,
        "totals": listing.totals(rows),
        "outliers": sum(one.is_outlier for one in rows),
        "steps": telling.steps(run, signed, missing, names=names),
        "missing": missing,
        "digest": digest,
        "digest_in_groups": sentences.in_groups(digest),
        **_progress(request, run),
    }


def _progress(request: PersonRequest, run: ValuationRun) -> dict[str, Any]:
    """The job that prepares the run, for whoever may follow background work."""
    if run.state != State.PREPARING:
        return {}
    job = jobs.visible_to(request.user).filter(name=services.PREPARE, key=services.job_key(run)).first()
    if job is None:
        return {}
    told = {"line": jobs.line(request.user, job), "job": job, "state": job_words.state(job.state)}
    return {"told": told, "loads_htmx": True}


def _mark_page(request: PersonRequest, mark: Edition) -> HttpResponse:
    run = mark.run
    editions = list(queries.history_of(mark))
    beside = next((one for one in listing.compared(run) if one.mark.pk == mark.pk), None)
    signed = queries.approvals_of(run)
    names = {mark.holding.public_id: mark.holding.organisation.name}
    recomputations = queries.recomputations_of(mark)
    may_change = editions[0].pk == mark.pk and rules.refusal(request.user, run, Act.CHANGE) is None
    context: dict[str, Any] = {
        "mark": mark,
        "run": run,
        "quarter": numerals.quarter(run.quarter_end),
        "state": words.state(run.state),
        "level": words.LEVELS[mark.level],
        "inputs": telling.inputs(mark),
        "sensitivity": telling.sensitivity(mark),
        "editions": editions,
        "beside": beside,
        "steps": telling.steps(run, signed, queries.approvals_missing(run), names=names),
        "rates": telling.rates(
            one for one in run.rates if one["currency"] in (mark.holding.currency_id, run.fund.currency_id)
        ),
        "recomputations": recomputations[:RECOMPUTATIONS_SHOWN],
        "recomputed": recomputations[0] if recomputations else None,
        "may_change": may_change,
        "may_recompute": rules.may_recompute(request.user, run),
    }
    return render(request, "portfolio/valuations/mark.html", context)


def _fund(request: PersonRequest) -> Fund:
    """The fund asked for, or the first. Raises NotFound where the person has none."""
    fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    return fund


def _quarters(fund: Fund) -> list[date]:
    """The last quarters that ended, the latest first."""
    found = [techniques.quarter_end_before(funds.day_of(fund, clock.now()))]
    while len(found) < QUARTERS_OFFERED:
        found.append(techniques.quarter_end_before(found[-1]))
    return found


def _status(refusal: DomainError | None) -> int:
    if refusal is None or isinstance(refusal, Invalid):
        return 200
    return FORBIDDEN if isinstance(refusal, NotPermitted) else CONFLICT
