"""A file as a page sends it: the field of a form, or the body of the request as it is, which the page's script sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from core.documents import limits
from core.documents import services as documents
from core.documents.services import CutShort, Landed
from core.errors import DomainError

BYTES = "application/octet-stream"
NAME_HEADER = "X-File-Name"
"""The name of a file that comes as the body, percent-encoded; an address would stand in logs."""


@contextmanager
def arriving(request: HttpRequest) -> Iterator[tuple[UploadedFile | Landed, str]]:
    """
    The file of a request with its name, to be taken in within.

    A body is written to its place and digested as it comes, once and with no row held; a form is read whole first. Raises CutShort
    where none arrived, and what ``core.documents`` refuses of a file by itself.
    """
    if request.content_type != BYTES:
        file = request.FILES.get("file")
        if file is None:
            raise CutShort(field="file")
        yield file, file.name or ""
        return
    name = unquote(request.headers.get(NAME_HEADER, ""))
    try:
        with documents.landing(request, name=name, size_bytes=int(request.META["CONTENT_LENGTH"] or 0)) as landed:
            yield landed, landed.name
    except UnreadablePostError:
        raise CutShort(field="file") from None
    except DomainError:
        _drain(request)
        raise


def _drain(request: HttpRequest) -> None:
    """Read on to the end: who is answered while she still sends hears of a broken connection and not of the refusal."""
    while request.read(limits.CHUNK_BYTES):
        pass
