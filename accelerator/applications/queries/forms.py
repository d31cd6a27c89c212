"""The form of an application as it is filled in: its sections, each question with its answer, and what is still to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accelerator.applications import answers
from accelerator.applications.models import Answer, Application, Attachment
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import CallQuestion, CallSection
from core.audit import digests
from core.documents import queries as documents
from core.documents.models import Document
from core.errors import NotFound
from core.nations import queries as nations
from core.web.bilingual import Words


@dataclass(frozen=True, slots=True)
class File:
    """A file of an answer: the attachment, and how a page tells of its document."""

    attachment: Attachment
    line: documents.Line

    @property
    def is_refused(self) -> bool:
        return bool(self.line.why)


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its answer. ``problem`` is what to correct in an answer that is there, ``missing`` what lacks."""

    question: CallQuestion
    text: str
    edition: int
    shown: str
    problem: str
    missing: str
    files: tuple[File, ...] = ()

    @property
    def name(self) -> str:
        """What its field is called on the page of its section."""
        return f"q{self.question.order}"

    @property
    def is_answered(self) -> bool:
        return bool(self.text) or any(not one.is_refused for one in self.files)


@dataclass(frozen=True, slots=True)
class Part:
    """One section with its questions."""

    section: CallSection
    items: tuple[Item, ...]

    @property
    def order(self) -> int:
        return self.section.order

    @property
    def answered(self) -> int:
        return sum(one.is_answered for one in self.items)

    @property
    def to_correct(self) -> int:
        return sum(bool(one.problem) for one in self.items)

    @property
    def lacking(self) -> int:
        return sum(bool(one.missing) for one in self.items)

    @property
    def is_done(self) -> bool:
        return not self.to_correct and not self.lacking


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form of an application."""

    parts: tuple[Part, ...]

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.parts)

    @property
    def is_whole(self) -> bool:
        return self.done == len(self.parts)


def sheet(application: Application) -> Sheet:
    """The form with the answers as they stand, in a handful of queries however long it is."""
    standing = {one.question_id: one for one in application.answers.all()}
    attached = files(application)
    known = nations_by_code()
    currency = application.call.programme.currency_id
    parts = []
    for section in challenges.sections(application.call):
        items = tuple(
            _item_of_files(one, attached.get(one.pk, ()))
            if one.kind == CallQuestion.Kind.FILE
            else _item(one, standing.get(one.pk), known, currency)
            for one in section.questions.all()
        )
        parts.append(Part(section, items))
    return Sheet(tuple(parts))


def files(application: Application) -> dict[int, tuple[File, ...]]:
    """The files of the draft by the key of their question, the oldest first."""
    found: dict[int, tuple[File, ...]] = {}
    rows = application.attachments.filter(removed_at__isnull=True).select_related("document")
    for one in rows.order_by("document__uploaded_at", "pk"):
        found[one.question_id] = (*found.get(one.question_id, ()), File(one, documents.line(one.document)))
    return found


def get_file_question(application: Application, section: int, order: int) -> CallQuestion:
    """A question that files answer, by the places of its section and of itself. Raises NotFound."""
    asked = CallQuestion.objects.filter(section__call=application.call_id, section__order=section, order=order)
    found = asked.filter(kind=CallQuestion.Kind.FILE).first()
    if found is None:
        raise NotFound
    return found


def get_attachment(application: Application, public_id: str) -> Attachment:
    """A file of the draft. Raises NotFound."""
    found = application.attachments.filter(public_id=public_id, removed_at__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def get_part(application: Application, order: int) -> Part:
    """A section of the form by its place. Raises NotFound."""
    found = next((one for one in sheet(application).parts if one.order == order), None)
    if found is None:
        raise NotFound
    return found


def nations_by_code() -> dict[str, str]:
    """The nations that an answer may name, by code, in the reader's language."""
    return {one.code: str(Words(one.name_en, one.name_fr)) for one in nations.every()}


def content(application: Application, whole: Sheet | None = None) -> dict[str, Any]:
    """Everything that a submission says, as plain values: what its digest covers. ``whole`` is its sheet, where it was read."""
    return {
        "form": application.form_digest,
        "challenge": application.challenge.code if application.challenge else "",
        "organisation": {
            "public_id": application.organisation.public_id,
            "name": application.organisation.name,
            "nation": application.organisation.nation_id or "",
        },
        "sections": [_told_part(one) for one in (whole or sheet(application)).parts],
    }


def digest(application: Application, whole: Sheet | None = None) -> str:
    return digests.digest(content(application, whole))


def told(sent: Mapping[str, Any], application: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """A submission's sections as people read them: each question with its answer in the reader's language."""
    known, currency = nations_by_code(), application.call.programme.currency_id
    questions = {
        (section.order, one.order): one
        for section in challenges.sections(application.call)
        for one in section.questions.all()
    }
    found = []
    for part in sent["sections"]:
        lines = []
        for line in part["answers"]:
            question = questions[part["order"], line["order"]]
            named = ", ".join(one["name"] for one in line.get("files", ()))
            lines.append((str(question), named or answers.shown(question, line["text"], known, currency)))
        found.append((str(Words(part["title_en"], part["title_fr"])), lines))
    return found


def _told_part(part: Part) -> dict[str, Any]:
    given = [_told_item(one) for one in part.items]
    return {"order": part.order, "title_en": part.section.title_en, "title_fr": part.section.title_fr, "answers": given}


def _told_item(one: Item) -> dict[str, Any]:
    told: dict[str, Any] = {"order": one.question.order, "kind": one.question.kind, "text": one.text}
    if one.question.kind == CallQuestion.Kind.FILE:
        told["files"] = [_told_file(file.attachment.document) for file in one.files if not file.is_refused]
    return told


def _told_file(document: Document) -> dict[str, Any]:
    """A file by what never changes of it: a later check says nothing about what was sent."""
    names = ("public_id", "name", "media", "size_bytes", "sha256")
    return {name: getattr(document, name) for name in names}


def _item_of_files(question: CallQuestion, attached: tuple[File, ...]) -> Item:
    refused = [one.line.why for one in attached if one.is_refused]
    kept = [one.line.name for one in attached if not one.is_refused]
    return Item(
        question=question,
        text="",
        edition=0,
        shown=", ".join(kept),
        problem=" ".join(refused),
        missing=answers.missing(question) if question.is_required and not kept else "",
        files=attached,
    )


def _item(question: CallQuestion, standing: Answer | None, known: Mapping[str, str], currency: str) -> Item:
    text = standing.text if standing else ""
    return Item(
        question=question,
        text=text,
        edition=standing.edition if standing else 0,
        shown=answers.shown(question, text, known, currency),
        problem=answers.problem(question, text, known),
        missing=answers.missing(question) if question.is_required and not text else "",
    )
