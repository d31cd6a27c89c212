"""Files of applications: added as bytes, which puts them into quarantine, and read back once they were found clean."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from accelerator.applications import services, sharing
from accelerator.applications.api.applications import arrived_at
from core import clock
from core.api.endpoints import DetailEndpoint, Endpoint, ListEndpoint, ListParameters
from core.api.fields import Moment, Out, Parameters
from core.api.schema import BYTES, AnswersFile
from core.documents import endpoints, words
from core.documents import services as documents
from core.documents.endpoints import Uploading
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


class Upload(endpoints.Upload):
    """What the file is, and what for."""

    application = serializers.CharField(max_length=40, help_text="One that this client brought in.")
    question = serializers.RegexField(
        r"^[0-9]{1,3}\.[0-9]{1,3}$", help_text="Id of the question of the kind file that it answers."
    )


class Documents(Uploading, ListEndpoint):
    """
    Files that this client brought. A POST takes the bytes of one as they are, up to 25 MB; it is checked in quarantine
    before anybody reads it. Its type is judged by its contents and its ending, not by what the request says.
    """

    answers, group, summary = DocumentOut, "Documents", "Files that this client brought"
    summary_of: ClassVar = {"GET": "Files that this client brought", "POST": "Add a file to an application"}
    parameters: ClassVar[type[Parameters]] = Filters
    parameters_of_post: ClassVar[type[Parameters]] = Upload

    def rows(self, *, application: str = "", **asked: Any) -> QuerySet[Document]:
        found = sharing.documents(self.caller).select_related("organisation").filter(**asked)
        return found.filter(subject=application) if application else found

    def done(self, sent: dict[str, Any], *, name: str, application: str, question: str, **asked: Any) -> Document:
        row = sharing.get_own(self.caller, application, at=clock.now()).application
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
