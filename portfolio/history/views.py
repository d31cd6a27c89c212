"""Imports: the list, uploading with its dry run, one import row by row, applying and discarding; templates and results."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.exports import xlsx
from core.imports import queries as imports
from core.imports.models import Import as Staged
from core.imports.models import ImportRun
from core.jobs import queries as jobs
from core.jobs import words as job_words
from core.jobs.lifecycle import OPEN
from core.jobs.lifecycle import State as JobState
from core.jobs.models import Job
from core.people.requests import PersonRequest
from core.web import numerals, tables
from core.web.forms import take
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.history import forms, queries, services, sheets, words, workbooks

GROUP = 8
SHOWN = OPEN | {JobState.DEAD}
"""Work that is over is told by what it left; work that gave up has left nothing and is told itself."""


class Imports(View):
    """Every import of a fund, the newest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        fund, own = funds.choose(request.user, request.GET.get("fund", ""))
        context: dict[str, Any] = {"fund": fund, "funds": own, "kinds": sheets.KINDS.items()}
        if fund:
            pages = tables.paginate(request, queries.of_fund(fund))
            listed = queries.listed(list(pages.page.object_list))
            context |= {
                "pages": pages,
                "rows": [(one, words.kind(one.upload.kind), words.state(one.upload, one.run)) for one in listed],
                "may_upload": request.may_open("portfolio:import-upload"),
            }
        return render(request, "portfolio/imports/list.html", context)


class ImportsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        fund, today = _fund(request), clock.today()
        found = queries.listed(list(queries.of_fund(fund)))
        content = workbooks.listed(fund, found, today=today, now=clock.now())
        return xlsx.response(content, name=f"imports-{today.isoformat()}")


class Upload(View):
    """A file and what it holds. It is read and staged at once, and rehearsed in the background; one that cannot be read
    leaves nothing.
    """

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, _fund(request), forms.UploadForm(initial={"kind": request.GET.get("kind", "")}))

    def post(self, request: PersonRequest) -> HttpResponse:
        fund, form = _fund(request), forms.UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, fund, form)
        file = form.cleaned_data["file"]
        given = {"name": file.name, "kind": form.cleaned_data["kind"], "on": clock.today(), "at": clock.now()}
        try:
            upload, is_new = services.upload(fund, file.read(), **given, by=request.user)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, fund, form)
        if not is_new:
            messages.info(request, _known(upload))
        return redirect("portfolio:import", upload.public_id)

    def _page(self, request: PersonRequest, fund: Fund, form: forms.UploadForm) -> HttpResponse:
        context = {"fund": fund, "form": form, "kinds": sheets.KINDS.items()}
        return render(request, "portfolio/imports/upload.html", context)


class Template(View):
    """A workbook to fill."""

    def get(self, request: PersonRequest, kind: str) -> HttpResponse:
        if kind not in sheets.KINDS:
            raise NotFound
        content = workbooks.template(kind, today=clock.today(), now=clock.now())
        return xlsx.response(content, name=f"template-{kind}")


class Import(View):
    """One import: what the dry run said of each row, what it moves, and who has to do what."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        run = imports.latest_run(upload)
        context: dict[str, Any] = _frame(request, upload, fund, run)
        if run:
            wanted = request.GET.get("result", "")
            pages = tables.paginate(request, imports.results(run, result=wanted))
            counts = queries.counts(run)
            context |= {
                "pages": pages,
                "rows": [words.said(one) for one in pages.page.object_list],
                "wanted": wanted if wanted in counts else "",
                "counts": [(code, words.RESULTS[code], count) for code, count in counts.items()],
            }
        return render(request, "portfolio/imports/one.html", context)


class Progress(View):
    """How far the work on an import is, as a fragment of its page; the page is loaded anew once the work is over."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, _of = queries.get_import(request.user, public_id)
        work = services.work_on(upload)
        if "HX-Request" not in request.headers:
            return redirect("portfolio:import", upload.public_id)
        if work is None or work.state not in OPEN:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "core/jobs/progress.html", _told(request, upload, work))


