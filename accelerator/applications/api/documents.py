"""Files of applications: added as bytes, which puts them into quarantine, and read back once they were found clean."""

import hashlib
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from accelerator.applications import services, sharing
from accelerator.applications.api.applications import arrived_at
from core import clock
from core.api import keys
from core.api.endpoints import DetailEndpoint, Endpoint, ListEndpoint, ListParameters, Posting
from core.api.fields import Moment, Out, Parameters
from core.api.problems import Problem
from core.api.schema import BYTES, AnswersFile, TakesFile
from core.documents import limits, words
from core.documents import services as documents
from core.documents.lifecycle import State
from core.documents.models import Document

STATES = [(one.value, one.value) for one in State]


class DocumentOut(Out):
    """A file that this client brought."""

    id = serializers.CharField(source="public_id")
    application = serializers.CharField(source="subject")
    organisation = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField()
    media = serializers.CharField(help_text="Its type by its ending.")
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES, help_text="Only what is clean can be read.")
    reason = serializers.SerializerMethodField(help_text="Why it was refused; empty where it was not.")
    uploaded_at = Moment()

    def get_reason(self, document: Document) -> str:
        return str(words.reason(document.reason, document.name)) if document.reason else ""


class Filters(ListParameters):
    application = serializers.CharField(max_length=40, required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)
    sha256 = serializers.RegexField("^[0-9a-f]{64}$", required=False)


class Upload(Parameters):
    """What the file is, and what for."""

    name = serializers.CharField(max_length=limits.LONGEST_NAME, help_text="With its ending, such as plan.pdf.")
    application = serializers.CharField(max_length=40, help_text="One that this client brought in.")
    question = serializers.RegexField(
        r"^[0-9]{1,3}\.[0-9]{1,3}$", help_text="Id of the question of the kind file that it answers."
    )


class Documents(Posting, ListEndpoint):
    """
    Files that this client brought. A POST takes the bytes of one as they are, up to 25 MB; it is checked in quarantine
    before anybody reads it. Its type is judged by its contents and its ending, not by what the request says.
    """

    answers, group, summary = DocumentOut, "Documents", "Files that this client brought"
    summary_of: ClassVar = {"GET": "Files that this client brought", "POST": "Add a file to an application"}
    schema = TakesFile()
    parameters: ClassVar[type[Parameters]] = Filters
    parameters_of_post: ClassVar[type[Parameters]] = Upload

    def rows(self, *, application: str = "", **asked: Any) -> QuerySet[Document]:
        found = sharing.documents(self.caller).select_related("organisation").filter(**asked)
        return found.filter(subject=application) if application else found

    def post(self, request: Request, **kwargs: Any) -> Response:
        if (request.content_type or "").partition(";")[0].strip().lower() != BYTES:
            raise UnsupportedMediaType(request.content_type or "")
        asked, key = self.asked(self.parameters_of_post), keys.read(request._request)
        with SpooledTemporaryFile(max_size=limits.MEGABYTE) as file:
            digest = _kept(request._request, file)
            answer: Response = keys.once(
                client=self.caller.client,
                key=key,
                method="POST",
                path=request.get_full_path(),
                body=digest,
                at=clock.now(),
                answer=lambda: self.answer(self.done({"file": file}, **asked)),
            )
        return answer

    def done(self, sent: dict[str, Any], *, name: str, application: str, question: str, **asked: Any) -> Document:
        row = sharing.get_own(self.caller, application, at=clock.now())
        section, place = (int(one) for one in question.split("."))
        made = services.attach(
            row, section, place, sent["file"], name=name, by=self.caller.person, at=arrived_at(self.request)
        )
        return made.document

    def address(self, thing: Document) -> str:
        return reverse("accelerator_api:document", args=[thing.public_id])


class OneDocument(DetailEndpoint):
    """One of them: whether it is checked by now."""

    answers, group, summary = DocumentOut, "Documents", "A file that this client brought"

    def thing(self, *, public_id: str, **asked: Any) -> Document:
        return sharing.get_document(self.caller, public_id)


class Content(Endpoint):
    """The bytes of a file that this client brought, once it was found clean. Each reading stands in the audit trail."""

    answers, group, summary = DocumentOut, "Documents", "The bytes of a file"
    schema = AnswersFile()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """It answers with bytes, whatever is asked for."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)

    def get(self, request: Request, *, public_id: str) -> HttpResponseBase:
        self.asked()
        document = sharing.get_document(self.caller, public_id)
        opened = documents.open_for(self.caller.person, document.public_id, at=clock.now())
        response = FileResponse(
            opened.file,
            as_attachment=True,
            filename=opened.document.name,
            content_type=BYTES,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "no-store"
        return response


def _kept(request: Any, file: IO[bytes]) -> str:
    """Stream the body aside; its digest, by which the same is known again. Raises Problem where it is too large."""
    digest, size = hashlib.sha256(), 0
    while chunk := request.read(limits.CHUNK_BYTES):
        size += len(chunk)
        if size > limits.FILE_BYTES:
            said = _("A file may have {most} MB. Make it smaller or split it.")
            raise Problem("too_large", 413, said.format(most=limits.FILE_BYTES // limits.MEGABYTE))
        digest.update(chunk)
        file.write(chunk)
    file.seek(0)
    return digest.hexdigest()
