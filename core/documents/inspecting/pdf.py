"""PDF: every object that the file names is read, those in compressed streams too; what acts or hides files is refused."""

import logging
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from core.documents.inspecting.refusals import Refused

HEAD = b"%PDF-"
END = b"%%EOF"
TAIL_BYTES = 2048
SCRIPTS = frozenset({"/JavaScript", "/JS", "/Launch", "/RichMedia", "/XFA", "/ImportData", "/SubmitForm", "/GoToR"})
FILES = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/GoToE"})
OBJECTS_AT_MOST = 300_000
DEEPEST = 60

logging.disable(logging.CRITICAL)


def inspect(file: BinaryIO, media: str) -> None:
    _require_frame(file)
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
    except PdfReadError:
        raise Refused("unreadable") from None
    if reader.is_encrypted:
        raise Refused("password")
    _require_harmless(reader)
    if not len(reader.pages):
        raise Refused("unreadable")


def _require_frame(file: BinaryIO) -> None:
    """It begins as a PDF and ends as one: nothing hangs on behind, such as an archive that other programs would open."""
    if file.read(5) != HEAD:
        raise Refused("not-as-named")
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0:
        raise Refused("unreadable")
    if tail[at + len(END) :].strip(b"\r\n\t \x00"):
        raise Refused("not-as-named")


def _require_harmless(reader: PdfReader) -> None:
    """What hangs on the trailer, and every object besides, since programs find lost objects too."""
    seen = 0
    _look(reader.trailer, 0)
    numbers = {(number, generation) for generation, held in reader.xref.items() for number in held}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers):
        seen += 1
        if seen > OBJECTS_AT_MOST:
            raise Refused("too-complex")
        if number == 0:
            continue
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except PdfReadError:
            continue
        _look(found, 0)


def _look(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Refused("too-complex")
    if isinstance(value, DictionaryObject):
        _judge(value)
        for held in value.values():
            _look(held, depth + 1)
    elif isinstance(value, ArrayObject):
        for held in value:
            _look(held, depth + 1)


def _judge(found: DictionaryObject) -> None:
    said = set(found) | {str(found[key]) for key in ("/S", "/Type", "/Subtype") if key in found}
    if said & SCRIPTS:
        raise Refused("script")
    if said & FILES:
        raise Refused("embedded")