class Check(View):
    """A further dry run, which is made in the background."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, _of = queries.get_import(request.user, public_id)
        services.ask_for_dry_run(upload, by=request.user, on=clock.today())
        return redirect("portfolio:import", upload.public_id)


class Apply(View):
    """The confirming page, and the step. It asks for a fresh second factor: what is recorded is not taken back."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        run = imports.latest_run(upload)
        if run is None or not _permitted(request, upload, run, services.work_on(upload)).apply:
            return redirect("portfolio:import", upload.public_id)
        return self._page(request, upload, fund, run, forms.ApplyForm(initial={"digest": run.digest}))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        form = forms.ApplyForm(request.POST)
        if not form.is_valid():
            raise Invalid
        try:
            digest = form.cleaned_data["digest"]
            work = services.ask_to_apply(upload, digest=digest, by=request.user, on=clock.today())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, upload, fund, imports.latest_run(upload), form)
        if work is None:
            messages.info(request, _known(upload))
        return redirect("portfolio:import", upload.public_id)

    def _page(
        self, request: PersonRequest, upload: Staged, fund: Fund, run: ImportRun | None, form: forms.ApplyForm
    ) -> HttpResponse:
        context = _frame(request, upload, fund, run) | {"form": form}
        return render(request, "portfolio/imports/apply.html", context)


class Discard(View):
    """Put an import away, with the reason."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        return self._page(request, upload, fund, forms.DiscardForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        form = forms.DiscardForm(request.POST)
        if not form.is_valid():
            return self._page(request, upload, fund, form)
        try:
            services.discard(upload, because=form.cleaned_data["because"], by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, upload, fund, form)
        messages.success(request, _("The import is discarded. Nothing of it was recorded."))
        return redirect("portfolio:import", upload.public_id)

    def _page(self, request: PersonRequest, upload: Staged, fund: Fund, form: forms.DiscardForm) -> HttpResponse:
        context = {"upload": upload, "fund": fund, "form": form}
        return render(request, "portfolio/imports/discard.html", context)


class ResultsWorkbook(View):
    """Every row with what was said of it, to correct and upload again."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        upload, fund = queries.get_import(request.user, public_id)
        run = imports.latest_run(upload)
        if run is None:
            raise NotFound
        content = workbooks.results(upload, run, fund, today=clock.today(), now=clock.now())
        return xlsx.response(content, name=f"{upload.public_id.replace('_', '-')}-results")


def _fund(request: PersonRequest) -> Fund:
    """The fund asked for, or the first. Raises NotFound where the person has none."""
    fund, _own = funds.choose(request.user, request.GET.get("fund", ""))
    if fund is None:
        raise NotFound
    return fund


def _frame(request: PersonRequest, upload: Staged, fund: Fund, run: ImportRun | None) -> dict[str, Any]:
    """What the page of an import and its confirming page share."""
    work = services.work_on(upload)
    is_open = work is not None and work.state in OPEN
    return {
        "upload": upload,
        "fund": fund,
        "run": run,
        "kind": words.kind(upload.kind),
        "state": words.state(upload, run, work=work if is_open else None),
        "permitted": _permitted(request, upload, run, work),
        "refusal": words.refusal(upload, run),
        "moved": queries.moved(run) if run else [],
        "digest": _in_groups(run.digest) if run else "",
        **(_told(request, upload, work) if work and work.state in SHOWN else {}),
    }


def _permitted(request: PersonRequest, upload: Staged, run: ImportRun | None, work: Job | None) -> queries.Permitted:
    at_work = work is not None and work.state in OPEN
    return queries.permitted(request.user, upload, run, on=clock.today(), at_work=at_work)


def _told(request: PersonRequest, upload: Staged, work: Job) -> dict[str, Any]:
    """The work on an import, for whoever reads the import; the page looks again by itself while it goes on."""
    told = {"line": jobs.line(request.user, work), "job": work, "state": job_words.state(work.state)}
    return {
        "told": told,
        "progress_url": reverse("portfolio:import-progress", args=[upload.public_id]),
        "loads_htmx": True,
    }


def _known(upload: Staged) -> str:
    words_of = {"day": numerals.moment(upload.uploaded_at), "name": upload.uploaded_by.name}
    if upload.applied_at:
        words_of = {
            "day": numerals.moment(upload.applied_at),
            "name": upload.applied_by.name if upload.applied_by else "",
        }
        return _("This file was applied already on %(day)s by %(name)s. Nothing was changed.") % words_of
    return _("This file was uploaded already on %(day)s by %(name)s. This is its page; nothing was changed.") % words_of


def _in_groups(digest: str) -> str:
    return " ".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))
