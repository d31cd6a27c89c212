"""Which types of file are taken, and whether the first bytes of a file are of the type that its name says (pure)."""

from collections.abc import Callable
from dataclasses import dataclass

import filetype

HEAD_BYTES = 8192
"""How much of the beginning is looked at before anything is registered."""


@dataclass(frozen=True, slots=True)
class Type:
    """``begins`` judges the first bytes alone; a real parser looks at the rest later, apart."""

    slug: str
    sent_as: str
    begins: Callable[[bytes], bool]


def _is_pdf(head: bytes) -> bool:
    return head.startswith(b"%PDF-")


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _is_jpg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff")


def _is_zip(head: bytes) -> bool:
    """The beginning of a member, or of a folder without members."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_office(head: bytes) -> bool:
    """A zip; or the older container in which a file with a password is kept, which the check then names."""
    return _is_zip(head) or is_compound(head)


def is_compound(head: bytes) -> bool:
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php")


def _is_text(head: bytes) -> bool:
    """No NUL but in UTF-16 with its mark, no page for a browser, and nothing that is known to be another type."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head or head.startswith(b"#!"):
        return False
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return not bare.startswith(MARKUP) and filetype.guess(head) is None


OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, Type] = {
    one.slug: one
    for one in (
        Type("pdf", "application/pdf", _is_pdf),
        Type("docx", f"{OFFICE}wordprocessingml.document", _is_office),
        Type("xlsx", f"{OFFICE}spreadsheetml.sheet", _is_office),
        Type("pptx", f"{OFFICE}presentationml.presentation", _is_office),
        Type("png", "image/png", _is_png),
        Type("jpg", "image/jpeg", _is_jpg),
        Type("csv", "text/csv", _is_text),
        Type("txt", "text/plain", _is_text),
        Type("zip", "application/zip", _is_zip),
    )
}
ENDINGS = {slug: slug for slug in TYPES} | {"jpeg": "jpg"}
ORDINARY = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "csv", "txt")
"""What is taken where nothing else is said: a zip only where the caller names it."""


def of_ending(ending: str) -> str:
    """The type of a name's ending; empty where it is none that is ever taken."""
    return ENDINGS.get(ending, "")


def begins_as(head: bytes, slug: str) -> bool:
    return TYPES[slug].begins(head)
