"""Documents, workbooks and presentations: the parts are walked and their XML is read; what acts or leads out is refused."""

import re
import zipfile
from typing import BinaryIO
from xml.parsers import expat

from core.documents.inspecting import archives
from core.documents.inspecting.refusals import Refused

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = "[Content_Types].xml"
MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
"""How the content type of the main part ends; those of templates and of files with macros are others."""
MACROS = re.compile(r"(?i)vba|macrosheets|activex|\.bin$")
HARMLESS_BINARY = re.compile(r"(?i)printersettings\d*\.bin$")
EMBEDDED = re.compile(r"(?i)/embeddings/|oleobject")
LINKS = ("/hyperlink",)
"""The only relations that may lead out: nothing is fetched until a person follows one."""
CHUNK_BYTES = 64 * 1024


def inspect(file: BinaryIO, media: str) -> None:
    """An old container under a new ending holds a file with a password, or is of an older program."""
    head = file.read(8)
    if head == COMPOUND:
        raise Refused(_in_compound(file))
    with archives.opened(file) as archive:
        names = list(archives.walked(file, archive, _look))
        if TYPES not in names:
            raise Refused("not-as-named")
        for name in names:
            if name.lower().endswith((".xml", ".rels", ".vml")):
                _read(archive, name)
        _require_main(archive, media)


def _in_compound(file: BinaryIO) -> str:
    file.seek(0)
    content = file.read()
    return "password" if "EncryptedPackage".encode("utf-16-le") in content else "not-as-named"


def _look(name: str, head: bytes) -> None:
    if MACROS.search(name) and not HARMLESS_BINARY.search(name):
        raise Refused("embedded" if EMBEDDED.search(name) else "macros")
    if EMBEDDED.search(name) or head.startswith(COMPOUND):
        raise Refused("embedded")
    if head.startswith(archives.ARCHIVES):
        raise Refused("nested")
    if head.startswith((b"MZ", b"\x7fELF")):
        raise Refused("embedded")


def _read(archive: zipfile.ZipFile, name: str) -> None:
    """Whole, as a stream. Definitions of entities, by which a small part becomes a huge one, are refused where they begin."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = reader.EntityDeclHandler = _refuse_definitions
    if name == TYPES:
        reader.StartElementHandler = _require_type
    elif name.lower().endswith(".rels"):
        reader.StartElementHandler = _require_inside
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK_BYTES):
                reader.Parse(chunk, False)
            reader.Parse(b"", True)
    except expat.ExpatError:
        raise Refused("unreadable") from None


def _refuse_definitions(*_told: object) -> None:
    raise Refused("unsafe-xml")


def _require_type(_tag: str, attributes: dict[str, str]) -> None:
    content_type = attributes.get("ContentType", "").lower()
    if "macro" in content_type or "vba" in content_type:
        raise Refused("macros")


def _require_inside(_tag: str, relation: dict[str, str]) -> None:
    kind, target = relation.get("Type", "").lower(), relation.get("Target", "")
    if relation.get("TargetMode", "").lower() == "external":
        is_link = kind.endswith(LINKS) and target.lower().startswith(("http://", "https://", "mailto:"))
        if not is_link:
            raise Refused("external")
    elif "://" in target:
        raise Refused("external")


def _require_main(archive: zipfile.ZipFile, media: str) -> None:
    declared = archive.read(TYPES).decode("utf-8", errors="replace")
    if MAIN[media] not in declared:
        raise Refused("not-as-named")
