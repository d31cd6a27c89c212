"""A section of the form: written by hand or kept by itself, by several people at once; and choosing between two texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import answers, queries, rules, services, words
from accelerator.applications.models import Application, OtherText
from accelerator.applications.rules import Act
from accelerator.challenges.models import CallQuestion
from core.documents import uploads
from core.errors import DomainError, NotFound
from core.people.requests import PersonRequest
from core.web import alphabet, kept, numerals

CONFLICT = 409
LATER = "later"
"""The button that keeps what was typed and goes back to the list."""
REMOVE = "remove"
"""The button that takes a file out; its value is the file's public id."""
TAKE, LEAVE = "take", "leave"
"""The buttons that choose between two texts."""
EDITION_AT_MOST = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page asks it: with what was typed, what to correct, and a colleague's text where one waits."""

    item: queries.Item
    text: str
    error: str
    others: tuple[OtherText, ...]

    @property
    def question(self) -> CallQuestion:
        return self.item.question

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def edition(self) -> int:
        return self.item.edition

    @property
    def is_file(self) -> bool:
        return self.question.kind == CallQuestion.Kind.FILE

    @property
    def files(self) -> tuple[queries.File, ...]:
        return self.item.files

    @property
    def is_text(self) -> bool:
        return self.question.kind in answers.IN_WORDS

    @property
    def typed(self) -> str:
        """A number with the decimal sign of the reader's language; what is none as it was typed."""
        return self.text.replace(".", ",") if numerals.is_french() and not self.error else self.text

    @property
    def count(self) -> str:
        return words.count(answers.words(self.text), self.question.words_at_most or 0)

    @property
    def is_over(self) -> bool:
        return answers.words(self.text) > (self.question.words_at_most or 0)

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.question.kind == CallQuestion.Kind.NATION:
            return sorted(queries.nations_by_code().items(), key=lambda one: alphabet.key(one[1]))
        return [(str(place), option) for place, option in enumerate(self.question.options)]


