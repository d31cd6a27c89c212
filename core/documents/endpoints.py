"""The frame of endpoints of the interface whose POST takes the bytes of a file as they are."""

import hashlib
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api import keys
from core.api.endpoints import Posting
from core.api.fields import Parameters
from core.api.problems import Problem
from core.api.schema import BYTES, TakesFile
from core.documents import limits


class Upload(Parameters):
    """What the file is."""

    name = serializers.CharField(max_length=limits.LONGEST_NAME, help_text="With its ending, such as plan.pdf.")


class Uploading(Posting):
    """
    Each file is done once under its key, which is known again by the digest of its bytes. ``done`` gets it as ``file``; its
    type is judged by its contents and its ending, not by what the request says.
    """

    schema: Any = TakesFile()
    parameters_of_post: ClassVar[type[Parameters]] = Upload

    def post(self: Any, request: Request, **kwargs: Any) -> Response:
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
                answer=lambda: self.answer(self.done({"file": file}, **kwargs, **asked)),
            )
        return answer


def _kept(request: HttpRequest, file: IO[bytes]) -> str:
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
