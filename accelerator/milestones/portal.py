"""Milestones on the start-up's side: what is planned, the evidence it gives, and why some came back."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import words as cohort_words
from accelerator.milestones import forms, queries, rules, services, words
from accelerator.milestones.models import Milestone as Row
from core.documents import uploads
from core.errors import Conflict, Invalid
from core.people.requests import PersonRequest
from core.web import kept
from core.web.forms import take

CONFLICT = 409
ADD, REMOVE = "add", "remove"
"""The button that keeps the chosen files and sends later, and the one that takes a file out, with the file's public id."""


class Milestones(View):
    """Each phase with its milestones."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = cohorts.get_own_participation(request.user, public_id)
        context = {
            "participation": row,
            "phases": [
                (
                    one,
                    cohort_words.STANDINGS[one.phase.kind][1],
                    [(each, words.STATES[each.state]) for each in one.milestones],
                )
                for one in queries.plan(row)
            ],
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/milestones/own_milestones.html", context)


class Milestone(View):
    """What was shown, and what was missing."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_own_milestone(request.user, public_id)
        context = _whole(row) | {
            "shown": [
                (one, [(each, words.VERDICTS[each.verdict]) for each in one.judgements.all()], queries.files_of(one))
                for one in queries.evidence(row)
            ],
            "may_show": rules.evidence_refusal(request.user, row) is None,
        }
        return render(request, "accelerator/milestones/own_milestone.html", context)


class GiveEvidence(View):
    """Show that a milestone is reached, in words and with files; with a script these arrive as they are chosen."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = self._row(request, public_id)
        typed = kept.take(request.user.public_id, request.path)
        if typed:
            messages.warning(request, _("Your session had ended. What you typed is here again; send it now."))
        return self._page(request, row, forms.EvidenceForm(initial=typed))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = self._row(request, public_id)
        unfit = self._files(request, row)
        if unfit or ADD in request.POST or REMOVE in request.POST:
            typed = forms.EvidenceForm(initial={"text": request.POST.get("text", "")})
            return self._page(request, row, typed, unfit=unfit)
        form = forms.EvidenceForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        try:
            services.submit(row, text=form.cleaned_data["text"], by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, row, form, status=CONFLICT)
        messages.success(request, _("Sent. The programme reads it now."))
        return redirect("portal:milestone", row.public_id)

    def _row(self, request: PersonRequest, public_id: str) -> Row:
        row = queries.get_own_milestone(request.user, public_id)
        if refused := rules.evidence_refusal(request.user, row):
            raise refused
        return row

    def _files(self, request: PersonRequest, row: Row) -> str:
        """Take out the file whose button was pressed, and take in those chosen: what refuses some of them."""
        if chosen := request.POST.get(REMOVE):
            services.detach(queries.get_prepared(row, chosen), by=request.user, at=request.arrived_at)
        return " ".join(filter(None, (_attached(request, row, one) for one in request.FILES.getlist("files"))))

    def _page(
        self, request: PersonRequest, row: Row, form: forms.EvidenceForm, *, unfit: str = "", status: int = 200
    ) -> HttpResponse:
        back, files = reverse("portal:milestone", args=[row.public_id]), queries.prepared(row)
        context = _whole(row) | {
            "form": form,
            "files": files,
            "from_partner": any(one.partner for one in files),
            "unfit": unfit,
            "back": back,
            "crumbs": [(back, row.title)],
        }
        return render(request, "accelerator/milestones/give.html", context, status=status)


class Files(View):
    """The files that are prepared, as they stand: whether they are checked by now."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return _listed(request, queries.get_own_milestone(request.user, public_id))


class Attach(View):
    """A file as the page's script sends it, with its progress; the answer is the list of files as it stands."""

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_own_milestone(request.user, public_id)
        try:
            with uploads.arriving(request) as (file, name):
                services.attach(row, file, name=name, by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=CONFLICT)
        return _listed(request, row)


def _attached(request: PersonRequest, row: Row, file: UploadedFile) -> str:
    """What refuses a file; empty where it was taken."""
    try:
        services.attach(row, file, name=file.name or "", by=request.user, at=request.arrived_at)
    except (Conflict, Invalid) as refusal:
        return str(refusal)
    return ""


def _listed(request: PersonRequest, row: Row) -> HttpResponse:
    files = queries.prepared(row)
    answer = render(request, "accelerator/milestones/files.html", {"files": files})
    answer["X-Waits"] = "yes" if any(one.line.waits for one in files) else "no"
    return answer


def _whole(row: Row) -> dict[str, Any]:
    participation = row.phase.participation
    return {
        "milestone": row,
        "participation": participation,
        "stage": words.STATES[row.state],
        "illustrative": participation.is_illustrative,
    }