class Section(View):
    """All questions of a section. Whatever was typed is kept, also what has to be corrected."""

    def get(self, request: PersonRequest, public_id: str, order: int) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        part = queries.get_part(application, order)
        given = typed(kept.take(request.user.public_id, request.path), part)
        if given:
            messages.warning(request, _("Your session had ended. What you typed is here again; save it now."))
        return self._page(request, application, part, given=given)

    def post(self, request: PersonRequest, public_id: str, order: int) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        part = queries.get_part(application, order)
        given = typed(request.POST, part)
        try:
            services.save(application, order, given, by=request.user, at=request.arrived_at)
        except DomainError as refusal:
            return self._page(request, application, part, given=given, refusal=refusal, status=CONFLICT)
        unfit = self._files(request, application, part)
        application = queries.get_application(request.user, public_id)
        part = queries.get_part(application, order)
        if unfit or REMOVE in request.POST:
            return self._page(request, application, part, unfit=unfit)
        if LATER in request.POST:
            messages.success(request, _("Kept. Go on whenever you like."))
            return redirect("portal:application", public_id)
        if not part.is_done:
            return self._page(request, application, part, is_checked=True)
        messages.success(request, _("Kept: “%(section)s” is done.") % {"section": part.section})
        return _next(application, order)

    def _files(self, request: PersonRequest, application: Application, part: queries.Part) -> dict[int, str]:
        """Take out the file whose button was pressed, and take in those chosen: what refuses some, by the place of its question."""
        if chosen := request.POST.get(REMOVE):
            attachment = queries.get_attachment(application, chosen)
            services.detach(attachment, by=request.user, at=request.arrived_at)
        unfit: dict[int, list[str]] = {}
        for item in part.items:
            for file in request.FILES.getlist(f"f{item.question.order}"):
                if refusal := _attached(request, application, part.order, item.question.order, file):
                    unfit.setdefault(item.question.order, []).append(refusal)
        return {order: " ".join(said) for order, said in unfit.items()}

    def _page(
        self,
        request: PersonRequest,
        application: Application,
        part: queries.Part,
        *,
        unfit: Mapping[int, str] | None = None,
        given: Mapping[int, services.Typed] | None = None,
        refusal: DomainError | None = None,
        is_checked: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        refused = rules.refusal(request.user, application, Act.WRITE, at=request.arrived_at)
        others = queries.open_others(application)
        asked = [_asked(one, given or {}, others, unfit or {}, is_checked=is_checked) for one in part.items]
        context = {
            "application": application,
            "part": part,
            "sections": len(queries.sheet(application).parts),
            "asked": asked,
            "at_fault": [one for one in asked if one.error],
            "refusal": refusal or refused,
            "may_write": refused is None,
            "patterns": words.patterns(),
            "is_checked": is_checked,
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/applications/section.html", context, status=status)


class Attach(View):
    """A file as the page's script sends it, with its progress; the answer is the list of files as it stands."""

    def post(self, request: PersonRequest, public_id: str, order: int, question: int) -> HttpResponse:
        application = queries.get_bare(request.user, public_id)
        try:
            with uploads.arriving(request) as (file, name):
                made = services.attach(
                    application, order, question, file, name=name, by=request.user, at=request.arrived_at
                )
        except services.UnknownQuestion:
            raise NotFound from None
        except DomainError as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=CONFLICT)
        return _listed(request, application, made.question)


class Files(View):
    """The files of a question, as they stand: whether they are checked by now."""

    def get(self, request: PersonRequest, public_id: str, order: int, question: int) -> HttpResponse:
        application = queries.get_bare(request.user, public_id)
        return _listed(request, application, queries.get_file_question(application, order, question))


class Save(View):
    """What the page keeps by itself: answers that changed, some seconds after the last key and when a field is left."""

    def post(self, request: PersonRequest, public_id: str, order: int) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        part = queries.get_part(application, order)
        try:
            saved = services.save(application, order, typed(request.POST, part), by=request.user, at=request.arrived_at)
        except DomainError as refusal:
            return JsonResponse({"refusal": str(refusal)}, status=CONFLICT)
        fresh = {one.question.order: one for one in queries.get_part(application, order).items}
        said = {f"q{one.order}": _told(application, one, fresh[one.order]) for one in saved}
        return JsonResponse(
            {"saved": _("Saved at %(hour)s") % {"hour": numerals.hour(request.arrived_at)}, "answers": said}
        )


class Compare(View):
    """Two texts of two colleagues, side by side: which one stands."""

    def get(self, request: PersonRequest, public_id: str, text: str) -> HttpResponse:
        return self._page(request, *_other(request, public_id, text))

    def post(self, request: PersonRequest, public_id: str, text: str) -> HttpResponse:
        application, other = _other(request, public_id, text)
        if not {TAKE, LEAVE} & set(request.POST):
            return self._page(request, application, other)
        services.settle(other, takes_it=TAKE in request.POST, by=request.user, at=request.arrived_at)
        messages.success(request, _("Chosen. The text that you left is no longer offered."))
        return redirect("portal:section", application.public_id, other.answer.question.section.order)

    def _page(self, request: PersonRequest, application: Application, other: OtherText) -> HttpResponse:
        context = {
            "application": application,
            "other": other,
            "question": other.answer.question,
            "may_write": rules.refusal(request.user, application, Act.WRITE, at=request.arrived_at) is None,
        }
        return render(request, "accelerator/applications/compare.html", context)


def _attached(request: PersonRequest, application: Application, order: int, question: int, file: UploadedFile) -> str:
    """What refuses a file; empty where it was taken."""
    try:
        services.attach(
            application, order, question, file, name=file.name or "", by=request.user, at=request.arrived_at
        )
    except DomainError as refusal:
        return str(refusal)
    return ""


def _listed(request: PersonRequest, application: Application, asked: CallQuestion) -> HttpResponse:
    """The files of a question alone: a page looks every other second until they are checked."""
    files = queries.files(application).get(asked.pk, ())
    context = {"files": files, "application": application, "may_write": True}
    answer = render(request, "accelerator/applications/files.html", context)
    answer["X-Waits"] = "yes" if any(one.line.waits for one in files) else "no"
    return answer


def typed(data: Mapping[str, str], part: queries.Part) -> dict[int, services.Typed]:
    """What was sent of a section, by the place of each question; what was not sent stays as it is."""
    sent = [one for one in part.items if one.name in data and one.question.kind != CallQuestion.Kind.FILE]
    return {
        one.question.order: services.Typed(data[one.name], _edition(data.get(f"e{one.question.order}", "")))
        for one in sent
    }


def _edition(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= EDITION_AT_MOST else 0


def _asked(
    item: queries.Item,
    given: Mapping[int, services.Typed],
    others: Mapping[int, list[OtherText]],
    unfit: Mapping[int, str],
    *,
    is_checked: bool,
) -> Asked:
    order = item.question.order
    text = given[order].text if order in given else item.text
    error = unfit.get(order) or item.problem or (item.missing if is_checked else "")
    return Asked(item, text, error, tuple(others.get(item.question.pk, ())))


def _told(application: Application, now: services.Kept, item: queries.Item) -> dict[str, object]:
    """What the page learns of an answer that it sent."""
    told: dict[str, object] = {"edition": now.edition, "problem": item.problem}
    if now.other is not None:
        words_for = {"name": now.other.written_by.name, "hour": numerals.hour(now.other.written_at)}
        told["other"] = {
            "said": _("%(name)s changed this at %(hour)s. Your text is kept, and so is the other.") % words_for,
            "address": reverse("portal:compare", args=[application.public_id, now.other.public_id]),
        }
    return told


def _other(request: PersonRequest, public_id: str, text: str) -> tuple[Application, OtherText]:
    application = queries.get_application(request.user, public_id)
    return application, queries.get_other(application, text)


def _next(application: Application, order: int) -> HttpResponse:
    """On to the next section that is not done; back to the list after the last."""
    rest = [one.order for one in queries.sheet(application).parts if one.order > order and not one.is_done]
    if rest:
        return redirect("portal:section", application.public_id, rest[0])
    return redirect("portal:application", application.public_id)
