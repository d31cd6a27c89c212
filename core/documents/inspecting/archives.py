"""Zips, and what office programs keep in them: every member is unpacked and its bytes are counted; no header is believed."""

import posixpath
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from core.documents.inspecting.refusals import Refused

MEMBERS_AT_MOST = 1000
UNPACKED_AT_MOST = 500_000_000
RATIO_AT_MOST = 100
FREE_OF_RATIO = 1_000_000
"""Bytes that any archive may unpack to: a small file of mostly spaces is no bomb."""
CHUNK_BYTES = 64 * 1024
ENCRYPTED = 0x1
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00")
END = b"PK\x05\x06"
TAKEN = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "jpeg", "csv", "txt")
"""What may stand in an archive: what may be sent by itself, other archives excepted."""

Look = Callable[[str, bytes], None]
"""Given the name of a member and its first bytes."""


def inspect(file: BinaryIO, media: str) -> None:
    """An archive of ordinary files."""
    with opened(file) as archive:
        for _name in walked(file, archive, _look):
            pass


def _look(name: str, head: bytes) -> None:
    ending = name.rpartition(".")[2].lower()
    if head.startswith(ARCHIVES) and ending not in ("docx", "xlsx", "pptx"):
        raise Refused("nested")
    if ending not in TAKEN or head.startswith((b"MZ", b"\x7fELF")):
        raise Refused("part-not-taken")


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Nothing stands before the archive or after it; how many members it has is asked before their list is read."""
    file.seek(0)
    if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise Refused("not-as-named")
    _require_few(file)
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise Refused("unreadable") from None


def walked(file: BinaryIO, archive: zipfile.ZipFile, look: Look) -> Iterator[str]:
    """Unpack every member into nothing and give its name. Members that share bytes or a name are refused."""
    members = archive.infolist()
    if len(members) > MEMBERS_AT_MOST:
        raise Refused("unpacked")
    _require_fit(members)
    packed, total = _size(file), 0
    for member in members:
        if member.is_dir():
            continue
        total = _unpacked(archive, member, look, total=total, packed=packed)
        yield member.filename


def _require_few(file: BinaryIO) -> None:
    """The end of the archive says how many members there are; a list that goes on beyond that is damaged."""
    size = _size(file)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise Refused("unreadable")
    _here, _disk, _on_disk, members, list_bytes, _offset, comment = struct.unpack("<4H2LH", tail[at + 4 : at + 22])
    if at + 22 + comment != len(tail):
        raise Refused("unreadable")
    if members > MEMBERS_AT_MOST or list_bytes > MEMBERS_AT_MOST * 1024:
        raise Refused("unpacked")
    file.seek(0)


def _require_fit(members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        if member.flag_bits & ENCRYPTED:
            raise Refused("password")
        if not _is_safe(member) or member.filename.lower() in seen:
            raise Refused("unsafe-names")
        seen.add(member.filename.lower())


def _is_safe(member: zipfile.ZipInfo) -> bool:
    name = member.orig_filename.replace("\\", "/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    is_plain = kind in (0, stat.S_IFREG, stat.S_IFDIR)
    inside = not name.startswith("/") and ":" not in name and ".." not in name.split("/") and "\x00" not in name
    return is_plain and inside and bool(name) and posixpath.normpath(name) != "."


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, look: Look, *, total: int, packed: int) -> int:
    """How many bytes there are with this member, counted as they come."""
    is_first = True
    try:
        with archive.open(member) as content:
            while chunk := content.read(CHUNK_BYTES):
                if is_first:
                    look(member.filename, chunk)
                    is_first = False
                total += len(chunk)
                if total > UNPACKED_AT_MOST or total > max(FREE_OF_RATIO, RATIO_AT_MOST * packed):
                    raise Refused("unpacked")
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise Refused("unreadable") from None
    if is_first:
        look(member.filename, b"")
    return total


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)
